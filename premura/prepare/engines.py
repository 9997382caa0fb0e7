"""Engines from outside that translate or draft for a brand: off until an admin fills one in, and it answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from django.core.cache import cache
from django.db import transaction
from django.http import Http404

from premura import access, journal, vault
from premura.access import Act, Standing
from premura.engines import DRAFTERS, TRANSLATORS
from premura.engines.contract import At, Drafter, Translator
from premura.engines.keeping import Term as Word
from premura.environment import is_safe
from premura.models import Agent, Brand, Engine, Event, Term
from premura.networks.contract import Disconnected, NetworkError

Use, Kind = Engine.Use, Engine.Kind
KINDS: dict[str, tuple[str, ...]] = {Use.TRANSLATE: tuple(TRANSLATORS), Use.DRAFT: tuple(DRAFTERS)}
TIMEOUTS = {Use.TRANSLATE: httpx.Timeout(15, connect=5), Use.DRAFT: httpx.Timeout(45, connect=5)}
MOST_AN_HOUR = {Use.TRANSLATE: 300, Use.DRAFT: 60}  # of one agent
ONE_AT_ONCE_S = 120  # after it, a call that its process did not survive is forgotten
HOUR_S = 3600
MOST_TERMS = 500
LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class Filled:
    """What an admin typed.  An empty key leaves the one that is there, as long as the address stays on its host."""

    kind: str
    url: str
    model: str = ""
    key: str = ""


class CannotFill(Exception):
    """Nothing was changed.  `what` is the field that is wrong: kind, url, model or key."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotOffered(Exception):
    """The brand has no such engine, or it is off."""


class OneAtOnce(Exception):
    """The agent's last call is still under way."""


class TooOften(Exception):
    """The agent asked as often as one may in an hour."""


# -- looking ----------------------------------------------------------------------------------


def of(brand: Brand) -> dict[str, Engine]:
    """Return the brand's engines by their use."""
    return {one.use: one for one in Engine.objects.filter(brand=brand)}


def working(brand_id: int, use: str) -> Engine | None:
    """Return who does it for the brand; None where nobody does."""
    return Engine.objects.filter(brand=brand_id, use=use, is_on=True).first()


def engine(agent: Agent, pk: int, act: Act = Act.MANAGE) -> tuple[Standing, Engine]:
    """Return one engine to do `act` on.  Raises Http404, PermissionDenied."""
    found = Engine.objects.select_related("brand").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no engine {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


# -- filling in -------------------------------------------------------------------------------


def fill(brand: Brand, use: str, said: Filled, by: Agent) -> Engine:
    """Say who does it.  It is off afterwards, until it was tried.  Raises CannotFill."""
    url = _address(said)
    adapter: Any = (TRANSLATORS if use == Use.TRANSLATE else DRAFTERS).get(said.kind)
    if adapter is None:
        raise CannotFill("kind")
    if adapter.wants_model and not said.model.strip():
        raise CannotFill("model")
    with transaction.atomic():
        found = Engine.objects.select_for_update().filter(brand=brand, use=use).first()
        # A key goes nowhere but to the host for which it was typed.
        same = found is not None and found.kind == said.kind and _host(found.url) == _host(url)
        sealed = vault.seal({"key": said.key.strip()}) if said.key.strip() else bytes(found.sealed) if same else b""  # type: ignore[union-attr]
        if adapter.wants_key and not sealed:
            raise CannotFill("key")
        values = {
            "kind": said.kind, "url": url, "model": said.model.strip()[:100], "sealed": sealed, "is_on": False,
            "trouble": "",
        }  # fmt: skip
        found, _new = Engine.objects.update_or_create(brand=brand, use=use, defaults=values)
        _write(found, by, "filled in", host=_host(url))
    return found


def test(found: Engine) -> str:
    """Let it translate or write one word; return that.  What goes wrong is noted with it.  Raises NetworkError."""
    try:
        with opened(found) as adapter:
            if isinstance(adapter, Translator):
                answer = "".join(map(str, adapter.translate(("Buongiorno",), "it", "en")))
            else:
                answer = adapter.draft("Answer with one word and nothing else.", "Say: Buongiorno")
    except NetworkError as error:
        note(found, str(error))
        raise
    note(found, "")
    return " ".join(answer.split())[:100]


def switch(found: Engine, on: bool, by: Agent) -> str:
    """Switch it on or off; on only after it answered.  Returns what it said.  Raises NetworkError: it stays off."""
    said = test(found) if on else ""
    with transaction.atomic():
        if Engine.objects.filter(pk=found.pk, is_on=not on).update(is_on=on):
            _write(found, by, "switched on" if on else "switched off")
    found.is_on = on
    return said


def remove(found: Engine, by: Agent) -> None:
    """Forget it and its key.  What was translated stays."""
    with transaction.atomic():
        _write(found, by, "removed")
        Engine.objects.filter(pk=found.pk).delete()


def note(found: Engine, trouble: str) -> None:
    """Note what is wrong with it, where that changed."""
    if found.trouble != trouble:
        Engine.objects.filter(pk=found.pk).update(trouble=trouble)
        found.trouble = trouble


# -- asking -----------------------------------------------------------------------------------


@contextmanager
def opened(found: Engine) -> Iterator[Translator | Drafter]:
    """Yield the adapter with its key and a client.  Raises Disconnected when the key cannot be opened."""
    try:
        key = vault.unseal(bytes(found.sealed)).get("key", "") if found.sealed else ""
    except vault.Sealed as error:
        raise Disconnected(str(error)) from error
    at = At(found.url, key, found.model)
    # A proxy would see in clear what was meant to stay on this machine.
    is_away = found.url.startswith("https:")
    with httpx.Client(timeout=TIMEOUTS[Use(found.use)], follow_redirects=False, trust_env=is_away) as http:
        if found.use == Use.TRANSLATE:
            yield TRANSLATORS[found.kind](at, http)
        else:
            yield DRAFTERS[found.kind](at, http)


@contextmanager
def turn(agent: Agent, use: str) -> Iterator[None]:
    """Let an agent ask: one call at once, and not too many in an hour.  Raises OneAtOnce, TooOften."""
    now, count = f"engine-now-{use}-{agent.pk}", f"engine-hour-{use}-{agent.pk}"
    if not cache.add(now, 1, ONE_AT_ONCE_S):
        raise OneAtOnce
    try:
        cache.add(count, 0, HOUR_S)
        if cache.get(count, 0) >= MOST_AN_HOUR[Use(use)]:
            raise TooOften
        try:
            cache.incr(count)
        except ValueError:  # the hour ended just now
            cache.add(count, 1, HOUR_S)
        yield
    finally:
        cache.delete(now)


# -- the glossary -------------------------------------------------------------------------------


def terms(brand_id: int) -> list[Term]:
    return list(Term.objects.filter(brand=brand_id).order_by("text")[:MOST_TERMS])


def words(brand_id: int) -> list[Word]:
    """Return the glossary as `engines.keeping` takes it."""
    return [Word(one.text, one.translations) for one in terms(brand_id)]


def term(agent: Agent, pk: int, act: Act = Act.MANAGE) -> tuple[Standing, Term]:
    """Return one word of the glossary to do `act` on.  Raises Http404, PermissionDenied."""
    found = Term.objects.select_related("brand").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no term {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


def add_term(brand: Brand, text: str, translations: dict[str, str], by: Agent) -> Term | None:
    """Keep a word, or say it otherwise where it is there already.  None: there are five hundred."""
    said = {language: word.strip()[:LONGEST_WORD] for language, word in translations.items() if word.strip()}
    if Term.objects.filter(brand=brand).exclude(text=text).count() >= MOST_TERMS:
        return None
    with transaction.atomic():
        found, _new = Term.objects.update_or_create(
            brand=brand, text=text[:LONGEST_WORD], defaults={"translations": said}
        )
        journal.write(Event.Deed.ENTRY_MADE, brand, by, of="term", how="made", what=found.text)
    return found


def remove_term(found: Term, by: Agent) -> None:
    with transaction.atomic():
        Term.objects.filter(pk=found.pk).delete()
        journal.write(Event.Deed.ENTRY_MADE, found.brand, by, of="term", how="removed", what=found.text)


def _address(said: Filled) -> str:
    url = said.url.strip().rstrip("/")
    if not is_safe(url) or "#" in url or len(url) > Engine._meta.get_field("url").max_length:  # type: ignore[operator]
        raise CannotFill("url")
    return url


def _host(url: str) -> str:
    at = httpx.URL(url)
    return f"{at.scheme}://{at.netloc.decode()}"


def _write(found: Engine, by: Agent, how: str, **facts: str) -> None:
    journal.write(Event.Deed.ENTRY_MADE, found.brand, by, of="engine", how=how, use=found.use, what=found.kind, **facts)
