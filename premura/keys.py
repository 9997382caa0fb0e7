"""The installation's keys: found or made, and a key of its own for each purpose."""

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def kept_under(home: Path) -> tuple[str, ...]:
    """Return the keys in `home`/keys, the current one first; make one where there is none.

    Two processes that start at once end with the same key.
    """
    path = home / "keys"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = home / f"keys.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32) + "\n")
        try:
            os.link(fresh, path)  # fails if somebody was faster
        except FileExistsError:
            pass
        fresh.unlink()
    return tuple(path.read_text().split())


def derive(key: str, purpose: str) -> str:
    """Return a key for one purpose, 44 characters of URL-safe base64 (32 bytes).  Source: RFC 5869 (HKDF)."""
    made = HKDF(hashes.SHA256(), 32, None, f"premura {purpose}".encode()).derive(key.encode())
    return base64.urlsafe_b64encode(made).decode()
