"""Background work, tied to the transaction that asks for it."""

from typing import Any

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

# A database that was away for a moment has undone what the job did; the job is simply done again.
DATABASE_AWAY = frozenset({OperationalError, InterfaceError, ConnectorException})
# After 2, 4, 8 … seconds: about four minutes in all.
PATIENT = RetryStrategy(max_attempts=7, exponential_wait=2, retry_exceptions=DATABASE_AWAY)


def later(job: str, *, one_at_a_time: str | None = None, in_s: int = 0, **arguments: Any) -> None:
    """Run `job` in the background, if and only if the current transaction commits.

    Jobs that share `one_at_a_time` run one after another, oldest first.
    """
    wait = {"seconds": in_s} if in_s else None
    _job(job, lock=one_at_a_time, schedule_in=wait).defer(**arguments)


def once(job: str, name: str, **arguments: Any) -> bool:
    """Run `job` in the background unless one called `name` waits already.  Return whether it was added.

    Call it outside a transaction: where one waits already, the database refuses.
    """
    try:
        _job(job, queueing_lock=name, lock=name).defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def _job(name: str, **how: Any) -> JobDeferrer:
    # Over Django's own line, in a worker too: the worker's app has lines outside of any transaction of ours.
    return configure_task(name=name, job_manager=JobManager(DjangoConnector()), **how)
