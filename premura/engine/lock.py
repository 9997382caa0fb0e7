"""One owner for one folder."""

import fcntl
import os
from pathlib import Path

from premura.engine.errors import InUse
from premura.engine.owned import open_private


class Lock:
    """A lock that the kernel lets go of when we die, so that no stale one is ever left behind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Take it, or raise InUse with the number of the process that has it."""
        if self._handle is not None:
            return
        handle = open_private(self.path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, 20).decode().strip() or "unknown"
            os.close(handle)
            raise InUse(
                f"Premura already runs with the folder {self.path.parent} (process {holder}). Nothing was started."
                f" Stop that one first (kill {holder}), or set PREMURA_HOME to another folder."
            ) from error
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle

    def let_go(self) -> None:
        """Give it back.  The file stays: removing it would let two owners in at once."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None
