"""The page of surges, and the line on top of the inbox."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from premura.models import Channel, Event, Hourly, Label, Membership, PileOn, Spike

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HTTP_HX_REQUEST": "true"}
REASON = {"voices": 8, "within": 240, "usual": 1.5, "support": 0, "support_before": 0}


@pytest.fixture
def bruno(client, world):
    client.force_login(world.bruno, BACKEND)
    return client


def pile_on(world, *, ended=False, ago=10, conversation=None, channel=None, root="menu", **more):
    at = timezone.now() - timedelta(minutes=ago)
    channel = channel or world.rossi
    given = {"slope": 1.4, "voices": 8, "reason": REASON} | more
    return PileOn.objects.create(
        brand=channel.brand, channel=channel, root=root, conversation=conversation, began_at=at, at=at, seen_at=at,
        ended_at=at + timedelta(minutes=5) if ended else None, **given,
    )  # fmt: skip


def spike(world, what="", *, n=38, hours_ago=0, channel=None):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours_ago)
    channel = channel or world.rossi
    made = Spike.objects.create(brand=channel.brand, channel=channel, what=what, hour=hour, n=n, usual=6.2)
    Spike.objects.filter(pk=made.pk).update(at=hour)
    return made


def came(world, n=4, days=10):
    this = timezone.now().replace(minute=0, second=0, microsecond=0)
    Hourly.objects.bulk_create(
        Hourly(brand=world.brand, channel=world.rossi, what="", hour=this - timedelta(hours=hour), n=n)
        for hour in range(days * 24)
    )
    Channel.objects.filter(pk=world.rossi.pk).update(connected_at=this - timedelta(days=days))


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_where_all_is_calm_it_says_so(bruno):
    answer = bruno.get("/surges/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    for said in ("nobody turns against anything of ours", "about what it usually brings", "Nothing came in during"):
        assert said in english(bruno).get("/surges/").text


def english(client):
    from premura.models import Agent

    Agent.objects.update(language="en")
    return client


def test_a_pile_on_that_runs_says_why_how_many_and_leads_to_where_it_began(bruno, world):
    conversation = world.says("Vergogna", at=timezone.now())
    pile = pile_on(world, conversation=conversation)
    text = english(bruno).get("/surges/").text
    assert "8 new critical voices in 4 min, usually 1.5 an hour" in text
    assert "8 people" in words(text)
    assert f'href="/conversations/{conversation.pk}/?view=all"' in text
    assert f'action="/surges/{pile.pk}/end/"' in text


def test_a_reason_of_which_nothing_is_known_is_told_by_its_people(bruno, world):
    pile_on(world, reason={})
    assert "8 critical voices" in english(bruno).get("/surges/").text


def test_a_lead_says_that_it_is_over_once_and_its_conversations_are_put_in_their_place(
    bruno, world, django_capture_on_commit_callbacks
):
    from procrastinate.contrib.django.models import ProcrastinateJob

    conversation = world.says("Vergogna", at=timezone.now())
    pile = pile_on(world, conversation=conversation)
    assert bruno.post(f"/surges/{pile.pk}/end/").url == "/surges/"
    assert bruno.post(f"/surges/{pile.pk}/end/").url == "/surges/"
    assert PileOn.objects.get().ended_at is not None
    event = Event.objects.get(deed="pile-on")
    assert (event.by, event.conversation, event.facts) == (world.bruno, conversation, {"over": True, "voices": 8})
    jobs = ProcrastinateJob.objects.filter(task_name="triage")
    assert [job.args for job in jobs] == [{"conversations": [conversation.pk]}]


def test_an_agent_sees_it_but_cannot_end_it(client, world):
    pile = pile_on(world)
    client.force_login(world.ada, BACKEND)
    text = client.get("/surges/").text
    assert "/end/" not in text
    assert client.post(f"/surges/{pile.pk}/end/").status_code == 403
    assert PileOn.objects.get().ended_at is None


def test_another_team_and_another_brand_see_nothing_of_it(client, world):
    pile = pile_on(world)
    spike(world)
    came(world)
    Membership.objects.filter(agent=world.zoe).update(role="admin")
    for stranger in (world.carlo, world.zoe):
        client.force_login(stranger, BACKEND)
        assert "Trattoria Rossi ·" not in words(client.get("/surges/").text).split("<main")[-1]
        assert 'class="surge"' not in client.get("/surges/").text
        assert 'class="week"' not in client.get("/surges/").text
        assert client.post(f"/surges/{pile.pk}/end/").status_code == 404


def test_a_spike_shows_the_hour_beside_the_usual_in_a_sound_picture_with_words(bruno, world):
    spike(world)
    spike(world, "intent complaint")
    spike(world, f"label {Label.objects.create(brand=world.brand, name='Vino').pk}")
    spike(world, "label 99999")
    text = english(bruno).get("/surges/").text
    pictures = re.findall(r'<svg class="surge__bars".*?</svg>', text, re.DOTALL)
    assert len(pictures) == 4
    ElementTree.fromstring(pictures[0])
    assert 'aria-label="38 messages where 6.2 are usual"' in pictures[0]
    assert 'width="70.0%"' in pictures[0]
    for what in ("All messages", "Complaint", "Label “Vino”", "a label that is gone"):
        assert what in text


def test_spikes_of_last_week_are_gone_and_a_long_list_goes_on(bruno, world):
    spike(world, "intent praise", hours_ago=24 * 8)
    for hour in range(25):
        spike(world, hours_ago=hour)
    text = bruno.get("/surges/").text
    assert text.count("surge__bars") == 20
    more = re.search(r'href="(/surges/\?spikes=[^"]+)"', text)[1]
    rest = bruno.get(more, **HTMX).text
    assert rest.count("surge__bars") == 5
    assert "<main" not in rest
    assert bruno.get(more).text.count("surge__bars") == 5
    assert bruno.get("/surges/?spikes=nonsense&weeks=x&past=1-2-3").status_code == 200


def test_pile_ons_that_are_over_stand_below_page_by_page(bruno, world):
    for number in range(21):
        pile_on(world, ended=True, root=str(number), ago=20 + number)
    text = english(bruno).get("/surges/").text
    assert text.count("it lasted 5 min") == 20
    more = re.search(r'href="(/surges/\?past=[^"]+)"', text)[1]
    assert english(bruno).get(more, **HTMX).text.count("it lasted") == 1


def test_the_week_of_a_channel_is_a_line_over_its_usual_band_with_words_and_a_table(bruno, world):
    came(world)
    text = english(bruno).get("/surges/").text
    picture = re.search(r'<svg class="week__picture".*?</svg>\s*<details', text, re.DOTALL)[0].removesuffix("<details")
    drawing = ElementTree.fromstring(picture)
    line = drawing.find(".//polyline").get("points").split()
    assert len(line) == 168
    assert len(drawing.find(".//polygon").get("points").split()) == 336
    assert "672 messages in 7 days" in picture
    assert "style=" not in picture
    assert "In the next 8 hours about 32 are to be expected" in text
    assert text.count('<th scope="row">') in (7, 8)


def test_channels_are_shown_a_few_at_a_time(bruno, world):
    came(world)
    this = timezone.now().replace(minute=0, second=0, microsecond=0)
    for key in "abcdef":
        channel = Channel.objects.create(brand=world.brand, network="playground", key=key, name=key, handle=key)
        Hourly.objects.create(brand=world.brand, channel=channel, what="", hour=this, n=3)
    text = bruno.get("/surges/").text
    assert text.count('class="week"') == 5
    more = re.search(r'href="(/surges/\?weeks=[^"]+)"', text)[1]
    assert bruno.get(more, **HTMX).text.count('class="week"') == 2


def test_who_is_on_duty_reads_of_it_on_top_of_the_inbox_and_the_line_goes_when_it_is_over(bruno, world):
    english(bruno)
    calm = bruno.get("/inbox/open/").text
    assert 'id="surge"' in calm
    assert "just now" not in calm
    pile = pile_on(world)
    assert "Many people turn against one item just now." in bruno.get("/inbox/open/").text
    PileOn.objects.filter(pk=pile.pk).update(ended_at=timezone.now())
    spike(world)
    Spike.objects.update(at=timezone.now())
    said = "Much more comes in than is usual at this hour."
    assert said in bruno.get("/surges/?notice=1", **HTMX).text
    Spike.objects.update(at=timezone.now() - timedelta(minutes=70))
    assert said not in bruno.get("/surges/?notice=1", **HTMX).text


def test_who_is_off_duty_or_of_another_team_is_left_in_peace(client, world):
    pile_on(world)
    Membership.objects.filter(agent=world.bruno).update(on_duty=False)
    for person in (world.bruno, world.carlo, world.zoe):
        client.force_login(person, BACKEND)
        assert 'href="/surges/">' not in client.get("/surges/?notice=1", **HTMX).text


def test_the_notice_costs_one_question(world, django_assert_num_queries):
    from premura import access
    from premura.web import surges

    pile_on(world)
    standing = access.standing(world.ada)
    with django_assert_num_queries(1):
        assert surges.notice(standing)
