"""Is the work done: what came in, and what goes out?"""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from premura.interact import freeze
from premura.measure.complaint import Complaint, many
from premura.models import Quarantine, Reply, Waiting

HEART_BEATS = timedelta(seconds=30)  # a worker says every ten seconds that it is alive
WAITS_LONG = timedelta(seconds=60)
HALF_SENT = timedelta(minutes=10)
NOT_SENT = timedelta(minutes=45)  # longer than all its tries take
MOST_COUNTED = 100_000
MOST_SHOWN = 20


def worker() -> Iterator[Complaint]:
    """A worker is at work"""
    newest = ProcrastinateWorker.objects.order_by("-last_heartbeat").values_list("last_heartbeat", flat=True).first()
    if newest is None or newest < timezone.now() - HEART_BEATS:
        since = f" since {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
        yield Complaint(
            "no worker",
            f"There has been none{since}. Nothing is taken in, and no reply is sent. "
            "Start `premura serve`, or `premura worker`",
        )


def waiting() -> Iterator[Complaint]:
    """What came in is taken in at once"""
    oldest = Waiting.objects.order_by("id").values_list("received_at", flat=True).first()
    now = timezone.now()
    if oldest and oldest < now - WAITS_LONG:
        n = Waiting.objects.all()[:MOST_COUNTED].count()
        yield Complaint(
            "deliveries wait",
            f"{many(n, 'delivery', 'deliveries')} from the networks, the oldest for {_long(now - oldest)}. It is "
            "safe, but nobody sees it. See that a worker runs; if one does, start another or raise PREMURA_DRAINS",
            {"count": n, "seconds": int((now - oldest).total_seconds())},
        )


def quarantine() -> Iterator[Complaint]:
    """Everything that came in was understood"""
    found = Quarantine.objects.values("channel", "channel__name", "channel__network").order_by("channel")
    for row in found.annotate(n=Count("pk"), first=Min("pk"))[:MOST_SHOWN]:
        first = Quarantine.objects.get(pk=row["first"])
        yield Complaint(
            "quarantine",
            f"{many(row['n'], 'delivery', 'deliveries')} of {row['channel__name']} ({row['channel__network']}) could "
            f"not be taken in; the first, number {first.delivery}, because of {first.reason[:200]}. It is kept. When "
            "an update understands it: `premura doctor --try-again`; when nobody needs it: `premura doctor --forget "
            f"{first.delivery}`",
            {"channel": row["channel"], "count": row["n"]},
        )


def replies() -> Iterator[Complaint]:
    """No reply is half sent"""
    # A reply whose fate is unknown may stand on the network already: look before resending.
    now = timezone.now()
    stuck = Q(state=Reply.State.SENDING, taken_at__lt=now - HALF_SENT) | Q(state=Reply.State.UNCLEAR)
    late = Q(state=Reply.State.READY, since__lt=now - NOT_SENT) & ~freeze.HELD_UP  # those wait on purpose
    found = Reply.objects.annotate(since=Coalesce(F("taken_at"), F("written_at"))).filter(stuck | late)
    for reply in found.select_related("conversation__identity", "conversation__channel").order_by("pk")[:MOST_SHOWN]:
        yield Complaint(*_reply(reply), {"reply": reply.pk, "channel": reply.conversation.channel_id})


def _reply(reply: Reply) -> tuple[str, str]:
    about = f"Reply {reply.pk} to {reply.conversation}"
    if reply.state == Reply.State.READY:
        why = f" ({reply.trouble})" if reply.trouble else ""
        return "reply not sent", f"{about} was released and never left{why}. See that a worker runs; its log says more"
    return "reply unclear", f"{about}: look whether it stands there, and say so in its conversation"


def jobs() -> Iterator[Complaint]:
    """No job was given up"""
    # The queue is bounded by time: what is done or given up is deleted after a day.
    failed = ProcrastinateJob.objects.filter(status="failed").values("task_name").order_by("task_name")
    for row in failed.annotate(n=Count("id"))[:MOST_SHOWN]:
        yield Complaint(
            "jobs failed",
            f"{row['task_name']}, {many(row['n'], 'time', 'times')} since yesterday. The worker's log says why; "
            "they are forgotten after a day",
            {"task": row["task_name"], "count": row["n"]},
        )


def _long(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
