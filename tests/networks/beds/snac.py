"""Two real fediverse servers on loopback: snac, which speaks part of the Mastodon API.

The package comes from Debian's backports, is unpacked into `.cache/beds/snac` and never installed.
Each server has an address of its own in 127.0.0.0/8 and port 80, because snac does not read a
port in a mention; the addresses are picked at random, so two test runs do not meet.
"""

import html
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlparse

import httpx
import requests
from mastodon import Mastodon
from mastodon.errors import MastodonError

from premura.networks.contract import Unreachable

T = TypeVar("T")

CACHE = Path(__file__).resolve().parents[3] / ".cache" / "beds" / "snac"
PACKAGE, RELEASE = "snac2", "bookworm"
NOBODY = 65534
SCOPES = ["read", "write", "follow"]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def missing() -> str:
    """Return why snac cannot be had on this machine; '' if it can."""
    if sys.platform != "linux":
        return "snac needs Linux: each server has its own loopback address"
    if os.geteuid() != 0 and not _may_bind_80():
        return "snac needs port 80 on loopback: run as root, or lower net.ipv4.ip_unprivileged_port_start"
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        return "snac must not run as root, and setpriv (util-linux) is not here"
    try:
        binary()
    except (OSError, subprocess.SubprocessError, LookupError) as error:
        return f"snac could not be fetched: {error}"
    return ""


def binary() -> Path:
    """Return the snac program: the machine's own, the cached one, or a freshly unpacked one."""
    if own := shutil.which("snac"):
        return Path(own)
    program = CACHE / "root" / "usr" / "bin" / "snac"
    if not program.exists():
        _fetch()
    return program


def _fetch() -> None:
    if f"VERSION_CODENAME={RELEASE}" not in Path("/etc/os-release").read_text():
        raise LookupError(f"its package is made for Debian {RELEASE}")
    CACHE.mkdir(parents=True, exist_ok=True)
    # A folder of this run's own, moved into place when complete: two runs may fetch at once.
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        where = Path(scratch)
        options = _apt_options(where)
        for command in (["update"], ["download", PACKAGE]):
            _run(["apt-get", "-q", *options, *command], where)
        deb = next(where.glob(f"{PACKAGE}_*.deb"))
        _run(["dpkg", "-x", str(deb), str(where / "root")], where)
        with suppress(OSError):  # the other run was first
            (where / "root").rename(CACHE / "root")


def _apt_options(where: Path) -> list[str]:
    """Return apt options for a private configuration: the machine's own sources stay as they are."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (where / folder).mkdir(parents=True)
    sources = where / "sources.list"
    sources.write_text(f"deb {_mirror()} {RELEASE}-backports main\n")
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": where / "lists",
        "Dir::Cache": where / "cache",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "root",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _mirror() -> str:
    """Return the Debian mirror that this machine already uses."""
    files = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    for file in files:
        if file.is_file() and (found := re.search(r"^[^#\n]*?(https?://\S+/debian/?)\s*", file.read_text(), re.M)):
            return found[1]
    raise LookupError("this machine's sources name no Debian mirror")


def _run(command: Sequence[str], where: Path, **options: object) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=120, **options)
    if done.returncode:
        raise LookupError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def _may_bind_80() -> bool:
    return _is_free("127.0.0.2")


def _is_free(address: str) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, 80))
        except OSError:
            return False
        return True


def again(do: Callable[[], T], tries: int = 8) -> T:
    """Do what can be done twice without harm until snac answers: on a busy machine it drops calls, several in a row."""
    for tried in range(tries - 1):
        with suppress(httpx.TransportError, requests.RequestException, MastodonError, Unreachable):
            return do()
        time.sleep(0.25 * (tried + 1))
    return do()


@dataclass
class Server:
    """One running snac."""

    host: str  # an address of its own; port 80
    folder: Path
    program: Path
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def add(self, name: str) -> None:
        """Give `name` an account here."""
        said = _run([*_as_nobody(), str(self.program), "adduser", str(self.folder), name], self.folder.parent,
                    input=f"{name}\n")  # fmt: skip
        self.passwords[name] = re.search(r"User password is (\S+)", said)[1]  # type: ignore[index]

    def allow(self, authorize_url: str, name: str) -> str:
        """Do what `name` does in a browser: open the page, sign in, and return the code it gives."""
        page = httpx.get(authorize_url, headers={"connection": "close"})
        form = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        form = {key: html.unescape(value) for key, value in form.items()}
        form |= {"login": name, "passwd": self.passwords[name]}
        action = re.search(r'action="([^"]+)"', page.text)[1]  # type: ignore[index]
        answer = httpx.post(page.url.join(action), data=form, headers={"connection": "close"})
        if "location" in answer.headers:
            return parse_qs(urlparse(answer.headers["location"]).query)["code"][0]
        return re.search(r"[0-9a-f]{32,}", answer.text)[0]  # type: ignore[index]

    def sign_in(self, name: str) -> Mastodon:
        """Return the networks' own client library, signed in as `name`."""
        return again(lambda: self._sign_in(name))

    def _sign_in(self, name: str) -> Mastodon:
        app = Mastodon.create_app("customer", api_base_url=self.url, redirect_uris="http://localhost/", scopes=SCOPES)
        # snac closes connections without saying so: never keep one for a second call.
        session = requests.Session()
        session.headers["Connection"] = "close"
        client = Mastodon(*app, session=session, api_base_url=self.url, version_check_mode="none", request_timeout=10)
        url = client.auth_request_url(redirect_uris="http://localhost/", scopes=SCOPES)
        client.log_in(code=self.allow(url, name), redirect_uri="http://localhost/", scopes=SCOPES)
        return client


@contextmanager
def two_servers() -> Iterator[tuple[Server, Server]]:
    """Yield two servers that know nothing of each other yet; both die with the test run."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="premura-snac-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        program = folder / "snac"  # a copy: `nobody` may not be able to look into our home
        shutil.copy(binary(), program)
        program.chmod(0o755)
        one, two = (stack.enter_context(_server(host, folder, program)) for host in _two_hosts())
        yield one, two


def _two_hosts() -> tuple[str, str]:
    while True:
        net = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}"
        if all(_is_free(f"{net}.{last}") for last in (2, 3)):
            return f"{net}.2", f"{net}.3"


@contextmanager
def _server(host: str, folder: Path, program: Path) -> Iterator[Server]:
    server = Server(host, folder / host, program)
    answers = f"{host}\n80\n{host}\n\n\n"  # address, port, host, prefix, e-mail
    _run([*_as_nobody(), str(program), "init", str(server.folder)], folder, input=answers)
    _configure(server.folder / "server.json")
    with (folder / f"{host}.log").open("wb") as log:
        command = [*_as_nobody(port_80=True), str(program), "httpd", str(server.folder)]
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_until_it_answers(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGKILL)  # it has nothing to save: its folder goes too
        process.wait()


def _configure(path: Path) -> None:
    settings = json.loads(path.read_text()) | {
        "protocol": "http",
        "queue_retry_minutes": 0,
        "disable_email_notifications": True,
        "badlogin_retries": 1000,
        "shared_inboxes": True,
    }
    path.write_text(json.dumps(settings))


def _as_nobody(*, port_80: bool = False) -> list[str]:
    """Return the words before a command that make it die with us, and keep it from being root."""
    if not shutil.which("setpriv"):
        return []
    words = ["setpriv", "--pdeathsig", "KILL"]
    if os.geteuid() == 0:
        words += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        if port_80:
            words += ["--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service"]
    return words


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with suppress(httpx.TransportError):
            httpx.get(server.url, headers={"connection": "close"})
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)  # waiting for a process to listen, with an end
    log = (server.folder.parent / f"{server.host}.log").read_text()
    raise RuntimeError(f"snac at {server.host} did not start: {log[-500:]}")
