"""All readings as one: what a person would say of a message, why, and the same tomorrow as today."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text import vectors
from premura.text.labels import EMOTIONS, INTENTS
from premura.text.reading import Asked, Reading, read

GOLDEN = Path(__file__).with_name("golden_readings.jsonl")
semantic = pytest.mark.skipif(not vectors.available(), reason="the sentence encoder is not installed")


def one(text: str, tier: int = 1, **more) -> Reading:
    return read([Asked(text, **more)], tier)[0]


def test_a_complaint_says_all_of_what_is_in_it():
    text = "Terza volta che scrivo e non risponde nessuno!! Il mio avvocato è avvisato. Quando mi rimborsate?"
    reading = one(text)
    assert (reading.language.code, reading.sentiment, reading.intent) == ("it", "negative", "complaint")
    assert reading.urgency == 3
    assert reading.score < 0
    assert {"legal_threat", "asks_question"} <= set(reading.flags)
    assert [text[q.start : q.end] for q in reading.questions] == ["Quando mi rimborsate?"]


def test_every_reading_says_why():
    text = "Sento odore di gas in cucina, mandate qualcuno subito"
    reading = one(text)
    assert reading.urgency == 3
    rules = {(reason.of, reason.by) for reason in reading.reasons}
    assert ("urgency", "rule") in rules
    assert any(text[r.start : r.end] and r.of == "urgency" for r in reading.reasons)
    assert {r.of for r in reading.reasons} >= {"intent", "urgency"}


@pytest.mark.parametrize("text", ["❤️", "😍😍😍", "👏 👏", "@anna.b @luca"])
def test_hearts_faces_and_tagged_friends_are_gestures_in_no_language(text):
    reading = one(text)
    assert (reading.intent, reading.language.code) == ("gesture", "und")
    assert reading.urgency == 0


def test_personal_data_and_insults_are_found_with_their_places():
    text = "Siete dei ladri, richiamatemi al 333 1234567"
    reading = one(text)
    assert [(text[p.start : p.end], str(p.kind)) for p in reading.personal_data] == [("333 1234567", "phone")]
    assert reading.abuse == 2
    assert not reading.hate


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Buongiorno, vorrei sapere gli orari", "it"), ("My parcel never arrived", "en"),
        ("No me funciona la aplicación", "es"), ("Je n'ai toujours pas reçu mon colis", "fr"),
        ("Wo bleibt meine Bestellung?", "de"), ("Não consigo entrar na minha conta", "pt"),
        ("Waar blijft mijn pakketje? Ik wacht al een week", "nl"), ("Gdzie jest moja paczka? Czekam już tydzień", "pl"),
        ("Unde este coletul meu? Aștept de o săptămână", "ro"), ("🎉🎉", "und"), ("12345", "und"), ("", "und"),
    ],
)  # fmt: skip
def test_the_language_is_told(text, code):
    assert one(text).language.code == code


def test_a_word_that_could_be_any_language_is_in_the_one_of_its_thread():
    assert one("ok", lang="fr").language.code == "fr"
    assert one("ok").language.code in ("und", "en", "it")


def test_a_message_reads_alike_alone_and_in_a_batch():
    texts = ["Grazie!", "", "Che schifo di servizio", "❤️", "Where is my refund?"]
    together = read([Asked(text) for text in texts], tier=1)
    assert [(r.intent, r.sentiment, r.urgency, r.flags) for r in together] == [
        (r.intent, r.sentiment, r.urgency, r.flags) for r in map(one, texts)
    ]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["", "it", "xx"]))
def test_no_text_makes_reading_fail_and_every_place_lies_within_it(text, lang):
    reading = one(text, lang=lang)
    assert reading.intent in INTENTS
    assert set(reading.emotions) <= set(EMOTIONS)
    assert -1 <= reading.score <= 1
    for place in (*reading.questions, *reading.personal_data, *reading.reasons):
        assert 0 <= place.start <= place.end <= len(text)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "😡" * 100_000, "\x07" * 100_000, "perché? " * 12_000, "аa中1" * 25_000]
)
def test_a_text_of_100000_characters_is_read_and_stops_nobody(text):
    assert one(text).version


@semantic
def test_the_same_texts_read_as_they_did_when_the_weights_were_made():
    """A changed dependency is noticed here.  Renew with: python -m tests.text.test_reading"""
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 40
    for tier in (1, 2):
        found = read([Asked(row["text"]) for row in rows], tier)
        for row, reading in zip(rows, found, strict=True):
            said = row[f"tier {tier}"]
            assert reading.score == pytest.approx(said["score"], abs=0.02), row["text"]
            assert said == golden(reading) | {"score": said["score"]}, row["text"]


def golden(reading: Reading) -> dict[str, object]:
    return {
        "language": reading.language.code, "sentiment": reading.sentiment, "score": reading.score,
        "intent": reading.intent, "urgency": reading.urgency, "flags": list(reading.flags), "abuse": reading.abuse,
        "hate": reading.hate,
    }  # fmt: skip


# -- premura classify -----------------------------------------------------------------------------------


def classify(lines: str, *options: str) -> list[dict]:
    done = subprocess.run(
        [sys.executable, "-m", "premura", "classify", "--tier", "1", *options],
        input=lines.encode(), capture_output=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_classify_answers_every_line_in_order_and_goes_on_after_a_bad_one():
    rows = classify(
        '{"id": "a", "text": "Dov\'è il mio pacco?"}\n{oops\n{"text": 3}\n\n{"text": "Bravi!", "lang": "it"}\n'
    )
    assert rows[0]["id"] == "a"
    assert rows[0]["questions"] == [{"start": 0, "end": 19, "text": "Dov'è il mio pacco?"}]
    assert [row.get("line") for row in rows[1:3]] == [2, 3]
    assert all("error" in row for row in rows[1:3])
    assert rows[3]["id"] == 5
    assert set(rows[3]) == {
        "id", "language", "sentiment", "emotions", "intent", "intents", "urgency", "flags", "questions",
        "personal_data", "abuse", "version",
    }  # fmt: skip
    assert rows[3]["sentiment"]["class"] == "positive"


def test_classify_explains_when_asked():
    (row,) = classify('{"text": "Vi denuncio, ho già sentito l\'avvocato"}\n', "--explain")
    assert {"of": "urgency", "by": "rule"}.items() <= row["reasons"][-1].items() or any(
        reason["of"] in ("urgency", "flag:legal_threat") for reason in row["reasons"]
    )


if __name__ == "__main__":
    texts = [json.loads(line)["text"] for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    asked = [Asked(text) for text in texts]
    both = zip(texts, read(asked, 1), read(asked, 2), strict=True)
    rows = [{"text": text, "tier 1": golden(first), "tier 2": golden(second)} for text, first, second in both]
    GOLDEN.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
