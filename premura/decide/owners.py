"""The ownership matrix: which team owns what, who is asked and who is told; and routing, which carries it out."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.http import Http404

from premura import access, journal
from premura.access import Act, Standing
from premura.decide import involved
from premura.decide.countries import country
from premura.models import Agent, Channel, Conversation, Event, Message, Ownership, Team
from premura.text.aspects import fold

Deed = Event.Deed
MOST_ROWS = 100
MOST_HEARD = 5_000  # of a batch's messages, the newest, in which topics are looked for
MOST_OF_ONE = 20
WITH_IT = ("owner", "channel")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person typed about one row; "" and None: whatever it is."""

    owner: int
    intent: str = ""
    topic: str = ""
    channel: int | None = None
    country: str = ""
    language: str = ""
    consulted: Sequence[int] = ()
    informed: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Routed:
    """How many conversations went to another team, and which were in other hands just then: ask again for these."""

    moved: int = 0
    busy: list[int] = field(default_factory=list)


class NotARow(Exception):
    """A team or channel of the row is not the brand's, or there are too many rows.  Nothing was changed."""


# -- the matrix -------------------------------------------------------------------------------


def listed(standing: Standing) -> list[Ownership]:
    """Return the rows in order: the first that fits, owns.  At most a hundred."""
    return _rows(standing.brand.pk)


def row(agent: Agent, pk: int) -> tuple[Standing, Ownership]:
    """Return one row to change it.  Raises as `access.conversation` does."""
    found = Ownership.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(f"no row {pk}")
    return access.need(access.standing(agent, found.brand_id), Act.MANAGE), found


def make(standing: Standing, said: Said) -> Ownership:
    """Put a row at the end.  Raises NotARow."""
    _check(standing, said)
    with transaction.atomic():
        rows = _locked(standing)
        if len(rows) >= MOST_ROWS:
            raise NotARow("too many rows")
        place = rows[-1].place + 1 if rows else 1
        made = Ownership.objects.create(brand=standing.brand, place=place, **_values(said))
        made.consulted.set(said.consulted)
        made.informed.set(said.informed)
        _write(standing, made, "made")
    return made


def change(standing: Standing, found: Ownership, said: Said) -> None:
    """Say a row otherwise.  What was routed stays where it is.  Raises NotARow."""
    _check(standing, said)
    with transaction.atomic():
        values = _values(said)
        for name, value in values.items():
            setattr(found, name, value)
        found.save(update_fields=list(values))
        found.consulted.set(said.consulted)
        found.informed.set(said.informed)
        _write(standing, found, "changed")


def move(standing: Standing, found: Ownership, *, up: bool) -> None:
    """Let a row be asked before, or after, its neighbour; at the end of the list nothing happens."""
    with transaction.atomic():
        rows = _locked(standing)
        at = next((n for n, each in enumerate(rows) if each.pk == found.pk), -1)
        to = at - 1 if up else at + 1
        if at < 0 or not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for place, each in enumerate(rows, 1):
            each.place = place
        Ownership.objects.bulk_update(rows, ["place"])
        _write(standing, rows[to], "moved", place=to + 1)


def remove(standing: Standing, found: Ownership) -> None:
    """Take a row away.  What it routed stays where it is."""
    with transaction.atomic():
        _write(standing, found, "removed")
        Ownership.objects.filter(pk=found.pk).delete()


def words(row: Ownership) -> str:
    """Return what a row is about, for the journal: complaint · rimborso · it; "" for everything."""
    about = (row.intent, row.topic, row.channel.name if row.channel else "", row.country, row.language)
    return " · ".join(each for each in about if each)


def _check(standing: Standing, said: Said) -> None:
    teams = {said.owner, *said.consulted, *said.informed}
    if Team.objects.filter(brand=standing.brand, pk__in=teams).count() != len(teams):
        raise NotARow("team")
    if said.channel and not Channel.objects.filter(brand=standing.brand, pk=said.channel).exists():
        raise NotARow("channel")


def _values(said: Said) -> dict[str, Any]:
    return {
        "owner_id": said.owner, "intent": said.intent, "topic": ", ".join(_topics(said.topic))[:100],
        "channel_id": said.channel, "country": said.country.upper(), "language": said.language,
    }  # fmt: skip


def _locked(standing: Standing) -> list[Ownership]:
    # The teams' order decides who is locked first, so that two admins who move rows at once wait for each other.
    rows = Ownership.objects.select_for_update(of=("self",)).filter(brand=standing.brand)
    return list(rows.select_related(*WITH_IT).order_by("place", "pk"))


def _rows(brand_id: int) -> list[Ownership]:
    found = Ownership.objects.filter(brand=brand_id).select_related(*WITH_IT)
    return list(found.prefetch_related("consulted", "informed").order_by("place", "pk")[:MOST_ROWS])


def _write(standing: Standing, row: Ownership, how: str, **facts: Any) -> None:
    owner = str(Team.objects.get(pk=row.owner_id))
    journal.write(
        Deed.OWNERS_CHANGED, standing.brand, standing.agent, how=how, row=row.pk, fits=words(row), owner=owner, **facts
    )


# -- whose is it --------------------------------------------------------------------------------


def of(conversation: Conversation) -> Ownership | None:
    """Return the row that owns a conversation, with owner, consulted and informed; None where none fits."""
    rows = _rows(conversation.brand_id)
    heard = _heard([conversation.pk], rows, MOST_OF_ONE)
    return _first(rows, conversation, heard.get(conversation.pk, Heard()))


def row_for(conversation: Conversation, intent: str) -> Ownership | None:
    """Return the row that names an intent, were this conversation of it; None where none does."""
    rows = [row for row in _rows(conversation.brand_id) if row.intent == intent]
    heard = _heard([conversation.pk], rows, MOST_OF_ONE)
    return _first(rows, conversation, heard.get(conversation.pk, Heard()), intent)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person said, ready to look topics up in, and the languages that the network gave with it, newest first."""

    text: str = ""
    languages: Sequence[str] = ()


def _first(rows: Iterable[Ownership], one: Conversation, heard: Heard, intent: str = "") -> Ownership | None:
    return next((row for row in rows if _fits(row, one, heard, intent or one.intent)), None)


def _fits(row: Ownership, one: Conversation, heard: Heard, intent: str) -> bool:
    return (
        row.intent in ("", intent)
        and row.channel_id in (None, one.channel_id)
        and row.language in ("", one.language)
        and (not row.country or row.country == country(one.channel.country, heard.languages))
        and (not row.topic or bool(_pattern(row.topic).search(heard.text)))
    )


def _topics(topic: str) -> list[str]:
    return list(dict.fromkeys(word for part in topic.split(",") if fold(word := " ".join(part.split()))))


def _pattern(topic: str) -> re.Pattern[str]:
    """Return what finds one of the topic's words; a * at its end stands for any ending.

    >>> bool(_pattern("rimbors*, reso").search(fold("Voglio i RIMBORSI!")))
    True
    >>> bool(_pattern("reso").search(fold("Siete resoconto")))
    False
    """
    found = (re.escape(fold(word)) + ("" if word.endswith("*") else r"(?!\w)") for word in _topics(topic))
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})")


def _heard(ids: Collection[int], rows: Iterable[Ownership], most: int = MOST_HEARD) -> Mapping[int, Heard]:
    """Return what was said in each conversation, where a row asks for it: one question to the database, or none."""
    if not any(row.topic or row.country for row in rows):
        return {}
    said = Message.objects.filter(conversation__in=ids, identity__isnull=False, removed_at=None)
    texts: dict[int, list[str]] = defaultdict(list)
    languages: dict[int, list[str]] = defaultdict(list)
    for pk, text, language in said.order_by("-pk").values_list("conversation", "text", "language")[:most]:
        texts[pk].append(fold(text))
        languages[pk].append(language)
    return {pk: Heard(" / ".join(said), languages[pk]) for pk, said in texts.items()}


# -- routing ----------------------------------------------------------------------------------


def route(brand_id: int, ids: Collection[int]) -> Routed:
    """Give each new conversation to the team that owns it, and ask and tell the teams that its row names.

    Leaves alone what somebody has, what we answered, and what a person or a rule gave to a team.
    Takes    the conversations of one batch.
    Returns  how many moved, and which stood locked by somebody else.
    Cost     a dozen statements, however many there are; one where the brand has no matrix, six where all is so already.
    """
    rows = _rows(brand_id)
    if not rows or not ids:
        return Routed()
    new = list(_new(brand_id, ids))
    heard = _heard([one.pk for one in new], rows)
    found = {one.pk: row for one in new if (row := _first(rows, one, heard.get(one.pk, Heard())))}
    stale = involved.stale(found) if found else set()
    wanted = {
        one.pk: found[one.pk] for one in new
        if one.pk in found and (one.pk in stale or found[one.pk].owner_id != one.team_id)
    }  # fmt: skip
    return _give(wanted, asks=bool(stale)) if wanted else Routed()


def _new(brand_id: int, ids: Collection[int]) -> Iterable[Conversation]:
    by_person = Q(deed__in=(Deed.ROUTED, Deed.ASSIGNED), by__isnull=False)
    by_rule = Q(deed__in=(Deed.RULE_ACTED, Deed.MACRO_USED), facts__did__contains=[["team"]])
    given = Event.objects.filter(by_person | by_rule, conversation=OuterRef("pk"))
    waiting = Conversation.objects.filter(brand=brand_id, pk__in=ids, state=Conversation.State.OPEN)
    return waiting.filter(~Exists(given), assignee=None, last_out_at=None).select_related("channel")


def _give(wanted: Mapping[int, Ownership], *, asks: bool) -> Routed:
    with transaction.atomic():
        # What a batch or an agent holds just now is not waited for: two who wait for each other would never end.
        free = Conversation.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        found = free.filter(pk__in=wanted, assignee=None, state=Conversation.State.OPEN, last_out_at=None)
        rows = list(found.annotate(was=F("team__name")).order_by("pk"))
        moving = [one for one in rows if wanted[one.pk].owner_id != one.team_id]
        if moving:
            to = [When(pk=one.pk, then=Value(wanted[one.pk].owner_id)) for one in moving]
            Conversation.objects.filter(pk__in=[one.pk for one in moving]).update(team=Case(*to))
            journal.write_each(Deed.ROUTED, [(one, _facts(one, wanted[one.pk])) for one in moving])
        if asks:
            involved.follow(wanted, rows)
    return Routed(len(moving), sorted(wanted.keys() - {one.pk for one in rows}))


def _facts(one: Conversation, row: Ownership) -> dict[str, Any]:
    was = getattr(one, "was", None) or ""
    return {
        "row": row.pk, "fits": words(row), "from": was, "was": one.team_id, "to": row.owner.name, "team": row.owner_id,
    }  # fmt: skip
