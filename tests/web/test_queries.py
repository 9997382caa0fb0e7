"""The screens of listening queries, and the inbox of what one found."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from premura.listen import queries as listening
from premura.models import Agent, Channel, Hourly, ListeningQuery, Message, QueryHit, Spike
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture(autouse=True)
def in_english(world):
    Agent.objects.update(language="en")
    for agent in (world.ada, world.bruno, world.rita, world.carlo, world.zoe):
        agent.language = "en"


@pytest.fixture
def bruno(world, in_english):
    return signed_in(world.bruno)


@pytest.fixture
def vino(world):
    return ListeningQuery.objects.create(brand=world.brand, name="Vino", words="vino OR tappo", by=world.bruno)


def heard(world, text, **more):
    conversation = now_says(world, text, **more)
    message = conversation.messages.latest("pk")
    listening.hear({message.brand_id: [message.pk]})
    return conversation


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_lead_writes_a_query_and_finds_it_in_the_list(world, bruno):
    assert "Nothing is listened for yet" in bruno.get("/queries/").text
    answer = bruno.post("/queries/new/", {"name": "Vino", "words": "vino NEAR/3 tappo", "do": "keep"})
    made = ListeningQuery.objects.get()
    assert answer.url == f"/queries/{made.pk}/"
    page = bruno.get("/queries/").text
    assert "vino NEAR/3 tappo" in page
    assert 'aria-current="page">Listening</a>' in page


def test_the_list_draws_a_week_of_hits_with_words_and_says_who_is_off(world, bruno, vino):
    heard(world, "Il vino")
    heard(world, "Ancora vino", by="dino")
    page = bruno.get("/queries/").text
    (picture,) = re.findall(r'<svg class="query__bars".*?</svg>', page, re.DOTALL)
    ElementTree.fromstring(picture)
    assert 'aria-label="2 messages in 7 days"' in picture
    assert picture.count("<rect") == 1
    assert "style=" not in picture
    bruno.post(f"/queries/{vino.pk}/switch/", {"on": "0"})
    assert not ListeningQuery.objects.get().is_on
    assert ">off<" in bruno.get("/queries/").text
    assert "nothing new is listened to" in bruno.get(f"/queries/{vino.pk}/").text
    bruno.post(f"/queries/{vino.pk}/switch/", {"on": "1"})
    assert ListeningQuery.objects.get().is_on


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"words": "vino AND"}, "“AND” at character 6 has nothing on its right. Nothing was kept."),
        ({"words": "(vino"}, "The bracket at character 1 is never closed."),
        ({"words": "-vino"}, "would find nearly everything"),
        ({"words": "   "}, "Write at least one word"),
        ({"words": "x" * 5001}, "It is longer than 5000 characters."),
        ({"words": "lang:it"}, "would find too much"),
        ({"words": "<b> <script> NEAR/900 a"}, "is too far: at most NEAR/100"),
        ({"name": " "}, "It needs a name."),
        ({"name": "Vino"}, "There is one of this name already."),
        ({"name": "x" * 101}, "at most 100 characters"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_was_typed_stays(bruno, vino, given, said):
    answer = bruno.post("/queries/new/", {"name": "Acqua", "words": "acqua frizzante", "do": "keep"} | given)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "<script> NEAR" not in answer.text
    assert ListeningQuery.objects.count() == 1


def test_every_fault_of_the_parser_has_its_words():
    from premura.templatetags.listening import WRONG, wrong
    from premura.text.query import Fault, QueryError

    assert set(WRONG) == set(Fault)
    for fault in Fault:
        assert "%(" not in wrong(QueryError(fault, "vino AND", 5, 8))


def test_the_fifty_first_is_not_kept(world, bruno):
    ListeningQuery.objects.bulk_create(
        ListeningQuery(brand=world.brand, name=str(n), words="vino", by=world.bruno) for n in range(50)
    )
    answer = bruno.post("/queries/new/", {"name": "Acqua", "words": "acqua"})
    assert answer.status_code == 422
    assert "There are 50 already" in answer.text


def test_tried_out_it_says_what_it_would_have_found_and_keeps_nothing(world, bruno):
    conversation = now_says(world, "Il vino <i>sa</i> di tappo")
    answer = bruno.post("/queries/new/", {"words": "vino", "do": "try"})
    assert answer.status_code == 200
    text = answer.text
    assert "In the last 30 days it would have found 1 message." in text
    assert "It looked at one message." in text
    assert f'href="/conversations/{conversation.pk}/?view=all#message-' in text
    assert "Il <mark>vino</mark> &lt;i&gt;sa&lt;/i&gt; di tappo" in text
    assert not ListeningQuery.objects.exists()


def test_tried_out_by_htmx_only_the_trial_comes_also_where_it_is_wrong(world, bruno):
    now_says(world, "Il vino")
    found = bruno.post("/queries/new/", {"words": "vino", "do": "try"}, headers=HTMX)
    assert found.text.strip().startswith('<section class="panel" id="trial"')
    assert "would have found 1 message" in found.text
    wrong = bruno.post("/queries/new/", {"words": "vino AND", "do": "try"}, headers=HTMX)
    assert wrong.status_code == 422
    assert "Words: “AND” at character 6" in wrong.text
    nothing = bruno.post("/queries/new/", {"words": "olio", "do": "try"}, headers=HTMX)
    assert "it would have found nothing" in nothing.text


def test_the_form_explains_the_language_and_shows_what_is_kept(bruno, vino):
    page = bruno.get(f"/queries/{vino.pk}/change/").text
    assert "vino OR tappo</textarea>" in page
    for example in ("NEAR/4", "rimbors*", "lang:it", "-ricevuto"):
        assert example in page


def test_a_query_is_changed_and_deleted_and_the_second_time_it_is_gone(world, bruno, vino):
    heard(world, "Il vino")
    assert bruno.post(f"/queries/{vino.pk}/change/", {"name": "Tappo", "words": "tappo"}).status_code == 302
    assert (ListeningQuery.objects.get().words, QueryHit.objects.count()) == ("tappo", 0)
    assert bruno.post(f"/queries/{vino.pk}/change/", {"name": "Tappo", "words": '"tappo'}).status_code == 422
    assert ListeningQuery.objects.get().words == "tappo"
    assert bruno.post(f"/queries/{vino.pk}/change/", {"do": "remove"}).url == "/queries/"
    assert bruno.post(f"/queries/{vino.pk}/change/", {"do": "remove"}).status_code == 404
    assert Message.objects.count() == 1


def test_agents_and_readers_see_and_do_not_change(world, vino):
    heard(world, "Il vino")
    for person in (world.ada, world.rita):
        client = signed_in(person)
        page = client.get("/queries/").text
        assert "vino OR tappo" in page
        for part in ("new/", f"{vino.pk}/change/"):
            assert part not in page
            assert client.get(f"/queries/{part}").status_code == 403
        assert "<mark>vino</mark>" in client.get(f"/queries/{vino.pk}/").text
        assert client.post(f"/queries/{vino.pk}/switch/", {"on": "0"}).status_code == 403


def test_another_team_reads_nothing_of_it_and_another_brand_knows_nothing_of_it(world, vino):
    heard(world, "Il vino segreto")
    carlo, zoe = signed_in(world.carlo), signed_in(world.zoe)
    assert "segreto" not in carlo.get(f"/queries/{vino.pk}/").text
    assert "0 messages in 7 days" in carlo.get("/queries/").text
    assert "segreto" not in carlo.get(f"/inbox/all/?query={vino.pk}").text
    for part in ("", "change/"):
        assert zoe.get(f"/queries/{vino.pk}/{part}").status_code == 404
    assert "Vino" not in zoe.get("/queries/").text
    page = zoe.get(f"/inbox/all/?query={vino.pk}").text
    assert "segreto" not in page
    assert ">Vino<" not in page


def test_hits_go_on_page_by_page(world, bruno, vino):
    for n in range(31):
        heard(world, f"vino {n}", by=f"guest{n}")
    text = bruno.get(f"/queries/{vino.pk}/").text
    assert text.count('class="list__main hit"') == 30
    more = re.search(r'href="(/queries/\d+/\?after=[^"]+)"', text)[1]
    rest = bruno.get(more, headers=HTMX).text
    assert rest.count('class="list__main hit"') == 1
    assert "<main" not in rest


def test_the_inbox_shows_the_conversations_of_a_query_with_its_name_on_a_chip(world, bruno, vino):
    heard(world, "Il vino sa di tappo")
    heard(world, "Anche il mio vino", by="dino")
    heard(world, "Il conto, grazie", by="elsa")
    page = bruno.get(f"/inbox/all/?query={vino.pk}").text
    assert "sa di tappo" in page
    assert "Il conto, grazie" not in page
    assert re.search(r'<a class="chip" href="/inbox/all/">Vino\s', page)
    assert f'<option value="{vino.pk}" selected>Vino</option>' in page
    combined = bruno.get(f"/inbox/open/?query={vino.pk}&network=bluesky").text
    assert "sa di tappo" not in combined
    assert 'href="/inbox/open/?network=bluesky"' in combined


def test_a_query_that_is_gone_or_makes_no_sense_still_opens_the_list(world, bruno):
    now_says(world, "Il vino sa di tappo")
    assert "Nothing fits these filters" in bruno.get("/inbox/all/?query=99999").text
    assert "sa di tappo" in bruno.get("/inbox/all/?query=x").text


def test_without_queries_the_filter_is_not_offered(bruno):
    assert 'name="query"' not in bruno.get("/inbox/all/").text


def test_a_spike_of_a_query_says_its_name_and_leads_to_what_it_found(world, bruno, vino):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for what in (f"query {vino.pk}", "query 99999"):
        Spike.objects.create(brand=world.brand, channel=world.rossi, what=what, hour=hour, n=38, usual=6)
    page = bruno.get("/surges/").text
    assert f'<a href="/queries/{vino.pk}/">Listening query “Vino”</a>' in page
    assert "Listening query “a listening query that is gone”" in page


def test_from_the_first_words_to_the_surge(world, bruno, vino):
    from premura.listen import spikes

    now = timezone.now()
    Channel.objects.update(connected_at=now - timedelta(weeks=12))
    ListeningQuery.objects.update(made_at=now - timedelta(weeks=12))
    Hourly.objects.create(brand=world.brand, channel=world.rossi, what="", hour=now - timedelta(weeks=9), n=3)
    for n in range(8):
        heard(world, "Il vino sa di tappo", by=f"guest{n}", minutes_ago=0)
    spikes.count_hours(timezone.now())
    spikes.look(timezone.now())
    assert "Listening query “Vino”" in bruno.get("/surges/").text
