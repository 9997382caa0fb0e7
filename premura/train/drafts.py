"""Read the drafts of the corpus: replies and posts, with what the guard ought to say of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from premura.train.corpus import CorpusError, unmarked

STRETCHES = (
    "insult", "in_kind", "deflection", "only_social_team", "go_local", "private_first", "personal_data",
    "vague_promise", "begging", "shaming", "internal_fact", "canned",
)  # fmt: skip
WHOLE = ("wrong_language", "question_unanswered", "answer_not_first", "missing_apology", "canned")
CONTEXT = {
    "=our_mistake": "our_mistake", "=public_answer": "public_answer_exists", "=handover": "handover_attached",
    "=promise": "promise_attached", "=asked_phone": "customer_asked_for_phone",
}  # fmt: skip
LANGUAGES = ("it", "en", "es", "fr", "de", "pt")

_SECTION = re.compile(r"## voice: (?P<voice>.+?) \| trade: (?P<trade>.+?) \| network: ?(?P<network>\w+)\s*$")
_MARK = re.compile(r"\[\[(?P<rule>\w+)(?P<allowed>\??):|\]\]")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that a rule is about, at `text[start:end]`; `allowed`: they look like it, and something makes them good."""

    rule: str
    start: int
    end: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One draft with its context and the rules that ought to speak; none: it is good."""

    text: str
    lang: str
    rules: frozenset[str]
    marks: tuple[Mark, ...]
    trade: str
    voice: str  # file and customer: drafts to one message stay together when data is split
    post: bool = False
    customer_text: str = ""
    customer_lang: str = ""
    network: str = ""
    public: bool = True
    context: frozenset[str] = frozenset()
    recent: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    held: bool = field(default=False)  # kept apart: measured with, never trained on


@dataclass(slots=True)
class _Block:
    customer: str = ""
    lang: str = ""
    public: bool = True
    voice: str = ""
    recent: list[str] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)


def samples(corpus: Path) -> Iterator[Sample]:
    """Return every draft under `corpus/drafts/<lang>/*.txt`; raises CorpusError at the first line that is wrong."""
    for path in sorted((corpus / "drafts").glob("*/*.txt")):
        yield from of_file(path)


def of_file(path: Path) -> Iterator[Sample]:
    """Return the drafts of one file."""
    section: re.Match[str] | None = None
    block = _Block()
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        sign, head, text = line[:2], *_parted(line[2:])
        try:
            if line.startswith("## "):
                section, block = _SECTION.match(line), _Block(voice=f"{path.parent.name}/{path.stem}/{number}")
                if section is None:
                    raise ValueError("a section line reads '## voice: … | trade: … | network: …'")
            elif not line.strip() or line.startswith("# "):
                continue
            elif section is None:
                raise ValueError("a draft stands before the first section")
            elif sign == "? ":
                block = _customer(head, text, f"{path.parent.name}/{path.stem}/{number}")
            elif sign == "~ ":
                {"recent": block.recent, "internal": block.internal}[head].append(text)
            elif sign in ("! ", "* "):
                yield _sample(sign, head, text, section, block, path, number)
            else:
                raise ValueError("a line begins with '## ', '? ', '~ ', '! ' or '* '")
        except (ValueError, KeyError) as error:
            raise CorpusError(f"{path.name}, line {number}: {error}") from None


def _parted(line: str) -> tuple[str, str]:
    head, _, text = f" {line}".partition(" | ")
    return head.strip(), text.strip().replace(" \\n ", "\n")


def _customer(head: str, text: str, voice: str) -> _Block:
    lang, *more = head.split()
    if lang not in LANGUAGES or more not in ([], ["private"]):
        raise ValueError(f"'? lang [private] | text' it should be, not '{head}'")
    text, _, _ = unmarked(text)
    return _Block(text, lang, "private" not in more, voice)


def _sample(
    sign: str, head: str, marked: str, section: re.Match[str], block: _Block, path: Path, number: int
) -> Sample:
    tokens = head.split()
    text, marks = _unmarked(marked)
    lang = next((token.removeprefix("@") for token in tokens if token.startswith("@")), block.lang)
    if sign == "* ":
        lang = tokens.pop(1)
    rules = {token for token in tokens if token in WHOLE} | {mark.rule for mark in marks if not mark.allowed}
    unknown = [t for t in tokens if t not in WHOLE and t not in CONTEXT and t != "ok" and not t.startswith("@")]
    if sign == "* ":
        unknown = [token for token in unknown if token not in rules]
    if unknown or lang not in LANGUAGES:
        raise ValueError(f"what is {', '.join(unknown) or repr(lang)}?")
    if ("ok" in tokens) == bool(rules):
        raise ValueError("'ok' stands exactly where nothing is wrong")
    if not text:
        raise ValueError("there is no text")
    return Sample(
        text, lang, frozenset(rules), marks, section["trade"],
        f"{path.parent.name}/{path.stem}/{number}" if sign == "* " else block.voice,
        sign == "* ", *(("", "") if sign == "* " else (block.customer, block.lang)),
        section["network"], True if sign == "* " else block.public,
        frozenset(CONTEXT[token] for token in tokens if token in CONTEXT),
        () if sign == "* " else tuple(block.recent), tuple(block.internal), path.stem.startswith(("held", "tried")),
    )  # fmt: skip


def _unmarked(marked: str) -> tuple[str, tuple[Mark, ...]]:
    parts: list[str] = []
    marks: list[Mark] = []
    open_: tuple[str, bool, int] | None = None
    at = length = 0
    for sign in _MARK.finditer(marked):
        parts.append(marked[at : sign.start()])
        length += sign.start() - at
        at = sign.end()
        if sign["rule"] is None:
            if open_ is None:
                raise ValueError("']]' closes nothing")
            marks.append(Mark(open_[0], open_[2], length, open_[1]))
            open_ = None
        elif open_ is not None or sign["rule"] not in STRETCHES:
            raise ValueError(f"'[[{sign['rule']}:' cannot stand there")
        else:
            open_ = (sign["rule"], bool(sign["allowed"]), length)
    if open_ is not None:
        raise ValueError(f"'[[{open_[0]}:' is not closed")
    return "".join([*parts, marked[at:]]), tuple(marks)
