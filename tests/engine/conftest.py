"""A folder to live in, and programs to look at from outside."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from premura.engine.postgres import Server

ROOT = Path(__file__).parents[2]


def wait_until(true: Callable[[], object], within: float = 10.0) -> None:
    """Ask until `true` is; fail after `within` seconds."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def lives(pid: int) -> bool:
    """Return whether `pid` is a process that is not merely waiting to be buried."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True).stdout
    return bool(said.strip()) and not said.startswith("Z")


class Program:
    """A program of a test's own, in a session of its own, whose lines can be waited for."""

    def __init__(self, code: str, *arguments: object, python: str = sys.executable, uid: int | None = None) -> None:
        self.process = subprocess.Popen(
            [python, "-c", code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path[1:]]) if uid else str(ROOT),
            },
            start_new_session=True,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
        self.lines: list[str] = []
        self._heard: set[int] = set()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def says(self, words: str) -> str:
        """Wait for a line with `words` in it, and return it; one that was returned before does not count."""
        wait_until(lambda: self._unheard(words) is not None or not self._reader.is_alive(), 20)
        at = self._unheard(words)
        assert at is not None, f"it never said {words!r} but:\n" + "\n".join(self.lines)
        self._heard.add(at)
        return self.lines[at]

    def ends(self) -> int:
        """Wait for its end and its last words, and return its exit code."""
        code = self.process.wait(60)
        self._reader.join(5)
        return code

    def _unheard(self, words: str) -> int | None:
        lines = enumerate(list(self.lines))
        return next((at for at, line in lines if words in line and at not in self._heard), None)

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.append(line.rstrip())


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that everybody may pass through, as a laptop's or a container's is."""
    folder = Path(tempfile.mkdtemp(prefix="premura-engine-"))
    folder.chmod(0o711)
    yield folder / "home"
    wait_until(lambda: is_removed(folder))  # a server whose owner was killed is still ending


def is_removed(folder: Path) -> bool:
    """Remove `folder` as far as it lets itself be removed; return whether it is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


@pytest.fixture(scope="session")
def used() -> Iterator[Path]:
    """A home that was started before.  Many tests use it one after the other, so leave it as good as you found it."""
    folder = Path(tempfile.mkdtemp(prefix="premura-engine-first-"))
    folder.chmod(0o711)
    with Server(folder / "home"):
        pass
    yield folder / "home"
    wait_until(lambda: is_removed(folder))


@pytest.fixture
def log(used: Path) -> Callable[[], str]:
    """What the database of `used` writes during this test."""
    with Server(used) as server:  # whatever a test before us killed has ended, and nothing waits to be recovered
        file = server.log_file
    before = file.stat().st_size
    return lambda: file.read_bytes()[before:].decode()


@pytest.fixture
def foreign(home: Path) -> Path:
    """A home with the data of a PostgreSQL that we do not have."""
    data = home / "postgres/data"
    data.mkdir(parents=True)
    for folder in (home, home / "postgres"):
        folder.chmod(0o711)
    (data / "PG_VERSION").write_text("14\n")
    return home


@pytest.fixture
def program() -> Iterator[Callable[..., Program]]:
    """Start programs; whatever still runs at the end is killed."""
    started: list[Program] = []

    def start(code: str, *arguments: object, **options: object) -> Program:
        started.append(Program(code, *arguments, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait()
