"""How we ask one Mastodon server, and what its answers say about asking again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from premura.networks.contract import Busy, Disconnected, Refused, Secret, Unclear, Unreachable
from premura.networks.failures import Gone
from premura.networks.http import ask, decode, remaining, said, wait_s

NEARLY_USED_UP = 20  # calls left, of 300 in 5 minutes
SILENCE_S = 60  # a stream says something at least every 15 seconds
# What Mastodon says in English when a 403 is about our token or account and not about the thing.
ABOUT_US = ("scope", "token", "login", "disabled", "suspend", "confirm")


class Line:
    """Our line to one server.  Remembers what the rate limit said last."""

    def __init__(self, secret: Secret, http: httpx.Client) -> None:
        self.secret = secret
        self.http = http
        self._left: int | None = None
        self._wait_s = 0

    @property
    def host(self) -> str:
        return httpx.URL(self.secret["server"]).host

    @property
    def me(self) -> str:
        return self.secret["id"]

    @property
    def ours(self) -> str:
        """The path of our own statuses."""
        return f"/api/v1/accounts/{self.me}/statuses"

    @property
    def streaming(self) -> str:
        return self.secret.get("streaming") or self.secret["server"]

    def json(self, method: str, path: str, **options: Any) -> Any:
        return decode(self.ask(method, path, **options))

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Make one call.  Raises as `http.ask`, and Gone for a 404, Refused for a 403 not about us."""
        options["headers"] = self.headers() | options.get("headers", {})
        # Errors come in the account's language, and we must understand them.
        options["params"] = {**options.get("params", {}), "lang": "en"}
        try:
            response = ask(self.http, method, self.secret["server"] + path, **options)
        except Refused as error:
            raise _weigh(error) from error
        left = remaining(response)
        if left is not None:
            self._left, self._wait_s = left, wait_s(response)
        return response

    def headers(self) -> dict[str, str]:
        headers = {"authorization": f"Bearer {self.secret['token']}"}
        return headers | ({"connection": "close"} if self.secret.get("keep_alive") == "no" else {})

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """Keep a line open; yields its chunks.  Raises like a read when it cannot be opened."""
        url, timeout = self.streaming + path, httpx.Timeout(10, read=SILENCE_S)
        try:
            with self.http.stream("GET", url, headers=self.headers(), timeout=timeout) as response:
                if response.status_code != 200:
                    response.read()
                    raise _refusal(response)
                yield _until_it_breaks(response)
        except httpx.TransportError as error:
            raise Unreachable(f"could not reach {httpx.URL(url).host}: {error}") from error

    def is_nearly_used_up(self) -> bool:
        return self._left is not None and self._left < NEARLY_USED_UP

    def nap_s(self) -> int:
        """Return for how many seconds not to ask, 0 when there is enough left of the rate limit."""
        return self._wait_s if self.is_nearly_used_up() else 0


def harmless(error: Unclear) -> Unreachable:
    """Turn “perhaps done” into “ask again”, for what can be done twice without harm."""
    return Unreachable(str(error))


def _weigh(error: Refused) -> Refused:
    words = str(error)
    if " answered 404" in words or " answered 410" in words:
        return Gone(words)
    if " answered 403" in words and not any(word in words.lower() for word in ABOUT_US):
        return Refused(words)
    return error


def _until_it_breaks(response: httpx.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_bytes()
    except httpx.TransportError:
        return


def _refusal(response: httpx.Response) -> Exception:
    match response.status_code:
        case 429:
            return Busy(said(response), retry_after_s=wait_s(response))
        case 401 | 403:
            return Disconnected(said(response))
        case status if status >= 500:
            return Unreachable(said(response))
    return Refused(said(response))
