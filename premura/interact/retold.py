"""What we said to one person, as a start for another or for everybody: whole, and without those whom it names.

Misses   a name that the network does not know and that no greeting stands before; what agrees with a man or a woman.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast

from premura.guard.taken_out import capital, greeted
from premura.interact import fill, leaving, parts
from premura.interact.meant import THANKS, TITLE, UP, YES, Meant, is_day, meant
from premura.models import Entry, Identity, Message, Product, Reply, Term

LEAST = 3  # letters of a name that is looked for anywhere: "Al" and "Di" begin sentences
MOST_GREETINGS = 3  # one after the other: "Ciao! Rita, …"
NOBODY = "(?!)"
_SMALL = "di de del della dei da dal dalla do dos das von van der den la le lo of the e y und et"
_IN_NAMES = frozenset(_SMALL.split())
_PARTICLE = (
    rf"(?:(?<!\w)(?i:{'|'.join(word for word in _SMALL.split() if word not in {'e', 'y', 'und', 'et', 'of'})})\s+)"
)
_UNSPACED = r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # scripts that part no words by spaces
_PROPER = re.compile(rf"(?:(?<=[\w,] )|(?<=['’])){UP}(?:\s+(?:{_PARTICLE})?{UP})+")  # no sentence begins with it
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_IS_HANDLE = re.compile(r"[\d_.@]")
_BEYOND = r"[^\W\d_\u0000-\u024f]+"  # a word that is not in Latin letters
_GREETED = re.compile(
    r"(\s*\S+(?:\s+(?i:giorno|sera|morning|afternoon|evening|d[ií]as?|tardes?|noches?|noite|tag|morgen|abend|geehrte[rs]?))?"
    rf"\s+){TITLE}*(?:{UP}|{_BEYOND})(?:\s+(?:{UP}|{_BEYOND}))*"
)
# A name that stands here is a signature: behind the end of a sentence, a comma, a dash, an emoji or on its own line.
_BEFORE_SIGNATURE = r"(?:(?<=[^\w\s@#/&+'’«“„‘\"-])\s*|\n\s*|\s[-–—~]+\s*)"
_PARTS_SIGNATURE = " \t\r\n,;:·|/–—~(-"


@dataclass(frozen=True, slots=True)
class Told:
    """A reply of ours, with the names of the two who spoke."""

    text: str
    language: str = ""  # of the gaps
    author: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()  # what the customer is called
    handle: str = ""
    ours: tuple[str, ...] = ()  # our brand and our account, which may hold a name like theirs
    sold: tuple[str, ...] = ()  # products, and names of the glossary and of the bank, which may, too


def of(replies: Sequence[Reply]) -> dict[int, Told]:
    """Return sent replies of one brand by their keys, each with all parts of its thread that stand, uncounted.

    Takes    first parts; with `author`, `to.identity.contact` and `conversation` at hand it costs four queries, and
             one more for each part of the longest thread.
    """
    rest = leaving.rest_of([reply.pk for reply in replies])
    ids = [part.message_id for some in rest.values() for part in some if part.message_id]
    gone = ~Q(removed_at=None, hidden_at=None)
    taken = set(Message.objects.filter(gone, pk__in=ids).values_list("pk", flat=True)) if ids else set()
    sold = _sold(replies)
    return {reply.pk: _told(reply, _whole(reply, rest.get(reply.pk, []), taken), sold) for reply in replies}


def first_of(reply: Reply) -> Reply:
    """Return the first part of the thread that a reply is part of; itself where it is none."""
    while reply.follows is not None:
        reply = reply.follows
    return reply


def _whole(first: Reply, rest: Sequence[Reply], taken: set[int]) -> str:
    texts = parts.uncounted([first.text, *(part.text for part in rest)]) if rest else [first.text]
    stand = [part.state == Reply.State.SENT and part.message_id not in taken for part in rest]
    return " ".join([texts[0], *(text for text, stands in zip(texts[1:], stand, strict=True) if stands)])


def _sold(replies: Sequence[Reply]) -> tuple[str, ...]:
    """Return what the brand calls by a word that one of their customers is called by: products and other names."""
    called = [_called(reply.to.identity)[0] for reply in replies if reply.to.identity]
    words = {word.casefold() for names in called for name in names for word in _words(name, LEAST)}
    if not words:
        return ()

    def any_of(*fields: str) -> Q:
        return reduce(or_, (Q(**{f"{field}__icontains": word}) for word in words for field in fields))

    brand = replies[0].conversation.brand_id
    products = Product.objects.filter(any_of("name", "words"), brand=brand)
    terms = Term.objects.annotate(said=Cast("translations", TextField())).filter(any_of("text", "said"), brand=brand)
    bank = Entry.objects.filter(any_of("question", "facts"), brand=brand, retired_at=None)
    rows = products.values_list(Value("product"), "name", "words").union(
        terms.values_list(Value("term"), "text", "said"),
        bank.values_list(Value("bank"), "question", "facts"),
        all=True,
    )
    return tuple(dict.fromkeys(name for row in rows for name in _names_in(*row)))


def _names_in(kind: str, name: str, more: str) -> list[str]:
    if kind == "bank":  # whole sentences
        return _PROPER.findall(f"{name}\n{more}")
    others = more.split(",") if kind == "product" else json.loads(more).values()
    return [word.strip() for word in (name, *others) if word.strip()]


def _told(reply: Reply, text: str, sold: tuple[str, ...]) -> Told:
    brand, whom = reply.conversation.brand, reply.to.identity
    called, handle = _called(whom) if whom else ((), "")
    return Told(
        text, reply.written_in[:2] or brand.language, (reply.author.name, reply.author.first_name), called, handle,
        (brand.name, reply.conversation.channel.name), sold,
    )  # fmt: skip


def _called(whom: Identity) -> tuple[tuple[str, ...], str]:
    return (whom.name, whom.contact.name), whom.handle.removeprefix("@")


def to_another(told: Told, name: str) -> str:
    """Return it as a start for somebody else: unsigned, and their first name, or else a gap, for the other's names.

    >>> rita = Told("Ciao Rita, il pacco è lì. – Ada", "it", ("Ada Neri", "Ada"), ("Rita Verdi",))
    >>> to_another(rita, "Marco"), to_another(rita, "")
    ('Ciao Marco, il pacco è lì.', 'Ciao «nome?», il pacco è lì.')
    """
    gap = fill.filled("{name}", told.language, {}).text
    called, text = name or gap, unsigned(told)
    end = _greeted(told, text)
    greeting = _greets(told, text[:end], called)
    if spoken_to := _begins_with(told).match(text, end):
        greeting += called + text[spoken_to.end("name") : spoken_to.end()]
        end = spoken_to.end()
    return greeting + _everywhere(told, text, called, gap, end)


def to_everybody(told: Told) -> str:
    """Return what it says to whoever asks: no greeting, no signature, and no name; a gap where one is spoken of.

    >>> to_everybody(Told("Ciao Rita, certo, Rita: siamo aperti. – Ada", "it", ("Ada",), ("Rita Verdi",)))
    'Certo: siamo aperti.'
    """
    text = unsigned(told)
    for _ in range(MOST_GREETINGS):
        text = text[_greeted(told, text) :]
        text = re.sub(rf"^\s*{_handle(told)}(?!\w)[\s,;:!–—]*", "", text)
        if spoken_to := _begins_with(told).match(text):
            text = text[spoken_to.end() :]
    names = _names(told)
    drop = partial(_dropped, told)
    text = re.sub(rf"(?P<before>{THANKS}|{YES})\s+(?P<name>{names})(?=\s*(?:[,;:.!…]|$))", drop, text)
    text = re.sub(rf"(?P<before>)[,;，]\s*(?P<name>{names})(?=\s*(?:[,;:.!?…–—)，。！]|$))", drop, text)
    begins = rf"(?P<before>[.!?…\n]\s*)(?P<name>{names})\s*[,!，！]\s*(?P<after>\w)"
    text = re.sub(begins, drop, text)
    gap = fill.filled("{name}", told.language, {}).text
    return capital(_everywhere(told, text, gap, gap).strip())


def unsigned(told: Told) -> str:
    """Return what it says without its author's name at the end, however that was put there.

    >>> ada = ("Ada Neri", "Ada")
    >>> [unsigned(Told(text, "it", ada)) for text in ("Domani. Ada Neri 🌿", "A presto,\\nAda", "Chiedi di Ada")]
    ['Domani.', 'A presto', 'Chiedi di Ada']
    """
    house = rf"(?:\W{{1,4}}(?:\w{{1,5}}\s)?{_any(told.ours)})?"
    ends = re.compile(rf"{_BEFORE_SIGNATURE}{_any(told.author)}(?!\w){house}[\W_]*$", re.I)
    found = ends.search(told.text)
    before = told.text[: found.start()].rstrip(_PARTS_SIGNATURE) if found else ""
    return before or told.text.strip()


def _everywhere(told: Told, text: str, called: str, gap: str, start: int = 0) -> str:
    """Return a text from `start` on in which the customer is called otherwise.

    Our own names stay, whatever words are in them; where nobody knows whether a name means them stands a gap.
    """
    own = {word.casefold() for name in told.theirs for word in _words(name, 1)}
    longer = [name for name in told.sold if any(word.casefold() not in own for word in _words(name, 1))]
    short = {name.casefold() for name in told.sold} - {name.casefold() for name in longer}
    ours = rf"(?<!\w)(?:{_any(told.ours)}|(?i:{_any(longer)}))(?!\w)"
    any_name = re.compile(
        rf"{ours}|(?P<handle>(?<!\w){_handle(told)}(?!\w))|(?P<name>{_names(told)})(?P<more>(?:[ \t]+{UP})*)"
    )

    def otherwise(found: re.Match[str]) -> str:
        if found["handle"]:
            return called
        if not found["name"]:
            return found[0]
        means = _meant(told, found, short)
        if means is Meant.UNSURE:  # who writes in capitals only names nobody with the next word
            return gap + (found["more"] if found["name"].isupper() else "")
        return called if means is Meant.PERSON else found[0]

    pieces: list[str] = []
    at = start
    for found in any_name.finditer(text, start):
        pieces += text[at : found.start()], otherwise(found)
        at = found.end()
    return "".join(pieces) + text[at:]


def _meant(told: Told, found: re.Match[str], sold: Collection[str] = ()) -> Meant:
    """Return what a name means here; with words behind it that nobody knows for theirs, it is theirs where it calls."""
    text, start = found.string, found.start("name")
    alone = meant(text, start, found.end("name"), told.language, sold)
    if not found.groupdict().get("more") or alone is Meant.OTHER:
        return alone
    return Meant.UNSURE


def _dropped(told: Told, found: re.Match[str]) -> str:
    """Return what is left where they are called by their name; all of it where the name may mean something else."""
    if _meant(told, found) is not Meant.PERSON:
        return found[0]
    after = found.groupdict().get("after") or ""
    return found["before"] + after.upper()


def _greeted(told: Told, text: str) -> int:
    """Return how many characters are the greeting, in whatever script or case their name stands in it."""

    def plain(found: re.Match[str]) -> str:
        return "X" + "x" * (len(found[0]) - 1)

    known = rf"(?<![\w@]){_any(_spoken(told))}(?!\w)"
    return greeted(re.sub(_BEYOND, plain, re.sub(known, plain, text, flags=re.I)))


def _greets(told: Told, greeting: str, called: str) -> str:
    """Return a greeting to somebody else: also where they were called as only their handle has it, or otherwise."""
    named = re.sub(rf"(?<!\w){_handle(told)}(?!\w)|{_names(told)}", lambda _: called, greeting)
    if named == greeting:
        named = re.sub(rf"(?<!\w){_any(_spoken(told))}(?!\w)", lambda _: called, greeting, count=1, flags=re.I)
    return named if named != greeting else _GREETED.sub(lambda found: found[1] + called, greeting, count=1)


def _handle(told: Told) -> str:
    return rf"(?:(?i:@{re.escape(told.handle)})(?:@[\w.-]*\w)?)" if told.handle else NOBODY


def _names(told: Told) -> str:
    """Return the pattern of what the customer is called, as one writes names: with a capital, their title along."""
    known = [name for name in told.theirs if not _IS_HANDLE.search(name)]
    words = [word for name in known for word in _words(name, LEAST)]
    forms = {form for word in words for form in (capital(word), word.title(), word.upper())}
    name, joined = _any(forms), rf"\s+(?:(?:{_SMALL.replace(' ', '|')})\s+)?"
    one = rf"(?:{_any(_with_particles(known))}|{name})"
    unspaced = _any(word for word in words if re.fullmatch(rf"{_UNSPACED}+", word))
    return (
        rf"(?:(?<![\w@#/.])(?:{TITLE}(?:{_PARTICLE}{{1,2}}{name}|{one})|{one})(?:{joined}{one})*(?!-?\w)"
        rf"|(?<![@#/]){unspaced})"
    )


def _with_particles(names: Iterable[str]) -> Iterator[str]:
    """Return surnames with what belongs to them, as they stand alone: De Luca, DE LUCA."""
    for name in names:
        for found in re.finditer(rf"({_PARTICLE}{{1,2}})({_WORD.pattern})", name):
            if found.start():
                yield from (found[0].title(), capital(found[0]), found[0].upper())


def _begins_with(told: Told) -> re.Pattern[str]:
    """Return the pattern of who is spoken to before anything is said: also by their handle, or without a capital."""
    days = _any(word for word in _spoken(told) if is_day(word))
    name = rf"(?:{_any(_with_particles(told.theirs))}|{_any(_spoken(told))})"
    title = rf"(?:{TITLE}{_PARTICLE}{{0,2}})?"
    return re.compile(
        rf"\s*(?!{days}\s*[:;!–—])(?P<name>@?{title}{name}(?:\s+{name})*)(?!\w)\s*[,;:!–—，！：]+\s*", re.I
    )


def _spoken(told: Told) -> set[str]:
    return {word for name in (*told.theirs, told.handle) for word in _words(name, 2)}


def _words(name: str, least: int) -> Iterator[str]:
    words = (word for word in _WORD.findall(name) if word.lower() not in _IN_NAMES)
    # Where letters have no case, two of them are a name: 李明.
    return (word for word in words if len(word) >= min(least, 2 if word.lower() == word.upper() else least))


def _any(names: Iterable[str]) -> str:
    """Return the pattern of one of these, the longest first; of none where there are none."""
    said = sorted({name for name in names if name.strip()}, key=lambda name: (-len(name), name))
    return f"(?:{'|'.join(map(re.escape, said)) or NOBODY})".replace("'", "’").replace("’", "['’]")
