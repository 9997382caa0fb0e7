"""Beside the composer: what we said to others who asked the same, what we know, and texts to begin with.

Each with its source.  Nothing here is ever sent by itself: a person takes it as a start.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from premura.interact import days, empathy, fill, hard_days, pointers, retold
from premura.interact.reply import ways
from premura.models import Agent, Conversation, Entry, Message, Reply, SavedReply, Shareable, Term, Variant
from premura.networks.contract import Can
from premura.prepare import answers, nearness, products, saved, voice

CANDIDATES = 2_000  # replies of ours that are looked at: the newest
UNDER_A_POST = 200  # and those under the same post
ENTRIES = 500
VARIANTS = 2_000  # of theirs
SHOWN = 3
MOST_TERMS = 500
WITH_IT = ("author", "to__identity__contact", "conversation__channel", "conversation__brand", "message")
gaps = fill.gaps
# Nobody is pointed to what we took away or hid, nor told it again.
STANDS = Q(message=None) | Q(message__removed_at=None, message__hidden_at=None)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A public reply of ours to somebody who wrote the like."""

    reply: Reply
    asked: str  # their words
    shared: tuple[str, ...]  # words that both messages have
    start: str  # what one begins with: theirs alone is taken out, who asks now is put in
    here: bool = False  # under the same post
    pointed: int = 0  # how many replies of ours lead to it


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the bank, in the words that fit here."""

    entry: Entry
    text: str
    language: str
    shared: tuple[str, ...]

    @property
    def may_copy(self) -> bool:
        return self.entry.shareable != Shareable.INTERNAL

    @property
    def only_private(self) -> bool:
        return self.entry.shareable == Shareable.DIRECT


@dataclass(frozen=True, slots=True)
class Ready:
    """A saved reply with its fields filled from the message."""

    saved: SavedReply
    filled: fill.Filled
    is_for_today: bool = False  # a line for hard days that a lead approved, while a pile-on runs here

    @property
    def only_private(self) -> bool:
        return self.saved.shareable == Shareable.DIRECT


@dataclass(frozen=True, slots=True)
class Beside:
    asked: str  # what of theirs this is about
    earlier: tuple[Earlier, ...]
    known: tuple[Known, ...]
    saved: tuple[Ready, ...]
    pointer: str = ""  # a line that leads to our answer under the same post
    near: empathy.Line | None = None  # a line that is close to why they write

    @property
    def above(self) -> tuple[Earlier, ...]:
        """What we answered under the same post."""
        return tuple(one for one in self.earlier if one.here)

    @property
    def elsewhere(self) -> tuple[Earlier, ...]:
        return tuple(one for one in self.earlier if not one.here)

    @property
    def today(self) -> tuple[Ready, ...]:
        """The lines for hard days that need no second person now."""
        return tuple(one for one in self.saved if one.is_for_today)

    @property
    def always(self) -> tuple[Ready, ...]:
        return tuple(one for one in self.saved if not one.is_for_today)


def beside(conversation: Conversation, by: Agent) -> Beside:
    """Return what helps to answer a conversation.

    Cost     about a dozen queries and 100 ms, also for a brand with thousands of replies.
    """
    said = _said(conversation)
    if said is None:
        return Beside("", (), (), ())
    reading = getattr(said, "reading", None)
    asked = answers.searched(said.text, reading)
    asks = bool(answers.stretches(said.text, reading)) or "?" in said.text
    language = language_of(conversation, said)
    answered = earlier(conversation, asked, name=_name_of(said), strict=not asks)
    return Beside(
        " ".join(asked.split()), answered, known(conversation, asked, language, strict=not asks),
        ready(conversation, said, language, by), pointer(conversation, said, language, answered),
        near(conversation, said, language),
    )  # fmt: skip


def _said(conversation: Conversation) -> Message | None:
    """Return their newest message that says something."""
    theirs = conversation.messages.filter(identity__isnull=False, removed_at=None).exclude(text="")
    return theirs.select_related("reading", "identity").order_by("-written_at", "-pk").first()


def language_of(conversation: Conversation, said: Message) -> str:
    """Return the language to answer in: theirs, or the brand's where theirs is not known."""
    reading = getattr(said, "reading", None)
    for found in (reading.language if reading else "", conversation.language, said.language):
        if found and found != "und":
            return str(found)[:2]
    return conversation.brand.language


def near(conversation: Conversation, said: Message, language: str) -> empathy.Line | None:
    """Return a line that is close to why they write; None where nothing of theirs waits, or they do not say why."""
    if conversation.waiting_since is None:
        return None
    return empathy.line(
        said, language, voice.of(conversation.brand_id).address(conversation.channel.network), _name_of(said)
    )


def _name_of(said: Message) -> str:
    return fill.first_name(said.identity.name) if said.identity else ""


# -- what we said to others ---------------------------------------------------------------------


def earlier(conversation: Conversation, asked: str, *, name: str = "", strict: bool = False) -> tuple[Earlier, ...]:
    """Return our sent public replies to those who wrote the like, and that still stand there, at most three.

    Those under the same post come first, and of these the one that we have pointed to most; the others nearest first.
    Takes    name: how one calls who asks now, "" where that is not known.
    Cost     four queries and one for each part of the longest thread, and nearness among 2,200 at most.
    """
    sent = Reply.objects.filter(
        STANDS, brand=conversation.brand_id, state=Reply.State.SENT, private=False, conversation__private=False,
        follows=None,
    ).exclude(conversation=conversation)  # fmt: skip
    under = Q(conversation__channel=conversation.channel_id, conversation__root=conversation.root)
    here = [] if conversation.private else _candidates(sent.filter(under), UNDER_A_POST)
    rows = here + _candidates(sent.exclude(under) if here else sent, CANDIDATES)
    near = nearness.ranked(asked, [row.asked for row in rows], [[row.said] for row in rows], len(rows), strict=strict)
    pointed = _pointed({row.url for row in here if row.url}, rows)
    above = [one for one in near if one.at < len(here) and not _only_points(rows[one.at], pointed)]
    above.sort(key=lambda one: -pointed.get(rows[one.at].url, 0))  # of equals the nearest stays first
    shown = [*above, *(one for one in near if one.at >= len(here))][:SHOWN]
    kept = Reply.objects.filter(pk__in=[rows[one.at].pk for one in shown])
    by_pk = {reply.pk: reply for reply in kept.select_related(*WITH_IT)}
    starts = {pk: retold.to_another(told, name) for pk, told in retold.of(list(by_pk.values())).items()}
    return tuple(
        Earlier(by_pk[row.pk], row.asked, one.shared, starts[row.pk], one.at < len(here), pointed.get(row.url, 0))
        for one, row in ((one, rows[one.at]) for one in shown)
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    pk: int
    said: str
    url: str
    asked: str


def _candidates(sent: QuerySet[Reply], most: int) -> list[_Candidate]:
    rows = sent.order_by("-pk").values_list("pk", "text", "url", "to__text", "to__reading__details")[:most]
    return [_Candidate(pk, text, url, _asked(theirs, details)) for pk, text, url, theirs, details in rows]


def _pointed(urls: Collection[str], rows: Sequence[_Candidate]) -> dict[str, int]:
    """Return how many of our replies lead to each of these addresses."""
    words = [set(row.said.split()) for row in rows if "://" in row.said]
    found = {url: sum(any(word.rstrip(".,;:!?)") == url for word in each) for each in words) for url in urls}
    return {url: n for url, n in found.items() if n}


def _only_points(row: _Candidate, pointed: Mapping[str, int]) -> bool:
    """Whether a reply only leads to another one of ours under the post: nobody is sent in circles."""
    return any(url in row.said for url in pointed if url != row.url)


def pointer(conversation: Conversation, said: Message, language: str, found: Sequence[Earlier]) -> str:
    """Return the line that points to our best answer under the same post, in their language; '' where there is none."""
    best = next((one.reply for one in found if one.here and one.reply.url), None)
    return pointers.line(language, _name_of(said), best.url, conversation.pk) if best else ""


def _asked(text: str, details: dict[str, object] | None) -> str:
    return " ".join(answers.searched(text, _Details(details or {})).split())


@dataclass(frozen=True, slots=True)
class _Details:
    """The part of a reading that was asked for."""

    details: dict[str, object]


# -- what we know -------------------------------------------------------------------------------


def known(conversation: Conversation, asked: str, language: str, *, strict: bool = False) -> tuple[Known, ...]:
    """Return the valid entries that fit what was asked, nearest first, at most three; also those that stay inside."""
    brand, valid = conversation.brand_id, answers.valid(conversation.brand_id)
    named = answers.matching(" ".join(_telling(asked)), brand, ENTRIES)
    newest = list(valid.order_by("-changed_at").values_list("pk", flat=True)[:ENTRIES])
    rows = list(valid.filter(pk__in={*named, *newest}).values_list("pk", "question", "facts"))
    wordings = _wordings([pk for pk, _, _ in rows], language)
    led_to = [(facts, *wordings.get(pk, ())) for pk, _, facts in rows]
    near = nearness.ranked(asked, [question for _, question, _ in rows], led_to, SHOWN, strict=strict)
    entries = Entry.objects.select_related("owner").prefetch_related("variants")
    by_pk = entries.in_bulk([rows[one.at][0] for one in near])
    tone = voice.of(brand).address(conversation.channel.network) if near else ""
    return tuple(_known(by_pk[rows[one.at][0]], language, tone, one.shared) for one in near)


def _wordings(entries: Sequence[int], language: str) -> dict[int, list[str]]:
    """Return the texts of these entries' variants; those in this language first, where there are too many."""
    found: dict[int, list[str]] = {}
    spoken = Case(When(language=language, then=0), default=1)
    rows = Variant.objects.filter(entry__in=entries).order_by(spoken, "-pk").values_list("entry_id", "text")[:VARIANTS]
    for entry, text in rows:
        found.setdefault(entry, []).append(text)
    return found


def _known(entry: Entry, language: str, tone: str, shared: tuple[str, ...]) -> Known:
    def fits(variant: Variant) -> tuple[bool, bool]:
        return variant.tone == tone, variant.tone == ""

    own = [variant for variant in entry.variants.all() if variant.language == language]
    best = max(own, key=fits, default=None)
    return Known(entry, best.text if best else entry.facts, best.language if best else "", shared)


def _telling(asked: str) -> Sequence[str]:
    """Return the longest words of a question: what it is about."""
    return sorted({word for word in asked.split() if len(word) > 3}, key=len, reverse=True)[:8]


# -- texts to begin with ------------------------------------------------------------------------


def ready(conversation: Conversation, said: Message, language: str, by: Agent) -> tuple[Ready, ...]:
    """Return the saved replies of the language, what is used most first, filled from their message.

    Only what may be said here: it holds today, in the brand's tone on this network.  What is only for private words
    stands there where one can answer in private, for that way alone.
    Where a pile-on runs, the lines for hard days that a lead approved come before all.
    """
    hard_day = hard_days.runs(conversation)
    address = voice.of(conversation.brand_id).address(conversation.channel.network)
    private = conversation.private or Can.REPLY_PRIVATELY in ways(conversation)
    rows = saved.offered(conversation.brand_id, language, hard_day=hard_day, private=private, address=address)
    if not rows:
        return ()
    found = _found(conversation, said, language, by)
    today = {
        row.pk for row in rows
        if hard_day and row.for_crisis and row.approved_at and row.shareable == Shareable.PUBLIC
    }  # fmt: skip
    return tuple(Ready(row, fill.filled(row.text, row.language, found), row.pk in today) for row in rows)


def begun_with(conversation: Conversation, row: SavedReply, by: Agent) -> str:
    """Return a saved reply filled from their newest message; what that does not say stands as a gap."""
    said = _said(conversation)
    language = language_of(conversation, said) if said else row.language
    found = _found(conversation, said, language, by) if said else {"agent": by.first_name}
    if language != row.language[:2]:
        found.pop("date", None)  # "Saturday" in an Italian reply
    return fill.filled(row.text, row.language, found).text


def _found(conversation: Conversation, said: Message, language: str, by: Agent) -> dict[str, str]:
    brand = conversation.brand
    terms = tuple(Term.objects.filter(brand=brand).values_list("text", flat=True)[:MOST_TERMS])
    ours = (brand.name, *brand.name.split(), conversation.channel.name, by.name, by.first_name)
    name = said.identity.name if said.identity else ""
    sold = tuple(one.name for one in products.found_in(brand.pk, [said.text]))
    zone = ZoneInfo(brand.time_zone)
    now = days.Now(timezone.localdate(said.written_at, zone), timezone.localdate(timezone=zone))
    return fill.found_in(fill.Told(said.text, language, name, by.first_name, terms, ours, sold, now))
