"""What is our own is nobody's personal data: a public fact of the bank says so, and nothing else does."""

import pytest

from premura import access
from premura.interact import guard
from premura.models import Brand, Shareable
from premura.prepare import answers
from premura.prepare.answers import Said, Words
from tests.web.test_inbox import now_says

OURS, THEIRS = "IT60X0542811101000000123456", "IT40S0542811101000000123456"
GIFTS = "Ciao Chiara, certo: puoi donare sul nostro conto IT60 X054 2811 1010 0000 0123 456, causale Vigna Aperta."
pytestmark = pytest.mark.guarded


def shows(world, text: str) -> list[str]:
    found = guard.check(now_says(world, "Su quale conto si può donare?"), text, world.ada)
    return [text[one.start : one.end] for one in found if one.rule == "personal_data"]


def kept(world, facts: str, shareable: Shareable = Shareable.PUBLIC):
    return answers.make(access.standing(world.bruno), Said("Dove si dona?", facts, shareable))


def test_an_account_of_ours_that_the_bank_tells_everybody_can_be_written_and_any_other_cannot(world):
    assert shows(world, GIFTS)
    entry = kept(world, f"Si dona sul conto {OURS}.")
    assert shows(world, GIFTS) == []
    assert shows(world, GIFTS + f" Il tuo è {THEIRS}.") == [THEIRS]
    answers.retire(access.standing(world.bruno), entry)
    assert shows(world, GIFTS)


def test_a_fact_that_is_not_for_everybody_or_of_another_brand_makes_nothing_ours(world):
    kept(world, f"Il conto dei dipendenti è {OURS}.", Shareable.INTERNAL)
    kept(world, f"Il conto di Chiara è {OURS}.", Shareable.DIRECT)
    answers.make(access.standing(world.zoe), Said("Dove si dona?", f"Su {OURS}.", Shareable.PUBLIC))
    assert shows(world, GIFTS)


def test_a_variant_in_another_language_tells_it_too(world):
    entry = kept(world, "Si dona in banca.")
    answers.say(access.standing(world.bruno), entry, Words("en", "", f"Our account for gifts is {OURS}."))
    assert shows(world, GIFTS) == []


def test_a_planned_post_can_show_our_own_account(world):
    brand = Brand.objects.get(pk=world.brand.pk)
    assert [one.rule for one in guard.check_post(brand, OURS)] == ["personal_data"]
    kept(world, f"Si dona sul conto {OURS}.")
    assert guard.check_post(brand, OURS) == ()


def test_who_asks_them_for_theirs_beside_our_own_is_stopped(world):
    kept(world, f"Si dona sul conto {OURS}.")
    text = f"Ciao Chiara, il nostro conto è {OURS}. Scrivici qui nei commenti la tua mail e il tuo telefono."
    assert shows(world, text) != []
