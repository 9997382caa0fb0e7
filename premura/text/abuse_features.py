"""What the rules know about abuse, as numbers for a learnt reader."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from premura.text.abuse import NONE, Abuse, around, judge, softened, weigh
from premura.text.abuse_hate import against, is_people, negated
from premura.text.abuse_lists import LANGUAGES, Context, load
from premura.text.abuse_scan import Hit, Seen, cold, scan

COLUMNS = (
    "level",  # the level that `read` gives, 0 to 3
    "hate",  # what `read` says
    "rude",  # finds of level 1
    "insults",  # finds of level 2
    "grave",  # finds of level 3
    "slur",  # a slur that counts
    "slur_softened",  # a slur that is quoted, negated, reported, condemned or said of oneself
    "insult_softened",
    "quoted",  # the reason of the first softening, one column each
    "negated",
    "reported",
    "of_self",
    "countered",
    "group",  # protected groups named, up to 3
    "group_people",  # named as people: "i gay", not "da donna"
    "group_you",  # spoken to: "voi donne", "donne come te"
    "group_all",  # all, every, only, too many of them
    "group_we",  # the writer belongs to them: "noi gay", "come me"
    "group_subject",  # it opens its sentence
    "scorn_near",  # a word of scorn, beasts, violence, esteem beside a group
    "beast_near",
    "harm_near",
    "good_near",
    "scorn_denied",  # the same, denied
    "beast_denied",
    "harm_denied",
    "good_denied",
    "rude_near",  # a rude word beside a group
    "scorn",  # the same words anywhere, without a group
    "beast",
    "harm",
    "good",
    "must",  # "dovrebbero", "meritano" in a message that names a group
    "denial",  # a word that denies, anywhere in it
    "against",  # words of counter-speech: bigot, report, "it is not OK"
    "quotes",  # quotation marks
    "you",  # the second person
    "we",  # the first person
    "outsider",  # a group that is no protected one: police, politicians, racists
    "question",
    "distance",  # words between a group and the nearest bad word, 1 near to 0 far
    "group_unlisted_slur",  # a group and a wish to be rid of it: "fuori", "torn* a casa"
)
Row = dict[str, float]
_TOKENS = re.compile(r'[a-z0-9`]+|[.,"]')
_KINDS = {"derog": "scorn", "beast": "beast", "harm": "harm", "good": "good"}
_SOFT = {"quoted": "quoted", "negated": "negated", "reported": "reported", "self": "of_self", "counter": "countered"}
_REACH = 8  # words


def features(texts: Sequence[str], langs: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return one row of numbers for each message; COLUMNS names them.

    Takes    texts and their languages, as `abuse.read_many` does.
    Returns  an array of shape (texts, columns), all values between 0 and 3.
    Raises   ValueError when there are not as many languages as texts.
    Cost     as `read_many`, and about 100 µs more for each message that holds a word of the lists; others are zeros.
    """
    return judged(texts, langs)[1]


def judged(texts: Sequence[str], langs: Sequence[str]) -> tuple[list[Abuse], npt.NDArray[np.float32]]:
    """Return what `read_many` and `features` return, for little more than one of them costs."""
    if len(texts) != len(langs):
        raise ValueError(f"{len(texts)} texts and {len(langs)} languages")
    rows = np.zeros((len(texts), len(COLUMNS)), dtype=np.float32)
    abuses = [NONE] * len(texts)
    for seen in scan(texts, langs):
        lang = langs[seen.index]
        context = load().contexts[lang if lang in LANGUAGES else ""]
        abuse = abuses[seen.index] = judge(seen, lang)
        row = dict.fromkeys(COLUMNS, 0.0)
        _words(row, seen, texts[seen.index], context)
        _abuse(row, seen, abuse, context)
        _groups(row, seen, lang, context)
        rows[seen.index] = list(row.values())
    return abuses, np.minimum(rows, 3.0, out=rows)


def _abuse(row: Row, seen: Seen, abuse: Abuse, context: Context) -> None:
    row["level"], row["hate"] = abuse.level, abuse.hate
    for find in abuse.finds:
        row[("rude", "insults", "grave")[find.level - 1]] += 1
    for hit in seen.hits:
        if hit.entry.kind != "abuse" or hit.entry.level < 2:
            continue
        why = softened(*around(seen.line, hit.at, hit.to), seen.line, context, hit)
        name = "slur" if hit.entry.group else "insult"
        if why:
            row[f"{name}_softened"] = 1
            row[_SOFT[why]] = 1
        elif hit.entry.group and weigh(hit, seen, context) == 3:
            row["slur"] = 1


def _words(row: Row, seen: Seen, text: str, context: Context) -> None:
    words = set(_TOKENS.findall(seen.line[:2000]))
    for name, which in (("denial", "no"), ("you", "you"), ("we", "we"), ("outsider", "outsider")):
        row[name] = bool(words & context[which])
    row["against"] = against(seen.line, context)
    row["quotes"] = '"' in words
    row["question"] = "?" in text


def _groups(row: Row, seen: Seen, lang: str, context: Context) -> None:
    groups = [hit for hit in seen.hits if hit.entry.kind == "group" or hit.entry.group]
    words = cold(seen.line, lang)
    for _, _, entry in words:
        row[_KINDS[entry.kind]] += 1
    row["group"] = len(groups)
    rude = [hit for hit in seen.hits if hit.entry.kind == "abuse" and not hit.entry.group]
    for hit in groups[:10]:
        _one_group(row, hit, seen, context)
        for at, to, entry in words[:60]:
            if at >= hit.to or to <= hit.at:
                _beside(row, hit, at, to, _KINDS[entry.kind], seen.line, context)
        for other in rude[:10]:
            row["rude_near"] += _gap(hit, other.at, other.to, seen.line) < _REACH
    if groups:
        row["must"] = bool(set(_TOKENS.findall(seen.line)) & context["must"])


def _one_group(row: Row, hit: Hit, seen: Seen, context: Context) -> None:
    before, after = around(seen.line, hit.at, hit.to)
    near = [word for word in before[-3:] if word not in '.,"']
    row["group_people"] = max(row["group_people"], is_people(seen.line, hit, context))
    ahead = " ".join(after[:2])
    if ahead in context.phrases.get("like_you", ()) or (near and near[-1] in context["you"]):
        row["group_you"] = 1
    if any(word in context["all"] for word in near):
        row["group_all"] = 1
    if any(word in context["we"] for word in near) or (len(after) > 1 and after[1] in context["we"]):
        row["group_we"] = 1
    if not before or before[-1] == "." or (len(before) > 1 and before[-2] == ".") or len(before) < 2:
        row["group_subject"] = 1
    if hit.entry.group == "immigrants" and hit.entry.kind == "abuse":
        row["group_unlisted_slur"] = 1


def _beside(row: Row, hit: Hit, at: int, to: int, name: str, line: str, context: Context) -> None:
    gap = _gap(hit, at, to, line)
    if gap >= _REACH:
        return
    denied = negated(line, at, context) or (at > hit.to and negated(line, hit.at, context))
    row[f"{name}_{'denied' if denied else 'near'}"] += 1
    if name != "good":
        row["distance"] = max(row["distance"], 1 - gap / _REACH)


def _gap(hit: Hit, at: int, to: int, line: str) -> int:
    """Return how many words lie between a group and another word; a stop counts as four."""
    between = _TOKENS.findall(line[to : hit.at] if to <= hit.at else line[hit.to : at])
    return len(between) + 3 * between.count(".")
