"""Equal questions under one post stand together, with who has an answer.  P30."""

import pytest
from django.utils import timezone

from premura import access
from premura.decide import affected, asked_alike, problems
from premura.decide.asked_alike import How
from premura.models import Affected, Conversation, Employee, Event, KnownIssue, Message, Post, Reading
from tests.measure.said import ago, answered, wrote


@pytest.fixture
def post(world):
    return Post.objects.create(
        brand=world.brand, channel=world.rossi, key="menu", text="La vendemmia è cominciata", written_at=ago(days=3)
    )


@pytest.fixture(autouse=True)
def by_words(monkeypatch):
    """As where the encoder is not installed: the same on every machine."""
    monkeypatch.setattr("premura.text.vectors.available", lambda: False)


def asks(world, by, text="Quando arriva il vino nuovo?", days=1.0, **more):
    return wrote(world, by, ago(days=days), text=text, flags=["asks_question"], **more)


def under(world, post, who="bruno"):
    return asked_alike.under(access.standing(getattr(world, who)), post)


def names(group):
    return {one.name for one in group.askers}


def test_who_asks_the_same_stands_together_and_who_asks_something_else_does_not(world, post):
    asks(world, "a")
    asks(world, "b", "quando arriva il vino nuovo")
    asks(world, "c", "Ma il vino nuovo quando arriva??")
    asks(world, "d", "Siete aperti domenica sera?")
    asks(world, "e", "Che bel tramonto sulle colline?")
    groups = under(world, post)
    assert [names(group) for group in groups] == [{"A", "B", "C"}]
    assert (groups[0].people, groups[0].unanswered, groups[0].issue) == (3, 3, None)
    asks(world, "f", "Siete aperti domenica sera?")
    assert [group.people for group in under(world, post)] == [3, 2]


def test_while_the_encoder_loads_words_decide_and_nobody_waits(world, post, monkeypatch):
    monkeypatch.setattr("premura.text.vectors.available", lambda: True)
    monkeypatch.setattr("premura.prepare.nearness.warm", lambda: False)
    monkeypatch.setattr("premura.text.vectors.encode", lambda texts: pytest.fail("it was waited for"))
    asks(world, "a")
    asks(world, "b", "Ma il vino nuovo quando arriva??")
    assert [group.people for group in under(world, post)] == [2]


def test_who_asks_twice_is_one_person_and_one_alone_is_no_group(world, post):
    asks(world, "a", days=2)
    asks(world, "a")
    assert under(world, post) == []
    asks(world, "b")
    assert [group.people for group in under(world, post)] == [2]


def test_an_answer_is_direct_by_reference_or_missing(world, post):
    issue = KnownIssue.objects.create(
        brand=world.brand, title="Vino nuovo", owner=world.ada, permalink="https://rossi.example/vino"
    )
    direct, points, told, both, waits = (asks(world, by) for by in ("direct", "points", "told", "both", "waits"))
    answered(direct, world.ada, ago(hours=5))
    answered(waits, world.ada, ago(hours=5), private=True)
    answered(both, world.ada, ago(hours=6))
    for conversation in (points, both):
        message = answered(conversation, world.ada, ago(hours=5))
        Message.objects.filter(pk=message.pk).update(text="Ciao, lo spieghiamo qui: https://rossi.example/vino")
    for conversation, at in ((points, None), (told, ago(hours=2)), (both, None)):
        Affected.objects.create(issue=issue, conversation=conversation, state="joined", by=world.ada, told_at=at)
    (group,) = under(world, post)
    assert {one.name: one.how for one in group.askers} == {
        "Direct": How.DIRECT, "Points": How.REFERENCE, "Told": How.REFERENCE, "Both": How.DIRECT, "Waits": How.NOT,
    }  # fmt: skip
    assert (group.direct, group.reference, group.unanswered, group.askers[0].name) == (2, 2, 1, "Waits")
    assert group.issue == issue
    assert set(group.outside) == {direct.pk, waits.pk}


def test_a_line_that_points_to_our_answer_to_another_is_a_reference(world, post):
    first, second = asks(world, "a"), asks(world, "b")
    shown = answered(first, world.ada, ago(hours=5))
    Message.objects.filter(pk=shown.pk).update(url="https://playground.example/9")
    line = answered(second, world.ada, ago(hours=4))
    Message.objects.filter(pk=line.pk).update(text="Ciao! Vedi https://playground.example/9")
    (group,) = under(world, post)
    assert {one.name: one.how for one in group.askers} == {"A": How.DIRECT, "B": How.REFERENCE}


def test_who_asks_again_after_our_answer_waits(world, post):
    conversation = asks(world, "a", days=2)
    answered(conversation, world.ada, ago(days=1.5))
    asks(world, "b")
    asks(world, "a")
    (group,) = under(world, post)
    assert group.unanswered == 2


def test_private_removed_elsewhere_our_own_and_what_asks_nothing_does_not_count(world, post):
    asks(world, "a")
    asks(world, "psst", private=True)
    asks(world, "elsewhere", root="altro")
    wrote(world, "tells", ago(hours=5), text="Quando arriva il vino nuovo")
    gone = asks(world, "gone")
    Message.objects.filter(conversation=gone).update(removed_at=timezone.now())
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    asks(world, "rita")
    assert under(world, post) == []


def test_only_the_stretches_that_ask_are_compared(world, post):
    for by, text in (("a", "Bravi, complimenti a tutti. Quando arriva il vino?"), ("b", "Quando arriva il vino?")):
        start = text.index("Quando")
        conversation = asks(world, by, text)
        Reading.objects.filter(message__conversation=conversation).update(
            details={"questions": [[start, len(text)]]}
        )  # fmt: skip
    (group,) = under(world, post)
    assert {one.words for one in group.askers} == {"Quando arriva il vino?"}


def test_no_more_than_the_newest_are_looked_at_and_the_queries_are_few(
    world, post, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(asked_alike, "MOST", 3)
    for n in range(5):
        answered(asks(world, f"p{n}", days=2 - n / 10), world.ada, ago(hours=2))
    standing = access.standing(world.bruno)
    with django_assert_max_num_queries(3):
        (group,) = asked_alike.under(standing, post)
    assert names(group) == {"P2", "P3", "P4"}


def test_an_agent_sees_their_teams_and_another_brand_nothing(world, post):
    for by in "abc":
        asks(world, by)
    Conversation.objects.filter(identity__name="C").update(team=world.kitchen)
    assert [sum(group.people for group in under(world, post, who)) for who in ("bruno", "ada", "carlo", "zoe")] == [
        3, 2, 0, 0,
    ]  # fmt: skip


# -- made known -------------------------------------------------------------------------------------


def test_a_question_is_made_known_with_those_who_asked_and_pressed_twice_known_once(world, post):
    first, second, third = (asks(world, by) for by in "abc")
    standing = access.standing(world.ada)
    issue, n = asked_alike.make_known(standing, post, "  Quando arriva  il vino? ", [first.pk, second.pk])
    assert (issue.title, issue.owner, n) == ("Quando arriva il vino?", world.ada, 2)
    again, n = asked_alike.make_known(standing, post, "Quando arriva il vino?", [first.pk, second.pk, third.pk])
    assert (again, n, KnownIssue.objects.count()) == (issue, 1, 1)
    assert affected.coverage(standing, issue).people == 3
    assert Event.objects.filter(deed=Event.Deed.ISSUE_JOINED).count() == 3
    (group,) = under(world, post)
    assert (group.issue, group.outside) == (issue, [])
    problems.move(standing, issue, "close")
    assert under(world, post)[0].issue is None
    other, _ = asked_alike.make_known(standing, post, "Quando arriva il vino?", [first.pk])
    assert other != issue


def test_only_conversations_under_this_post_and_within_sight_are_put_to_it(world, post):
    mine, kitchens = asks(world, "a"), asks(world, "b")
    elsewhere = asks(world, "c", root="altro")
    Conversation.objects.filter(pk=kitchens.pk).update(team=world.kitchen)
    standing = access.standing(world.ada)
    issue, n = asked_alike.make_known(standing, post, "Vino", [mine.pk, kitchens.pk, elsewhere.pk, 10**12])
    assert n == 1
    assert list(Affected.objects.values_list("conversation", flat=True)) == [mine.pk]
    with pytest.raises(asked_alike.NobodyAsked):
        asked_alike.make_known(standing, post, "Altro", [kitchens.pk, elsewhere.pk])
    with pytest.raises(asked_alike.NobodyAsked):
        asked_alike.make_known(access.standing(world.zoe), post, "Altro", [mine.pk])
    with pytest.raises(problems.NoTitle):
        asked_alike.make_known(standing, post, "  ", [mine.pk])
    assert list(KnownIssue.objects.all()) == [issue]
