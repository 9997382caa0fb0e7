"""A brand's own words for the guard: what fires a rule besides, what never does; tried out before they are kept."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.guard import check
from premura.guard.contract import NEVER, RULES, Context, Draft, Finding
from premura.guard.contract import Phrase as Own
from premura.guard.cues import COLUMN
from premura.guard.judged import speaks
from premura.guard.parts import folded_of
from premura.models import Agent, Brand, Event, Phrase, Reply

# Only what weighs sentences looks at a brand's own phrases.
OWN_RULES = tuple(rule for rule in RULES if rule in COLUMN)
MOST = 500
LAST = 500  # replies that a new phrase is tried on
EXAMPLES = 20
OVERRIDDEN_WITHIN = timedelta(days=90)
MOST_OVERRIDES = 5_000
# Kept as a reason, but it is what the rule itself asks for: nobody sent against it.
NOT_AGAINST = ("private_first", "personal data or safety")


class AlreadyThere(ValueError):
    """The rule has this phrase already.  Nothing was changed."""


class NotForThisRule(ValueError):
    """No brand can say of this rule that something never fires it.  Nothing was changed."""


def of(brand: Brand | int) -> tuple[Own, ...]:
    """Return a brand's phrases as the guard takes them."""
    rows = Phrase.objects.filter(brand=brand).order_by("pk").values_list("rule", "text", "language", "allows")
    return tuple(Own(*row) for row in rows[:MOST])


def listed(standing: Standing) -> list[Phrase]:
    """Return the brand's phrases, by rule; at most five hundred."""
    found = Phrase.objects.filter(brand=standing.brand).select_related("by")
    return list(found.order_by("rule", "allows", "text")[:MOST])


def phrase(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Phrase]:
    """Return one phrase to do `act` on.  Raises Http404, PermissionDenied."""
    found = Phrase.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(f"no phrase {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


def add(standing: Standing, own: Own) -> Phrase:
    """Keep a phrase.  Raises AlreadyThere; NotForThisRule for one that would silence what nobody may override."""
    _check(own)
    try:
        with transaction.atomic():
            made = Phrase.objects.create(
                brand=standing.brand, rule=own.rule, text=own.text, language=own.lang, allows=own.allows,
                by=standing.agent,
            )  # fmt: skip
            _write(standing, made, "made")
    except IntegrityError as error:
        raise AlreadyThere(own.text) from error
    return made


def remove(standing: Standing, found: Phrase) -> bool:
    """Take a phrase away.  False where somebody was faster."""
    with transaction.atomic():
        if not Phrase.objects.filter(pk=found.pk).delete()[0]:
            return False
        _write(standing, found, "removed")
    return True


def _check(own: Own) -> None:
    if own.rule not in OWN_RULES or (own.allows and own.rule in NEVER):
        raise NotForThisRule(own.rule)


def _write(standing: Standing, found: Phrase, how: str) -> None:
    journal.write(
        Event.Deed.ENTRY_MADE, standing.brand, standing.agent, of="phrase", how=how, what=found.text, rule=found.rule,
        allows=found.allows,
    )  # fmt: skip


# -- trying it out ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hit:
    """A reply that was sent, and would have been met."""

    reply: Reply
    finding: Finding  # that comes, or goes, with the phrase

    @property
    def words(self) -> str:
        return self.reply.text[self.finding.start : self.finding.end]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a phrase would change."""

    without: tuple[Finding, ...]
    given: tuple[Finding, ...]  # with it
    looked_at: int = 0  # replies
    hits: tuple[Hit, ...] = ()
    count: int = 0


def try_out(standing: Standing, own: Own | None, draft: Draft | None, *, our_mistake: bool = False) -> Trial:
    """Return what the guard says of a draft without and with a phrase, and which sent replies it would have met.

    Takes    our_mistake: the draft answers for a mistake of ours.
    Cost     about a second for 500 replies; the first call loads the guard's weights.
    Raises   NotForThisRule.
    """
    if own is not None:
        _check(own)
    kept = of(standing.brand)
    more = (*kept, own) if own else kept
    about = Context(our_mistake=our_mistake, phrases=kept)
    without, given = check.check_many([(draft, about), (draft, replace(about, phrases=more))]) if draft else ((), ())
    if own is None:
        return Trial(without, given)
    replies = _last(standing)
    hits = _hits(replies, own, kept)
    return Trial(without, given, len(replies), tuple(hits[:EXAMPLES]), len(hits))


def _last(standing: Standing) -> list[Reply]:
    seen = access.conversations(standing).values("pk")
    sent = Reply.objects.filter(brand=standing.brand, state=Reply.State.SENT, conversation__in=seen)
    sent = sent.select_related("author", "to", "conversation__channel")
    return list(sent.order_by("-pk")[:LAST])


def _hits(replies: Sequence[Reply], own: Own, kept: tuple[Own, ...]) -> list[Hit]:
    # A phrase changes nothing where it does not stand, and looking for it costs a thousandth of a check.
    said = [reply for reply in replies if speaks(own, folded_of(reply.text))]
    drafts = [drafted(reply) for reply in said]
    without = check.check_many([(draft, Context(phrases=kept)) for draft in drafts])
    given = check.check_many([(draft, Context(phrases=(*kept, own))) for draft in drafts])
    hits = []
    for reply, before, after in zip(said, without, given, strict=True):
        more, less = (before, after) if own.allows else (after, before)
        places = {(finding.start, finding.end) for finding in less if finding.rule == own.rule}
        met = (f for f in more if f.rule == own.rule and (f.start, f.end) not in places)
        hits += [Hit(reply, finding) for finding in islice(met, 1)]
    return hits


def drafted(reply: Reply) -> Draft:
    """Return a reply as the guard takes a draft."""
    public = not (reply.private or reply.conversation.private)
    return Draft(
        reply.text, reply.written_in[:2], reply.to.text, network=reply.conversation.channel.network, public=public
    )


# -- what was overridden --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Override:
    """One rule that somebody sent against, with a reason."""

    reply: Reply
    why: str


@dataclass(frozen=True, slots=True)
class Overridden:
    """How often one rule was sent against, and the newest of them."""

    rule: str
    count: int
    newest: tuple[Override, ...]


def overridden(standing: Standing, now: datetime | None = None) -> list[Overridden]:
    """Return the rules that were sent against in the last ninety days, what happens most first.

    Looks at the newest 5,000 replies that were.
    """
    since = (now or timezone.now()) - OVERRIDDEN_WITHIN
    seen = access.conversations(standing).values("pk")
    against = Reply.objects.filter(brand=standing.brand, written_at__gte=since, conversation__in=seen)
    against = against.exclude(overrides={}).exclude(overrides=dict([NOT_AGAINST]))
    against = against.exclude(state=Reply.State.DRAFT).select_related("author")
    times: Counter[str] = Counter()
    newest: dict[str, list[Override]] = defaultdict(list)
    for reply in against.order_by("-pk")[:MOST_OVERRIDES]:
        for rule, why in (one for one in reply.overrides.items() if one != NOT_AGAINST):
            times[rule] += 1
            if len(newest[rule]) < 5:
                newest[rule].append(Override(reply, str(why)))
    return [Overridden(rule, count, tuple(newest[rule])) for rule, count in times.most_common()]
