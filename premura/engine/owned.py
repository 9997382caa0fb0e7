"""Files and folders with exactly the mode and the owner they should have."""

import os
from pathlib import Path


def make(folder: Path, mode: int) -> bool:
    """Make `folder` with exactly `mode` (the umask would take bits away); return False if something is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        return False
    folder.chmod(mode)
    return True


def open_private(path: Path, flags: int) -> int:
    """Open `path`, made for its folder's owner alone; return the descriptor.

    Root must not leave a file behind in somebody's folder that they cannot open later, nor follow a link out of it.
    """
    handle = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(handle, folder.st_uid, folder.st_gid)
    return handle
