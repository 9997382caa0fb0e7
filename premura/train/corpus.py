"""Read the corpus: our own messages with their labels, in the notation of `corpus/README.md`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from premura.text.labels import EMOTIONS, FLAGS, INTENTS

SENTIMENTS = {"-": "negative", "0": "neutral", "+": "positive", "~": "mixed"}
KINDS = ("comment", "review", "direct", "mention")
PERSONAL = ("iban", "codice_fiscale", "partita_iva", "card", "phone", "email", "address", "tax_id")

_SECTION = re.compile(r"## voice: (?P<voice>.+?) \| trade: (?P<trade>.+?) \| kind: ?(?P<kind>\w+)\s*$")
_LABEL = re.compile(rf"u[0-3]|a[123]|hate|:(?:{'|'.join(EMOTIONS)})")
_MARK = re.compile(r"\{\{|\}\}|\[\[(?P<kind>\w+):|\]\]")


class CorpusError(ValueError):
    """A line of the corpus cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One message with its labels.  Offsets are code points of `text`, from which all marks are gone."""

    text: str
    lang: str
    sentiment: str
    intents: tuple[str, ...]  # the leading one first; () for a post that speaks to no brand
    urgency: int
    flags: frozenset[str]
    emotions: frozenset[str]
    abuse: int
    hate: bool
    questions: tuple[tuple[int, int], ...]
    personal: tuple[tuple[int, int, str], ...]
    kind: str
    trade: str
    voice: str  # file and section: samples of one voice stay together when data is split
    held: bool = field(default=False)  # never trained on, never tuned on


def samples(corpus: Path) -> Iterator[Sample]:
    """Return every message under `corpus/messages/<lang>/*.txt`, in the order of the files' names.

    Raises CorpusError at the first line that is wrong.  A file called `held*.txt` is kept for measuring.
    """
    for path in sorted((corpus / "messages").glob("*/*.txt")):
        yield from of_file(path)


def of_file(path: Path) -> Iterator[Sample]:
    """Return the messages of one file."""
    section: re.Match[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("## "):
            section = _SECTION.match(line)
            if not section:
                raise CorpusError(
                    f"{path.name}, line {number}: a section line reads '## voice: … | trade: … | kind: …'"
                )
            voice = f"{path.parent.name}/{path.stem}/{number}"
        elif line.strip() and not line.startswith("# "):
            if section is None:
                raise CorpusError(f"{path.name}, line {number}: a message stands before the first section")
            try:
                yield _sample(line, path, section, voice)
            except ValueError as error:
                raise CorpusError(f"{path.name}, line {number}: {error}") from None


def _sample(line: str, path: Path, section: re.Match[str], voice: str) -> Sample:
    head, bar, marked = line.partition(" | ")
    if not bar:
        raise ValueError("labels and text are parted by ' | '")
    sentiment, intents, *more = head.split()
    leading = () if intents == "none" else tuple(intents.split("+"))
    text, questions, personal = unmarked(marked.replace(" \\n ", "\n"))
    flags = frozenset(word for word in more if word in FLAGS) | ({"asks_question"} if questions else set())
    rest = [word for word in more if word not in FLAGS]
    unknown = [word for word in rest if not _LABEL.fullmatch(word)]
    unknown += [intent for intent in leading if intent not in INTENTS]
    if unknown or sentiment not in SENTIMENTS:
        raise ValueError(f"unknown label {unknown or sentiment}")
    return Sample(
        text=text,
        lang=path.parent.name,
        sentiment=SENTIMENTS[sentiment],
        intents=leading,
        urgency=next((int(word[1]) for word in rest if word[0] == "u"), 1 if leading else 0),
        flags=frozenset(flags),
        emotions=frozenset(word[1:] for word in rest if word[0] == ":"),
        abuse=next((int(word[1]) for word in rest if re.fullmatch(r"a\d", word)), 0),
        hate="hate" in rest,
        questions=questions,
        personal=personal,
        kind=section["kind"],
        trade=section["trade"],
        voice=voice,
        held=path.stem.startswith("held"),
    )


def unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...], tuple[tuple[int, int, str], ...]]:
    """Return the text without its marks, the questions and the personal data in it.

    >>> unmarked("Chiamatemi al [[phone:333 1234567]], {{quando aprite?}}")
    ('Chiamatemi al 333 1234567, quando aprite?', ((26, 41),), ((14, 25, 'phone'),))
    """
    parts: list[str] = []
    size = last = 0
    asked: list[int] = []
    given: list[tuple[int, str]] = []
    questions: list[tuple[int, int]] = []
    personal: list[tuple[int, int, str]] = []
    for mark in _MARK.finditer(marked):
        if (mark[0] == "]]" and not given) or (mark[0] == "}}" and not asked):
            raise ValueError(f"{mark[0]} closes nothing")
        parts.append(marked[last : mark.start()])
        size += len(parts[-1])
        last = mark.end()
        if mark[0] == "{{":
            asked.append(size)
        elif mark[0] == "}}":
            questions.append((asked.pop(), size))
        elif mark["kind"]:
            given.append((size, mark["kind"]))
        else:
            start, kind = given.pop()
            personal.append((start, size, kind))
    if asked or given:
        raise ValueError("a mark is not closed")
    text = "".join([*parts, marked[last:]])
    return text, tuple(sorted(questions)), tuple(sorted(personal))
