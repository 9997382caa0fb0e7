"""A reply that grants more than its author may decide waits for somebody whose role may."""

from decimal import Decimal

import pytest

from premura import access
from premura.interact import approvals, second
from premura.interact import reply as replying
from premura.interact.refusals import BeyondYou
from premura.models import Approvals, Membership, Reply
from premura.prepare import allowances
from premura.prepare.allowances import Limit
from premura.templatetags.writing import want_words, wants
from tests.web.test_inbox import now_says

REFUND = "Le rimborsiamo 80 € oggi stesso."


@pytest.fixture(autouse=True)
def limits(world):
    given = {("agent", "refund"): Limit(up_to=Decimal(50)), ("lead", "refund"): Limit(up_to=Decimal(500))}
    allowances.settle(access.standing(world.elena), given)


def held(world, text: str, by=None) -> Reply:
    asked = now_says(world, "Il vino sapeva di tappo.")
    return replying.submit(asked, text, by=by or world.ada, seen=replying.seen(asked))


def fresh(reply: Reply) -> Reply:
    return Reply.objects.get(pk=reply.pk)


def test_a_refund_beyond_an_agents_limit_waits_and_one_within_it_leaves(world):
    reply = held(world, REFUND)
    assert reply.state == "held"
    assert reply.wants_approval == [
        {"why": "allowance", "what": "refund", "amount": "80", "limit": "50", "role": "agent"}
    ]
    assert held(world, "Le rimborsiamo 50 € oggi stesso.").state == "ready"


def test_what_waits_is_told_in_the_currency_that_its_author_named(world):
    Approvals.objects.update_or_create(brand=world.brand, defaults={"amount_over": 50})
    told = wants(held(world, "Le rimborsiamo 250 franchi."))
    assert "250,00 CHF" in told
    assert "250 CHF" in told.replace("250,00 CHF", "")
    assert "(50 €)" in told
    assert "80,00 €" in wants(held(world, REFUND))


def test_what_waited_before_currencies_were_kept_is_told_in_euros():
    assert "250,00 €" in want_words({"why": "amount", "what": "250.00"})


def test_a_lead_within_their_own_limit_needs_nobody(world):
    assert held(world, REFUND, world.bruno).state == "ready"
    assert held(world, "Le rimborsiamo 600 €.", world.bruno).state == "held"


def test_an_admin_has_no_limit(world):
    assert held(world, "Le rimborsiamo 6.000 €.", world.elena).state == "ready"


def test_one_yes_of_somebody_whose_role_may_lets_it_go(world):
    reply = held(world, REFUND)
    second.approve(fresh(reply), world.bruno)
    assert (fresh(reply).state, fresh(reply).approver) == ("ready", world.bruno)


def test_who_may_not_decide_so_much_cannot_say_yes_and_it_still_waits(world):
    reply = held(world, "Le rimborsiamo 600 €.")
    with pytest.raises(BeyondYou) as caught:
        second.approve(fresh(reply), world.bruno)
    assert caught.value.wants[0]["limit"] == "500"
    assert fresh(reply).state == "held"
    second.approve(fresh(reply), world.elena)
    assert fresh(reply).state == "ready"


def test_a_lead_who_changes_the_words_cannot_grant_more_than_they_may(world):
    reply = held(world, REFUND)
    with pytest.raises(BeyondYou):
        second.approve(fresh(reply), world.bruno, text="Le rimborsiamo 800 €.")
    assert fresh(reply).text == REFUND


def test_where_a_newcomer_grants_little_the_limit_plays_no_part(world):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    reply = held(world, "Le rimborsiamo 20 €.")
    assert [one["why"] for one in reply.wants_approval] == ["newcomer"]


def test_a_brand_without_a_table_asks_no_further(world):
    allowances.settle(access.standing(world.elena), {})
    assert approvals.why(now_says(world, "Allora?"), REFUND, world.ada) == []
