"""The PostgreSQL that comes with us: one folder, one owner, one server, which never outlives us."""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from premura.engine import binaries as programs
from premura.engine import cluster, leftover
from premura.engine.account import plain_environment
from premura.engine.binaries import find_binaries
from premura.engine.errors import BadPlace, DidNotStart, EngineError, Interrupted
from premura.engine.lock import Lock
from premura.engine.owned import open_private
from premura.engine.place import PORT, Place, make_home, settle, sockets, trim

__all__ = ["EngineError", "Server", "find_binaries"]

DATABASE = "premura"
RETRY_FOR_S = 5
STOP_WITHIN_S = 60
ASK_AGAIN_S = 3
ASK_EVERY_S = 0.02
SAY_EVERY_S = 10
TAIL_LINES = 12

# How PostgreSQL says that the one before it has not quite gone.
_STILL_THERE = ("another postmaster", "already exists", "still in use", "Address already in use")

log = logging.getLogger(__name__)


def _never() -> bool:
    return False


class Server:
    """A PostgreSQL server under `home`, as a direct child of ours.

    Start and restart it from a thread that stays (the main one): the kernel stops the server when that thread ends.
    Everything it raises is an EngineError whose text can be shown as it is.
    """

    def __init__(self, home: Path, binaries: Path | None = None) -> None:
        """Take the folder, and the programs if not those that `find_binaries` finds."""
        self.home = home.expanduser().absolute()
        self._given = binaries
        self._lock = Lock(self.home / "postgres.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._place: Place | None = None
        self._binaries = Path()
        self._sockets = Path()
        self._keeper = os.getpid()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The DATABASE_URL of our own database."""
        return self.url_for(DATABASE)

    def url_for(self, database: str) -> str:
        """Return the DATABASE_URL of another database in this server; it need not exist."""
        folder = quote(str(self._sockets), safe="/")
        return f"postgresql:///{quote(database)}?host={folder}&port={PORT}&user={cluster.USER}"

    @property
    def log_file(self) -> Path:
        """Where PostgreSQL writes what it has to say."""
        return self._settled().log

    @property
    def pid(self) -> int | None:
        """The server's process, None when it does not run."""
        return self._process.pid if self._process and self.alive() else None

    def start(self, interrupted: Callable[[], bool] = _never) -> None:
        """Take the folder, make a database if there is none, and return when the server answers.

        Waits as long as the server needs to recover from a crash, unless `interrupted` says otherwise.
        Raises NoPostgres, InUse, OtherVersion, BadPlace, DidNotStart, Interrupted.
        """
        if self.alive():
            return
        self._keeper = os.getpid()
        try:
            self._take_place()
            self._launch_until_ready(interrupted)
            self.create_database(DATABASE)
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise BadPlace(
                f"The database cannot be kept in {self.home}: {error}. It was not started. Look at the folder's owner,"
                " its rights and the space on its disk, or set PREMURA_HOME to another folder."
            ) from error
        except psycopg.Error as error:
            self.stop()
            raise DidNotStart(
                f"PostgreSQL started and then failed: {error}. It is stopped. See {self.log_file}."
            ) from error
        except BaseException:
            self.stop()
            raise

    def restart(self, interrupted: Callable[[], bool] = _never) -> None:
        """Start the server again after it was killed; stop it first if it was not.  Raises as `start` does."""
        self._end()
        self.start(interrupted)

    def stop(self) -> None:
        """Shut down fast (open transactions are rolled back, all else is on disk) and give the folder back."""
        if os.getpid() == self._keeper:  # not in a process that was forked off us
            self._end()
            self._lock.let_go()

    def alive(self) -> bool:
        """Return whether the server runs.  Ask now and then: it keeps the log from growing for ever, too."""
        if self._process is None or self._process.poll() is not None:
            return False
        trim(self._settled().log)
        return True

    def create_database(self, name: str) -> None:
        """Create the database `name` if it is not there."""
        create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        with psycopg.connect(self.url_for("postgres"), autocommit=True) as admin:
            known = admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                admin.execute(create)

    def _settled(self) -> Place:
        if self._place is None:
            raise DidNotStart("The database has not been started yet. Call start() first.")
        return self._place

    def _take_place(self) -> None:
        wanted = self._given or find_binaries()
        make_home(self.home)
        self._lock.take()
        place = settle(self.home)
        self._binaries = programs.readable_for(place.account, wanted, place.base)
        major = (programs.version(self._binaries) or (0,))[0]
        if place.is_new():
            log.info("Making a new database in %s (PostgreSQL %s).", place.base, major)
            cluster.create(place, self._binaries, major)
        cluster.check_version(place, major)
        place.remember()
        self._place, self._sockets = place, sockets(place)

    def _launch_until_ready(self, interrupted: Callable[[], bool]) -> None:
        place, deadline = self._settled(), time.monotonic() + RETRY_FOR_S
        while True:
            stale = leftover.clear(place.data)
            cluster.configure(place)
            began = self._launch(stale)
            if self._answers(interrupted):
                return
            said = _since(place.log, began)
            # Its backends go a moment after a server that was killed; until then it may not start.
            if not any(words in said for words in _STILL_THERE) or time.monotonic() > deadline:
                raise DidNotStart(_gave_up(place, self._process, said))
            time.sleep(0.1)

    def _launch(self, stale: int | None) -> int:
        """Start the process; return where in the log it begins to speak."""
        place, environment = self._settled(), plain_environment()
        if stale:
            # PostgreSQL takes its grandparent's number in a postmaster.pid for a stale one, and any other living
            # process's for a server.  It still looks for a shared memory in use, which removing the file would prevent.
            environment["PG_GRANDPARENT_PID"] = str(stale)
        with open(open_private(place.log, os.O_WRONLY | os.O_APPEND), "ab") as file:
            began = os.fstat(file.fileno()).st_size
            where = ["-D", str(place.data), "-k", str(self._sockets), "-h", ""]
            argv = [str(self._binaries / "postgres"), *where]
            self._process = place.account.spawn(argv, environment, file)
        return began

    def _answers(self, interrupted: Callable[[], bool]) -> bool:
        """Wait until a real connection succeeds; return False if the process ends before that."""
        began = said = time.monotonic()
        while self._process and self._process.poll() is None:
            if interrupted():
                raise Interrupted("Premura was asked to stop while its database was starting. The database is stopped.")
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url_for("postgres"), connect_timeout=5).close()
                return True
            if time.monotonic() - said > SAY_EVERY_S:
                said = time.monotonic()
                log.warning("The database recovers what an unclean stop left; %.0f s so far.", said - began)
            time.sleep(ASK_EVERY_S)
        return False

    def _end(self) -> None:
        if self._process is None:
            return
        # One that has only just been started may not hear yet: it is asked again.
        asked = [(signal.SIGINT, ASK_AGAIN_S)] * (STOP_WITHIN_S // ASK_AGAIN_S)
        for how, patience in (*asked, (signal.SIGQUIT, 10), (signal.SIGKILL, None)):
            if self._process.poll() is None:
                self._process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                break
        self._process = None


def _since(file: Path, began: int) -> str:
    with file.open("rb") as lines:
        lines.seek(began)
        return lines.read().decode(errors="replace")


def _gave_up(place: Place, process: "subprocess.Popen[bytes] | None", said: str) -> str:
    code = process.returncode if process else None
    tail = "\n".join(f"    {line}" for line in said.splitlines()[-TAIL_LINES:]) or "    (nothing)"
    return (
        f"PostgreSQL started and gave up at once (exit code {code}). The data in {place.data} was not changed."
        f" The last lines of {place.log}:\n{tail}"
    )
