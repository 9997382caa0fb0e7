"""Who may see what and do what.  The only door from screens and API to the tables."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import reduce
from operator import or_

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Sum
from django.http import Http404
from django.utils import timezone

from premura.models import (
    Agent,
    Brand,
    Channel,
    Conversation,
    ConversationQuerySet,
    Event,
    Identity,
    Involved,
    Label,
    Membership,
    Message,
    Order,
    QueryHit,
    Reply,
    Role,
    RuleRun,
    Tally,
    Team,
)
from premura.models import WrongState as WrongState  # for screens, which see no models
from premura.models.search import newest, words_in
from premura.networks import NETWORKS
from premura.paging import Page, mark, mark_of


class Act(StrEnum):
    READ = "read"
    NOTE = "note"  # also in a conversation of another team's, about which one's own is asked
    REPLY = "reply"  # and all that goes with it: assign, snooze, resolve, label, like
    APPROVE = "approve"
    MODERATE = "moderate"  # hide, unhide, delete
    MERGE = "merge"
    CONNECT = "connect"  # channels
    MANAGE = "manage"  # people, teams, labels


ALLOWED: dict[str, frozenset[Act]] = {
    Role.READER: frozenset({Act.READ}),
    Role.AGENT: frozenset({Act.READ, Act.NOTE, Act.REPLY}),
    Role.LEAD: frozenset({Act.READ, Act.NOTE, Act.REPLY, Act.APPROVE, Act.MODERATE, Act.MERGE}),
    Role.ADMIN: frozenset(Act),
}
SEES_ALL_TEAMS = frozenset({Role.READER, Role.LEAD, Role.ADMIN})
TOLD_FOR = timedelta(days=30)  # whom a rule told of a conversation may read it for so long


@dataclass(frozen=True, slots=True)
class Standing:
    """What an agent is in one brand: role, the teams whose conversations they see (None: all), whether on duty."""

    agent: Agent
    brand: Brand
    role: str
    teams: frozenset[int] | None
    on_duty: bool = True
    only: frozenset[Act] | None = None  # in a conversation of another team's: no more than this

    def may(self, act: Act) -> bool:
        return act in ALLOWED[self.role] and (self.only is None or act in self.only)


def standings(agent: Agent) -> list[Standing]:
    """Return what `agent` is in each of their brands, by name."""
    found = Membership.objects.filter(agent=agent).select_related("brand").prefetch_related("teams")
    return [_standing(agent, membership) for membership in found.order_by("brand__name")]


def standing(agent: Agent, brand_id: int | None = None) -> Standing:
    """Return what `agent` is in the brand given, or in the one they looked at last.

    Raises Http404 where they are nobody.
    """
    if not agent.is_authenticated or not agent.is_active:
        raise Http404("nobody")
    found = Membership.objects.filter(agent=agent).select_related("brand").prefetch_related("teams")
    wanted = brand_id or agent.brand_id
    membership = found.filter(brand_id=wanted).first() if wanted else None
    if membership is None and not brand_id:
        membership = found.order_by("brand__name").first()
    if membership is None:
        raise Http404(f"no brand {brand_id} for {agent.pk}")
    return _standing(agent, membership)


def need(standing: Standing, act: Act) -> Standing:
    """Return `standing`.  Raises PermissionDenied when it does not allow `act`."""
    if not standing.may(act):
        raise PermissionDenied(f"A {standing.role} may not {act}.")
    return standing


def conversations(standing: Standing) -> ConversationQuerySet:
    """Return the conversations that may be read: the brand's, and for an agent those of their teams or of none."""
    found = _all(standing)
    if standing.teams is not None:
        found = found.filter(Q(team__in=standing.teams) | Q(team=None))
    return found


def conversation(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Conversation]:
    """Return one conversation to do `act` on, and what the agent is in its brand.

    Of another team's, about which theirs is asked or told, or a rule told them, they may do no more than the part says.
    Raises Http404 when the agent may not even know of it, PermissionDenied when
    they may read it but not do this.
    """
    brand_id = Conversation.objects.filter(pk=pk).values_list("brand", flat=True).first()
    if brand_id is None:
        raise Http404(f"no conversation {pk}")
    mine = standing(agent, brand_id)
    found = conversations(mine).filter(pk=pk).first()
    if found is None:
        mine = _beside(mine, pk)
        found = _all(mine).get(pk=pk)
    found.brand = mine.brand
    return need(mine, act), found


def told_by_rules(standing: Standing, teams: Iterable[int]) -> QuerySet[RuleRun]:
    """Return when rules of the brand lately told this agent, or one of these teams, of a conversation."""
    whom = [["agent", standing.agent.pk], *(["team", team] for team in teams)]
    named = reduce(or_, (Q(rule__actions__contains=[["notify", each]]) for each in whom))
    lately = RuleRun.objects.filter(rule__brand=standing.brand, at__gte=timezone.now() - TOLD_FOR)
    return lately.filter(named, did__contains=[["notify"]])


def _all(standing: Standing) -> ConversationQuerySet:
    found = Conversation.objects.filter(brand=standing.brand)
    return found.select_related("channel", "identity__contact", "assignee", "post")


def _beside(mine: Standing, pk: int) -> Standing:
    """Return what somebody is in another team's conversation.  Raises Http404 where nobody asks or tells them."""
    teams = mine.teams or frozenset()
    parts = set(Involved.objects.filter(conversation=pk, team__in=teams).values_list("how", flat=True))
    if not parts and not told_by_rules(mine, teams).filter(conversation=pk).exists():
        raise Http404(f"no conversation {pk} for {mine.agent.pk}")
    notes = {Act.NOTE} if Involved.How.CONSULTED in parts else set()
    return replace(mine, only=frozenset({Act.READ, *notes}))


def message(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Message]:
    """Return one message to do `act` on.  Raises as `conversation` does."""
    found = Message.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(f"no message {pk}")
    mine, found.conversation = conversation(agent, found.conversation_id, act)
    return mine, found


def reply(agent: Agent, pk: int, act: Act = Act.REPLY) -> tuple[Standing, Reply]:
    """Return one reply of ours to do `act` on.  Raises as `conversation` does."""
    found = Reply.objects.select_related("author").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no reply {pk}")
    mine, found.conversation = conversation(agent, found.conversation_id, act)
    return mine, found


# -- the inbox -----------------------------------------------------------------------------

State = Conversation.State
VIEWS = ("mine", "unassigned", "open", "waiting", "snoozed", "resolved", "all")
STATES: dict[str, tuple[str, ...]] = {
    "mine": (State.OPEN, State.PENDING, State.ON_HOLD),
    "unassigned": (State.OPEN,),
    "open": (State.OPEN,),
    "waiting": (State.PENDING, State.ON_HOLD),
    "snoozed": (State.SNOOZED,),
    "resolved": (State.RESOLVED,),
}
# How a view opens; the others: newest first.
ORDERS = dict.fromkeys(("mine", "unassigned", "open", "exposed"), Order.FIRST)
READS_SO = ("spam", "abuse")
ASIDE = (*READS_SO, "exposed")  # what is open and reads so, or is found by whoever searches: views besides, uncounted
EXPOSED_AFTER = timedelta(hours=24)  # what waits for longer is exposed; `decide.order` gives it points from then on
SEARCH_MS = 3000
_EXPOSED = Q(
    state=State.OPEN, private=False, channel__network__in=[name for name, one in NETWORKS.items() if one.searchable]
)
_RANK = re.compile(r"(-?\d{1,18})_(\d{1,18})")
MOST_IN_THREAD = 300
MOST_DEPTH = 4
MOST_HITS = 5_000  # of a listening query, the newest, whose conversations can be listed
# No row of the list shows these; each would be read fifty times.
NOT_LISTED = ("above", "flags", "channel__limits", "channel__hashtags", "channel__sealed", "assignee__password")
WITH_IT = ("identity", "reading", "reply__author", "reply__channel")  # what a message's place in the thread shows


def inbox(
    standing: Standing,
    view: str,
    *,
    order: str = Order.NEWEST,
    channel: int | None = None,
    network: str = "",
    kind: str = "",
    label: int | None = None,
    language: str = "",
    sentiment: str = "",
    intent: str = "",
    urgency: int = 0,
    flag: str = "",
    query: int | None = None,
) -> ConversationQuerySet:
    """Return the conversations of one view, filtered, in order, for `page`; `urgency` is the least that is shown."""
    found = conversations(standing)
    if states := STATES.get(view):
        found = found.filter(state=states[0]) if len(states) == 1 else found.filter(state__in=states)
    if view == "mine":
        found = found.filter(assignee=standing.agent)
    elif view == "unassigned":
        found = found.filter(assignee=None)
    elif view == "exposed":
        found = found.filter(_EXPOSED, waiting_since__lte=timezone.now() - EXPOSED_AFTER).exclude(intent="spam")
    elif view in READS_SO:  # who insults us and asks something wants an answer all the same
        found = found.filter(state=State.OPEN, intent=view).exclude(flags__contains=["asks_question"])
    wanted = {
        "channel": channel, "channel__network": network, "kind": kind, "labels": label, "language": language,
        "sentiment": sentiment, "intent": intent, "urgency__gte": urgency, "flags__contains": [flag] if flag else [],
    }  # fmt: skip
    found = found.filter(**{field: value for field, value in wanted.items() if value})
    if query:
        hits = QueryHit.objects.filter(query=query, query__brand=standing.brand).order_by("-at")
        found = found.filter(pk__in=hits.values("message__conversation")[:MOST_HITS])
    shown = found.select_related(None).select_related("channel", "identity", "assignee", "triage")
    return shown.defer(*NOT_LISTED).prefetch_related("labels").in_order(order)


def page(
    queryset: ConversationQuerySet, after: str = "", size: int = 50, order: str = Order.NEWEST
) -> Page[Conversation]:
    """Return the next `size` rows below the mark `after`.  A mark that makes no sense means the first page."""
    if order == Order.FIRST and (place := _RANK.fullmatch(after)):
        queryset = queryset.after_rank(int(place[1]), int(place[2]))
    elif row := mark_of(after):
        queryset = queryset.after(*row, order)
    return _cut(list(queryset[: size + 1]), size, order)


def _cut(rows: list[Conversation], size: int, order: str = Order.NEWEST) -> Page[Conversation]:
    if len(rows) <= size:
        return Page(rows, "")
    last = rows[size - 1]
    return Page(rows[:size], f"{last.rank}_{last.pk}" if order == Order.FIRST else mark(last.last_at, last.pk))


def counts(standing: Standing) -> dict[str, int]:
    """Return how many conversations stand in each view.  Always right, and costs the same however many there are."""
    tally = Tally.objects.filter(brand=standing.brand)
    if standing.teams is not None:
        tally = tally.filter(Q(team_id__in=standing.teams) | Q(team_id=None))
    numbers = dict.fromkeys(VIEWS, 0)
    for state, assignee, n in tally.values_list("state", "assignee_id").annotate(Sum("n")).order_by():
        for view in VIEWS:
            if state in STATES.get(view, State) and _is_in(view, assignee, standing.agent.pk):
                numbers[view] += n
    return numbers


def search(standing: Standing, query: str, after: str = "", size: int = 50) -> Page[Conversation]:
    """Return the newest conversations in which `query` was said, or whose person is called so; each with its `hit`.

    Raises OperationalError when it takes longer than three seconds.
    """
    query = query.strip()[:200]
    if not query:
        return Page([], "")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {SEARCH_MS}")
        ids = newest(standing.brand.pk, query, standing.teams, mark_of(after), size + 1)
        found = conversations(standing).filter(pk__in=ids).prefetch_related("labels").in_order()
        given = _cut(list(found), size)
        hits = words_in([row.pk for row in given.rows], query)
    for row in given.rows:
        row.hit = hits.get(row.pk, row.preview)  # type: ignore[attr-defined]
    return given


def _is_in(view: str, assignee: int | None, me: int) -> bool:
    return assignee == me if view == "mine" else assignee is None if view == "unassigned" else True


# -- one conversation ------------------------------------------------------------------------


def thread(conversation: Conversation) -> list[Message]:
    """Return what was said under the same root, answers below what they answer, each with its `depth`.

    Under a public root that is everybody's words, of which the newest 300 are shown.
    """
    said = Message.objects.filter(channel=conversation.channel_id, root=conversation.root)
    if conversation.private:
        said = Message.objects.filter(conversation=conversation)
    said = said.select_related(*WITH_IT).order_by("-written_at", "-pk")
    newest = list(said[:MOST_IN_THREAD])
    if not conversation.private:
        # Their own words are there however many others shout, and those of what was merged into it.
        alone = conversation.replies.filter(private=True).exclude(message=None).order_by("-pk")
        apart = list(alone.values_list("message", flat=True)[:MOST_IN_THREAD])  # first: an OR over a join reads all
        own = Message.objects.filter(Q(conversation=conversation) | Q(pk__in=apart))
        own = own.exclude(pk__in=[m.pk for m in newest if m.stands_in(conversation)])
        newest += own.select_related(*WITH_IT, "conversation__channel").order_by("-written_at", "-pk")[:MOST_IN_THREAD]
    return list(_nested(sorted(newest, key=lambda m: (m.written_at, m.pk))))


def _nested(messages: list[Message]) -> Iterator[Message]:
    keys = {m.key for m in messages}
    under: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        under[message.parent if message.parent in keys and message.parent != message.key else ""].append(message)
    heap = [(message, 0) for message in reversed(under[""])]
    given = set()
    while heap:
        message, depth = heap.pop()
        if message.pk in given:
            continue
        given.add(message.pk)
        message.depth = min(depth, MOST_DEPTH)  # type: ignore[attr-defined]
        yield message
        heap += [(answer, depth + 1) for answer in reversed(under[message.key])]


def other_conversations(standing: Standing, conversation: Conversation) -> list[Conversation]:
    """Return the newest twenty conversations with the same contact, whatever the handle."""
    same = conversations(standing).filter(identity__contact=conversation.identity.contact_id)
    return list(same.exclude(pk=conversation.pk).order_by("-last_at")[:20])


def identities(standing: Standing, handle: str) -> list[Identity]:
    """Return the brand's handles that are called so, whatever the network; at most twenty."""
    named = Identity.objects.filter(brand=standing.brand, handle__iexact=handle) if handle else Identity.objects.none()
    return list(named.select_related("contact").order_by("pk")[:20])


def events(conversation: Conversation) -> list[Event]:
    """Return what was done with it, newest first, at most a hundred lines."""
    return list(conversation.events.select_related("by").order_by("-at", "-pk")[:100])


# -- channels and people ---------------------------------------------------------------------


def in_trouble(channels: Iterable["Channel"]) -> "list[Channel]":
    """Return the channels that are disconnected, or that the network has not answered for long."""
    now = timezone.now()
    return [c for c in channels if c.trouble or c.is_deaf(now)]


def channels(standing: Standing) -> "list[Channel]":
    """Return the brand's channels, by network and name."""
    found = Channel.objects.filter(brand=standing.brand).select_related("owner", "team")
    return list(found.order_by("network", "name")[:500])


def channel(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Channel]:
    """Return one channel to do `act` on.  Raises as `conversation` does."""
    found = Channel.objects.select_related("brand").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no channel {pk}")
    return need(standing(agent, found.brand_id), act), found


def colleagues(standing: Standing) -> list[Agent]:
    """Return who may be given a conversation of the brand: all who may reply, by name, each with `on_duty`."""
    roles = [role for role, acts in ALLOWED.items() if Act.REPLY in acts]
    found = Agent.objects.filter(memberships__brand=standing.brand, memberships__role__in=roles, is_active=True)
    return list(found.annotate(on_duty=F("memberships__on_duty")).order_by("name")[:500])


def labels(standing: Standing) -> list[Label]:
    return list(Label.objects.filter(brand=standing.brand).order_by("name")[:500])


def teams(standing: Standing) -> list[Team]:
    return list(Team.objects.filter(brand=standing.brand).order_by("name")[:500])


def _standing(agent: Agent, membership: Membership) -> Standing:
    all_of_them = membership.role in SEES_ALL_TEAMS
    teams = None if all_of_them else frozenset(team.pk for team in membership.teams.all())
    return Standing(agent, membership.brand, membership.role, teams, membership.on_duty)
