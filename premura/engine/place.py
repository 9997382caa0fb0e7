"""Where the database lies: under home, or, when root's home is closed to its user, where home points."""

import hashlib
import os
import shutil
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from premura.engine import account as accounts
from premura.engine.account import Account
from premura.engine.errors import BadPlace
from premura.engine.owned import make

ELSEWHERE = Path("/var/lib")
POINTER = "postgres.where"
PORT = 5432
LONGEST_SOCKET = 100  # macOS allows 103 bytes, Linux 107
MOST_LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class Place:
    """The folder of one database, and whose it is."""

    home: Path
    base: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "log" / "postgres.log"

    @property
    def is_elsewhere(self) -> bool:
        return self.base.parent != self.home

    def is_new(self) -> bool:
        return not (self.data / "PG_VERSION").exists()

    def remember(self) -> None:
        """Leave word in home of a database that lies elsewhere.  Called when it is complete, never before."""
        if self.is_elsewhere:
            (self.home / POINTER).write_text(f"{self.base}\n")


def make_home(home: Path) -> None:
    """Make `home` if it is not there, so that as root PostgreSQL's user can pass through and nobody can look."""
    make(home, 0o711 if os.geteuid() == 0 else 0o700)


def settle(home: Path) -> Place:
    """Find the database of `home`, or choose where it shall lie, and make the folders around it.

    As root with a home that PostgreSQL's user may not enter (/root, say) the database lies in /var/lib/premura-…,
    and home gets a file `postgres.where` with that path; nobody's folder is opened to others.
    Raises BadPlace when a database is where it cannot be used, or is gone from where it was.
    """
    pointer = home / POINTER
    if pointer.exists():
        return _pointed_at(home, Path(pointer.read_text().strip()))
    base = home / "postgres"
    account = (accounts.owner_of(base / "data") if _has(base) else None) or accounts.for_folder(home)
    if not account.is_us and os.geteuid() != 0:
        raise BadPlace(
            f"The database in {base} belongs to the user {account.uid}; perhaps root started it once. Nothing was"
            " started. Start Premura as that user or as root, or set PREMURA_HOME to another folder."
        )
    if account.reaches(home):
        return _furnish(Place(home, base, account))
    if _has(base):
        raise BadPlace(
            f"The database in {base} belongs to the user {account.uid}, who may not enter {home}. Nothing was"
            " started. Let that user through the folders above it (chmod o+x), or move it to a folder open to it."
        )
    return _furnish(Place(home, _new_elsewhere(home), accounts.own()))


def sockets(place: Place) -> Path:
    """Return a folder for the socket that only its user may enter: in the base, or a short one for a long or odd path.

    Raises BadPlace when somebody else took the short one first.
    """
    near = place.base / "run"
    # PostgreSQL and its clients take a comma for the end of one folder and the beginning of another.
    if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET and not set(',"') & set(str(near)):
        _own(near, place.account)
        if _holds_sockets(near):
            return near
    short = _short_root() / f"premura-{place.account.uid}-{_digest(place.base)}"
    _own(short, place.account)
    return short


def trim(log: Path) -> None:
    """Keep the log below twice MOST_LOG_BYTES.  PostgreSQL appends, so the file may be emptied beneath it."""
    if log.exists() and log.stat().st_size > MOST_LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def _pointed_at(home: Path, base: Path) -> Place:
    if not _has(base):
        raise BadPlace(
            f"{home} says that its database lies in {base}, and it is not there. Nothing was started or created."
            f" Put it back (a new container needs that folder too), or remove {home / POINTER} to begin anew."
        )
    return _furnish(Place(home, base, accounts.owner_of(base / "data") or accounts.for_folder(home)))


def _new_elsewhere(home: Path) -> Path:
    base = ELSEWHERE / f"premura-{_digest(home)}"
    if _has(base):
        raise BadPlace(
            f"There is a database in {base} that was made for {home}, and {home} no longer knows of it. Nothing"
            f" was started. To use it: echo {base} > {home / POINTER}. To begin anew: rm -r {base}"
        )
    return base


def _furnish(place: Place) -> Place:
    # The base belongs to whoever owns home, so that PostgreSQL's user cannot put links where root writes.
    root = os.geteuid() == 0
    owner = accounts.owner_of(place.home) if root and not place.is_elsewhere else None
    for folder, mode in ((place.base, 0o711 if root else 0o700), (place.log.parent, 0o700)):
        make(folder, mode)
        if owner:
            os.chown(folder, owner.uid, owner.gid)
    return place


def _has(base: Path) -> bool:
    try:
        return (base / "data").exists()
    except PermissionError:
        return True


def _own(folder: Path, account: Account) -> None:
    if make(folder, 0o700) and os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise BadPlace(
            f"{folder} should be a folder of the user {account.uid} that nobody else may enter, and is not."
            " Nothing was started. Remove it, or set PREMURA_HOME to a shorter path."
        )


def _holds_sockets(folder: Path) -> bool:
    # Some do not: folders shared with another system, for instance.
    probe = folder / ".probe"
    probe.unlink(missing_ok=True)
    try:
        with socket.socket(socket.AF_UNIX) as knock:
            knock.bind(str(probe))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True


def _short_root() -> Path:
    if os.geteuid() == 0 and Path("/run").is_dir():
        return Path("/run")
    mine = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere"))
    return mine if mine.is_dir() and len(str(mine)) < 40 else Path("/tmp")  # noqa: S108 - see _own


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
