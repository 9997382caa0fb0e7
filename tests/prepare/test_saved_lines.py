"""Lines for hard days: marked, and approved word by word by a lead who did not write them."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from premura import access
from premura.models import Event, Membership, SavedReply
from premura.prepare import allowances, saved
from premura.prepare.allowances import Limit

TEXT = "Ciao {name}, lo sappiamo: il punto è nella risposta in alto."


@pytest.fixture
def line(world) -> SavedReply:
    return saved.make(access.standing(world.ada), "punto", "it", TEXT, for_crisis=True)


def approve(agent, line: SavedReply, text: str = TEXT) -> None:
    saved.approve(access.standing(agent), SavedReply.objects.get(pk=line.pk), text)


def test_a_lead_approves_the_very_words_once(world, line):
    assert saved.approved(world.brand.pk) == []
    approve(world.bruno, line)
    (kept,) = saved.approved(world.brand.pk)
    assert (kept, kept.approved_by) == (line, world.bruno)
    assert Event.objects.get(deed="line approved").facts["text"] == TEXT
    with pytest.raises(saved.WordsChanged):
        approve(world.elena, line)


def test_an_agent_does_not_approve(world, line):
    with pytest.raises(PermissionDenied):
        approve(world.carlo, line)


def test_words_that_changed_since_they_were_read_are_not_approved(world, line):
    with pytest.raises(saved.WordsChanged):
        approve(world.bruno, line, "Ciao {name}, altro.")
    assert saved.approved(world.brand.pk) == []


def test_new_words_take_the_approval_back_and_a_new_name_does_not(world, line):
    approve(world.bruno, line)
    ada = access.standing(world.ada)
    saved.change(ada, SavedReply.objects.get(), "altro-nome", "it", TEXT, for_crisis=True)
    assert len(saved.approved(world.brand.pk)) == 1
    saved.change(ada, SavedReply.objects.get(), "altro-nome", "it", TEXT + " Ada", for_crisis=True)
    assert saved.approved(world.brand.pk) == []


def test_who_put_it_into_words_last_does_not_approve_it_while_there_is_another_lead(world, line):
    bruno = access.standing(world.bruno)
    saved.change(bruno, SavedReply.objects.get(), "punto", "it", "Lo sappiamo.", for_crisis=True)
    assert saved.approvable(bruno, SavedReply.objects.all()) == set()
    with pytest.raises(saved.OwnWords):
        approve(world.bruno, line, "Lo sappiamo.")
    Membership.objects.filter(agent=world.elena).delete()
    assert saved.approvable(bruno, SavedReply.objects.all()) == {line.pk}
    approve(world.bruno, line, "Lo sappiamo.")
    assert len(saved.approved(world.brand.pk)) == 1


def test_what_is_no_longer_for_hard_days_is_no_longer_approved(world, line):
    approve(world.bruno, line)
    saved.change(access.standing(world.ada), SavedReply.objects.get(), "punto", "it", TEXT)
    assert saved.approved(world.brand.pk) == []
    assert SavedReply.objects.get().approved_by is None


def test_another_brands_lines_are_not_ours(world, line):
    approve(world.bruno, line)
    assert saved.approved(world.bookshop.pk) == []


def test_a_lead_approves_no_words_that_grant_more_than_they_may(world):
    made = saved.make(access.standing(world.ada), "soldi", "it", "Ti rimborsiamo 80 €.", for_crisis=True)
    allowances.settle(access.standing(world.elena), {("lead", "refund"): Limit(up_to=Decimal(50))})
    with pytest.raises(saved.TooMuch):
        approve(world.bruno, made, "Ti rimborsiamo 80 €.")
    approve(world.elena, made, "Ti rimborsiamo 80 €.")
