"""What is to stay inside: however large the bank is, and in whatever language, a draft that tells it is noticed."""

import pytest

from premura import access
from premura.interact import guard, inside
from premura.models import Entry, Shareable
from premura.prepare import answers
from premura.prepare.answers import Said, Words
from tests.web.test_inbox import now_says

SECRET = "Il fornitore delle bottiglie è la ditta Verdi di Asti, con uno sconto del 38 per cento"
TOLD = "Ciao Chiara, il fornitore delle bottiglie è la ditta Verdi di Asti con uno sconto del 38 per cento."


def bank(world, many: int) -> list[Entry]:
    facts = (f"La cantina numero {n} si apre con la chiave {n + 500}" for n in range(many))
    return Entry.objects.bulk_create(
        Entry(brand=world.brand, question=f"Cantina {n}?", facts=said, shareable=Shareable.INTERNAL)
        for n, said in enumerate(facts)
    )


def tells(world, text: str) -> bool:
    found = guard.check(now_says(world, "Da chi prendete le bottiglie?"), text, world.ada)
    return "internal_fact" in [finding.rule for finding in found]


@pytest.mark.guarded
def test_the_newest_fact_of_a_large_bank_is_held_against_a_draft(world):
    bank(world, 220)
    assert not tells(world, TOLD)
    answers.make(access.standing(world.bruno), Said("Da chi le bottiglie?", SECRET, Shareable.INTERNAL))
    assert tells(world, TOLD)


@pytest.mark.guarded
def test_its_words_in_another_language_stay_inside_too(world):
    standing = access.standing(world.bruno)
    made = answers.make(standing, Said("Da chi le bottiglie?", "Lo sa solo la cantina.", Shareable.INTERNAL))
    told = "Hi Chiara, the bottles come from the Verdi works in Asti at a discount of 38 percent."
    assert not tells(world, told)
    answers.say(standing, made, Words("en", "", "The bottles come from the Verdi works in Asti at a discount of 38 %"))
    assert tells(world, told)


def test_the_newest_come_first_and_who_may_be_told_is_kept_apart(world):
    standing = access.standing(world.bruno)
    for question, facts, shareable in (
        ("Uno?", "Primo.", "internal"), ("Due?", "Secondo.", "direct"), ("Tre?", "Terzo.", "internal"),
        ("Quattro?", "Quarto.", "public"),
    ):  # fmt: skip
        answers.make(standing, Said(question, facts, shareable))
    assert inside.of(world.brand.pk, "") == inside.Inside(("Terzo.", "Primo."), ("Secondo.",))
    assert inside.of(world.bookshop.pk, "") == inside.Inside()


def test_of_a_bank_larger_than_that_what_shares_words_with_the_draft_is_found(world, monkeypatch):
    monkeypatch.setattr(inside, "MOST", 5)
    answers.make(access.standing(world.bruno), Said("Da chi le bottiglie?", SECRET, Shareable.INTERNAL))
    bank(world, 8)
    assert SECRET not in inside.of(world.brand.pk, "Ciao Chiara, arriva giovedì.").internal
    found = inside.of(world.brand.pk, TOLD).internal
    assert found[0] == SECRET
    assert len(found) == 6


def test_what_is_said_otherwise_or_retired_counts_at_once(world):
    standing = access.standing(world.bruno)
    made = answers.make(standing, Said("Da chi?", "Dai Verdi.", Shareable.INTERNAL))
    assert inside.of(world.brand.pk, "").internal == ("Dai Verdi.",)
    answers.change(standing, made, Said("Da chi?", "Dai Bianchi.", Shareable.INTERNAL))
    assert inside.of(world.brand.pk, "").internal == ("Dai Bianchi.",)
    answers.retire(standing, made)
    assert inside.of(world.brand.pk, "").internal == ()
