"""Engines: who translates and drafts for a brand; off until an admin filled one in and it answered."""

import html
import re
import threading

import httpx
import pytest
from django.utils import translation

from premura import vault
from premura.models import Engine, Event, Term
from premura.networks.contract import Refused
from premura.prepare import engines
from premura.prepare.engines import Filled
from premura.web import engine_words
from tests.engines.served import KEY
from tests.web.test_inbox import signed_in

URLS = {"libretranslate": "", "deepl": "", "openai": "/v1"}


@pytest.fixture
def elena(world):
    return signed_in(world.elena)


def typed(served, engine: str = "libretranslate", **more) -> dict[str, str]:
    return {"kind": engine, "url": served.url + URLS[engine], "model": "small", "key": KEY} | more


def made(world, served, use: str = "translate", kind: str = "libretranslate", on: bool = True, by=None) -> Engine:
    """Fill an engine in, and switch it on."""
    said = Filled(kind, served.url + URLS[kind], "small", KEY)
    found = engines.fill(world.brand, use, said, by or world.elena)
    Engine.objects.filter(pk=found.pk).update(is_on=on)
    found.refresh_from_db()
    return found


def test_nobody_translates_or_drafts_until_somebody_is_asked_to(world, elena):
    assert Engine.objects.count() == 0
    page = elena.get("/engines/").text
    assert page.count("Nessuno: è spento.") == 2


@pytest.mark.parametrize("kind", URLS)
def test_an_engine_that_is_filled_in_is_off_until_it_answered(world, elena, served, kind):
    page = elena.post("/engines/translate/", typed(served, kind), follow=True).text
    found = Engine.objects.get()
    assert (found.kind, found.use, found.is_on) == (kind, "translate", False)
    assert "spento" in page
    page = elena.post(f"/engines/{found.pk}/switch/", {"on": "1"}, follow=True).text
    found.refresh_from_db()
    assert found.is_on
    assert re.search(r"Risponde \(«Buongiorno \((en|En)\)»\) ed è acceso", page), page
    elena.post(f"/engines/{found.pk}/switch/", {"on": "0"})
    found.refresh_from_db()
    assert not found.is_on


def test_the_key_is_sealed_and_never_shown_again(world, elena, served):
    elena.post("/engines/translate/", typed(served, "deepl"))
    found = Engine.objects.get()
    assert KEY.encode() not in bytes(found.sealed)
    assert vault.unseal(bytes(found.sealed)) == {"key": KEY}
    assert KEY not in elena.get("/engines/").text


def test_an_empty_key_goes_on_with_the_one_that_is_kept_but_only_at_the_same_host(world, elena, served):
    elena.post("/engines/translate/", typed(served))
    elena.post("/engines/translate/", typed(served, key=""))
    assert vault.unseal(bytes(Engine.objects.get().sealed)) == {"key": KEY}
    elena.post("/engines/translate/", typed(served, key="", url="https://other.example"))
    assert bytes(Engine.objects.get().sealed) == b""


def test_a_changed_engine_is_off_again(world, elena, served):
    found = made(world, served)
    elena.post("/engines/translate/", typed(served))
    found.refresh_from_db()
    assert not found.is_on


@pytest.mark.parametrize(
    "url", ["http://10.0.0.7:5000", "http://translate.example", "ftp://x.example", "https://a:b@x.example",
            "https://x.example/?key=1", "https://x.example/#a", "not an address", "https:///v1"],
)  # fmt: skip
def test_an_address_where_words_would_travel_in_clear_is_refused(world, elena, served, url):
    response = elena.post("/engines/translate/", typed(served, url=url))
    assert response.status_code == 422
    assert "https://" in response.text
    assert Engine.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "more"), [("deepl", {"key": ""}), ("openai", {"model": ""}), ("openai", {"kind": "poet"})]
)
def test_what_an_engine_needs_is_asked_for(world, elena, served, kind, more):
    assert elena.post("/engines/translate/", typed(served, kind, **more)).status_code == 422
    assert Engine.objects.count() == 0


def test_only_a_chat_drafts(world, elena, served):
    assert elena.post("/engines/draft/", typed(served, "deepl")).status_code == 422
    assert elena.post("/engines/draft/", typed(served, "openai")).status_code == 302
    assert elena.post("/engines/poems/", typed(served)).status_code == 404


def test_a_test_really_calls_and_says_in_words_what_is_wrong(world, elena, served):
    found = made(world, served)
    assert "Risponde" in elena.post(f"/engines/{found.pk}/test/", follow=True).text
    assert len(served.asked) == 1
    served.status, served.answer = 403, {"error": "Invalid API key"}
    page = elena.post(f"/engines/{found.pk}/test/", follow=True).text
    assert "Non accetta la nostra chiave" in page
    assert "Invalid API key" in page  # its own words stay with it
    served.status, served.answer = 200, None
    assert "Invalid API key" not in elena.post(f"/engines/{found.pk}/test/", follow=True).text


def test_an_engine_that_does_not_answer_stays_off(world, elena, served, monkeypatch):
    monkeypatch.setitem(engines.TIMEOUTS, "translate", httpx.Timeout(0.2))
    found = made(world, served, on=False)
    served.hold = threading.Event()
    page = elena.post(f"/engines/{found.pk}/switch/", {"on": "1"}, follow=True).text
    found.refresh_from_db()
    assert not found.is_on
    assert "Resta spento" in page
    assert "non ha risposto in tempo" in page.lower()


def test_a_server_that_is_not_there_is_told_so(world, elena, served):
    found = made(world, served)
    Engine.objects.update(url="http://127.0.0.1:9")
    assert "Non si raggiunge" in elena.post(f"/engines/{found.pk}/test/", follow=True).text


SAID = {
    "it answered with no words": "it answered with no words",
    "it answered with something else than a translation": "its answer is not what was asked for",
    "it answered with something else than a chat completion": "its answer is not what was asked for",
    "it stopped before the end (length)": "it stopped before the end",
    "it stopped before the end (content_filter)": "its own filter stopped it before the end",
    "models.example.org did not answer in JSON: byte 0": "%(host)s answered in a form that we cannot read",
    "could not reach models.example.org: [Errno 111]": "%(host)s could not be reached",
    "models.example.org did not reply: timed out": "%(host)s did not reply",
    "models.example.org asks us to slow down": "%(host)s asks us to slow down",
    "models.example.org answered 400": "%(host)s answered %(status)s",
    "models.example.org answered 400: no such model": "%(host)s answered %(status)s: %(words)s",
}


@pytest.mark.parametrize("trouble", SAID)
def test_what_an_engine_says_of_itself_is_told_in_the_readers_language(world, elena, served, trouble):
    found = made(world, served)
    Engine.objects.filter(pk=found.pk).update(trouble=trouble)
    facts = {"host": "models.example.org", "status": "400", "words": "no such model"}
    with translation.override("it"):
        told = translation.gettext(SAID[trouble]) % facts
        assert engine_words.why(Refused(trouble)).endswith(told)
    assert told in html.unescape(elena.get("/engines/").text)


@pytest.mark.parametrize(
    "words",
    ["<!DOCTYPE html>\n<title>500</title>", "Oops <b>internal</b> error", "</html>", '{"traceback": [1]}', "x" * 201,
     "\x1f\ufffd\x08"],
)  # fmt: skip
def test_a_servers_own_words_are_left_out_where_they_are_no_plain_line(words):
    with translation.override("en"):
        told = engine_words.told(f"models.example.org answered 500: {words}")
    assert told == "models.example.org answered 500"


def test_a_removed_engine_is_gone_with_its_key(world, elena, served):
    found = made(world, served)
    elena.post(f"/engines/{found.pk}/removal/")
    assert Engine.objects.count() == 0
    assert elena.post(f"/engines/{found.pk}/removal/").status_code == 404


def test_what_was_done_is_written_down_without_the_key(world, elena, served):
    elena.post("/engines/translate/", typed(served))
    found = Engine.objects.get()
    elena.post(f"/engines/{found.pk}/switch/", {"on": "1"})
    elena.post(f"/engines/{found.pk}/removal/")
    lines = list(Event.objects.filter(facts__of="engine").order_by("pk"))
    assert [line.facts["how"] for line in lines] == ["filled in", "switched on", "removed"]
    assert {line.by_id for line in lines} == {world.elena.pk}
    assert KEY not in str([line.facts for line in lines])


def test_only_admins_of_the_brand_have_the_screen(world, served):
    found = made(world, served)
    for agent in (world.ada, world.bruno, world.rita):
        client = signed_in(agent)
        assert client.get("/engines/").status_code == 403
        assert client.post(f"/engines/{found.pk}/test/").status_code == 403
        assert "/engines/" not in client.get("/inbox/open/").text
    world.zoe.memberships.update(role="admin")
    zoe = signed_in(world.zoe)
    assert "127.0.0.1" not in zoe.get("/engines/").text
    for deed in ("test", "switch", "removal"):
        assert zoe.post(f"/engines/{found.pk}/{deed}/", {"on": "0"}).status_code == 404
    assert served.asked == []


def test_a_word_of_the_glossary_is_kept_said_otherwise_and_taken_out(world, elena):
    elena.post("/engines/terms/", {"text": " olio  nuovo ", "in-de": "Olio Nuovo", "in-en": ""})
    term = Term.objects.get()
    assert (term.text, term.translations) == ("olio nuovo", {"de": "Olio Nuovo"})
    elena.post("/engines/terms/", {"text": "olio nuovo", "in-en": "new oil"})
    assert Term.objects.get().translations == {"en": "new oil"}
    assert "new oil" in elena.get("/engines/").text
    assert "Scrivi prima la parola" in elena.post("/engines/terms/", {"text": " "}, follow=True).text
    elena.post(f"/engines/terms/{term.pk}/removal/")
    assert Term.objects.count() == 0
    assert elena.post(f"/engines/terms/{term.pk}/removal/").status_code == 404


def test_a_glossary_is_its_brands_own(world, elena):
    elena.post("/engines/terms/", {"text": "Rossi"})
    world.zoe.memberships.update(role="admin")
    zoe = signed_in(world.zoe)
    assert zoe.post(f"/engines/terms/{Term.objects.get().pk}/removal/").status_code == 404
    assert "Rossi" not in zoe.get("/engines/").text.split('id="glossary"')[1]


def test_a_glossary_has_an_end(world, elena, monkeypatch):
    monkeypatch.setattr(engines, "MOST_TERMS", 1)
    elena.post("/engines/terms/", {"text": "Uno"})
    assert "è piena" in elena.post("/engines/terms/", {"text": "Due"}, follow=True).text
    assert Term.objects.count() == 1
