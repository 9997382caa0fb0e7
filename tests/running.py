"""The whole product, running: its own database, web and worker, as `premura serve` starts them."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx

T = TypeVar("T")


def until(look: Callable[[], T], what: str, seconds: float = 30) -> T:
    """Return what `look` returns as soon as it is something; fail when that is not in time."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.05)
    return seen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Product:
    """A running `premura serve`."""

    url: str
    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def command(self, *arguments: str, given: str = "") -> str:
        """Run `premura …` beside it; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "premura", *arguments],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=90,
        )
        assert done.returncode == 0, f"premura {arguments[0]}: {done.stdout}\n{done.stderr}"
        return done.stdout


def _environment(home: Path, **settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PREMURA_KEYS")}
    return clean | {"PREMURA_HOME": str(home), "PYTHONUNBUFFERED": "1", **settings}


def _new_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="premura-serves-"))
    home.chmod(0o755)  # PostgreSQL is another user, and must get in
    return home


def demo_world(shared: Path) -> Path:
    """Return a home in which the demo world lies, at rest under `shared`: made by who comes first, for all to copy."""
    made = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            home = _new_home()
            environment = _environment(home, PREMURA_DEMO="on", PREMURA_URL="http://127.0.0.1:1")
            for command in ("migrate", "demo"):
                done = subprocess.run([sys.executable, "-m", "premura", command], env=environment, capture_output=True)
                assert done.returncode == 0, f"premura {command}: {done.stdout!r}\n{done.stderr!r}"
            subprocess.run(["mv", str(home), str(made)], check=True)  # with its owners, onto another disk, too
    return made


@contextmanager
def serving(demo: Path | None = None, **settings: str) -> Iterator[Product]:
    """Run the product until the block ends, on a copy of `demo` if given; Ctrl-C must end all of it with code 0."""
    home, port = _new_home(), free_port()
    if demo is not None:  # its owners, too: the database belongs to another user
        subprocess.run(["cp", "-a", f"{demo}/.", str(home)], check=True)
    environment = _environment(home, PORT=str(port), PREMURA_DEMO="on" if demo else "off",
                               PREMURA_URL=f"http://127.0.0.1:{port}", **settings)  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "premura", "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    product = Product(f"http://127.0.0.1:{port}", home, environment, process)
    threading.Thread(target=lambda: product.said.extend(process.stdout or ()), daemon=True).start()
    try:
        until(lambda: any("Premura is ready" in line for line in product.said) or process.poll() is not None,
              "the product to be ready", 150)  # fmt: skip
        assert process.poll() is None, "".join(product.said)
        assert httpx.get(f"{product.url}/account/login/").status_code == 200
        yield product
    finally:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            shutil.rmtree(home, ignore_errors=True)
    assert code == 0, "".join(product.said[-40:])
