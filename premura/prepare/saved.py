"""Saved replies: texts to begin with.  Their fields are filled from the message, by `interact.fill`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Event, Membership, SavedReply, Shareable
from premura.paging import Page
from premura.prepare import allowances

FIELDS = ("name", "product", "place", "date", "agent")
PAGE = 50
MOST_OFFERED = 100
MOST_APPROVED = 200


class NameTaken(ValueError):
    """There is a saved reply of this name, language and tone already.  Nothing was changed."""


class OwnWords(ValueError):
    """Who wrote the words last cannot approve them while there is another lead.  Nothing was changed."""


class WordsChanged(ValueError):
    """The words are no longer those that were read, or were approved already.  Nothing was changed."""


class TooMuch(ValueError):
    """The words grant more than who approves them may decide; `wants` is what.  Nothing was changed."""

    def __init__(self, wants: list[dict[str, str]]) -> None:
        super().__init__(", ".join(one["what"] for one in wants))
        self.wants = wants


@dataclass(frozen=True, slots=True)
class Terms:
    """In which tone a text speaks, who may be told it, and until when it holds."""

    tone: str = ""  # tu, lei or voi; "": any
    shareable: str = Shareable.PUBLIC
    valid_until: date | None = None

    @classmethod
    def of(cls, found: SavedReply) -> "Terms":
        return cls(found.tone, found.shareable, found.valid_until)


def listed(standing: Standing, words: str = "", after: str = "") -> Page[SavedReply]:
    """Return the brand's saved replies by name; with `words` those in which they stand."""
    found = SavedReply.objects.filter(brand=standing.brand).select_related("owner", "approved_by")
    for word in words.split()[:8]:
        found = found.filter(name__icontains=word) | found.filter(text__icontains=word)
    pk, _, name = after.partition("-")
    if name and pk.isascii() and pk.isdigit() and len(pk) < 16:
        found = found.filter(name__gte=name).exclude(name=name, pk__lte=int(pk))
    rows = list(found.order_by("name", "pk")[: PAGE + 1])
    return Page(rows[:PAGE], f"{rows[PAGE - 1].pk}-{rows[PAGE - 1].name}" if len(rows) > PAGE else "")


def sayable(
    brand_id: int, *, private: bool = False, address: str = "", today: date | None = None
) -> QuerySet[SavedReply]:
    """Return what may be said: it holds today, it may be told so, and it speaks in the brand's tone there.

    Takes    private: only they read it; address: how the brand speaks to people there, "" where nothing was agreed.
    """
    may_be_told = (Shareable.PUBLIC, Shareable.DIRECT) if private else (Shareable.PUBLIC,)
    today = today or timezone.localdate()
    found = SavedReply.objects.filter(brand=brand_id, shareable__in=may_be_told)
    found = found.filter(Q(valid_until=None) | Q(valid_until__gte=today))
    return found.filter(tone__in=("", address)) if address else found


def may_say(found: SavedReply, *, private: bool = False) -> bool:
    """Whether a text holds today and may be told so, in whatever tone.  One query."""
    return sayable(found.brand_id, private=private).filter(pk=found.pk).exists()


def offered(
    brand_id: int, language: str, *, hard_day: bool = False, private: bool = False, address: str = ""
) -> list[SavedReply]:
    """Return what may be said, of one language ('': of all), what is used most first; at most a hundred.

    Takes    what `sayable` takes.  On a `hard_day` the lines that a lead approved for it come before all.
    """
    found = sayable(brand_id, private=private, address=address)
    if language:
        found = found.filter(language=language)
    if hard_day:
        found = found.annotate(first=Q(for_crisis=True, approved_at__isnull=False)).order_by("-first", "-used", "name")
    else:
        found = found.order_by("-used", "name")
    return list(found[:MOST_OFFERED])


def approved(brand_id: int, address: str = "") -> list[SavedReply]:
    """Return the lines for hard days that a lead approved and that may be said in public, in all languages.

    At most two hundred.
    """
    found = sayable(brand_id, address=address).filter(for_crisis=True, approved_at__isnull=False)
    return list(found.order_by("pk")[:MOST_APPROVED])


def saved(agent: Agent, pk: int, act: Act = Act.READ, *, change: bool = False) -> tuple[Standing, SavedReply]:
    """Return one saved reply.  Raises Http404, PermissionDenied; to `change` it one owns it, or is a lead or admin."""
    found = SavedReply.objects.filter(pk=pk).select_related("owner", "approved_by").first()
    if found is None:
        raise Http404(f"no saved reply {pk}")
    standing = access.need(access.standing(agent, found.brand_id), act)
    if change and not may_change(standing, found):
        raise PermissionDenied("An agent changes their own saved replies; a lead changes all.")
    return standing, found


def may_change(standing: Standing, found: SavedReply) -> bool:
    return standing.may(Act.APPROVE) or (standing.may(Act.REPLY) and found.owner_id == standing.agent.pk)


def make(
    standing: Standing, name: str, language: str, text: str, *, for_crisis: bool = False, terms: Terms = Terms()
) -> SavedReply:
    """Keep a text to begin with; `for_crisis`: a line for hard days, which a lead has yet to approve.

    Raises   NameTaken.
    """
    try:
        with transaction.atomic():
            made = SavedReply.objects.create(
                brand=standing.brand, name=name, language=language, text=text, owner=standing.agent,
                for_crisis=for_crisis, **asdict(terms),
            )  # fmt: skip
            _write(standing, made, "made")
    except IntegrityError as error:
        raise NameTaken(name) from error
    return made


def change(
    standing: Standing, found: SavedReply, name: str, language: str, text: str, *, for_crisis: bool = False,
    terms: Terms = Terms(),
) -> None:  # fmt: skip
    """Say it otherwise.  Raises NameTaken.

    New words of a line for hard days take its approval back, and who wrote them keeps the line from then on: that one
    cannot approve it.  To tell it to others, or for longer, takes the approval back as well.
    """
    values: dict[str, object] = {"name": name, "language": language, "text": text, "for_crisis": for_crisis}
    values |= asdict(terms)
    if not for_crisis or _differs(text, found.text) or terms != Terms.of(found):
        values |= {"approved_by": None, "approved_at": None}
    if for_crisis and (_differs(text, found.text) or not found.for_crisis):
        values["owner"] = standing.agent
    try:
        with transaction.atomic():
            for field, value in values.items():
                setattr(found, field, value)
            found.save(update_fields=list(values))
            _write(standing, found, "changed")
    except IntegrityError as error:
        raise NameTaken(name) from error


# -- lines for hard days ----------------------------------------------------------------------


def approvable(standing: Standing, rows: Iterable[SavedReply]) -> set[int]:
    """Return which of these wait for a yes that this agent may give: a lead's, not who wrote the words.  One query."""
    waiting = [row for row in rows if row.for_crisis and row.approved_at is None and standing.may(Act.APPROVE)]
    own = {row.pk for row in waiting if row.owner_id == standing.agent.pk}
    return {row.pk for row in waiting} - (own if own and not only_lead(standing) else set())


def only_lead(standing: Standing) -> bool:
    """Whether nobody else in the brand could approve anything.  One query."""
    leads = [role for role, acts in access.ALLOWED.items() if Act.APPROVE in acts]
    others = Membership.objects.filter(brand=standing.brand, role__in=leads, agent__is_active=True)
    return standing.may(Act.APPROVE) and not others.exclude(agent=standing.agent).exists()


def approve(standing: Standing, found: SavedReply, text: str) -> None:
    """Say yes to the very words of a line for hard days: in a pile-on it needs no second person from now on.

    Takes    text: the words that were read; where they have changed since, nothing is approved.
    Raises   PermissionDenied, OwnWords, WordsChanged, and TooMuch where they grant more than the role may decide.
    """
    access.need(standing, Act.APPROVE)
    if found.owner_id == standing.agent.pk and not only_lead(standing):
        raise OwnWords(found.pk)
    if too_much := allowances.beyond(allowances.table(standing.brand.pk), standing.role, found.text):
        raise TooMuch(too_much)
    with transaction.atomic():
        waits = SavedReply.objects.filter(pk=found.pk, for_crisis=True, approved_at=None, text=found.text)
        now = timezone.now()
        if _differs(text, found.text) or waits.update(approved_by=standing.agent, approved_at=now) != 1:
            raise WordsChanged(found.pk)
        facts = {"saved": found.pk, "what": found.name, "language": found.language, "text": found.text}
        journal.write(Event.Deed.LINE_APPROVED, standing.brand, standing.agent, **facts)


def remove(standing: Standing, found: SavedReply) -> bool:
    """Take a saved reply away.  False where somebody was faster."""
    with transaction.atomic():
        if not SavedReply.objects.filter(pk=found.pk).delete()[0]:
            return False
        _write(standing, found, "removed")
    return True


def use(found: SavedReply) -> None:
    """Count that somebody began with it.  Not a deed: nothing has been said yet."""
    SavedReply.objects.filter(pk=found.pk).update(used=F("used") + 1)


def _differs(text: str, from_text: str) -> bool:
    # A form gives line ends back in its own way.
    return text.replace("\r\n", "\n").strip() != from_text.replace("\r\n", "\n").strip()


def _write(standing: Standing, found: SavedReply, how: str) -> None:
    journal.write(
        Event.Deed.ENTRY_MADE, standing.brand, standing.agent, of="saved reply", how=how, what=found.name,
        language=found.language,
    )  # fmt: skip
