"""Saved replies in a tone, for whom they are, and until when they hold.  P16, P96."""

from datetime import date

import pytest

from premura import access
from premura.models import SavedReply
from premura.prepare import saved
from premura.prepare.saved import Terms

TODAY = date(2026, 3, 10)


def made(world, name: str, tone: str = "", shareable: str = "public", until: date | None = None) -> SavedReply:
    return saved.make(access.standing(world.ada), name, "it", f"Testo {name}", terms=Terms(tone, shareable, until))


def names(world, **asked) -> set[str]:
    return set(saved.sayable(world.brand.pk, today=TODAY, **asked).values_list("name", flat=True))


def test_one_name_has_a_text_for_each_tone_and_not_two(world):
    made(world, "ciao", "tu")
    made(world, "ciao", "lei")
    with pytest.raises(saved.NameTaken):
        made(world, "ciao", "tu")
    assert SavedReply.objects.count() == 2


def test_only_the_tone_of_the_brand_and_any_are_offered_where_one_was_agreed(world):
    for tone in ("", "tu", "lei", "voi"):
        made(world, tone or "any", tone)
    assert names(world, address="lei") == {"lei", "any"}
    assert names(world) == {"any", "tu", "lei", "voi"}


def test_what_is_for_private_stays_out_of_public_and_what_is_internal_out_of_both(world):
    for shareable in ("public", "direct", "internal"):
        made(world, shareable, shareable=shareable)
    assert names(world) == {"public"}
    assert names(world, private=True) == {"public", "direct"}


def test_its_last_day_is_the_last_on_which_it_is_offered(world):
    made(world, "oggi", until=TODAY)
    made(world, "ieri", until=date(2026, 3, 9))
    assert names(world) == {"oggi"}
    assert [row.name for row in saved.listed(access.standing(world.ada)).rows] == ["ieri", "oggi"]


def test_a_line_for_hard_days_that_is_told_to_others_or_for_longer_wants_a_new_yes(world):
    ada, bruno = access.standing(world.ada), access.standing(world.bruno)
    text, until = "Lo sappiamo: il punto è in alto.", date(2026, 3, 31)
    kept = saved.make(ada, "punto", "it", text, for_crisis=True, terms=Terms(valid_until=until))
    saved.approve(bruno, kept, text)
    kept.refresh_from_db()
    saved.change(ada, kept, "altro", "it", text, for_crisis=True, terms=Terms(valid_until=until))
    assert kept.approved_at is not None
    saved.change(ada, kept, "altro", "it", text, for_crisis=True)
    kept.refresh_from_db()
    assert kept.approved_at is None


@pytest.mark.parametrize(
    "terms",
    [Terms(shareable="internal"), Terms(shareable="direct"), Terms(valid_until=date(2020, 1, 1)), Terms(tone="lei")],
)
def test_an_approved_line_that_may_not_be_said_any_more_is_no_line(world, terms):
    saved.make(access.standing(world.ada), "punto", "it", "Lo sappiamo.", for_crisis=True, terms=terms)
    SavedReply.objects.update(approved_at="2026-03-01T10:00Z")
    assert saved.approved(world.brand.pk, "tu") == []


def test_another_brands_texts_are_never_said(world):
    kept = made(world, "ciao")
    assert not saved.sayable(world.bookshop.pk).exists()
    assert saved.may_say(kept)
