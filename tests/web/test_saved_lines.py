"""Lines for hard days on the screen: marked with the saved replies, approved by a lead, first beside the composer."""

import pytest
from django.utils import timezone

from premura.models import Agent, PileOn, SavedReply
from tests.web.test_inbox import HTMX, now_says, signed_in

TEXT = "Lo sappiamo.\r\nIl punto è nella risposta in alto."
GIVEN = {"name": "punto", "language": "it", "text": TEXT, "for_crisis": "on"}
URL = "/answers/saved/"


@pytest.fixture(autouse=True)
def english(world):
    Agent.objects.update(language="en")
    for agent in (world.ada, world.bruno, world.elena, world.zoe):
        agent.refresh_from_db()


@pytest.fixture
def line(world) -> SavedReply:
    assert signed_in(world.ada).post(URL, GIVEN).status_code == 302
    return SavedReply.objects.get()


def approve(agent, line, text=TEXT):
    return signed_in(agent).post(f"{URL}{line.pk}/approval/", {"text": text}, follow=True)


def test_an_agent_marks_a_line_and_a_lead_approves_the_words_that_they_read(world, line):
    assert "waits for a lead’s yes" in signed_in(world.ada).get(URL).text
    assert "Approve these words" not in signed_in(world.ada).get(URL).text
    assert "Approve these words" in signed_in(world.bruno).get(URL).text
    page = approve(world.bruno, line).text
    assert "On hard days it leaves without a second person." in page
    assert "approved by Bruno" in page
    assert "Approve these words" not in page


def test_words_that_changed_meanwhile_are_read_again(world, line):
    assert "the line has changed since" in approve(world.bruno, line, "Altro.").text
    assert SavedReply.objects.get().approved_at is None


def test_a_lead_does_not_approve_what_they_wrote_themselves(world):
    signed_in(world.bruno).post(URL, GIVEN)
    assert "Approve these words" not in signed_in(world.bruno).get(URL).text
    assert "these words are your own" in approve(world.bruno, SavedReply.objects.get()).text
    assert SavedReply.objects.get().approved_at is None


def test_changing_the_words_takes_the_approval_back_and_the_form_knows_the_mark(world, line):
    approve(world.bruno, line)
    ada = signed_in(world.ada)
    assert "checked" in ada.get(f"{URL}{line.pk}/").text
    ada.post(f"{URL}{line.pk}/", GIVEN)
    assert SavedReply.objects.get().approved_at is not None
    ada.post(f"{URL}{line.pk}/", GIVEN | {"text": "Altro."})
    assert SavedReply.objects.get().approved_at is None


def test_another_brand_cannot_know_of_it(world, line):
    assert signed_in(world.zoe).post(f"{URL}{line.pk}/approval/", {"text": TEXT}).status_code == 404


def test_in_a_thread_with_a_pile_on_it_stands_first_beside_the_composer(world, line):
    approve(world.bruno, line)
    asked = now_says(world, "Vergogna!")
    beside = f"/conversations/{asked.pk}/beside/"
    assert "Lines for today" not in signed_in(world.ada).get(beside, headers=HTMX).text
    now = timezone.now()
    PileOn.objects.create(
        brand=world.brand, channel=world.rossi, root="menu", began_at=now, at=now, seen_at=now, slope=1, voices=6
    )
    page = signed_in(world.ada).get(beside, headers=HTMX).text
    assert page.index("Lines for today") < page.index("/punto")
    assert page.count("/punto") == 1
