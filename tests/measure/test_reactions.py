"""What a post of ours set off: counted under that post, in public, and behind the walls.  P3."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from premura import access, vault
from premura.measure import reactions
from premura.models import Channel, Conversation, Event, Message, PileOn, Post, Promise, Reply
from premura.networks.contract import Kind
from tests.decide.test_triage import read

HOUR = timedelta(hours=1)


def publish(world, key="menu", *, days_ago=2.0, channel=None, **more):
    channel = channel or world.rossi
    at = timezone.now() - timedelta(days=days_ago)
    return Post.objects.create(
        brand=channel.brand, channel=channel, key=key, written_at=at, **{"text": "La vendemmia è cominciata"} | more
    )


def says(world, post, text="Bello", *, by="chiara", after_h=1.0, mood="positive", flags=(), **more):
    """Somebody comments so many hours after the post was published."""
    at = post.written_at + after_h * HOUR - timedelta(seconds=world.said + 1)
    said = world.says(text, by=by, root=post.key, at=at, channel=post.channel, **more)
    return read(said, "praise", mood, flags=flags)


def of(world, post, agent=None):
    return reactions.of(access.standing(agent or world.bruno), [post])[0]


def sheet(world, post, agent=None):
    standing = access.standing(agent or world.bruno)
    return reactions.sheet(standing, reactions.of(standing, [post])[0], timezone.now())


# -- the numbers -----------------------------------------------------------------------------------


def test_a_post_has_its_comments_by_tone_its_people_likes_and_shares(world):
    post = publish(world, likes=3, counted_likes=40, shares=2)
    for by, mood in (("a", "negative"), ("b", "negative"), ("c", "neutral"), ("c", "positive"), ("d", "mixed")):
        says(world, post, by=by, mood=mood)
    found = of(world, post)
    assert (found.comments, found.people, found.likes, found.shares, found.all) == (5, 4, 40, 2, 47)
    assert sum(found.tones.values()) == 5
    assert found.tones["negative"] == 2
    assert found.negative == 40


def test_a_post_of_which_nobody_speaks_has_nothing(world):
    found = of(world, publish(world))
    assert (found.comments, found.questions, found.promises, found.negative, found.all) == (0, 0, 0, None, 0)
    assert reactions.of(access.standing(world.bruno), []) == []


def test_what_is_private_taken_back_ours_or_elsewhere_does_not_count(world):
    post, other = publish(world), publish(world, "altro")
    says(world, post, "Psst", kind=Kind.DIRECT)
    gone = says(world, post, by="dino")
    gone.messages.update(removed_at=timezone.now())
    says(world, other, by="ugo")
    counted = says(world, post, by="lia")
    Message.objects.create(
        brand=world.brand, channel=world.rossi, conversation=counted, key="ours", root="menu", kind="comment",
        text="Grazie", written_at=timezone.now(), received_at=timezone.now(),
    )  # fmt: skip
    assert of(world, post).comments == 1


def test_questions_count_while_they_wait_and_promises_while_they_stand(world):
    post = publish(world)
    asks = says(world, post, by="a", flags=["asks_question"])
    says(world, post, by="b")
    answered = says(world, post, by="c", flags=["asks_question"])
    Conversation.objects.filter(pk=answered.pk).update(waiting_since=None, state="pending")
    about = {"brand": world.brand, "conversation": asks, "owner": world.ada, "due_at": timezone.now() + HOUR}
    Promise.objects.create(what="Chiamo", **about)
    Promise.objects.create(what="Scrivo", state="kept", **about)
    found = of(world, post)
    assert (found.questions, found.promises) == (1, 1)
    shown = sheet(world, post)
    assert shown.questions == [asks]
    assert [one.what for one in shown.promises] == ["Chiamo", "Scrivo"]


# -- the list --------------------------------------------------------------------------------------


def test_the_list_goes_on_where_it_stopped_newest_first(world, django_assert_num_queries):
    posts = [publish(world, f"p{n}", days_ago=n + 1) for n in range(5)]
    Post.objects.create(brand=world.brand, channel=world.rossi, text="Un'idea", state="draft")
    standing = access.standing(world.bruno)
    with django_assert_num_queries(2):
        first = reactions.listed(standing, size=3)
    rest = reactions.listed(standing, first.after, size=3)
    assert [row.post for row in [*first.rows, *rest.rows]] == posts
    assert rest.after == ""
    assert len(reactions.listed(standing, "nonsense").rows) == 5


# -- the sheet -------------------------------------------------------------------------------------


def test_comments_are_drawn_by_the_hour_since_it_was_published(world):
    post = publish(world, days_ago=10)
    for by, after_h in (("a", 0.5), ("b", 0.6), ("c", 3.5), ("d", 24 * 8)):
        says(world, post, by=by, after_h=after_h)
    shown = sheet(world, post)
    assert (len(shown.hours), shown.later) == (168, 1)
    assert {hour: n for hour, n in enumerate(shown.hours) if n} == {0: 2, 3: 1}


def test_a_young_post_is_drawn_until_now(world):
    post = publish(world, days_ago=0.1)
    says(world, post, after_h=-0.2)  # the network's clocks do not agree
    shown = sheet(world, post)
    assert (shown.hours, shown.later) == ([1, 0, 0], 0)


def test_who_answers_is_counted_by_person_and_what_was_written_on_the_network_apart(world):
    post = publish(world)
    said = says(world, post)
    for n, author in enumerate((world.ada, world.ada, world.bruno, None)):
        ours = Message.objects.create(
            brand=world.brand, channel=world.rossi, conversation=said, key=f"ours{n}", root="menu", kind="comment",
            text="Grazie", written_at=timezone.now(), received_at=timezone.now(),
        )  # fmt: skip
        if author:
            Reply.objects.create(
                brand=world.brand, conversation=said, to=said.messages.earliest("pk"), author=author, text="Grazie",
                state="sent", message=ours,
            )  # fmt: skip
    assert sorted(sheet(world, post).answers) == [("", 1), ("Ada", 2), ("Bruno", 1)]


def test_pile_ons_and_a_care_alarm_of_today_stand_on_it(world):
    post = publish(world)
    said = says(world, post)
    now = timezone.now()
    about = {"brand": world.brand, "channel": world.rossi, "began_at": now, "at": now, "seen_at": now, "slope": 1}
    pile = PileOn.objects.create(root="menu", voices=5, **about)
    PileOn.objects.create(root="altro", voices=5, **about)
    assert not sheet(world, post).care_alarm
    line = Event.objects.create(brand=world.brand, conversation=said, channel=world.rossi, deed="service alarm")
    shown = sheet(world, post)
    assert (shown.pile_ons, shown.care_alarm) == ([pile], True)
    Event.objects.filter(pk=line.pk).update(at=now - 25 * HOUR)
    assert not sheet(world, post).care_alarm


def test_the_sheet_costs_six_questions_however_much_was_said(world, django_assert_num_queries):
    post = publish(world)
    for n in range(6):
        says(world, post, by=f"o{n}", flags=["asks_question"])
    standing = access.standing(world.bruno)
    numbers = reactions.of(standing, [post])[0]
    with django_assert_num_queries(6):
        reactions.sheet(standing, numbers, timezone.now())


def test_the_comments_of_one_tone_or_of_one_day_are_listed_newest_first(world):
    post = publish(world, days_ago=3)
    for by, mood, after_h in (("a", "negative", 1), ("b", "positive", 2), ("c", "negative", 30)):
        says(world, post, by=by, mood=mood, after_h=after_h)
    standing = access.standing(world.bruno)

    def names(**asked):
        return [str(row.identity) for row in reactions.comments(standing, post, **asked).rows]

    assert names() == ["C", "B", "A"]
    assert names(tone="negative") == ["C", "A"]
    assert (names(day=0), names(day=1), names(day=2)) == (["B", "A"], ["C"], [])
    first = reactions.comments(standing, post, size=2)
    assert [str(row.identity) for row in reactions.comments(standing, post, after=first.after).rows] == ["A"]


# -- the walls -------------------------------------------------------------------------------------


def test_another_team_sees_the_post_and_nothing_of_who_spoke_under_it(world):
    post = publish(world)
    said = says(world, post, flags=["asks_question"])
    Promise.objects.create(
        brand=world.brand, conversation=said, owner=world.ada, what="Chiamo", due_at=timezone.now() + HOUR
    )
    now = timezone.now()
    PileOn.objects.create(
        brand=world.brand, channel=world.rossi, root="menu", began_at=now, at=now, seen_at=now, slope=1, voices=5
    )
    found, shown = of(world, post, world.carlo), sheet(world, post, world.carlo)
    assert (found.comments, found.questions, found.promises) == (0, 0, 0)
    assert (sum(shown.hours), shown.questions, shown.promises, shown.answers) == (0, [], [], [])
    assert shown.pile_ons == []
    assert reactions.comments(access.standing(world.carlo), post).rows == []
    assert of(world, post, world.ada).comments == 1


def test_another_brand_knows_of_nothing(world):
    post = publish(world)
    for pk in (post.pk, 999_999):
        with pytest.raises(Http404):
            reactions.post(world.zoe, pk)
    assert reactions.listed(access.standing(world.zoe)).rows == []
    assert of(world, post, world.zoe).comments == 0
    assert reactions.post(world.rita, post.pk)[1] == post


def test_a_channel_of_another_brand_with_the_same_key_is_not_mixed_in(world):
    theirs = Channel.objects.create(
        brand=world.bookshop, network="playground", key="o", name="O", handle="o", sealed=vault.seal({"signing": "s"})
    )
    post = publish(world)
    says(world, publish(world, channel=theirs))
    assert of(world, post).comments == 0


def test_what_is_only_planned_has_no_sheet(world):
    draft = Post.objects.create(brand=world.brand, channel=world.rossi, text="Un'idea", state="draft")
    with pytest.raises(Http404):
        reactions.post(world.bruno, draft.pk)
