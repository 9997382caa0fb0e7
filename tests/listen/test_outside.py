"""A model of the house's own at an endpoint: what it is sent, what is taken of its answer, and how it may fail."""

import json
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.db import connection

from premura.environment import Reader
from premura.listen import outside, readings
from premura.listen.batch import Heard, Place
from premura.models import Conversation, Message, Reading
from premura.networks.contract import Kind, Person, Refused, Said
from premura.text import onnx
from premura.text import reading as text_reading
from premura.text.labels import LABELS
from premura.text.language import Guess
from premura.text.lessons import Lesson, learn
from premura.text.outside import Opinion
from premura.text.reading import Asked
from tests.conftest import NOON

OURS = text_reading.Reading(
    version="2026.11", tier=2, language=Guess("it", 0.99), sentiment="neutral", score=0.0, emotions={},
    intent="question", intents=(("question", 0.6),), urgency=1, flags=(), questions=(), personal_data=(), abuse=0,
    hate=False, confidence=0.6,
)  # fmt: skip
BAD = {"sentiment": {"negative": 0.9, "neutral": 0.1}, "intents": {"complaint": 0.9}, "urgency": 2}


def completion(content: object) -> dict:
    """A chat completion in the shape of the public contract."""
    content = content if isinstance(content, str | None) else json.dumps(content)
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1795000000, "model": "small",
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": content, "refusal": None}, "logprobs": None,
            "finish_reason": "stop",
        }],
        "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
    }  # fmt: skip


def complains(body: dict) -> tuple[int, dict, dict]:
    """Say of every text that it is a complaint."""
    return 200, {}, completion({"readings": [{"n": n, **BAD} for n, _ in texts(body)]})


def texts(body: dict) -> list[tuple[int, str]]:
    system, user = body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    return [(one["n"], one["text"]) for one in json.loads(user["content"])]


@dataclass
class Endpoint:
    """A server on this machine that answers as told, and notes what it was asked."""

    answer: object = complains
    asked: list[dict] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)
    port: int = 0

    def texts(self) -> list[str]:
        return [text for body in self.asked for _, text in texts(body)]


@pytest.fixture
def endpoint(settings):
    told = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told.asked.append(body | {"path": self.path})
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, answer = told.answer(body)
            out = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", "content-length": str(len(out)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(out)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.READER = Reader(address=f"http://127.0.0.1:{told.port}/v1", model="small")
    settings.READER_KEY = "sk-secret"
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    monkeypatch.setattr(outside, "rest", outside._Rest())


def refined(*said: str, **more) -> list[text_reading.Reading]:
    return outside.refined([Asked(text) for text in said], [OURS] * len(said), **more)


def test_it_is_off_by_default():
    assert django_settings.READER is None
    assert refined("Il pacco non arriva") == [OURS]


# -- what it is sent --------------------------------------------------------------------------------------


def test_one_request_asks_about_twenty_texts_and_what_it_says_is_read(endpoint):
    found = refined(*[f"Il pacco numero {n} non arriva" for n in range(45)])
    assert [len(texts(body)) for body in endpoint.asked] == [20, 20, 5]
    assert {(one.sentiment, one.intent, one.urgency, one.version) for one in found} == {
        ("negative", "complaint", 2, "2026.11+endpoint")
    }


def test_the_request_is_a_chat_completion_with_the_key_it_wants(endpoint):
    refined("Il pacco non arriva")
    (body,), (headers,) = endpoint.asked, endpoint.headers
    assert body["path"] == "/v1/chat/completions"
    assert (body["model"], body["temperature"], body["response_format"]) == ("small", 0, {"type": "json_object"})
    assert "JSON" in body["messages"][0]["content"]
    assert headers["authorization"] == "Bearer sk-secret"


def test_without_a_key_none_is_sent(endpoint, settings):
    settings.READER_KEY = ""
    refined("Il pacco non arriva")
    assert "authorization" not in endpoint.headers[0]


def test_personal_data_does_not_leave_the_house(endpoint):
    refined(
        "Chiamatemi al 347 1234567 o scrivete a chiara.neri@example.it, IBAN IT60X0542811101000000123456",
        "x" * 990 + " cell 347 1234567",
    )
    assert endpoint.texts()[0] == "Chiamatemi al [phone] o scrivete a [email], IBAN [iban]"
    assert "347" not in endpoint.texts()[1]


def test_no_more_than_a_thousand_characters_of_a_text_leave(endpoint):
    refined("perché " * 10_000)
    assert len(endpoint.texts()[0]) == 1_000


def test_nothing_but_number_and_text_leaves(endpoint):
    outside.refined([Asked("Buongiorno", "it")], [OURS], ["Trattoria Rossi"])
    assert json.loads(endpoint.asked[0]["messages"][1]["content"]) == [{"n": 1, "text": "Buongiorno"}]
    assert "Rossi" not in json.dumps(endpoint.asked)


def test_what_stays_on_this_machine_goes_through_no_proxy(endpoint, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert refined("Il pacco non arriva")[0].intent == "complaint"


def test_two_brands_are_never_in_one_request(endpoint):
    found = refined("uno", "due", "tre", "quattro", brands=[1, 2, 1, 2])
    assert [[text for _, text in texts(body)] for body in endpoint.asked] == [["uno", "tre"], ["due", "quattro"]]
    assert {one.intent for one in found} == {"complaint"}


def test_what_has_no_letter_is_not_worth_asking(endpoint):
    assert refined("❤️❤️", "", "12345 !!!") == [OURS] * 3
    assert endpoint.asked == []


def test_what_a_person_put_right_word_for_word_is_not_asked_again(endpoint):
    taught = learn([Lesson("Che spettacolo", "intent", "complaint")], np.zeros((1, len(LABELS)), np.float32))
    outside.refined([Asked("CHE spettacolo!!", lessons=taught), Asked("Altro", lessons=taught)], [OURS] * 2)
    assert endpoint.texts() == ["Altro"]


# -- what is taken of its answer --------------------------------------------------------------------------


def test_what_makes_no_sense_for_one_text_leaves_our_reading_for_that_text(endpoint):
    odd = [
        {"n": 1, **BAD}, {"n": 2, "sentiment": {"negative": 90}}, {"n": 3, "intents": {"rage": 1}},
        {"n": 4, "urgency": 7}, "five", {"n": 6}, {"n": 7, **BAD}, {"n": 7, **BAD}, {"n": 99, **BAD}, {"n": 0, **BAD},
        {"n": "9", "intents": {"praise": "0.8"}},
    ]  # fmt: skip
    endpoint.answer = lambda body: (200, {}, completion({"readings": odd}))
    found = refined(*[f"testo {word}" for word in "abcdefghi"])
    assert [one.intent for one in found] == ["complaint", *["question"] * 7, "praise"]
    assert found[1:8] == [OURS] * 7


def test_an_answer_in_a_fence_is_read_too():
    fenced = completion('```json\n{"readings": [{"n": 1, "urgency": 3}]}\n```')
    assert outside.understood(fenced, 1) == {0: Opinion(urgency=3)}


@pytest.mark.parametrize(
    "answer",
    [
        {}, [], None, "yes", {"choices": []}, {"choices": [{}]}, {"error": {"message": "no"}}, completion(None),
        completion(""), completion("I cannot help with that"), completion({"answer": 1}), completion("{" * 9_000),
        completion({"readings": "none"}), completion('{"readings": [' + "[" * 9_000 + "]" * 9_000 + "]}"),
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_at_all_is_refused_or_empty(answer):
    try:
        assert outside.understood(answer, 3) == {}
    except Refused:
        pass


# -- how it may fail --------------------------------------------------------------------------------------

SECRET = "Sono Chiara Neri e il pacco non arriva"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((429, {"retry-after": "5"}, {"error": {"message": SECRET}}), "slow down"),
        ((500, {}, {"error": {"message": SECRET}}), "did not answer as it should"),
        ((401, {}, {"error": {"message": SECRET}}), "does not accept PREMURA_READER_KEY"),
        ((404, {}, {"error": {"message": SECRET}}), "refused"),
        ((302, {"location": "http://127.0.0.1:1/"}, {}), "refused"),
        ((200, {}, b"<html>"), "refused"),
        ((200, {}, b"[" * 100_000), "RecursionError"),
        ((200, {}, completion(SECRET)), "refused"),
    ],
)
def test_whatever_it_answers_our_readings_stand_and_the_log_has_no_text_and_no_key(endpoint, caplog, answer, why):
    endpoint.answer = lambda body: answer
    assert refined(SECRET) == [OURS]
    assert why in caplog.text
    assert "1 of 1 messages keep our own reading" in caplog.text or "1 messages keep our own reading" in caplog.text
    assert "Chiara" not in caplog.text
    assert "sk-secret" not in caplog.text


def test_where_nobody_answers_our_readings_stand(settings, caplog):
    settings.READER = Reader(address="http://127.0.0.1:1/v1", model="small")
    assert refined(SECRET) == [OURS]
    assert "could not be reached" in caplog.text


def test_one_that_is_silent_is_left_after_its_time(endpoint, caplog, monkeypatch):
    assert (outside.TIMEOUT.read, outside.TIMEOUT.connect) == (20, 5)
    monkeypatch.setattr(outside, "TIMEOUT", outside.httpx.Timeout(0.05))
    late = threading.Event()
    endpoint.answer = lambda body: late.wait(5) and complains(body)
    assert refined(SECRET) == [OURS]
    late.set()
    assert "did not answer as it should" in caplog.text


def test_one_that_failed_is_left_alone_for_a_while(endpoint, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(outside.time, "monotonic", lambda: now[0])
    endpoint.answer = lambda body: (429, {"retry-after": "90"}, {})
    refined(*["il pacco"] * 60)
    now[0] += 89
    refined("il pacco")
    assert len(endpoint.asked) == 1
    endpoint.answer, now[0] = complains, now[0] + 2
    assert refined("il pacco")[0].intent == "complaint"


def test_a_request_that_is_refused_for_its_text_does_not_stop_the_others(endpoint):
    endpoint.answer = lambda body: (400, {}, {}) if "filtro" in str(texts(body)) else complains(body)
    found = refined("filtro", *["il pacco"] * 20)
    assert [one.intent for one in (found[0], found[20])] == ["question", "complaint"]


# -- a file -----------------------------------------------------------------------------------------------


@pytest.fixture
def file(settings, monkeypatch):
    outside._model.cache_clear()
    settings.READER = Reader(folder=Path("/models/mood"))
    yield lambda load: monkeypatch.setattr(onnx, "load", load)
    outside._model.cache_clear()


def test_a_file_reads_here_what_has_words(file):
    class Model:
        def opinions(self, given):
            assert given == ["chiamate il 347 1234567", "bravi"]
            return [Opinion({"negative": 1.0}), Opinion({"positive": 1.0})]

    file(lambda folder: Model())
    found = refined("chiamate il 347 1234567", "❤️", "bravi")
    assert [one.sentiment for one in found] == ["negative", "neutral", "positive"]
    assert [one.version for one in found] == ["2026.11+onnx", "2026.11", "2026.11+onnx"]


def test_a_file_that_cannot_be_used_is_said_once_and_our_readings_stand(file, caplog):
    def load(folder):
        raise onnx.WrongModel(f"{folder} has no model.onnx")

    file(load)
    assert refined("bravi") == refined("bravi") == [OURS]
    assert caplog.text.count("/models/mood has no model.onnx") == 1


def test_a_file_that_breaks_while_it_reads_stops_nobody(file, caplog):
    class Model:
        def opinions(self, given):
            raise RuntimeError(SECRET)

    file(lambda folder: Model())
    assert refined(SECRET) == [OURS]
    assert "RuntimeError" in caplog.text
    assert "Chiara" not in caplog.text


# -- in the later job ---------------------------------------------------------------------------------------


@pytest.fixture
def message(world, monkeypatch):
    """Something Chiara said, read by tier 1; tier 2 reads everything as OURS."""
    monkeypatch.setattr(text_reading, "read", lambda asked, tier=2, **_: [replace(OURS, tier=tier)] * len(asked))
    world.says("Il pacco non arriva")
    message = Message.objects.get()
    with readings.cursor() as at:
        readings.keep(at, [(message.pk, message.brand_id, replace(OURS, tier=1))])
    return message


def test_the_later_reading_takes_what_the_model_says_and_the_inbox_shows_it(endpoint, message):
    assert readings.refine() == 1
    reading = Reading.objects.get()
    assert (reading.tier, reading.version, reading.intent, reading.urgency) == (2, "2026.11+endpoint", "complaint", 2)
    assert {"of": "intent", "by": "model", "name": "", "start": 0, "end": 0} in reading.details["reasons"]
    assert (Conversation.objects.get().sentiment, Conversation.objects.get().intent) == ("negative", "complaint")


def test_nothing_is_asked_while_messages_are_taken_in(endpoint, message, world):
    place = Place(world.rossi.pk, world.brand.pk, world.hall.pk, "playground", "rossi")
    said = Said("second", Kind.COMMENT, Person("chiara", "chiara"), "E allora?", NOON, "menu")
    (found,) = readings.read([Heard(place, said, NOON)]).values()
    assert (found.tier, found.version) == (1, OURS.version)
    assert endpoint.asked == []


def test_what_a_model_refined_is_not_read_again_by_the_same_version(endpoint, message, monkeypatch):
    monkeypatch.setattr(text_reading, "VERSION", OURS.version)
    readings.refine()
    assert readings.reread(message.pk + 1) == (0, 0)
    monkeypatch.setattr(text_reading, "VERSION", "2027.01")
    assert readings.reread(message.pk + 1) == (1, message.pk)


def test_what_a_person_put_right_stays_whatever_the_model_says(endpoint, message):
    Reading.objects.update(intent="praise", corrected=["intent"])
    readings.refine()
    reading = Reading.objects.get()
    assert (reading.intent, reading.sentiment) == ("praise", "negative")


def test_a_message_that_was_edited_while_the_model_thought_keeps_the_reading_of_its_newer_words(
    endpoint, message, monkeypatch
):
    def thinks(asked, found, brands):
        Message.objects.update(text="Tutto a posto, grazie")
        Reading.objects.update(intent="praise")
        return found

    monkeypatch.setattr(outside, "refined", thinks)
    readings.refine()
    assert Reading.objects.values_list("intent", "tier").get() == ("praise", 1)


@pytest.mark.django_db(transaction=True)
def test_no_row_is_locked_while_the_model_thinks(endpoint, message, monkeypatch):
    seen = []

    def thinks(asked, found, brands):
        seen.append(connection.in_atomic_block)
        return found

    monkeypatch.setattr(outside, "refined", thinks)
    readings.refine()
    assert seen == [False]
