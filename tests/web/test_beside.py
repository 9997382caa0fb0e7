"""What helps to answer, beside the thread."""

import re

import pytest
from django.utils import timezone

from premura import access
from premura.models import Reply
from premura.prepare import answers, nearness, saved
from premura.prepare.answers import Said
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_readings import read


@pytest.fixture
def conversation(world):
    nearness.warm(wait=True)
    like = now_says(world, "ma il cane può entrare?", by="polenta", root="b")
    Reply.objects.create(
        brand=world.brand, conversation=like, to=like.messages.get(), author=world.bruno, text="Sì, al guinzaglio.",
        language="it", state="sent", sent_at=timezone.now(), url="https://piazza.example/7",
    )  # fmt: skip
    standing = access.standing(world.bruno)
    answers.make(standing, Said("I cani possono entrare?", "Sì, in corte."))
    answers.make(standing, Said("Il cane può entrare in bottaia?", "Di notte sì.", "internal"))
    answers.make(standing, Said("Il cane entra gratis?", "In privato diciamo di sì.", "direct"))
    saved.make(standing, "porta", "it", "{name}, porta pure {product}")
    asked = now_says(world, "Il mio cane può entrare?")
    read(asked.messages.get())
    return asked


def test_each_suggestion_has_its_source_and_nothing_sends_itself(world, conversation):
    page = signed_in(world.ada).get(f"/conversations/{conversation.pk}/beside/", headers=HTMX).text
    assert "<!doctype" not in page
    assert 'href="https://piazza.example/7"' in page
    assert "Bruno" in page
    assert 'data-inserts="Sì, al guinzaglio."' in page
    assert 'data-inserts="Sì, in corte."' in page
    assert 'data-inserts="Chiara, porta pure «prodotto?»"' in page
    assert '<mark class="gap-mark">«prodotto?»</mark>' in page
    assert "<form" not in page


def test_what_nobody_outside_may_be_told_cannot_be_taken(world, conversation):
    page = signed_in(world.ada).get(f"/conversations/{conversation.pk}/beside/", headers=HTMX).text
    assert "Di notte sì." in page
    assert 'data-inserts="Di notte' not in page
    assert re.search(r'data-inserts="In privato diciamo di sì." data-only="private"', page)


def test_without_a_script_it_is_a_page_of_its_own(world, conversation):
    ada = signed_in(world.ada)
    thread = ada.get(f"/conversations/{conversation.pk}/").text
    assert f'<a href="/conversations/{conversation.pk}/beside/">' in thread
    assert "Sì, al guinzaglio." not in thread  # it never delays the thread
    page = ada.get(f"/conversations/{conversation.pk}/beside/").text
    assert "<!doctype" in page
    assert "Sì, al guinzaglio." in page


def test_a_reader_reads_and_takes_nothing(world, conversation):
    page = signed_in(world.rita).get(f"/conversations/{conversation.pk}/beside/", headers=HTMX).text
    assert "Sì, al guinzaglio." in page
    assert "data-inserts" not in page


def test_another_brand_and_another_team_cannot_know_of_it(world, conversation):
    assert signed_in(world.zoe).get(f"/conversations/{conversation.pk}/beside/").status_code == 404
    assert signed_in(world.carlo).get(f"/conversations/{conversation.pk}/beside/").status_code == 404


def test_it_asks_the_database_a_fixed_number_of_times(world, conversation, django_assert_max_num_queries):
    ada = signed_in(world.ada)
    with django_assert_max_num_queries(30):
        ada.get(f"/conversations/{conversation.pk}/beside/", headers=HTMX)


def test_a_reply_with_a_gap_is_not_sent_and_its_text_stays(world, conversation):
    ada = signed_in(world.ada)
    answer = ada.post(
        f"/conversations/{conversation.pk}/replies/", {"text": "Chiara, porta pure «prodotto?». Ada", "way": "public"}
    )
    assert answer.status_code in (409, 422)
    assert "«prodotto?»" in answer.text
    assert "Manca ancora qualcosa" in answer.text
    assert not Reply.objects.filter(conversation=conversation).exclude(state="draft").exists()


def test_an_answer_under_the_same_post_is_one_key_away(world, conversation):
    like = now_says(world, "Il cane può entrare?", by="gino")
    url = "https://piazza.example/gino"
    Reply.objects.create(
        brand=world.brand, conversation=like, to=like.messages.get(), author=world.bruno, text="Sì, in veranda.",
        language="it", state="sent", sent_at=timezone.now(), url=url,
    )  # fmt: skip
    address = f"/conversations/{conversation.pk}/beside/"
    page = signed_in(world.ada).get(address, headers=HTMX).text
    assert re.search(rf'data-inserts="Chiara, [^"]*{url}" data-key="p" aria-keyshortcuts="p"', page)
    assert page.index("Sì, in veranda.") < page.index("Sì, al guinzaglio.")
    assert 'data-key="p"' not in signed_in(world.rita).get(address, headers=HTMX).text
