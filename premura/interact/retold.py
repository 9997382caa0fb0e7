"""What we said to one person, as a start for another or for everybody: whole, and without those whom it names.

Misses   a name that the network does not know and that no greeting stands before; what agrees with a man or a woman.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from premura.guard.taken_out import capital, greeted
from premura.interact import fill, leaving, parts
from premura.models import Identity, Message, Reply

LEAST = 3  # letters of a name that is looked for anywhere: "Al" and "Di" begin sentences
MOST_GREETINGS = 3  # one after the other: "Ciao! Rita, …"
NOBODY = "(?!)"
_SMALL = "di de del della dei da dal dalla do dos das von van der den la le lo of the e y und et"
_IN_NAMES = frozenset(_SMALL.split())
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_IS_HANDLE = re.compile(r"[\d_.@]")
_TITLE = (
    r"(?:(?i:sig\.?(?:ra|na)?|signor[ae]?|signorina|dott\.?(?:ssa)?|dr\.?|mr\.?|mrs\.?|ms\.?|miss|sra?\.?|señora?|mme|mlle"
    r"|madame|monsieur|m\.|frau|herrn?|senhora?)\s+)"
)
_UP = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆȘȚĂ][\w’'-]*"
_GREETED = re.compile(
    r"(\s*\S+(?:\s+(?i:giorno|sera|morning|afternoon|evening|d[ií]as?|tardes?|noches?|noite|tag|morgen|abend|geehrte[rs]?))?"
    rf"\s+){_TITLE}*{_UP}(?:\s+{_UP})*"
)
_THANKS = (
    r"(?i:\b(?:grazie|mille|ancora|scusa|scusaci|certo|thanks|thank you|sorry|gracias|perdona|merci|pardon|danke"
    r"|entschuldige|obrigad[oa]|desculpe?))"
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


def of(replies: Sequence[Reply]) -> dict[int, Told]:
    """Return sent replies of one brand by their keys, each with all parts of its thread that stand, uncounted.

    Takes    first parts; with `author`, `to.identity.contact` and `conversation` at hand it costs three queries, and
             one more for each part of the longest thread.
    """
    rest = leaving.rest_of([reply.pk for reply in replies])
    ids = [part.message_id for some in rest.values() for part in some if part.message_id]
    gone = ~Q(removed_at=None, hidden_at=None)
    taken = set(Message.objects.filter(gone, pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return {reply.pk: _told(reply, _whole(reply, rest.get(reply.pk, []), taken)) for reply in replies}


def first_of(reply: Reply) -> Reply:
    """Return the first part of the thread that a reply is part of; itself where it is none."""
    while reply.follows is not None:
        reply = reply.follows
    return reply


def _whole(first: Reply, rest: Sequence[Reply], taken: set[int]) -> str:
    texts = parts.uncounted([first.text, *(part.text for part in rest)]) if rest else [first.text]
    stand = [part.state == Reply.State.SENT and part.message_id not in taken for part in rest]
    return " ".join([texts[0], *(text for text, stands in zip(texts[1:], stand, strict=True) if stands)])


def _told(reply: Reply, text: str) -> Told:
    brand, whom = reply.conversation.brand, reply.to.identity
    called, handle = _called(whom) if whom else ((), "")
    return Told(
        text, reply.written_in[:2] or brand.language, (reply.author.name, reply.author.first_name), called, handle,
        (brand.name, reply.conversation.channel.name),
    )  # fmt: skip


def _called(whom: Identity) -> tuple[tuple[str, ...], str]:
    return (whom.name, whom.contact.name), whom.handle.removeprefix("@")


def to_another(told: Told, name: str) -> str:
    """Return it as a start for somebody else: unsigned, and their first name, or else a gap, for the other's names.

    >>> rita = Told("Ciao Rita, il pacco è lì. – Ada", "it", ("Ada Neri", "Ada"), ("Rita Verdi",))
    >>> to_another(rita, "Marco"), to_another(rita, "")
    ('Ciao Marco, il pacco è lì.', 'Ciao «nome?», il pacco è lì.')
    """
    called = name or fill.filled("{name}", told.language, {}).text
    text = _everywhere(told, unsigned(told), called)
    end = greeted(text)
    if end and called not in text[:end]:
        text = _greets(told, text[:end], called) + text[end:]
        end = greeted(text)
    spoken_to = _begins_with(told).match(text, end)
    return text[:end] + called + text[spoken_to.end("name") :] if spoken_to else text


def to_everybody(told: Told) -> str:
    """Return what it says to whoever asks: no greeting, no signature, and no name; a gap where one is spoken of.

    >>> to_everybody(Told("Ciao Rita, certo, Rita: siamo aperti. – Ada", "it", ("Ada",), ("Rita Verdi",)))
    'Certo: siamo aperti.'
    """
    text = unsigned(told)
    for _ in range(MOST_GREETINGS):
        text = text[greeted(text) :]
        text = re.sub(rf"^\s*{_handle(told)}(?!\w)[\s,;:!–—]*", "", text)
        if spoken_to := _begins_with(told).match(text):
            text = text[spoken_to.end() :]
    names = _names(told)
    text = re.sub(rf"({_THANKS})\s+{names}(?=\s*(?:[,;:.!…]|$))", r"\1", text)
    text = re.sub(rf"[,;]\s*{names}(?=\s*(?:[,;:.!?…–—)]|$))", "", text)
    begins = re.compile(rf"([.!?…\n]\s*){names}\s*[,!]\s*(\w)")
    text = begins.sub(lambda found: found[1] + found[2].upper(), text)
    return capital(_everywhere(told, text, fill.filled("{name}", told.language, {}).text).strip())


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


def _everywhere(told: Told, text: str, called: str) -> str:
    """Return a text in which the customer is called otherwise; our own names stay, whatever words are in them."""
    theirs = rf"(?<!\w){_handle(told)}(?!\w)|{_names(told)}"
    any_name = re.compile(rf"(?<!\w){_any(told.ours)}(?!\w)|(?P<theirs>{theirs})")
    return any_name.sub(lambda found: called if found["theirs"] else found[0], text)


def _greets(told: Told, greeting: str, called: str) -> str:
    """Return a greeting to somebody else: also where they were called as only their handle has it, or otherwise."""
    named = re.sub(rf"(?<!\w){_any(_spoken(told))}(?!\w)", lambda _: called, greeting, count=1, flags=re.I)
    return named if named != greeting else _GREETED.sub(lambda found: found[1] + called, greeting, count=1)


def _handle(told: Told) -> str:
    return rf"(?:(?i:@{re.escape(told.handle)})(?:@[\w.-]*\w)?)" if told.handle else NOBODY


def _names(told: Told) -> str:
    """Return the pattern of what the customer is called, as one writes names: with a capital, their title along."""
    known = (word for name in told.theirs if not _IS_HANDLE.search(name) for word in _words(name, LEAST))
    forms = {form for word in known for form in (capital(word), word.title(), word.upper())}
    name = _any(forms)
    return rf"(?<![\w@#/.]){_TITLE}?{name}(?:\s+(?:(?:{_SMALL.replace(' ', '|')})\s+)?{name})*(?!-?\w)"


def _begins_with(told: Told) -> re.Pattern[str]:
    """Return the pattern of who is spoken to before anything is said: also by their handle, or without a capital."""
    name = _any(_spoken(told))
    return re.compile(rf"\s*(?P<name>@?{_TITLE}?{name}(?:\s+{name})*)(?!\w)\s*[,;:!–—]+\s*", re.I)


def _spoken(told: Told) -> set[str]:
    return {word for name in (*told.theirs, told.handle) for word in _words(name, 2)}


def _words(name: str, least: int) -> Iterator[str]:
    return (word for word in _WORD.findall(name) if len(word) >= least and word.lower() not in _IN_NAMES)


def _any(names: Iterable[str]) -> str:
    """Return the pattern of one of these, the longest first; of none where there are none."""
    said = sorted({name for name in names if name.strip()}, key=lambda name: (-len(name), name))
    return f"(?:{'|'.join(map(re.escape, said)) or NOBODY})"
