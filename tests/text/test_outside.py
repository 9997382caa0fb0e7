"""A model from outside: what of its opinion is taken, and what a folder with an ONNX file must hold."""

import base64
import json
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from premura.text import onnx
from premura.text.language import Guess
from premura.text.onnx import Model, WrongModel, labels, most_pieces
from premura.text.outside import Opinion, merged
from premura.text.personal_data import Find, Kind
from premura.text.questions import find as questions
from premura.text.reading import Reading, Reason

TEXT = "Bella roba, il pacco non è arrivato. Quando arriva? 333 1234567"
OURS = Reading(
    version="2026.11", tier=2, language=Guess("it", 0.99), sentiment="positive", score=0.4, emotions={},
    intent="praise",
    intents=(("praise", 0.6),), urgency=2, flags=("chaser", "asks_question"), questions=questions(TEXT, "it"),
    personal_data=(Find(52, 63, Kind.PHONE),), abuse=1, hate=False, confidence=0.6,
    reasons=(Reason("sentiment", "words", "", 0, 5), Reason("intent", "words", "", 0, 5),
             Reason("urgency", "rule", "waits")),
)  # fmt: skip
SURE = Opinion({"negative": 0.8, "neutral": 0.15, "positive": 0.05}, {"complaint": 0.9, "suggestion": 0.1}, 1)


def test_its_mood_and_intents_take_the_place_of_ours():
    reading = merged(OURS, SURE, "onnx")
    assert (reading.sentiment, reading.score, reading.confidence) == ("negative", -0.75, 0.8)
    assert (reading.intent, reading.intents[0]) == ("complaint", ("complaint", 0.9))


def test_the_version_and_the_reasons_say_where_it_comes_from():
    reading = merged(OURS, SURE, "onnx")
    assert reading.version == "2026.11+onnx"
    assert {(r.of, r.by) for r in reading.reasons} == {
        ("sentiment", "model"), ("intent", "model"), ("urgency", "rule"),
    }  # fmt: skip
    assert merged(reading, SURE, "a name far too long to be kept").version == "2026.11+a name far t"


def test_words_that_weighed_for_the_same_mood_remain_a_reason():
    reading = merged(OURS, Opinion(sentiment={"positive": 0.9, "neutral": 0.1, "negative": 0}))
    assert {(r.of, r.by) for r in reading.reasons} >= {("sentiment", "words"), ("sentiment", "model")}


@pytest.mark.parametrize(("theirs", "urgency"), [(0, 2), (2, 2), (3, 3), (9, 3), (-1, 2), (None, 2)])
def test_it_makes_a_message_more_urgent_and_never_less(theirs, urgency):
    assert merged(OURS, Opinion(urgency=theirs)).urgency == urgency


def test_what_rules_find_stays_ours():
    reading = merged(OURS, SURE)
    for name in ("flags", "questions", "personal_data", "abuse", "hate", "language", "emotions", "tier"):
        assert getattr(reading, name) == getattr(OURS, name)


def test_a_question_that_we_found_is_one_of_the_intents_still():
    assert ("question", 0.5) in merged(OURS, SURE).intents
    assert [name for name, _ in merged(replace(OURS, questions=()), SURE).intents] == ["complaint"]
    assert merged(OURS, Opinion(intents={"purchase": 0.7})).intents == (("purchase", 0.7),)


def test_what_a_person_put_right_stays_put_right():
    reading = merged(replace(OURS, reasons=(Reason("intent", "person"),)), SURE)
    assert (reading.intent, reading.sentiment) == ("praise", "negative")


@pytest.mark.parametrize("both", [{"negative": 0.5, "positive": 0.45, "neutral": 0.05}, {"mixed": 0.9, "neutral": 0.1}])
def test_good_and_bad_in_one_message_is_mixed(both):
    assert merged(OURS, Opinion(sentiment=both)).sentiment == "mixed"


@pytest.mark.parametrize(
    "opinion",
    [
        Opinion(), Opinion(urgency=1), Opinion({"angry": 1.0}, {"rant": 0.9}), Opinion({"negative": 0.0}, {}),
        Opinion({"negative": float("nan"), "positive": -1.0}, {"spam": float("inf")}),
    ],
)  # fmt: skip
def test_an_opinion_that_says_nothing_leaves_the_reading_as_it_is(opinion):
    assert merged(OURS, opinion) is OURS


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
NAMES = st.sampled_from(["negative", "neutral", "positive", "mixed", "complaint", "question", "gesture", "else", ""])
SAID = st.none() | st.dictionaries(NAMES, NUMBERS, max_size=6)


@given(SAID, SAID, st.none() | st.integers())
def test_whatever_it_says_a_reading_comes_out(sentiment, intents, urgency):
    reading = merged(OURS, Opinion(sentiment, intents, urgency), "endpoint")
    assert -1 <= reading.score <= 1
    assert 0 <= reading.confidence <= 1
    assert OURS.urgency <= reading.urgency <= 3
    assert reading.intents[0][0] == reading.intent
    assert all(0 <= p <= 1 for _, p in reading.intents)


# -- a folder with an ONNX file ------------------------------------------------------------------------

THREE = {"id2label": {"0": "NEGATIVE", "1": "Neutral", "2": "positive"}, "pad_token_id": 1}


@dataclass
class Word:
    """A text as a stand-in for the tokeniser cuts it: one piece a letter."""

    ids: list[int]

    @property
    def type_ids(self):
        return [0] * len(self.ids)


class Letters:
    def encode(self, text):
        return Word([ord(letter) for letter in text])


@dataclass
class Named:
    name: str


@dataclass
class Fake:
    """A session that is positive by the number of "a", and notes what it was fed."""

    inputs: tuple[str, ...] = ("input_ids", "attention_mask")
    wide: int = 3
    fed: list[dict] = field(default_factory=list)

    def get_inputs(self):
        return [Named(name) for name in self.inputs]

    def run(self, names, feeds):
        self.fed.append(feeds)
        count = (feeds["input_ids"] == ord("a")).sum(axis=1)
        odds = np.zeros((len(count), self.wide), np.float32)
        odds[:, -1] = count
        return [odds]


def test_each_text_gets_its_own_opinion_whatever_its_length():
    texts = ["aaaa", "", "b" * 300, "a", *["ba"] * 60]
    found = Model(Fake(), Letters(), THREE).opinions(texts)
    assert [round(one.sentiment["positive"], 2) for one in found[:5]] == [0.96, 0.33, 0.33, 0.58, 0.58]
    assert sum(found[0].sentiment.values()) == pytest.approx(1)
    assert found[0].intents is None


def test_what_is_fed_is_padded_as_the_model_was_trained_and_masked():
    fake = Fake(("input_ids", "attention_mask", "token_type_ids"))
    Model(fake, Letters(), THREE).opinions(["a", "aaa"])
    (fed,) = fake.fed
    assert fed["input_ids"].tolist() == [[97, 1, 1], [97, 97, 97]]
    assert fed["attention_mask"].tolist() == [[1, 0, 0], [1, 1, 1]]
    assert fed["token_type_ids"].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert all(rows.dtype == np.int64 for rows in fed.values())


def test_a_model_of_intents_says_intents():
    config = {"id2label": {"0": "Complaint", "1": "praise"}}
    (said,) = Model(Fake(wide=2), Letters(), config).opinions(["aaaa"])
    assert (said.sentiment, max(said.intents, key=said.intents.get)) == (None, "praise")


def test_numbers_that_are_none_are_no_opinion():
    class Broken(Fake):
        def run(self, names, feeds):
            return [np.full((len(feeds["input_ids"]), 3), np.nan)]

    assert Model(Broken(), Letters(), THREE).opinions(["a"]) == [Opinion()]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["POSITIVE", "negative", "Neutral"], ("sentiment", ("positive", "negative", "neutral"))),
        (["LABEL_0", "LABEL_1", "LABEL_2"], ("sentiment", ("negative", "neutral", "positive"))),
        (["NEG", "NEU", "POS"], ("sentiment", ("negative", "neutral", "positive"))),
        (["spam", "Complaint", "purchase"], ("intent", ("spam", "complaint", "purchase"))),
    ],
)
def test_its_labels_are_known_by_their_names(named, expected):
    assert labels({"id2label": dict(zip("0123", named, strict=False))}) == expected


@pytest.mark.parametrize(
    "config",
    [
        {}, [], None, {"id2label": ["negative"]}, {"id2label": {}}, {"id2label": {"1": "negative", "2": "positive"}},
        {"id2label": {"0": "negative", "1": "positive"}}, {"id2label": {"0": "1 star", "1": "2 stars"}},
        {"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, {"id2label": {"0": "spam", "1": "spam"}},
        {"id2label": {"0": "complaint"}},
    ],
)  # fmt: skip
def test_labels_that_are_not_ours_are_refused_with_what_they_should_be(config):
    with pytest.raises(WrongModel, match=r"config\.json has"):
        labels(config)


def test_a_model_that_wants_or_answers_something_else_is_refused():
    with pytest.raises(WrongModel, match="wants pixel_values"):
        Model(Fake(("pixel_values",)), Letters(), THREE)
    with pytest.raises(WrongModel, match=r"answers \(1, 2\) where \(1, 3\) was due"):
        Model(Fake(wide=2), Letters(), THREE).opinions(["a"])


@pytest.mark.parametrize(("room", "most"), [(514, 256), (130, 128), (None, 256), ("x", 256), (1, 256)])
def test_no_more_pieces_are_read_than_the_model_has_room_for(room, most):
    assert most_pieces({"max_position_embeddings": room}) == most


def test_what_a_folder_lacks_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx, "PACKAGES", ("json",))
    (tmp_path / "config.json").write_text(json.dumps(THREE))
    assert onnx.missing(tmp_path) == f"{tmp_path} has no model.onnx and no tokenizer.json"
    with pytest.raises(WrongModel, match=r"no model\.onnx"):
        onnx.load(tmp_path)


def test_packages_that_are_not_installed_are_named_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx, "PACKAGES", ("json", "no_such_package"))
    assert onnx.missing(tmp_path) == "no_such_package not installed; do: pip install 'premura[onnx]'"


# -- the real thing, where it is installed ---------------------------------------------------------------

real = pytest.mark.skipif(
    bool([name for name in onnx.PACKAGES if find_spec(name) is None]), reason="the extra onnx is not installed"
)
# A model of 413 bytes, made for this test: it adds up a row of three numbers for each piece that is not masked.
# Piece 2 is negative, 3 positive, 4 neutral; piece 1, the padding, would be very negative.
TINY = (
    "CAg6kgMKIAoFdGFibGUKCWlucHV0X2lkcxIEcm93cyIGR2F0aGVyCiQKDmF0dGVudGlvbl9tYXNrEgFtIgRDYXN0KgkKAnRvGAGgAQIKGAoB"
    "bQoEYXhlcxICbTMiCVVuc3F1ZWV6ZQoVCgRyb3dzCgJtMxIEa2VwdCIDTXVsCi8KBGtlcHQKA29uZRIGbG9naXRzIglSZWR1Y2VTdW0qDwoI"
    "a2VlcGRpbXMYAKABAhIEbW9vZCpXCAYIAxABQgV0YWJsZUpIAAAAAAAAAAAAAAAAAADGQgAAAAAAAAAAAACAQAAAAAAAAAAAAAAAAAAAAAAA"
    "AIBAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAKhQIARAHQgRheGVzSggCAAAAAAAAACoTCAEQB0IDb25lSggBAAAAAAAAAFodCglpbnB1dF9p"
    "ZHMSEAoOCAcSCgoDEgFuCgMSAXdaIgoOYXR0ZW50aW9uX21hc2sSEAoOCAcSCgoDEgFuCgMSAXdiGQoGbG9naXRzEg8KDQgBEgkKAxIBbgoC"
    "CANCBAoAEA0="
)
WORDS = {"[UNK]": 0, "[PAD]": 1, "pessimo": 2, "grazie": 3, "orari": 4}


@pytest.fixture
def folder(tmp_path):
    cutter = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": WORDS, "unk_token": "[UNK]"},
    }  # fmt: skip
    (tmp_path / "model.onnx").write_bytes(base64.b64decode(TINY))
    (tmp_path / "tokenizer.json").write_text(json.dumps(cutter))
    (tmp_path / "config.json").write_text(json.dumps(THREE))
    return tmp_path


@real
def test_a_real_file_reads_a_batch(folder):
    texts = ["Pessimo", "grazie grazie mille ragazzi", "orari", "", "grazie " * 9_000, "\ud800 pessimo"]
    found = [one.sentiment for one in onnx.load(folder).opinions(texts)]
    assert [max(said, key=said.get) for said in found] == [
        "negative", "positive", "neutral", "negative", "positive", "negative",
    ]  # fmt: skip
    assert found[0]["negative"] == pytest.approx(0.965, abs=0.001)
    assert found[3]["negative"] == pytest.approx(1 / 3, abs=0.001)


@real
def test_a_file_that_is_no_model_is_refused(folder):
    (folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(WrongModel, match="cannot be read"):
        onnx.load(folder)
