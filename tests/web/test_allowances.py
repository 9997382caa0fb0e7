"""The table of who may decide what, and what people see of it while they answer."""

from decimal import Decimal

import pytest

from premura import access
from premura.interact import reply as replying
from premura.models import Agent, Allowance
from premura.prepare import allowances
from premura.prepare.allowances import Limit
from tests.web.test_inbox import HTMX, now_says, signed_in

URL = "/allowances/"
GIVEN = {"agent-refund": "up to", "agent-refund-most": "50", "agent-replacement": "never", "lead-date": "up to",
         "lead-date-most": "14"}  # fmt: skip


@pytest.fixture(autouse=True)
def english(world):
    Agent.objects.update(language="en")
    for agent in (world.ada, world.bruno, world.elena, world.rita, world.zoe):
        agent.refresh_from_db()


def refunds(world, most=50):
    allowances.settle(access.standing(world.elena), {("agent", "refund"): Limit(up_to=Decimal(most))})


def held(world, text="Le rimborsiamo 80 €."):
    asked = now_says(world, "Il vino sapeva di tappo.")
    return replying.submit(asked, text, by=world.ada, seen=replying.seen(asked))


def test_an_admin_sets_it_and_finds_it_as_it_was_set(world):
    elena = signed_in(world.elena)
    assert elena.get(URL).status_code == 200
    assert elena.post(URL, GIVEN).status_code == 302
    assert set(Allowance.objects.values_list("role", "what", "may", "up_to")) == {
        ("agent", "refund", True, Decimal(50)),
        ("agent", "replacement", False, None),
        ("lead", "date", True, Decimal(14)),
    }
    page = elena.get(URL).text
    assert 'name="agent-refund-most" value="50"' in page
    assert "Who may decide what" in page


def test_a_limit_above_a_thousand_is_taken_as_it_is_written(world):
    assert signed_in(world.elena).post(URL, GIVEN | {"agent-refund-most": "1,000.50"}).status_code == 302
    assert Allowance.objects.get(what="refund").up_to == Decimal("1000.50")


def test_all_others_read_it_and_change_nothing(world):
    refunds(world)
    for agent in (world.ada, world.bruno, world.rita):
        client = signed_in(agent)
        page = client.get(URL).text
        assert "up to 50 €" in page
        assert "<select" not in page
        assert client.post(URL, {}).status_code == 403
    assert Allowance.objects.count() == 1


def test_another_brand_reads_its_own(world):
    refunds(world)
    assert "up to 50 €" not in signed_in(world.zoe).get(URL).text


@pytest.mark.parametrize("wrong", [{"agent-refund-most": ""}, {"agent-refund-most": "molto"}, {"agent-refund": "x"}])
def test_a_number_that_is_missing_or_is_none_changes_nothing(world, wrong):
    refunds(world)
    answer = signed_in(world.elena).post(URL, GIVEN | wrong)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert Allowance.objects.get().up_to == Decimal(50)


def test_the_list_of_held_replies_says_why_in_plain_words(world):
    refunds(world)
    held(world)
    page = signed_in(world.bruno).get("/held/").text
    assert "a refund of 80 € is beyond what an agent may decide (50 €)" in page
    assert "data-approves" in page


def test_a_lead_whose_own_limit_is_lower_has_no_button_and_is_refused(world):
    given = {("agent", "refund"): Limit(up_to=Decimal(50)), ("lead", "refund"): Limit(up_to=Decimal(60))}
    allowances.settle(access.standing(world.elena), given)
    reply = held(world)
    bruno = signed_in(world.bruno)
    page = bruno.get("/held/").text
    assert "Somebody whose role may says yes: a refund of 80 € is beyond what a lead may decide (60 €)." in page
    assert "data-approves" not in page
    answer = bruno.post(f"/replies/{reply.pk}/approval/", {"from": "held"}, headers=HTMX)
    assert answer.status_code == 409
    assert "a refund of 80 €" in answer.text
    elena = signed_in(world.elena)
    assert "data-approves" in elena.get("/held/").text
    assert elena.post(f"/replies/{reply.pk}/approval/", {"from": "held"}, headers=HTMX).status_code == 200


def test_beside_the_composer_one_reads_what_one_may_decide(world):
    refunds(world)
    asked = now_says(world, "Il vino sapeva di tappo.")
    line = "You decide: refunds up to 50 €."
    assert line in " ".join(signed_in(world.ada).get(f"/conversations/{asked.pk}/beside/", headers=HTMX).text.split())
    assert "You decide" not in signed_in(world.bruno).get(f"/conversations/{asked.pk}/beside/", headers=HTMX).text
