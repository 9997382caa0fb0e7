"""The drafts of the corpus are enough, half of them good, and a wrong line is named."""

from collections import Counter
from pathlib import Path

import pytest

from premura.train import drafts
from premura.train.corpus import CorpusError

ROOT = Path(__file__).parents[2] / "corpus"
SECTION = "## voice: a driver | trade: parcels | network: instagram"


@pytest.fixture(scope="module")
def samples():
    return list(drafts.samples(ROOT))


def test_there_are_enough_drafts_and_half_of_them_are_good(samples):
    own = [sample for sample in samples if not sample.held]
    count = Counter(sample.lang for sample in own)
    assert count["it"] >= 1500
    assert count["en"] >= 700
    assert all(count[lang] >= 300 for lang in ("es", "fr", "de", "pt")), count
    assert 0.45 < sum(not sample.rules for sample in own) / len(own) < 0.6


def test_every_rule_has_faulty_drafts_and_ones_that_only_look_so(samples):
    faulty = Counter(rule for sample in samples for rule in sample.rules)
    assert all(faulty[rule] >= 40 for rule in {*drafts.STRETCHES, *drafts.WHOLE}), faulty
    looks = Counter(mark.rule for sample in samples for mark in sample.marks if mark.allowed)
    assert all(looks[rule] >= 10 for rule in ("deflection", "go_local", "private_first", "personal_data", "insult"))


def test_no_draft_is_there_on_both_sides_of_what_is_held(samples):
    held = {sample.text.casefold() for sample in samples if sample.held}
    assert held
    assert not held & {sample.text.casefold() for sample in samples if not sample.held}


def write(folder: Path, *lines: str) -> Path:
    path = folder / "it" / "one.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_draft_knows_its_customer_its_context_and_its_stretches(tmp_path):
    path = write(
        tmp_path, SECTION, "? it | {{Quando}} arriva?", "~ internal | è perso",
        "! missing_apology =our_mistake | Ciao, [[deflection:chiama]] domani", "! ok | [[deflection?:non chiamare]]",
        "* begging en | [[begging:Like it]]",
    )  # fmt: skip
    first, second, post = drafts.of_file(path)
    assert (first.customer_text, first.internal, first.context) == ("Quando arriva?", ("è perso",), {"our_mistake"})
    assert first.rules == {"missing_apology", "deflection"}
    assert [first.text[m.start : m.end] for m in first.marks] == ["chiama"]
    assert (second.rules, second.marks[0].allowed) == (frozenset(), True)
    assert (post.post, post.lang, post.customer_text) == (True, "en", "")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("! | Ciao", "'ok' stands exactly where nothing is wrong"),
        ("! ok | Ciao [[deflection:chiama]]", "'ok' stands exactly where nothing is wrong"),
        ("! oops | Ciao", "what is oops"),
        ("! | Ciao [[deflection:chiama", "is not closed"),
        ("! | Ciao [[nonsense:x]]", "cannot stand there"),
        ("Ciao", "a line begins with"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, why):
    with pytest.raises(CorpusError, match=rf"one\.txt, line 3: .*{why}"):
        list(drafts.of_file(write(tmp_path, SECTION, "? it | Quando?", line)))
