"""Who may see what: the brand is a hard wall, the team a soft one, the role says what may be done."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from premura import access
from premura.access import Act
from premura.decide.order import rank
from premura.models import Conversation, Team


def test_an_agent_sees_the_conversations_of_their_teams_and_those_of_none(world):
    halls, nobodys, kitchens = world.says("a"), world.says("b", by="marco"), world.says("c", by="lia")
    Conversation.objects.filter(pk=nobodys.pk).update(team=None)
    Conversation.objects.filter(pk=kitchens.pk).update(team=world.kitchen)
    mine = set(access.conversations(access.standing(world.ada)).values_list("pk", flat=True))
    assert mine == {halls.pk, nobodys.pk}
    assert access.conversations(access.standing(world.bruno)).count() == 3


def test_an_agent_of_another_brand_cannot_know_of_it(world):
    conversation = world.says("a")
    with pytest.raises(Http404):
        access.conversation(world.zoe, conversation.pk)
    with pytest.raises(Http404):
        access.standing(world.zoe, world.brand.pk)


def test_an_agent_of_another_team_cannot_know_of_it(world):
    with pytest.raises(Http404):
        access.conversation(world.carlo, world.says("a").pk)


def test_a_reader_may_read_and_not_reply(world):
    conversation = world.says("a")
    assert access.conversation(world.rita, conversation.pk)[1] == conversation
    with pytest.raises(PermissionDenied):
        access.conversation(world.rita, conversation.pk, Act.REPLY)


@pytest.mark.parametrize(
    ("who", "acts"),
    [
        ("rita", {Act.READ}),
        ("ada", {Act.READ, Act.NOTE, Act.REPLY}),
        ("bruno", {Act.READ, Act.NOTE, Act.REPLY, Act.APPROVE, Act.MODERATE, Act.MERGE}),
        ("elena", set(Act)),
    ],
)
def test_each_role_may_do_just_this(world, who, acts):
    standing = access.standing(getattr(world, who))
    assert {act for act in Act if standing.may(act)} == acts


def test_who_is_switched_off_is_nobody(world):
    world.ada.is_active = False
    with pytest.raises(Http404):
        access.standing(world.ada)


def test_the_counts_are_right_after_every_change(world):
    standing = access.standing(world.ada)
    for number in range(5):
        world.says("ciao", by=f"guest{number}")
    first, second, third = Conversation.objects.order_by("pk")[:3]
    first.resolve(first.last_at)
    second.snooze(second.last_at)
    Conversation.objects.filter(pk=third.pk).update(assignee=world.ada)
    expected = {view: access.inbox(standing, view).count() for view in access.VIEWS}
    assert access.counts(standing) == expected
    assert expected == {
        "mine": 1, "unassigned": 2, "open": 3, "waiting": 0, "snoozed": 1, "resolved": 1, "all": 5
    }  # fmt: skip


def test_the_counts_are_the_same_after_they_are_folded(world):
    from django.db import connection

    for number in range(3):
        world.says("ciao", by=f"guest{number}")
        world.says("ciao ancora", by=f"guest{number}")
    standing = access.standing(world.ada)
    before = access.counts(standing)
    with connection.cursor() as cursor:
        cursor.execute("SELECT premura_tally_fold()")
    assert access.counts(standing) == before


def test_pages_follow_each_other_without_a_gap_or_a_repetition(world):
    for number in range(23):
        world.says("ciao", by=f"guest{number}")
    standing = access.standing(world.ada)
    for number, conversation in enumerate(Conversation.objects.order_by("pk")):
        Conversation.objects.filter(pk=conversation.pk).update(rank=number % 4)
    for order in ("newest", "oldest", "first"):
        seen, after = [], ""
        while True:
            page = access.page(access.inbox(standing, "open", order=order), after, 5, order)
            seen += [row.pk for row in page.rows]
            if not (after := page.after):
                break
        assert len(seen) == len(set(seen)) == 23
    for nonsense in ("nonsense", "7-1-1", "1-nan-2", "-", "7_", "1_x"):
        assert access.page(access.inbox(standing, "open", order="first"), nonsense, order="first").rows
        assert access.page(access.inbox(standing, "open"), nonsense).rows


def test_the_highest_priority_stands_first_and_of_equals_what_is_due_first(world):
    said = [world.says("ciao", by=f"guest{n}").pk for n in range(4)]
    for pk, points, due in zip(said, (10, 30, 10, 30), (5, 9, 7, 8), strict=True):
        Conversation.objects.filter(pk=pk).update(rank=rank(points, due))
    found = access.inbox(access.standing(world.ada), "open", order="first")
    assert [row.pk for row in found] == [said[3], said[1], said[0], said[2]]


def test_the_next_page_of_what_comes_first_is_found_by_the_index(world):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
    after = Conversation.objects.filter(brand=world.brand, state="open").in_order("first")
    plan = after.after_rank(2, 7)[:50].explain()
    assert "inbox_by_priority" in plan
    assert "ROW(rank, id) < ROW(" in plan.split("Index Cond")[1].splitlines()[0]
    assert "Sort" not in plan


@pytest.mark.parametrize(
    "by", [{"language": "de"}, {"sentiment": "negative"}, {"intent": "complaint"}, {"urgency": 2}, {"flag": "chaser"}]
)
def test_conversations_are_found_by_what_was_read(world, by):
    wanted = world.says("Wo bleibt mein Paket")
    world.says("Ciao", by="marco")
    Conversation.objects.filter(pk=wanted.pk).update(
        language="de", sentiment="negative", intent="complaint", urgency=3, flags=["me_too", "chaser"]
    )
    standing = access.standing(world.ada)
    assert [row.pk for row in access.inbox(standing, "open", **by)] == [wanted.pk]
    assert [row.pk for row in access.inbox(access.standing(world.zoe), "open", **by)] == []


def test_a_word_is_found_in_any_language_without_its_accents_and_a_person_by_part_of_the_name(world):
    italian = world.says("Le città sono bellissime", language="it")
    english = world.says("My bottles arrived broken", by="tom", language="en")
    world.says("Niente di che", by="lia")
    standing = access.standing(world.ada)
    assert [row.pk for row in access.search(standing, "citta").rows] == [italian.pk]
    assert [row.pk for row in access.search(standing, "bottle").rows] == [english.pk]
    assert [row.pk for row in access.search(standing, "hiar").rows] == [italian.pk]
    assert access.search(standing, "citta").rows[0].hit == "Le città sono bellissime"
    assert access.search(access.standing(world.zoe), "citta").rows == []
    assert access.search(standing, "  ").rows == []
    assert access.search(standing, "'%_\\ \" OR -").rows is not None


def test_a_thread_shows_answers_below_what_they_answer_whoever_wrote_them(world):
    chiara = world.says("Freddo", key="a")
    world.says("Anche a me", key="b", by="marco", parent="a")
    world.says("Caldo", key="c", by="lia")
    world.says("E oggi?", key="d", parent="b")
    assert [(m.key, m.depth) for m in access.thread(chiara)] == [("a", 0), ("b", 1), ("d", 2), ("c", 0)]


def test_nobody_sees_a_private_conversation_in_anothers_thread(world):
    from premura.networks.contract import Kind

    mine = world.says("Il mio IBAN", kind=Kind.DIRECT, root="chat")
    other = world.says("Ciao", by="marco", kind=Kind.DIRECT, root="chat")
    assert [m.text for m in access.thread(mine)] == ["Il mio IBAN"]
    assert [m.text for m in access.thread(other)] == ["Ciao"]


def test_a_team_of_another_brand_opens_nothing(world):
    Team.objects.create(brand=world.bookshop, name="Sala")
    world.says("a")
    assert access.conversations(access.standing(world.zoe)).count() == 0
