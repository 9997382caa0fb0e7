"""What runs by the clock."""

import logging

from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from premura import vault
from premura.interact import deliver, leaving, teamwork
from premura.listen import poll as polling
from premura.listen import receive, spikes
from premura.models import Channel, Reply, WrongState
from premura.networks.contract import Can, NetworkError
from premura.queue import once

KEEP_JOBS_HOURS = 24
log = logging.getLogger("premura.timetable")
AHEAD_DAYS = 3


@app.periodic(cron="* * * * * */3", periodic_id="poll")
@app.task(name="poll_all", queueing_lock="poll all")
def poll_all(timestamp: int) -> None:
    """Ask each channel that is due."""
    for channel in polling.due(timezone.now()):
        once("poll", f"poll {channel.pk}", channel_id=channel.pk)


@app.periodic(cron="* * * * *", periodic_id="minute")
@app.task(name="every_minute", queueing_lock="every minute", pass_context=True)
async def every_minute(context: JobContext, timestamp: int) -> None:
    """Pick up what a killed worker left: its jobs run again, which is why each may run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except ConnectorException:
            # One of the same name waits already, and will do this one's work too.
            await manager.finish_job(job, Status.FAILED, delete_job=True)


@app.periodic(cron="* * * * *", periodic_id="tidy")
@app.task(name="tidy", queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    receive.wake()
    teamwork.wake(timezone.now())
    _replies_that_wait()
    _replies_on_their_way()
    with connection.cursor() as cursor:
        cursor.execute("SELECT premura_tally_fold()")


@app.periodic(cron="*/10 * * * *", periodic_id="look up")
@app.task(name="look_up_all", queueing_lock="look up all")
def look_up_all(timestamp: int) -> None:
    """Ask how what was said stands now, and freshen the credentials."""
    for channel in Channel.objects.filter(trouble="").exclude(sealed=b"")[:1000]:
        if polling.can(channel, Can.LOOK_UP):
            once("look_up", f"look up {channel.pk}", channel_id=channel.pk)
        if polling.can(channel, Can.REFRESH):
            once("refresh", f"refresh {channel.pk}", channel_id=channel.pk)


@app.periodic(cron="*/5 * * * *", periodic_id="count hours")
@app.task(name="count_hours", queueing_lock="count hours", lock="count hours")
def count_hours(timestamp: int) -> None:
    """Count what comes in by the hour, and look whether it is much more than usual."""
    now = timezone.now()
    spikes.count_hours(now)
    spikes.look(now)
    if (now.hour, now.minute // 5) == (3, 0):
        spikes.forget(now)


@app.periodic(cron="7 * * * *", periodic_id="hour")
@app.task(name="every_hour", queueing_lock="every hour", pass_context=True)
async def every_hour(context: JobContext, timestamp: int) -> None:
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS, include_failed=True)


@app.periodic(cron="11 * * * *", periodic_id="partitions")
@app.task(name="partitions", queueing_lock="partitions")
def partitions(timestamp: int) -> None:
    """Make the coming days' partitions, and drop those that are too old."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT premura_partitions(%s, %s)", [AHEAD_DAYS, settings.KEEP_DELIVERIES_DAYS])


def _replies_that_wait() -> None:
    """Let leave what should have left, whose own job was lost."""
    now = timezone.now()
    for reply in leaving.due(now):
        try:
            leaving.leave(reply, now)
        except Exception as error:  # one that cannot be helped does not stop the others
            log.warning("reply %d could not leave: %s", reply.pk, type(error).__name__)


def _replies_on_their_way() -> None:
    """Find out what became of replies whose sending broke off, and send those that were forgotten."""
    for reply in deliver.stuck(timezone.now()):
        try:
            with vault.opened(reply.voice) as network:
                if reply.state == Reply.State.SENDING:
                    deliver.look_for(reply, network)
                if reply.state == Reply.State.READY:
                    deliver.deliver(reply, network)
        except (NetworkError, WrongState):
            continue  # the next minute asks again, or somebody else was faster
        except Exception as error:  # one that cannot be helped does not stop the others
            log.warning("reply %d could not be looked for: %s", reply.pk, type(error).__name__)
