"""Whose name PostgreSQL runs under.  It refuses to be root, and it is right."""

import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from premura.engine.errors import BadPlace, NoPostgres
from premura.engine.leash import leash

# systemd's list of user numbers leaves 60578 to 61183 to nobody at all.  We take a number of our own rather
# than the user `nobody`: whoever else runs as `nobody` could read the data and walk in through the socket.
OWN_UIDS = range(60815, 61184)


@dataclass(frozen=True)
class Account:
    """A user to run things as; it need not be in the list of users."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def has_name(self) -> bool:
        return _name(self.uid) is not None

    def run(self, argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        """Run `argv` to its end as this user and return what came of it."""
        return subprocess.run(
            argv,
            user=None if self.is_us else self.uid,
            group=None if self.is_us else self.gid,
            extra_groups=None if self.is_us else [],
            # Not our own working directory: this user may not be allowed in there.
            cwd="/",
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            preexec_fn=leash(signal.SIGTERM),
        )

    def spawn(self, argv: Sequence[str], env: Mapping[str, str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Start `argv` as this user, writing to `log`; a fast shutdown reaches it when we die."""
        return subprocess.Popen(
            argv,
            user=None if self.is_us else self.uid,
            group=None if self.is_us else self.gid,
            extra_groups=None if self.is_us else [],
            cwd="/",
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C in a terminal goes to the whole group.  The database must go last, so it stands apart.
            process_group=0,
            preexec_fn=leash(signal.SIGINT),
        )

    def reaches(self, folder: Path) -> bool:
        """Return whether this user may enter `folder`: asked of the kernel, which knows about ACLs too."""
        if self.is_us:
            return os.access(folder, os.X_OK)
        try:
            return self.run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)]).returncode == 0
        except (OSError, subprocess.SubprocessError) as error:
            raise BadPlace(
                "PostgreSQL will not run as root, and root may not become another user here"
                f" ({error}). Nothing was started. Start Premura as an ordinary user, or set DATABASE_URL."
            ) from error


def for_folder(folder: Path) -> Account:
    """Return who shall own a new database in `folder`: us, or when we are root its owner, or nobody else at all."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    return owner_of(folder) or own()


def owner_of(path: Path) -> Account | None:
    """Return the owner of `path`, None when that is root."""
    stat = path.stat()
    return Account(stat.st_uid, stat.st_gid) if stat.st_uid else None


def own() -> Account:
    """Return a user number that no one on this machine has."""
    uid = next((uid for uid in OWN_UIDS if _name(uid) is None), OWN_UIDS[0])
    return Account(uid, uid)


def with_name(account: Account) -> Account:
    """Return `account` if it is in the list of users, else an ordinary user who is: initdb insists on a name."""
    if account.has_name():
        return account
    if account.is_us:
        raise NoPostgres(
            f"PostgreSQL's initdb wants to know the name of its user, and user {account.uid} has none on this machine."
            " Nothing was created. Add a line for it to /etc/passwd, start Premura as root, or set DATABASE_URL."
        )
    named = [user for user in pwd.getpwall() if user.pw_uid]
    if not named:
        raise NoPostgres(
            "PostgreSQL's initdb will not run as root, and this machine has no other user. Nothing was created."
            " Add one (any will do) to /etc/passwd, or set DATABASE_URL."
        )
    chosen = next((user for user in named if user.pw_name == "nobody"), named[0])
    return Account(chosen.pw_uid, chosen.pw_gid)


def plain_environment() -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL past us (PGPORT, PGDATA) or change its language."""
    steering = ("PG", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return {**kept, "LC_ALL": "C"}


def _name(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None
