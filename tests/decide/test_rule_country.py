"""The country as a condition of a rule: the channel's, or the one that the network gave with the language."""

import pytest
from django.utils import timezone

from premura import access
from premura.decide import owners, rules
from premura.decide.conditions import NotARule
from premura.decide.trial import trial
from premura.models import Channel, Conversation, Message
from tests.decide.test_rules import comes, labels_of, made, said

GERMAN = ["country", "is", ["DE"]]


def speaks(message, language):
    Message.objects.filter(pk=message.pk).update(language=language)
    return message


@pytest.mark.parametrize(
    ("of_channel", "language", "fits"),
    [("DE", "it", True), ("DE", "de-AT", True), ("", "de-DE", True), ("", "de-de", True), ("", "de-AT", False),
     ("AT", "de-DE", False), ("", "de", False), ("", "", False)],
)  # fmt: skip
def test_the_channels_country_is_asked_and_where_it_has_none_the_languages(world, of_channel, language, fits):
    Channel.objects.update(country=of_channel)
    made(world, "There", when=[GERMAN], do=[["label", "there"]])
    made(world, "Elsewhere", when=[["country", "not", ["DE", "FR"]]], do=[["label", "elsewhere"]])
    message = speaks(said(world), language)
    comes(world, message)
    assert labels_of(message) == (["there"] if fits else ["elsewhere"])


@pytest.mark.parametrize(
    ("of_channel", "languages"), [("", ["de-DE", "de"]), ("", ["de-AT", "de-DE"]), ("CH", ["de-DE"])]
)
def test_a_rule_and_the_matrix_mean_the_same_country(world, of_channel, languages):
    Channel.objects.update(country=of_channel)
    owners.make(access.standing(world.elena), owners.Said(world.kitchen.pk, country="DE"))
    made(world, when=[GERMAN], do=[["label", "there"]])
    for language in languages:
        message = speaks(said(world), language)
    comes(world, message)
    conversation = Conversation.objects.select_related("channel").get()
    assert (labels_of(message) == ["there"]) == (owners.of(conversation) is not None)


def test_what_we_wrote_or_they_took_back_says_nothing_of_their_country(world):
    made(world, when=[GERMAN], do=[["label", "there"]])
    ours, gone, here = (speaks(said(world), language) for language in ("de-DE", "de-DE", "de"))
    Message.objects.filter(pk=ours.pk).update(identity=None)
    Message.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    comes(world, here)
    assert labels_of(here) == []


@pytest.mark.parametrize("value", [[], "", ["de"], ["DEU"], [7], "D€", [["DE"]]])
def test_what_is_no_country_is_refused(world, value):
    with pytest.raises(NotARule):
        made(world, when=[["country", "is", value]])
    with pytest.raises(NotARule):
        made(world, when=[["country", "at least", ["DE"]]])


@pytest.mark.parametrize(("how", "touched"), [("is", {"de", "de-DE"}), ("not", {"at", "it"})])
def test_who_waits_is_looked_for_by_country_too(world, how, touched):
    for key, country in (("de", "DE"), ("at", "AT")):
        Channel.objects.create(
            brand=world.brand, team=world.hall, network="playground", key=key, name=key, handle=key, country=country,
            sealed=world.rossi.sealed,
        )  # fmt: skip
    waiting = {
        key: said(world, channel=Channel.objects.get(key=key), minutes_ago=60, by=key, root=key) for key in ("de", "at")
    }
    for language in ("de-DE", "it"):
        waiting[language] = speaks(said(world, minutes_ago=60, by=language, root=language), language)
    made(world, "Slow", "waits", [["waits", "longer than", 30], ["country", how, ["DE"]]], [["label", "slow"]])
    assert rules.wait_rules(timezone.now()) == 2
    assert {key for key, message in waiting.items() if labels_of(message)} == touched


def test_tried_out_it_finds_who_it_would_have_found(world):
    speaks(said(world, by="eva", root="eva"), "de-DE")
    said(world)
    rule = made(world, when=[GERMAN], on=False)
    assert trial(rule).touched == 1


def test_the_country_costs_no_question_more(world, django_assert_num_queries):
    from premura.decide.facts import stands

    ids = [said(world, by=f"p{n}", root=f"p{n}").conversation_id for n in range(3)]
    with django_assert_num_queries(1):
        assert {stand.country for stand in stands(world.brand.pk, ids).values()} == {""}
