"""The figures: a sentence, a drawing, a table behind it, and the way down to the conversations."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from premura.measure import speed, unanswered
from premura.models import Agent, Calendar, Conversation, Hourly, Repeat
from tests.measure.said import ago, answered, resolved, wrote
from tests.web.test_inbox import signed_in

PAGES = ("", "speed/", "speed/?days=28", "speed/slowest/", "unanswered/", "coverage/", "forecast/")


@pytest.fixture
def bruno(world):
    Agent.objects.update(language="en")
    return signed_in(world.bruno)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def drawings(text: str) -> list[str]:
    """Return the outermost drawings."""
    return re.findall(
        r'<svg class="(?:pace__bars|day-bars|split|hours)".*?</svg>(?!\s*(?:<svg|<line|<text|</svg))', text, re.DOTALL
    )


def came(world, per_hour=6, days=20):
    this = timezone.now().replace(minute=0, second=0, microsecond=0)
    Hourly.objects.bulk_create(
        Hourly(brand=world.brand, channel=world.rossi, what=what, hour=this - timedelta(hours=n), n=per_hour)
        for n in range(1, days * 24 + 1) for what in ("", "intent question")
    )  # fmt: skip


def a_full_world(world):
    Calendar.objects.create(brand=world.brand, name="Sala", zone="Europe/Rome", week=[[[0, 1440]]] * 7)
    asked = wrote(world, "chiara", ago(hours=6))
    answered(asked, world.ada, ago(hours=3))
    moved = wrote(world, "marco", ago(hours=6), "complaint")
    answered(moved, world.ada, ago(hours=5))
    answered(moved, world.ada, ago(hours=4), private=True)
    resolved(moved, ago(hours=1))
    wrote(world, "lia", ago(hours=5), private=True)
    for root in "ab":
        message = wrote(world, "tom", ago(hours=4), root=root).messages.get()
        Repeat.objects.create(message=message, brand=world.brand, conversation=message.conversation, first=message)
    came(world)
    return asked, moved


def test_one_page_leads_to_all_figures_and_the_cycle_leads_to_it(world, bruno):
    text = bruno.get("/figures/").text
    for address in ("speed/", "unanswered/", "coverage/", "forecast/"):
        assert f'href="/figures/{address}"' in text
    for address in ("/cycle/", "/promises/", "/deciding/owners/#limbo", "/gestures/", "/issues/"):
        assert f'href="{address}"' in text
    assert 'href="/figures/"' in bruno.get("/cycle/").text


@pytest.mark.parametrize("address", PAGES)
def test_each_page_is_there_is_kept_by_nobody_and_has_no_inline_style(world, bruno, address):
    a_full_world(world)
    answer = bruno.get(f"/figures/{address}")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "style=" not in answer.text.split("<main")[1]
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("address", ["speed/", "unanswered/", "coverage/", "forecast/"])
def test_each_drawing_is_sound_has_words_and_a_table_behind_it(world, bruno, address):
    a_full_world(world)
    text = bruno.get(f"/figures/{address}").text
    found = drawings(text)
    assert found
    for drawing in found:
        ElementTree.fromstring(drawing)
        assert re.search(r'role="img" aria-label="[^"]{3,}"', drawing)
    assert "<table" in text


def test_the_speed_says_both_clocks_and_leads_to_the_conversations_of_each_figure(world, bruno):
    asked, moved = a_full_world(world)
    text = bruno.get("/figures/speed/").text
    told = words(text)
    assert "half within 2 h" in told
    assert "In public" in told
    assert "Want to know or to buy something" in told
    addresses = {found.replace("&amp;", "&") for found in re.findall(r'href="(/figures/speed/slowest/[^"]+)"', text)}
    assert any("want=complaint" in address for address in addresses)
    assert any("day=" in address for address in addresses)
    for address in addresses:
        assert bruno.get(address).status_code == 200
    only = bruno.get("/figures/speed/slowest/?want=complaint&private=0").text
    assert f'href="/conversations/{moved.pk}/?view=all"' in only
    assert f'href="/conversations/{asked.pk}/?view=all"' not in only
    assert "waited 1 h" in words(only)


def test_without_a_calendar_only_their_clock_is_drawn_and_it_says_why(world, bruno):
    answered(wrote(world, "chiara", ago(hours=6)), world.ada, ago(hours=3))
    text = bruno.get("/figures/speed/").text
    assert "No calendar says when you work" in words(text)
    assert "pace__work" not in text


@pytest.mark.parametrize(
    "asked",
    [
        "want=money",
        "day=tomorrow",
        "day=0001-01-01",
        "channel=x",
        "channel=99999999999999999999",
        "channel=-1",
    ],
)
def test_who_cannot_be_asked_for_is_not_found(world, bruno, asked):
    assert bruno.get(f"/figures/speed/slowest/?{asked}").status_code == 404


def test_strange_days_are_a_week_and_a_strange_mark_or_language_is_no_trouble(world, bruno):
    answered(wrote(world, "chiara", ago(hours=6)), world.ada, ago(hours=3))
    assert bruno.get("/figures/speed/?days=9999999").context["days"] == 7
    assert bruno.get("/figures/speed/slowest/?after=9_x&days=-1").status_code == 200
    assert "Nobody was answered here" in words(bruno.get("/figures/speed/slowest/?language=pt").text)
    assert bruno.get("/figures/coverage/sold/").status_code == 404


def test_long_lists_go_on_by_their_mark(world, bruno, monkeypatch):
    monkeypatch.setattr(speed, "PAGE", 1)
    monkeypatch.setattr(unanswered, "PAGE", 1)
    for n in range(2):
        answered(wrote(world, f"p{n}", ago(hours=9)), world.ada, ago(hours=7 - n))
        wrote(world, f"q{n}", ago(hours=7 - n))
    for page, first, second in (
        ("speed/slowest/?want=information", "P1", "P0"),
        ("unanswered/?where=public", "Q0", "Q1"),
    ):
        text = bruno.get(f"/figures/{page}").text
        assert f">{first}<" in text
        assert f">{second}<" not in text
        more = re.search(r'href="(\?[^"]*after=[^"]+)"', text)[1].replace("&amp;", "&")
        assert page.partition("?")[2] in more
        rest = bruno.get(f"/figures/{page.partition('?')[0]}{more}").text
        assert f">{second}<" in rest
        assert "after=" not in rest


def test_who_never_had_an_answer_is_told_with_state_age_and_how_often_they_asked_again(world, bruno):
    wrote(world, "chiara", ago(days=6))
    for day in (4, 2):
        wrote(world, "chiara", ago(days=day), flags=["chaser"])
    resolved(wrote(world, "marco", ago(days=33)), ago(days=1))
    wrote(world, "lia", ago(days=1), private=True, flags=["chaser"])
    told = words(bruno.get("/figures/unanswered/").text)
    assert "3 conversations of the last 90 days have no word of ours" in told
    assert "Open · first wrote 6 d ago · asked again 2 times" in told
    assert "Resolved · first wrote 33 days ago" in told
    assert told.count("asked again") == 1
    assert ">Lia<" in bruno.get("/figures/unanswered/?where=private").text
    assert ">Chiara<" not in bruno.get("/figures/unanswered/?where=private").text


def test_what_was_moved_and_what_repeats_lead_to_their_conversations(world, bruno):
    _asked, moved = a_full_world(world)
    told = words(bruno.get("/figures/coverage/").text)
    assert "Of 1 conversation that we answered and resolved, 0 ended where it began: 0 in a hundred." in told
    assert "0 of 2 posts with almost the same words have an answer of their own." in told
    assert f'href="/conversations/{moved.pk}/?view=all"' in bruno.get("/figures/coverage/moved/?days=7").text
    assert bruno.get("/figures/coverage/repeats/").text.count('<li class="row">') == 2
    assert "There is none." in words(bruno.get("/figures/coverage/closed/").text)


def test_the_forecast_says_what_comes_and_how_many_people_it_needs(world, bruno):
    came(world)
    told = words(bruno.get("/figures/forecast/").text)
    assert re.search(r"About 1[.,]?0\d\d messages in the next 7 days", told)
    assert "Too few answers went out" in told
    assert "only a guess" not in told
    conversation = wrote(world, "chiara", ago(days=3))
    for n in range(20):
        answered(conversation, world.ada, ago(hours=40 - n // 2, minutes=n % 2))
    told = words(bruno.get("/figures/forecast/").text)
    assert "People needed, hour by hour" in told
    assert "hours need more people than the 4 who are on duty now" in told or "0 hours need" in told


def test_less_than_two_weeks_are_called_a_guess_and_less_than_three_days_too_early(world, bruno):
    assert "It is too early to say." in words(bruno.get("/figures/forecast/").text)
    came(world, days=5)
    assert "Only 5 days are known, less than two weeks: this is only a guess." in words(
        bruno.get("/figures/forecast/").text
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("speed/", "Nobody has asked anything since"),
        ("unanswered/", "Nobody is left without an answer."),
        ("coverage/", "Nothing that we answered was resolved since"),
        ("coverage/", "Nobody has posted the same words again since"),
        ("forecast/", "It is too early to say."),
    ],
)
def test_an_empty_world_has_words_instead_of_zeros(world, bruno, address, said):
    text = bruno.get(f"/figures/{address}").text
    assert said in words(text)
    assert "<svg" not in text.split("<main")[1]
    assert not re.search(r"\b0\b", words(text.split("<main")[1].split("</main")[0]))


def test_an_agent_sees_nothing_of_another_team_and_is_told_so(world):
    for by in ("cuoco", "oste"):
        answered(wrote(world, by, ago(hours=6)), world.carlo, ago(hours=3))
    wrote(world, "lavapiatti", ago(hours=4))
    Conversation.objects.update(team=world.kitchen)
    ada = signed_in(world.ada)
    for address in ("speed/slowest/", "unanswered/", "speed/"):
        text = ada.get(f"/figures/{address}").text
        assert "Cuoco" not in text
        assert "Lavapiatti" not in text
        assert "dei tuoi gruppi" in text
    assert "Cuoco" in signed_in(world.carlo).get("/figures/speed/slowest/").text
    assert "Cuoco" not in signed_in(world.zoe).get("/figures/speed/slowest/").text


def test_in_italian_the_drawings_keep_their_points(world):
    a_full_world(world)
    text = signed_in(world.bruno).get("/figures/speed/").text
    for width in re.findall(r'width="([^"]+)"', "".join(drawings(text))):
        assert re.fullmatch(r"[\d.]+%?", width)
    for points in re.findall(r'points="([^"]+)"', signed_in(world.bruno).get("/figures/forecast/").text):
        assert re.fullmatch(r"(\d+,-?[\d.]+ ?)+", points)
