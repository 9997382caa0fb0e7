"""What a server before us left behind: a process that is still ending, or a number that is somebody else's now."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from premura.engine.errors import DidNotStart

END_WITHIN_S = 60
END_AT_ONCE_WITHIN_S = 10


def clear(data: Path) -> int | None:
    """See to it that no server works on `data`; return the stale number in its postmaster.pid, if there is one.

    Call only with the lock held.  The kernel has told the old server to stop, or on macOS nobody has; we say it again
    and wait, for a fast shutdown writes out what it has.  Raises DidNotStart when it will not end.
    """
    pid = _noted(data)
    if pid is None or pid == os.getpid():
        return pid
    for how, patience in ((signal.SIGINT, END_WITHIN_S), (signal.SIGQUIT, END_AT_ONCE_WITHIN_S)):
        if not works_on(pid, data):
            return pid
        _tell(pid, how, data)
        _wait_for_end(pid, data, patience)
    if works_on(pid, data):
        raise DidNotStart(
            f"An older PostgreSQL (process {pid}) still works on {data} and does not stop. Nothing was started."
            f" Look at it with ps -p {pid}, and stop it with kill -QUIT {pid}."
        )
    return pid


def works_on(pid: int, data: Path) -> bool:
    """Return whether process `pid` is a living postgres on `data`.

    That some process has the number says nothing: after a restart of the machine or container it is often another's.
    """
    if sys.platform != "linux":
        return _ps(pid, data)
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        if name != "postgres" or rest.split()[0] in "ZX":  # a zombie holds its number, and nothing else
            return False
        return os.readlink(f"/proc/{pid}/cwd") == str(data.resolve())
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:  # root in a container may not look; only we start things as the data's owner
        return Path(f"/proc/{pid}").stat().st_uid == data.stat().st_uid


def _ps(pid: int, data: Path) -> bool:
    asked = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    said = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    return "postgres" in said and f"-D {data}" in said


def _noted(data: Path) -> int | None:
    try:
        return abs(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _tell(pid: int, how: signal.Signals, data: Path) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        pass
    except PermissionError as error:
        raise DidNotStart(
            f"An older PostgreSQL (process {pid}) works on {data}, and it is another user's. Nothing was started."
            " Stop it as that user or as root."
        ) from error


def _wait_for_end(pid: int, data: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while works_on(pid, data) and time.monotonic() < deadline:
        time.sleep(0.02)
