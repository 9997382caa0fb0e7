"""What search engines show while it waits: it moves up with its age, and has a view of its own.  P71."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access, vault
from premura.decide import triage
from premura.decide.order import POINTS, Standing, order
from premura.decide.weights import weigh
from premura.models import Channel, Conversation, Message, Triage, Weights
from premura.networks import NETWORKS
from premura.networks.contract import Kind
from premura.networks.playground import Playground
from premura.templatetags.deciding import part_words
from premura.web.sla_forms import WeightsForm

DAY = timedelta(days=1)


def waits(world, text="Il vino sa di tappo", *, days=2.0, sentiment="negative", intent="complaint", **more):
    """Somebody wrote so many days ago, and nobody answered."""
    said = world.says(text, at=timezone.now() - days * DAY, **more)
    Conversation.objects.filter(pk=said.pk).update(sentiment=sentiment, intent=intent)
    return Conversation.objects.get(pk=said.pk)


def points(conversation, now=None):
    """Return what it gets for standing there, and for how much."""
    triage.triage([conversation.pk], now or timezone.now())
    parts = Triage.objects.get(conversation=conversation).parts
    return next(((worth, n, of) for name, worth, n, of in parts if name == "exposed"), None)


@pytest.mark.parametrize(("days", "worth"), [(0.9, None), (1.1, 8), (2.9, 8), (3.1, 16), (30, 16)])
def test_what_search_engines_show_presses_more_after_one_day_and_after_three(world, days, worth):
    found = points(waits(world, days=days))
    assert (found and found[0]) == worth


def test_it_rests_on_their_words_and_is_told_in_words(world):
    said = waits(world)
    _worth, n, evidence = points(said)
    assert evidence == [Message.objects.get().pk]
    assert part_words(["exposed", 8, n, evidence]) == "si trova con una ricerca, senza risposta da un giorno"
    assert part_words(["exposed", 16, 2, []]) == "si trova con una ricerca, senza risposta da tre giorni"


def test_time_alone_moves_it(world):
    now = timezone.now()
    said = waits(world, days=0.9)
    assert points(said, now) is None
    stirs = Triage.objects.get().stirs_at
    assert stirs <= said.waiting_since + DAY
    assert order(Standing(exposed=[1], waits_since=0.0), {}, 3600).stirs == 24 * 3600
    assert order(Standing(exposed=[1], waits_since=0.0), {}, 25 * 3600).stirs == 72 * 3600
    triage.stir(said.waiting_since + DAY)
    assert any(name == "exposed" for name, *_ in Triage.objects.get().parts)


@pytest.mark.parametrize(
    "given",
    [
        {"kind": Kind.DIRECT},  # nobody reads it
        {"sentiment": "positive", "intent": "praise"},
        {"intent": "spam"},
    ],
)
def test_what_harms_nobody_gets_no_points_for_it(world, given):
    assert points(waits(world, **given)) is None


def test_who_asks_calmly_and_complains_is_exposed_too(world):
    assert points(waits(world, sentiment="neutral")) is not None


def test_a_network_that_search_engines_do_not_see_exposes_nobody(world, monkeypatch):
    said = waits(world)
    monkeypatch.setattr(Playground, "searchable", False)
    assert points(said) is None


def test_once_we_answered_it_is_over_and_begins_anew_with_what_they_write_next(world):
    said = waits(world, days=5)
    Conversation.objects.filter(pk=said.pk).update(waiting_since=None)
    assert points(said) is None
    Conversation.objects.filter(pk=said.pk).update(waiting_since=timezone.now() - DAY / 2)
    assert points(said) is None


def test_words_that_were_taken_back_are_not_to_be_found(world):
    said = waits(world)
    Message.objects.update(removed_at=timezone.now())
    assert points(said) is None


def test_a_brand_chooses_what_it_is_worth(world):
    Weights.objects.create(brand=world.brand, points={"exposed": 20})
    said = waits(world, days=4)
    assert points(said)[0] == 40
    assert weigh(Conversation.objects.select_related("triage").get(), {"exposed": 30}) >= 60
    assert "exposed" in WeightsForm(POINTS).fields


def test_every_network_says_whether_search_engines_show_it():
    from tests.test_house import ROOT

    for name, network in NETWORKS.items():
        assert isinstance(network.searchable, bool)
        assert "Search engines show what is public: " in (ROOT / f"docs/networks/{name}.md").read_text()


# -- the view --------------------------------------------------------------------------------------


def listed(agent):
    return [
        str(row.identity) for row in access.page(access.inbox(access.standing(agent), "exposed", order="first")).rows
    ]


def test_the_view_holds_what_waits_in_public_for_more_than_a_day(world):
    waits(world, by="late", days=1.1)
    waits(world, by="fresh", days=0.9)
    waits(world, by="whisper", kind=Kind.DIRECT)
    waits(world, by="spammer", intent="spam")
    done = waits(world, by="done")
    Conversation.objects.filter(pk=done.pk).update(state="resolved", waiting_since=None)
    assert listed(world.ada) == ["Late"]


def test_what_comes_first_stands_on_top_not_what_is_newest(world):
    angry = waits(world, by="angry", days=9)
    calm = waits(world, by="calm", days=1.5, sentiment="neutral", intent="question")
    triage.triage([angry.pk, calm.pk], timezone.now())
    assert listed(world.ada) == ["Angry", "Calm"]


def test_of_a_network_that_search_engines_do_not_see_nothing_is_listed(world):
    hidden = Channel.objects.create(
        brand=world.brand, team=world.hall, network="closed", key="c", name="C", handle="c", sealed=vault.seal({})
    )
    said = waits(world)
    Conversation.objects.filter(pk=said.pk).update(channel=hidden)
    assert listed(world.ada) == []


def test_another_team_and_another_brand_do_not_see_it(world):
    waits(world)
    assert (listed(world.carlo), listed(world.zoe)) == ([], [])
