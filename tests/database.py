"""Loaded before everything else: the tests' own PostgreSQL, and the settings that point at it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from premura.engine.postgres import Server

HOME = Path(tempfile.mkdtemp(prefix="premura-tests-"))
KEY = "a key for the tests of 32 letters or more"
_server: Server | None = None


def start() -> None:
    """Start a PostgreSQL for this run, unless TEST_DATABASE_URL names one."""
    global _server
    os.environ.update(PREMURA_HOME=str(HOME), PREMURA_KEYS=KEY, PREMURA_DEMO="on", PREMURA_DEBUG="off")
    if url := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = url
        return
    HOME.chmod(0o755)
    _server = Server(HOME)
    _server.start()
    os.environ["DATABASE_URL"] = _server.url
    atexit.register(stop)


def stop() -> None:
    if _server is not None:
        _server.stop()
    shutil.rmtree(HOME, ignore_errors=True)


start()
