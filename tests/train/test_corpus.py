"""The corpus is large enough, says what its notation says, and a wrong line is named."""

from collections import Counter
from pathlib import Path

import pytest

from premura.text.labels import FLAGS, INTENTS
from premura.train import corpus

ROOT = Path(__file__).parents[2] / "corpus"
LEAST = {"it": 3000, "en": 1500, "es": 300, "fr": 300, "de": 300, "pt": 300}


@pytest.fixture(scope="module")
def samples():
    return list(corpus.samples(ROOT))


def test_there_are_enough_messages_of_customers_in_every_language(samples):
    count = Counter(sample.lang for sample in samples if sample.intents)
    assert all(count[lang] >= least for lang, least in LEAST.items()), count


def test_every_label_is_there_in_every_language(samples):
    for lang in LEAST:
        mine = [sample for sample in samples if sample.lang == lang]
        assert {sample.intents[0] for sample in mine if sample.intents} == set(INTENTS), lang
        assert set(FLAGS) <= set().union(*(sample.flags for sample in mine)), lang
        assert {sample.urgency for sample in mine} == {0, 1, 2, 3}, lang
        assert any(sample.questions for sample in mine), lang


def test_no_message_is_there_twice_on_both_sides_of_what_is_held(samples):
    held = {sample.text.casefold() for sample in samples if sample.held and len(sample.text) > 25}
    taught = {sample.text.casefold() for sample in samples if not sample.held}
    assert not held & taught


def test_over_ten_trades_and_hundreds_of_voices(samples):
    assert len({sample.voice for sample in samples}) > 500
    assert len({sample.trade for sample in samples if sample.lang == "it"}) > 10


def write(folder: Path, *lines: str) -> Path:
    path = folder / "it" / "one.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


SECTION = "## voice: a fan | trade: trains | kind: review"


def test_a_line_says_its_labels_and_its_stretches(tmp_path):
    path = write(
        tmp_path, SECTION, "~ complaint+praise u2 chaser :anger a1 | Bravi ma {{quando}} \\n al [[phone:333 1]]?"
    )
    (sample,) = corpus.of_file(path)
    assert sample.text == "Bravi ma quando\nal 333 1?"
    assert (sample.sentiment, sample.intents, sample.urgency) == ("mixed", ("complaint", "praise"), 2)
    assert sample.flags == {"chaser", "asks_question"}
    assert (sample.questions, sample.personal) == (((9, 15),), ((19, 24, "phone"),))
    assert (sample.kind, sample.trade, sample.emotions, sample.abuse) == ("review", "trains", {"anger"}, 1)


@pytest.mark.parametrize(
    "line",
    ["- complaint u9 | x", "- rage | x", "complaint | x", "- complaint x", "- complaint | {{x", "- complaint | x]]"],
)
def test_a_wrong_line_is_named(tmp_path, line):
    with pytest.raises(corpus.CorpusError, match="line 2"):
        list(corpus.of_file(write(tmp_path, SECTION, line)))


def test_a_message_before_the_first_section_is_refused(tmp_path):
    with pytest.raises(corpus.CorpusError, match="line 1"):
        list(corpus.of_file(write(tmp_path, "- complaint | x")))
