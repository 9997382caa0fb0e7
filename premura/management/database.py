"""The embedded database for the time of one command: the one that runs already, or our own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from premura import keys
from premura.engine.postgres import Server

NOTED = "database-url"
ours: Server | None = None  # the server that this process started, for `serve` to look after


@contextmanager
def embedded(home: Path, *, alone: bool) -> Iterator[None]:
    """Point the environment at the embedded database under `home`, started if nobody runs it.

    `alone` never joins one that runs: who serves must own it.  Raises EngineError.
    """
    global ours
    noted = home / NOTED
    if not alone and noted.exists() and _answers(noted.read_text().strip()):
        _point_at(noted.read_text().strip(), home)
        yield
        return
    with Server(home) as ours:
        noted.write_text(ours.url + "\n")
        _point_at(ours.url, home)
        try:
            yield
        finally:
            noted.unlink(missing_ok=True)
            ours = None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _point_at(url: str, home: Path) -> None:
    # Children read these: all of them use one database and one set of keys.
    os.environ["DATABASE_URL"] = url
    if not os.environ.get("PREMURA_KEYS"):
        os.environ["PREMURA_KEYS"] = ",".join(keys.kept_under(home))
