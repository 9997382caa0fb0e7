"""Translation: what stands there in a language one reads, and our reply in theirs, each beside its original."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.access import Standing
from premura.engines import keeping
from premura.engines.contract import Translator
from premura.models import Agent, Brand, Conversation, Engine, Event, Identity, Message, Reply, Translated
from premura.networks.contract import Disconnected, NetworkError
from premura.prepare import engines, voice
from premura.prepare.engines import NotOffered, Use

LONGEST = 10_000
UNKNOWN = ("", "und")
KEPT_S = 24 * 3600  # what a waiting reply says: once it stands there it is a message


class TooLong(Exception):
    """It is longer than what we let translate at once."""


class SameLanguage(Exception):
    """It is in that language already."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.language = language


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a message in a language that one does not read: its translation, or the offer of one."""

    source: str
    target: str
    text: str = ""
    by: str = ""
    lost: tuple[str, ...] = ()  # words that the engine should have kept, and did not
    offered: bool = False  # an engine could be asked


@dataclass(frozen=True, slots=True)
class Turned:
    """A reply of ours, in their language and back again."""

    original: str
    text: str
    back: str
    source: str
    target: str
    by: str
    lost: tuple[str, ...] = ()

    @property
    def both(self) -> str:
        """The translation with the original below it: the guard lets that pass in any language."""
        return f"{self.text}\n\n{self.original}"


# -- what stands there ------------------------------------------------------------------------


def language_of(said: Message | Reply) -> str:
    """Return the language of a message or a reply: as it was read, as it is said to be, else (ours) as it sounds.

    "" where nobody knows.
    """
    reading = getattr(said, "reading", None)
    found = str(reading.language if reading and reading.language not in UNKNOWN else said.language)[:2].lower()
    if found in ("", "un") and (isinstance(said, Reply) or said.is_ours):
        found = _sounds(said.text)
    return "" if found in ("", "un") else found


@lru_cache(maxsize=4096)
def _sounds(text: str) -> str:
    from premura.interact import tongue  # what reads takes a second to load: only for those who need it

    return tongue.of(text)[:2]


def is_foreign(said: Message | Reply, agent: Agent, brand: Brand) -> bool:
    """Whether it is in a language that neither the agent nor the brand speaks: a customer's words, or a colleague's."""
    return language_of(said) not in ("", agent.language, brand.language)


def beside(messages: Iterable[Message], standing: Standing) -> dict[int, Beside]:
    """Return what stands beside each message that is foreign to the agent, theirs or ours.  At most three queries."""
    agent, brand = standing.agent, standing.brand
    foreign = [message for message in messages if is_foreign(message, agent, brand)]
    if not foreign:
        return {}
    asked = Translated.objects.filter(message__in=[message.pk for message in foreign], language=agent.language)
    kept = {one.message_id: one for one in asked}
    offered = engines.working(brand.pk, Use.TRANSLATE) is not None
    terms = engines.words(brand.pk) if kept else []
    return {
        message.pk: _beside(message, _made(kept.get(message.pk), message), agent.language, terms, brand, offered)
        for message in foreign
    }


def message(found: Message, by: Agent) -> Beside:
    """Translate a message into the agent's language; who asks again is given what was said before.

    Raises NotOffered, SameLanguage, TooLong; NetworkError; OneAtOnce and TooOften of `prepare.engines`.
    """
    brand, target = found.conversation.brand, by.language
    kept = Translated.objects.filter(message=found, language=target).first()
    made, terms = _made(kept, found), engines.words(brand.pk)
    if made is None:
        made = _translated(found, found.identity or found.conversation.identity, by, terms)
        with transaction.atomic():
            values = {"brand": brand, "text": made[0], "by": made[1], "made_at": timezone.now()}
            Translated.objects.update_or_create(message=found, language=target, defaults=values)
            facts = {"message": found.pk, "source": language_of(found), "target": target, "engine": made[1]}
            journal.write(Event.Deed.TRANSLATED, found.conversation, by, **facts)
    return _beside(found, made, target, terms, brand, True)


def beside_waiting(replies: Iterable[Reply], standing: Standing) -> dict[int, Beside]:
    """Return what stands beside each reply of ours that is foreign to the agent and not there yet.  Three queries."""
    agent, brand = standing.agent, standing.brand
    foreign = {_mark(reply, agent): reply for reply in replies if is_foreign(reply, agent, brand)}
    if not foreign:
        return {}
    kept = cache.get_many(list(foreign))
    offered = engines.working(brand.pk, Use.TRANSLATE) is not None
    terms = engines.words(brand.pk) if kept else []
    return {
        reply.pk: _beside(reply, kept.get(mark), agent.language, terms, brand, offered)
        for mark, reply in foreign.items()
    }


def waiting(found: Reply, by: Agent) -> Beside:
    """Translate a reply of ours, which its author wrote in another language, for a colleague.  Raises as `message`."""
    brand, terms, mark = found.conversation.brand, engines.words(found.conversation.brand_id), _mark(found, by)
    made = cache.get(mark)
    if made is None:
        made = _translated(found, found.conversation.identity, by, terms)
        cache.set(mark, made, KEPT_S)
        facts = {"waiting": found.pk, "source": language_of(found), "target": by.language, "engine": made[1]}
        with transaction.atomic():
            journal.write(Event.Deed.TRANSLATED, found.conversation, by, **facts)
    return _beside(found, made, by.language, terms, brand, True)


Made = tuple[str, str]  # a translation, and whose it is


def _made(kept: Translated | None, found: Message) -> Made | None:
    is_stale = kept is None or (found.edited_at is not None and kept.made_at < found.edited_at)
    return None if kept is None or is_stale else (kept.text, kept.by)


def _mark(found: Reply, agent: Agent) -> str:
    return f"translated-{found.pk}-{agent.language}-{sha256(found.text.encode()).hexdigest()[:32]}"


def _translated(found: Message | Reply, whom: Identity, by: Agent, terms: Sequence[keeping.Term]) -> Made:
    """Ask for a translation; `whom` is the person whose name does not leave."""
    brand, source, target = found.conversation.brand, language_of(found), by.language
    if not source or source == target:
        raise SameLanguage(target)
    engine, way = _engine(brand.pk, found.text), [(source, target)]
    with engines.turn(by, Use.TRANSLATE):
        (text,), _words = _ask(engine, found.text, way, terms=terms, home=brand.language, names=[whom.name])
    return text, engine.kind


def _beside(
    found: Message | Reply, made: Made | None, target: str, terms: Sequence[keeping.Term], brand: Brand, offered: bool
) -> Beside:
    source = language_of(found)
    if made is None:
        return Beside(source, target, offered=offered)
    words = keeping.keep(found.text, source, target, home=brand.language, terms=terms).words
    return Beside(source, target, made[0], str(Engine.Kind(made[1]).label), keeping.lost(words, made[0]), offered)


@dataclass(frozen=True, slots=True)
class Tools:
    """What the composer offers besides: into which language it translates, and whether a model drafts."""

    foreign: str = ""  # their language, where it is none of ours
    translates: bool = False
    drafts: bool = False


def tools(conversation: Conversation, agent: Agent) -> Tools:
    """Return what the composer offers.  One query."""
    on = set(Engine.objects.filter(brand=conversation.brand_id, is_on=True).values_list("use", flat=True))
    target = target_of(conversation)
    foreign = "" if target in ("", agent.language, conversation.brand.language) else target
    return Tools(foreign, Use.TRANSLATE in on, Use.DRAFT in on)


# -- our words --------------------------------------------------------------------------------


def target_of(conversation: Conversation) -> str:
    """Return the language in which they are to be answered; "" where it is not known."""
    return "" if conversation.language in UNKNOWN else conversation.language[:2]


def reply(conversation: Conversation, text: str, by: Agent) -> Turned:
    """Translate a draft into the customer's language, and what came out back again.  Nothing is kept.

    Raises as `message` does.
    """
    from premura.text import reading  # what reads takes a second to load: only for those who need it

    brand, target = conversation.brand, target_of(conversation)
    (guess,) = reading.languages([text], [by.language])
    source = by.language if guess.code in UNKNOWN else guess.code
    if not target or source == target:
        raise SameLanguage(target or source)
    engine = _engine(brand.pk, text)
    given = {
        "terms": engines.words(brand.pk), "home": brand.language, "names": [conversation.identity.name],
        "address": voice.of(brand).address(conversation.channel.network),
    }  # fmt: skip
    with engines.turn(by, Use.TRANSLATE):
        (there, back), words = _ask(engine, text, [(source, target), (target, source)], **given)  # type: ignore[arg-type]
    with transaction.atomic():
        facts = {"reply": True, "source": source, "target": target, "engine": engine.kind}
        journal.write(Event.Deed.TRANSLATED, conversation, by, **facts)
    return Turned(text, there, back, source, target, str(Engine.Kind(engine.kind).label), keeping.lost(words, there))


def _engine(brand_id: int, text: str) -> Engine:
    if len(text) > LONGEST:
        raise TooLong(f"{len(text)} characters")
    engine = engines.working(brand_id, Use.TRANSLATE)
    if engine is None:
        raise NotOffered(Use.TRANSLATE)
    return engine


def _ask(
    engine: Engine, text: str, ways: Sequence[tuple[str, str]], *, terms: Sequence[keeping.Term], home: str,
    names: Sequence[str], address: str = "",
) -> tuple[list[str], tuple[str, ...]]:  # fmt: skip
    """Return what became of `text` on each way, one after the other, and the words that the first was to keep."""
    found: list[str] = []
    kept_words: tuple[str, ...] = ()
    try:
        with engines.opened(engine) as adapter:
            assert isinstance(adapter, Translator)
            for source, target in ways:
                kept = keeping.keep(text, source, target, home=home, terms=terms, names=names)
                kept_words = kept_words if found else kept.words
                text = kept.restored(adapter.translate(kept.text, source, target, address))
                found.append(text)
    except NetworkError as error:
        if isinstance(error, Disconnected):
            engines.note(engine, str(error))
        raise
    engines.note(engine, "")
    return found, kept_words
