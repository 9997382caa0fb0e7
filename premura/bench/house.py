"""A house for one measurement: its own database in a temporary folder, its own web and worker, nobody else's."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from premura.engine.leash import leash
from premura.engine.postgres import Server

START_WITHIN_S = 60.0
STOP_WITHIN_S = 15.0


@contextlib.contextmanager
def house() -> Iterator[dict[str, str]]:
    """Start a new database and yield the environment in which the product uses it; leave nothing behind."""
    home = Path(tempfile.mkdtemp(prefix="premura-bench-"))
    home.chmod(0o711)  # as root, PostgreSQL's user must pass through
    try:
        with Server(home) as server:
            port = str(free_port())
            yield {
                **os.environ,
                "PREMURA_HOME": str(home),
                "DATABASE_URL": server.url,
                "PREMURA_KEYS": secrets.token_hex(32),
                "HOST": "127.0.0.1",
                "PORT": port,
                "PREMURA_URL": "",
                "PREMURA_DEMO": "off",
            }
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Running:
    """One of the product's processes, for the time of a `with`."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str] | None = None, port: int = 0) -> None:
        """Take what to run and, for one that answers HTTP, the port to wait for."""
        self._argv, self._env, self._port = argv, {**os.environ, **(env or {})}, port
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, *self._argv],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,  # ours is for the figures
            preexec_fn=leash(signal.SIGTERM),
        )
        if self._port:
            self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while not answers(f"http://127.0.0.1:{self._port}"):
            if time.monotonic() > deadline or (self._process and self._process.poll() is not None):
                self.__exit__()
                raise RuntimeError(f"{' '.join(self._argv)} did not start")
            time.sleep(0.05)


def web(port: int) -> Running:
    return Running(["-m", "premura", "web"], {"PORT": str(port)}, port)


def noop(port: int) -> Running:
    """The same web, of which a hook checks the signature and keeps nothing."""
    return Running(["-m", "premura.bench.noop"], {"PORT": str(port)}, port)


def worker() -> Running:
    return Running(["-m", "premura", "worker"])


def answers(url: str) -> bool:
    """Return whether a web process answers there, whatever it says."""
    try:
        urllib.request.urlopen(f"{url}/hooks/", timeout=5).close()  # noqa: S310  our own, on this machine
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
