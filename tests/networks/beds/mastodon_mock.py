"""A stand-in for Mastodon, for what snac lacks: streaming, delete, idempotency, conversations.

It is `mastodon_mock`, a third party's imitation, not a Mastodon server.  A test that uses it shows
that we speak the API as its author understood it, no more; the recordings say what Mastodon says.
"""

import importlib.util
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx
from mastodon import Mastodon

# It must not outlive the test run, even if that is killed: Linux kills it with its parent.
_START = """
import ctypes, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)
from mastodon_mock.cli import main
main()
"""


def missing() -> str:
    """Return why the stand-in cannot be had on this machine; '' if it can."""
    if importlib.util.find_spec("mastodon_mock") is None:
        return "the Python package mastodon_mock is not installed"
    return ""


@dataclass(frozen=True)
class Server:
    """One running stand-in."""

    url: str

    def token(self, name: str) -> str:
        """Give `name` an account and return its access token."""
        made = httpx.post(f"{self.url}/api/v1/_mock/dev_user", json={"username": name})
        return str(made.raise_for_status().json()["access_token"])

    def sign_in(self, name: str) -> Mastodon:
        """Return the networks' own client library, signed in as the new person `name`."""
        return Mastodon(
            access_token=self.token(name),
            api_base_url=self.url,
            version_check_mode="none",
            request_timeout=10,
        )


@contextmanager
def server() -> Iterator[Server]:
    """Yield a running stand-in with nobody in it; it dies with the test run."""
    port = _free_port()
    words = ["serve", "--in-memory", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", _START, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        one = Server(f"http://127.0.0.1:{port}")
        _wait_until_it_answers(one, process)
        yield one
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(one: Server, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            httpx.get(f"{one.url}/api/v1/streaming/health")
            return
        time.sleep(0.05)  # waiting for a process to listen, with an end
    process.kill()
    raise RuntimeError(f"mastodon_mock did not start: {process.communicate()[1][-500:]}")
