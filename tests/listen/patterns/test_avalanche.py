"""Pile-ons in the tables: seen within the batch, told once, lifted in the list, over when it is calm again."""

from datetime import UTC, datetime, timedelta

from premura.listen.patterns import avalanche
from premura.models import Conversation, Event, PileOn, Reaction, Triage
from tests.decide.test_triage import decide, read

WORDS = "Vergogna, non verrò mai più {}"


def crowd(world, n: int, every_s: int = 20, root: str = "menu") -> datetime:
    """Let `n` different people complain under one post, until just now."""
    began = datetime.now(UTC) - timedelta(seconds=n * every_s + world.said)
    said = [
        read(world.says(WORDS.format(k), by=f"ospite{k}", root=root, at=began + timedelta(seconds=k * every_s)))
        for k in range(n)
    ]
    decide(*said)
    return began


def test_many_who_turn_against_one_post_are_a_pile_on_and_stand_on_top(world):
    crowd(world, 10)
    (seen,) = PileOn.objects.all()
    assert (seen.root, seen.ended_at, seen.conversation) == ("menu", None, Conversation.objects.earliest("pk"))
    assert seen.reason["voices"] >= 4
    assert Event.objects.filter(deed="pile-on", channel=world.rossi).count() == 1
    assert {"pile_on"} <= {name for name, *_ in Triage.objects.latest("pk").parts}


def test_it_is_told_once_however_many_go_on(world):
    crowd(world, 10)
    crowd(world, 12)
    avalanche.look(datetime.now(UTC) + timedelta(seconds=30))
    assert PileOn.objects.count() == 1
    assert Event.objects.filter(deed="pile-on").count() == 1


def test_one_angry_person_and_a_calm_hour_are_none(world):
    now = datetime.now(UTC)
    said = [read(world.says(WORDS.format(k), by="dino", at=now - timedelta(seconds=200 - k))) for k in range(15)]
    calm = [
        read(world.says(f"Un po' caro, {k}", by=f"o{k}", root="b", at=now - timedelta(minutes=30 * k)))
        for k in range(7)
    ]
    decide(*said, *calm)
    assert not PileOn.objects.exists()


def test_likes_of_a_complaint_count(world):
    now = datetime.now(UTC)
    said = [
        read(world.says(WORDS.format(k), by=f"o{k}", key=f"k{k}", at=now - timedelta(seconds=900 - 150 * k)))
        for k in range(6)
    ]
    decide(*said)
    PileOn.objects.all().delete()
    Reaction.objects.bulk_create(
        Reaction(brand=world.brand, channel=world.rossi, key=f"r{n}", target="k0", gesture="like", by_key=f"p{n}",
                 by_name="x", at=now - timedelta(seconds=60 - n % 55))
        for n in range(80)
    )  # fmt: skip
    avalanche.look(now)
    assert PileOn.objects.count() == 1


def test_when_it_is_calm_again_it_is_over_and_lifts_nobody(world):
    crowd(world, 10)
    late = datetime.now(UTC) + timedelta(hours=2)
    moved = avalanche.look(late)
    assert PileOn.objects.get().ended_at == late
    assert moved == set(Conversation.objects.values_list("pk", flat=True))


def test_what_a_person_called_over_is_not_raised_again_by_what_was_before(world):
    crowd(world, 10)
    now = datetime.now(UTC)
    PileOn.objects.update(ended_at=now)
    assert avalanche.look(now + timedelta(seconds=20)) == set()
    assert PileOn.objects.count() == 1


def test_likes_of_one_critic_are_seen_within_the_minute(world):
    now = datetime.now(UTC)
    decide(read(world.says(WORDS.format(0), by="c", key="k1", at=now - timedelta(minutes=30))))
    Reaction.objects.bulk_create(
        Reaction(brand=world.brand, channel=world.rossi, key=f"r{n}", target="k1", gesture="like", by_key=f"p{n}",
                 by_name="x", at=now - timedelta(seconds=170 - 2 * n))
        for n in range(80)
    )  # fmt: skip
    avalanche.look(now)
    assert PileOn.objects.get().reason["support"] > 20


def test_likes_of_praise_are_no_pile_on(world):
    now = datetime.now(UTC)
    happy = read(world.says("Buonissimo", by="g", key="k0", at=now - timedelta(minutes=20)), sentiment="positive",
                 intent="praise")  # fmt: skip
    angry = read(world.says(WORDS.format(0), by="c", key="k1", at=now - timedelta(minutes=30)))
    decide(happy, angry)
    Reaction.objects.bulk_create(
        Reaction(brand=world.brand, channel=world.rossi, key=f"r{n}", target="k0", gesture="like", by_key=f"p{n}",
                 by_name="x", at=now - timedelta(seconds=170 - 2 * n))
        for n in range(80)
    )  # fmt: skip
    avalanche.look(now)
    assert not PileOn.objects.exists()
