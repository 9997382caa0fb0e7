"""Background work, tied to the transaction that asks for it."""

from typing import Any

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

# A database that was away for a moment has undone what the job did; the job is simply done again.
DATABASE_AWAY = frozenset({OperationalError, InterfaceError})
# After 2, 4, 8 … seconds: about four minutes in all.
PATIENT = RetryStrategy(max_attempts=7, exponential_wait=2, retry_exceptions=DATABASE_AWAY)


def later(job: str, *, one_at_a_time: str | None = None, in_s: int = 0, **arguments: Any) -> None:
    """Run `job` in the background, if and only if the current transaction commits.

    Jobs that share `one_at_a_time` run one after another, oldest first.
    """
    wait = {"seconds": in_s} if in_s else None
    app.configure_task(job, lock=one_at_a_time, schedule_in=wait, allow_unknown=True).defer(**arguments)


def once(job: str, name: str, **arguments: Any) -> bool:
    """Run `job` in the background unless one called `name` waits already.  Return whether it was added.

    Call it outside a transaction: where one waits already, the database refuses.
    """
    task = app.configure_task(job, queueing_lock=name, lock=name, allow_unknown=True)
    try:
        task.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True
