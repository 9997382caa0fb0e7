"""The steps that follow a deed, each a job of its own."""

from collections.abc import Sequence

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from premura import flow
from premura.interact import leaving
from premura.models import Event, Reply
from premura.networks.contract import Unreachable
from premura.queue import DATABASE_AWAY, PATIENT, later

# After 4, 16, 64, 256 and 1024 seconds: about 23 minutes in all.
AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4, retry_exceptions=DATABASE_AWAY | {Unreachable})


@app.task(name="advance", retry=PATIENT)
def advance(event_id: int) -> None:
    """Set going each step that follows an event, as a job of its own."""
    event = Event.objects.get(pk=event_id)
    for step in flow.NEXT.get(Event.Deed(event.deed), ()):
        later(
            "step",
            one_at_a_time=f"conversation {event.conversation_id}",
            step=step.__name__,
            event_id=event_id,
        )


@app.task(name="step", retry=AGAIN)
def take_step(step: str, event_id: int) -> None:
    event = Event.objects.select_related("conversation__channel", "by").get(pk=event_id)
    steps = {s.__name__: s for s in flow.NEXT[Event.Deed(event.deed)]}
    steps[step](event)


@app.task(name="watch", retry=PATIENT)
def watch(brand_id: int, messages: list[int], edited: Sequence[int] = ()) -> None:
    """Look at what came in, for brands that watch for what comes back or let rules hide."""
    flow.watch(brand_id, messages, edited)


@app.task(name="leave", retry=PATIENT)
def leave(reply_id: int) -> None:
    """Let a reply leave whose time has come, unless it was called back."""
    reply = Reply.objects.select_related(*leaving.WITH_IT).filter(pk=reply_id).first()
    if reply is not None:
        leaving.leave(reply, timezone.now())
