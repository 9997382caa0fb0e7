"""Who agrees with a complaint counts for it, however deep they stand and whichever came first.  P11."""

import pytest
from django.db import transaction

from premura.listen.patterns import joins
from premura.models import Agreement, Employee, Identity, Message
from tests.conftest import NOON
from tests.decide.test_triage import read

ME_TOO = ("me_too",)


def complains(world, by="chiara", key="c", **more):
    return read(world.says("Il forno è rotto", by=by, key=key, **more))


def agrees(world, by, key="", **more):
    return read(world.says("Anche a me!", by=by, key=key or by, **more), flags=ME_TOO)


def find(*conversations) -> set[int]:
    with transaction.atomic():
        return joins.find(list(Message.objects.filter(conversation__in=conversations).values_list("pk", flat=True)))


def counted(complaint) -> set[str]:
    return {one.by.identity.key for one in Agreement.objects.filter(complaint=complaint).select_related("by__identity")}


def test_who_agrees_with_who_agrees_counts_for_the_complaint(world):
    other = complains(world, "ivo", "other")
    angry = complains(world)
    newer = complains(world, "ugo", "newer")
    dino = agrees(world, "dino", parent="c")
    eva = agrees(world, "eva", parent="dino")
    lia = agrees(world, "lia", parent="eva")
    find(other, angry, newer, dino, eva, lia)
    assert counted(angry) == {"dino", "eva", "lia"}
    assert Agreement.objects.count() == 3


def test_in_a_later_batch_it_counts_there_too(world):
    angry, dino = complains(world), agrees(world, "dino", parent="c")
    find(angry, dino)
    complains(world, "ugo", "newer")
    assert find(agrees(world, "eva", parent="dino")) == {angry.pk}
    assert counted(angry) == {"dino", "eva"}


def test_who_agrees_under_our_answer_agrees_with_whom_we_answered(world):
    angry = complains(world)
    complains(world, "ugo", "newer")
    ours = {"brand": world.brand, "channel": world.rossi, "conversation": angry, "root": "menu", "kind": "comment"}
    Message.objects.create(**ours, key="ours", parent="c", text="Ci dispiace", written_at=NOON, received_at=NOON)
    find(agrees(world, "dino", parent="ours"))
    assert counted(angry) == {"dino"}


@pytest.mark.parametrize("parent", ["c", ""], ids=["under it", "under the same post"])
def test_a_complaint_that_comes_after_who_agrees_finds_them(world, parent):
    dino = agrees(world, "dino", parent=parent)
    assert find(dino) == set()
    world.said = -10  # it was said before
    angry = complains(world)
    assert find(angry) == {angry.pk}
    assert counted(angry) == {"dino"}
    assert find(angry) == set()  # twice says nothing new


def test_who_was_taken_to_agree_with_another_moves_to_what_they_answer(world):
    other = complains(world, "ivo", "other")
    dino = agrees(world, "dino", parent="c")
    find(other, dino)
    assert counted(other) == {"dino"}
    world.said = -10
    angry = complains(world)
    assert find(angry) == {angry.pk, other.pk}
    assert (counted(other), counted(angry)) == (set(), {"dino"})


def test_a_complaint_that_was_said_later_has_nobody_who_agreed_before_it(world):
    dino = agrees(world, "dino")
    assert find(dino, complains(world)) == set()


def test_who_works_for_us_does_not_agree(world):
    Employee.objects.create(brand=world.brand, network="playground", handle="dino.example")
    Employee.objects.create(brand=world.bookshop, network="playground", handle="eva.example")
    angry = complains(world)
    find(angry, agrees(world, "dino", parent="c"), agrees(world, "eva", parent="c"))
    assert counted(angry) == {"eva"}


def test_nobody_agrees_with_themselves_by_another_handle(world):
    angry, again = complains(world), agrees(world, "chiara_82", parent="c")
    Identity.objects.filter(key="chiara_82").update(contact=angry.identity.contact_id)
    assert find(angry, again) == set()
