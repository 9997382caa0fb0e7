"""Is the database well?"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from premura.measure.complaint import Complaint, many

QUERIES = Path(__file__).parent / "queries"
OLDEST_POSTGRES = 15
MOST_SKEW = timedelta(seconds=5)
LEAST_DISK_BYTES = 1_000_000_000


def database() -> Iterator[Complaint]:
    """The database answers, and keeps what it promises to keep"""
    version, fsync, commits, _, _ = _server()
    if version < OLDEST_POSTGRES:
        yield Complaint(
            "database too old",
            f"It is PostgreSQL {version}. Use {OLDEST_POSTGRES} or newer",
            {"version": version},
        )
    for name, given in (("fsync", fsync), ("synchronous_commit", commits)):
        if given == "off":
            yield Complaint(
                "database may lose",
                f"{name} is off: what was answered 200 can be lost in a crash. Set {name} = on in its configuration",
                {"setting": name},
            )


def migrated() -> Iterator[Complaint]:
    """The database is up to date"""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _ in missing[:3])
        yield Complaint(
            "not migrated",
            f"{many(len(missing), 'step is', 'steps are')} missing, the first: {names}. Run `premura migrate`",
            {"count": len(missing)},
        )


def clock() -> Iterator[Complaint]:
    """Our clock and the database's agree"""
    before = timezone.now()
    theirs: datetime = _server()[3]
    ours = before + (timezone.now() - before) / 2
    if abs(theirs - ours) > MOST_SKEW:
        seconds = round((theirs - ours).total_seconds())
        yield Complaint(
            "clocks differ",
            f"The database is {abs(seconds)} seconds {'ahead' if seconds > 0 else 'behind'}, so times and deadlines "
            "are wrong. Let both machines keep time (NTP)",
            {"seconds": seconds},
        )


def partitions() -> Iterator[Complaint]:
    """There is room for what comes tomorrow"""
    if not _server()[4]:
        yield Complaint(
            "no partition for tomorrow",
            "Tomorrow's deliveries would not be dropped when their time is over; nothing is lost. "
            "A worker makes the partitions every hour: see that one runs, and look at its log",
        )


def disk() -> Iterator[Complaint]:
    """The embedded database has room on its disk"""
    if not (settings.HOME / "database-url").exists():
        return  # it is somebody else's, who looks after it
    free = shutil.disk_usage(_where_it_lies()).free
    if free < LEAST_DISK_BYTES:
        yield Complaint(
            "disk nearly full",
            f"{free // 1_000_000} MB are free at {settings.HOME}. When none are left nothing more is taken in. "
            "Make room, or move PREMURA_HOME",
            {"megabytes": free // 1_000_000},
        )


@cache
def _query(name: str) -> str:
    return (QUERIES / name).read_text()


def _server() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_query("server.sql"))
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _where_it_lies() -> Path:
    """Return the nearest folder above the data that we may look at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('data_directory')")
        data = Path(cursor.fetchone()[0])
    return next((folder for folder in (data, *data.parents) if _may_look(folder)), settings.HOME)


def _may_look(folder: Path) -> bool:
    try:
        shutil.disk_usage(folder)
    except OSError:
        return False
    return True
