"""A new database, and the settings it starts with."""

import os
import shutil
from pathlib import Path

from premura.engine import account as accounts
from premura.engine.account import Account
from premura.engine.errors import DidNotStart, OtherVersion
from premura.engine.owned import make
from premura.engine.place import PORT, Place

USER = "premura"
CONTAINER_SHM = 128 * 1024 * 1024

_SETTINGS = f"""\
# Premura writes this file at each start.  What you change with ALTER SYSTEM stays, and wins.
port = {PORT}
max_connections = 200
unix_socket_permissions = 0700

# What was answered 200 is on disk.
fsync = on
synchronous_commit = on
full_page_writes = on

shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
random_page_cost = 1.1
jit = off
dynamic_shared_memory_type = {{shared_memory}}

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'

# A statement that fails, and the rows it names, would put customers' words into the log.
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_line_prefix = '%m [%p] '
"""

# For counting letters, not for sorting: macOS has no C.UTF-8.
_LETTERS = ("C.UTF-8", "en_US.UTF-8", "C")


def create(place: Place, binaries: Path, major: int) -> None:
    """Make an empty database cluster in `place`, whole or not at all.  Raises DidNotStart with initdb's words."""
    new = place.base / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    make(new, 0o700)
    builder = accounts.with_name(place.account)
    _give(new, builder)
    _initdb(new, binaries, major, builder)
    _give(new, place.account)
    new.rename(place.data)


def check_version(place: Place, major: int) -> None:
    """Raise OtherVersion when the data was not written by PostgreSQL `major`."""
    wrote = (place.data / "PG_VERSION").read_text().strip()
    if wrote != str(major):
        raise OtherVersion(
            f"The data in {place.data} was written by PostgreSQL {wrote}, and this is PostgreSQL {major}. Nothing"
            f" was started or changed. Start it once more with PostgreSQL {wrote} and take a pg_dump, move the folder"
            f" away, and restore the dump into the new one; or use pg_upgrade; or set DATABASE_URL."
        )


def configure(place: Place) -> None:
    """Write the settings anew, so that an old database gets what a new release wants."""
    file = place.data / "postgresql.conf"
    settings = _SETTINGS.format(shared_memory=_shared_memory())
    if not file.is_symlink() and file.read_text() != settings:
        file.write_text(settings)


def _initdb(data: Path, binaries: Path, major: int, builder: Account) -> None:
    said = ""
    for letters in _LETTERS:
        done = builder.run([str(binaries / "initdb"), "-D", str(data), *_options(major, letters)])
        if done.returncode == 0:
            return
        said = done.stderr.strip()
        if "invalid locale name" not in said:
            break
    raise DidNotStart(
        f"PostgreSQL could not make a new database in {data.parent}. Nothing was created. Its own words: {said}"
    )


def _options(major: int, letters: str) -> list[str]:
    # Trust is for whoever may enter the socket's folder, which is one user.  Nothing listens on TCP.
    options = ["-U", USER, "-E", "UTF8", "--data-checksums", "--auth-local=trust", "--auth-host=reject"]
    # Sorted by code point: an update of the C library cannot silently break the indexes.
    options += ["--locale=C", f"--lc-ctype={letters}"]
    return options + (["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else [])


def _give(folder: Path, account: Account) -> None:
    if os.geteuid() != 0:
        return
    for parent, _, files in os.walk(folder):
        for name in (parent, *(os.path.join(parent, file) for file in files)):
            os.chown(name, account.uid, account.gid, follow_symlinks=False)


def _shared_memory() -> str:
    # A container's /dev/shm is 64 MB, which a parallel query outgrows.
    shm = Path("/dev/shm")  # noqa: S108 - we measure it, we do not write there
    return "mmap" if shm.is_dir() and shutil.disk_usage(shm).total < CONTAINER_SHM else "posix"
