"""Small gestures: which ones wait, what each is, which answer is proposed, and how many were answered.  P39.

Nothing here answers anybody: a person reads what is proposed, changes it, and sends it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from premura import access
from premura.access import Standing
from premura.guard.parts import folded_of
from premura.models import Conversation, ConversationQuerySet, Message, Order, Post, Reply
from premura.prepare import employees

GESTURE = "gesture"
SIZE = 20
DAYS = 30
MOST_COUNTED = 20_000
MOST_WORDS = 2_000  # characters of a message that are looked at
RECENT = 50
FRIENDLY = 3  # words besides a handle that still only tag a friend
ALIKE = 0.6  # as the guard has it: share of the groups of three words that another text has too
Groups = tuple[set[tuple[str, ...]], set[tuple[str, ...]]]
TELLING = 3  # words from which on a text says by itself which language it is in
CERTAIN = 0.95  # that fewer are in another language than what stands around them
UNKNOWN = ("", "und")
LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
_NAME = re.compile(r"\{(, )?name(, )?\}")
_HANDLE = re.compile(r"@[\w.@-]*\w")
_WORD = re.compile(r"[^\W\d_]+")
_UNDER_WAY = (Reply.State.HELD, Reply.State.SCHEDULED, Reply.State.READY, Reply.State.SENDING, Reply.State.UNCLEAR)


# -- what waits ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gesture:
    """One gesture that waits: its conversation, and their latest words in it."""

    conversation: Conversation
    message: Message


@dataclass(frozen=True, slots=True)
class Run:
    """Some gestures of the run, and the mark to ask for the next with; '' at the end."""

    rows: list[Gesture]
    after: str


def waiting(standing: Standing) -> ConversationQuerySet:
    """Return the open conversations in which nothing but gestures waits, and no answer is under way."""
    theirs = Message.objects.filter(conversation=OuterRef("pk"), identity__isnull=False, removed_at=None)
    theirs = theirs.filter(written_at__gte=OuterRef("waiting_since"))
    answers = Reply.objects.filter(conversation=OuterRef("pk"), state__in=_UNDER_WAY)
    found = access.conversations(standing).filter(state=Conversation.State.OPEN, intent=GESTURE)
    found = found.filter(waiting_since__isnull=False).exclude(employees.works_for_us("identity__"))
    return found.exclude(Exists(theirs.exclude(reading__intent=GESTURE))).exclude(Exists(answers))


def run(standing: Standing, after: str = "") -> Run:
    """Return the next twenty gestures, who waits longest first.  Two queries."""
    page = access.page(waiting(standing).in_order(Order.OLDEST), after, SIZE, Order.OLDEST)
    return Run(_with_words(standing, page.rows), page.after)


def these(standing: Standing, ids: Sequence[int]) -> list[Gesture]:
    """Return those of the given conversations that still wait, who waits longest first; at most twenty."""
    found = waiting(standing).filter(pk__in=list(ids)[:SIZE]).in_order(Order.OLDEST)
    return _with_words(standing, list(found[:SIZE]))


def _with_words(standing: Standing, rows: Sequence[Conversation]) -> list[Gesture]:
    said = Message.objects.filter(conversation__in=[row.pk for row in rows], identity__isnull=False, removed_at=None)
    said = said.order_by("conversation", "-written_at", "-pk").distinct("conversation").select_related("reading")
    latest = {message.conversation_id: message for message in said}
    found = []
    for row in rows:
        if message := latest.get(row.pk):
            row.brand = standing.brand
            message.conversation = row
            found.append(Gesture(row, message))
    return found


# -- how many were answered ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """What became of the gestures of the last thirty days."""

    word: int
    like: int
    waiting: int
    aside: int  # resolved without either

    @property
    def all(self) -> int:
        return self.word + self.like + self.waiting + self.aside

    @property
    def percent(self) -> int:
        """How many of a hundred were answered, by a word or by a like."""
        return round(100 * (self.word + self.like) / self.all) if self.all else 0


def share(standing: Standing, now: datetime | None = None) -> Share:
    """Return how many gestures were answered, and how.  One query, over the newest 20,000."""
    since = (now or timezone.now()) - timedelta(days=DAYS)
    liked = Message.objects.filter(conversation=OuterRef("pk"), identity__isnull=False, liked_at__isnull=False)
    found = access.conversations(standing).filter(intent=GESTURE, last_at__gte=since, last_in_at__gte=since)
    found = found.exclude(employees.works_for_us("identity__")).select_related(None)
    newest = found.annotate(liked=Exists(liked)).order_by("-last_at", "-pk")[:MOST_COUNTED]
    word, like = Q(last_out_at__gte=F("last_in_at")), Q(liked=True)
    still = Q(state=Conversation.State.OPEN)
    counted: dict[str, Any] = newest.aggregate(
        word=Count("pk", filter=word),
        like=Count("pk", filter=~_known(word) & like),
        waiting=Count("pk", filter=~_known(word) & ~like & still),
        aside=Count("pk", filter=~_known(word) & ~like & ~still),
    )
    return Share(**counted)


def _known(answered: Q) -> Q:
    # Where we never wrote, a comparison with when we did is neither true nor false.
    return Q(last_out_at__isnull=False) & answered


# -- in which language ----------------------------------------------------------------------------


def languages(standing: Standing, found: Sequence[Gesture]) -> dict[int, str]:
    """Return the language in which each gesture is best answered, by its conversation.

    Who writes three words or more has said it.  One word belongs to many languages: there the post's counts, or else
    that of the others under it, or else the brand's, unless the word is certain; and where there is none, the brand's.
    Cost     two queries, and about a tenth of a millisecond a gesture.
    """
    from premura.text import reading  # loads what reads only where it is needed

    around = _around(standing, found)
    short = [one for one in found if 0 < _words_in(one.message.text) < TELLING]
    read = reading.languages([one.message.text for one in short], [around[one.conversation.pk] for one in short])
    told = {
        one.conversation.pk: guess.code for one, guess in zip(short, read, strict=True) if guess.confidence >= CERTAIN
    }
    return {one.conversation.pk: _language(standing, one, told, around) for one in found}


def _language(standing: Standing, one: Gesture, told: dict[int, str], around: dict[int, str]) -> str:
    own, words = one.conversation.language, _words_in(one.message.text)
    corrected = getattr(getattr(one.message, "reading", None), "corrected", ())
    if own not in UNKNOWN and (words >= TELLING or "language" in corrected):
        return own
    return told.get(one.conversation.pk, around[one.conversation.pk]) if words else standing.brand.language


def _around(standing: Standing, found: Sequence[Gesture]) -> dict[int, str]:
    """Return what is spoken where each gesture stands: the post's language, another's under it, or the brand's."""
    from premura.text import reading

    roots = [one.conversation.root for one in found]
    posts = Post.objects.filter(brand=standing.brand, key__in=roots).values_list("channel", "key", "text")[: 2 * SIZE]
    read = reading.languages([text for *_, text in posts], [""] * len(posts))
    of_post = {(channel, key): guess.code for (channel, key, _), guess in zip(posts, read, strict=True)}
    beside = Conversation.objects.filter(channel=OuterRef("channel"), root=OuterRef("root")).exclude(pk=OuterRef("pk"))
    beside = beside.exclude(language__in=UNKNOWN).exclude(intent=GESTURE).order_by("identity")
    rows = Conversation.objects.filter(pk__in=[one.conversation.pk for one in found])
    of_others = dict(rows.annotate(spoken=Subquery(beside.values("language")[:1])).values_list("pk", "spoken"))
    around = {}
    for one in found:
        known = (of_post.get((one.conversation.channel_id, one.conversation.root)), of_others.get(one.conversation.pk))
        around[one.conversation.pk] = next((code for code in known if code in LANGUAGES), standing.brand.language)
    return around


def _words_in(text: str) -> int:
    return len(_WORD.findall(_HANDLE.sub(" ", text[:MOST_WORDS])))


# -- what it is, and what is proposed --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of one gesture that wants an answer."""

    key: int  # the same key is offered the same words first
    text: str
    language: str
    name: str = ""  # their first name
    address: str = ""  # tu, lei or voi
    ours: str = ""  # our own handle: nobody's friend


def sort_of(text: str, ours: str = "") -> str:
    """Return what a gesture is: tag, thanks, greeting, laugh, lovely, cheer, heart or kind.

    >>> sort_of("❤️❤️"), sort_of("@marco guarda"), sort_of("Grazie mille!"), sort_of("Wow 😍"), sort_of("top 👏")
    ('heart', 'tag', 'thanks', 'lovely', 'cheer')
    >>> sort_of("@trattoria ❤️", ours="trattoria"), sort_of("🌍"), sort_of("")
    ('heart', 'kind', 'kind')
    """
    text = text[:MOST_WORDS]
    own = ours.lstrip("@").lower()
    tagged = [handle for handle in _HANDLE.findall(text) if handle[1:].lower() != own]
    words = {word.lower() for word in _WORD.findall(_HANDLE.sub(" ", text))}
    if tagged and len(words) <= FRIENDLY:
        return "tag"
    for name, (known, _) in _sorts().items():
        if words & known:
            return name
    return next((name for name, (_, emoji) in _sorts().items() if emoji & set(text)), "kind")


def propose(wanted: Iterable[Wanted], said: Iterable[str] = ()) -> list[str]:
    """Return an answer for each gesture, none like another nor like what was `said` lately.

    Returns  '' where all that we have was said: the person then writes their own.
    Cost     about a millisecond each where fifty were said lately.
    """
    taken = [_groups(text) for text in said]
    used: set[str] = set()  # beginnings and ends on this page
    found = []
    for one in wanted:
        text = _one(one, taken, used)
        if text:
            taken.append(_groups(text))
        found.append(text)
    return found


def lately(standing: Standing) -> list[str]:
    """Return the last fifty replies that somebody of the brand sent, or is sending."""
    replies = Reply.objects.filter(brand=standing.brand).exclude(state=Reply.State.DRAFT)
    return list(replies.order_by("-pk").values_list("text", flat=True)[:RECENT])


def _one(one: Wanted, taken: Sequence[Groups], used: set[str]) -> str:
    language = one.language if one.language in LANGUAGES else "en"
    spare = ""
    for parts in _variants(language, sort_of(one.text, one.ours), one.address, Random(one.key)):
        is_new = used.isdisjoint(parts)
        if spare and not is_new:
            continue
        text = " ".join(_named(part, one.name) for part in parts)
        own = _groups(text, one.name)
        if any(_are_alike(own, other) for other in taken):
            continue
        if is_new:
            used.update(parts)
            return text
        spare = text  # half of it stands on the page already
    return spare


def _variants(language: str, sort: str, address: str, chance: Random) -> Iterator[tuple[str, str]]:
    """Yield beginnings, each with an end, first of this sort, then of any.  Alone they sound ready-made."""
    words = _words()[language]
    ends = _fitting(words["ends"], address)
    for name in dict.fromkeys((sort, "kind")):
        pairs = [(begin, end) for begin in _fitting(words[name], address) for end in ends]
        chance.shuffle(pairs)
        yield from pairs


def _fitting(words: dict[str, list[str]], address: str) -> list[str]:
    return [*words["any"], *words.get(address, ())] if address else words["any"]


def _named(text: str, name: str) -> str:
    if name:
        return _NAME.sub(lambda found: f"{found[1] or ''}{name}{found[2] or ''}", text)
    text = _NAME.sub("", text)
    first = next((n for n, letter in enumerate(text) if letter.isalpha()), 0)
    return text[:first] + text[first : first + 1].upper() + text[first + 1 :]


def _groups(text: str, name: str = "") -> Groups:
    """Return the groups of three neighbouring words as the guard looks for what was said before.

    Twice: without what has a capital, for that may be a name; and with it but for `name`, for in German it is a noun.
    """
    given = text.split()
    kept = [w for n, w in enumerate(given) if n == 0 or not w[:1].isupper() or given[n - 1][-1:] in ".!?:"]
    return _threes(kept), _threes([word for word in given if word.strip(".,;:!?") != name])


def _threes(given: Sequence[str]) -> set[tuple[str, ...]]:
    words = ["".join(c for c in word if c.isalnum()) for word in folded_of(" ".join(given)).split()]
    words = [word for word in words if word]
    return {tuple(words[n : n + 3]) for n in range(len(words) - 2)} or {tuple(words)}


def _are_alike(own: Groups, other: Groups) -> bool:
    return any(len(mine & theirs) >= ALIKE * len(mine) for mine, theirs in zip(own, other, strict=True))


@cache
def _sorts() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    return {
        name: (frozenset(one.get("words", "").split()), frozenset(one.get("emoji", "")))
        for name, one in _words()["sorts"].items()
    }


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("premura.decide") / "gestures.toml").read_text("utf-8"))
