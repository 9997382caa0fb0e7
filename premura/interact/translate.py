"""Translation: what they wrote in a language one reads, and what we mean to say in theirs, each beside its original."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.access import Standing
from premura.engines import keeping
from premura.engines.contract import Translator
from premura.models import Agent, Brand, Conversation, Engine, Event, Message, Translated
from premura.networks.contract import Disconnected, NetworkError
from premura.prepare import engines, voice
from premura.prepare.engines import NotOffered, Use

LONGEST = 10_000
UNKNOWN = ("", "und")


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


# -- their words ------------------------------------------------------------------------------


def language_of(message: Message) -> str:
    """Return the language a message is in, as it was read or as its network says; "" where nobody knows."""
    reading = getattr(message, "reading", None)
    found = str(reading.language if reading and reading.language not in UNKNOWN else message.language)[:2].lower()
    return "" if found in ("", "un") else found


def is_foreign(message: Message, agent: Agent, brand: Brand) -> bool:
    """Whether a customer wrote it in a language that neither the agent nor the brand speaks."""
    return message.identity_id is not None and language_of(message) not in ("", agent.language, brand.language)


def beside(messages: Iterable[Message], standing: Standing) -> dict[int, Beside]:
    """Return what stands beside each message that is foreign to the agent.  At most three queries."""
    agent, brand = standing.agent, standing.brand
    foreign = [message for message in messages if is_foreign(message, agent, brand)]
    if not foreign:
        return {}
    asked = Translated.objects.filter(message__in=[message.pk for message in foreign], language=agent.language)
    kept = {one.message_id: one for one in asked}
    offered = engines.working(brand.pk, Use.TRANSLATE) is not None
    terms = engines.words(brand.pk) if kept else []
    return {
        message.pk: _beside(message, kept.get(message.pk), agent.language, terms, brand.language, offered)
        for message in foreign
    }


def message(found: Message, by: Agent) -> Beside:
    """Translate a message into the agent's language; who asks again is given what was said before.

    Raises NotOffered, SameLanguage, TooLong; NetworkError; OneAtOnce and TooOften of `prepare.engines`.
    """
    brand, source, target = found.conversation.brand, language_of(found), by.language
    if not source or source == target:
        raise SameLanguage(target)
    terms = engines.words(brand.pk)
    kept = Translated.objects.filter(message=found, language=target).first()
    if kept is None or _is_stale(kept, found):
        engine = _engine(brand.pk, found.text)
        names = [found.identity.name] if found.identity else []
        with engines.turn(by, Use.TRANSLATE):
            (text,), _words = _ask(
                engine, found.text, [(source, target)], terms=terms, home=brand.language, names=names
            )
        with transaction.atomic():
            values = {"brand": brand, "text": text, "by": engine.kind, "made_at": timezone.now()}
            kept, _new = Translated.objects.update_or_create(message=found, language=target, defaults=values)
            facts = {"message": found.pk, "source": source, "target": target, "engine": engine.kind}
            journal.write(Event.Deed.TRANSLATED, found.conversation, by, **facts)
    return _beside(found, kept, target, terms, brand.language, True)


def _beside(
    found: Message, kept: Translated | None, target: str, terms: Sequence[keeping.Term], home: str, offered: bool
) -> Beside:
    source = language_of(found)
    if kept is None or _is_stale(kept, found):
        return Beside(source, target, offered=offered)
    words = keeping.keep(found.text, source, target, home=home, terms=terms).words
    return Beside(source, target, kept.text, str(Engine.Kind(kept.by).label), keeping.lost(words, kept.text), offered)


def _is_stale(kept: Translated, found: Message) -> bool:
    return found.edited_at is not None and kept.made_at < found.edited_at


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
