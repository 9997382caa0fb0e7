"""One way to call a network, and one way to fail."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from premura.networks.contract import Busy, Disconnected, Refused, Unclear, Unreachable
from premura.networks.failures import Gone

MOST_WAIT_S = 3600


def call(http: httpx.Client, method: str, url: str, **options: Any) -> Any:
    """Make one call and return its JSON body; raise a NetworkError that says what to do next."""
    return decode(ask(http, method, url, **options))


def decode(response: httpx.Response) -> Any:
    """Return the JSON in `response`, {} when it is empty.  Raises Refused when it is not JSON."""
    if not response.content:
        return {}
    try:
        return msgspec.json.decode(response.content)
    except msgspec.DecodeError as error:
        raise Refused(f"{response.url.host} did not answer in JSON: {error}") from error


def ask(http: httpx.Client, method: str, url: str, **options: Any) -> httpx.Response:
    """Make one call and return the response, for those who need its headers too."""
    host = httpx.URL(url).host
    try:
        response = http.request(method, url, **options)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Unreachable(f"could not reach {host}: {error}") from error
    except httpx.TransportError as error:
        # The request left us and no reply came back.  A read can be asked again;
        # a post may already stand on the network, and a second one would stand beside it.
        raise _after(method)(f"{host} did not reply: {error}") from error
    if response.status_code == 429:
        raise Busy(f"{host} asks us to slow down", retry_after_s=wait_s(response))
    if response.status_code in (401, 403):
        raise Disconnected(said(response))
    if response.status_code >= 500:
        raise _after(method)(said(response))
    if response.status_code in (404, 410):
        raise Gone(said(response))
    if response.is_error or response.is_redirect:
        raise Refused(said(response))
    return response


def wait_s(response: httpx.Response, otherwise: int = 60) -> int:
    """Return for how many seconds the rate-limit headers of `response` ask us to wait.

    Reads `retry-after` (seconds or date), then `ratelimit-reset` and `x-ratelimit-reset` (epoch seconds or ISO 8601).
    """
    headers, now = response.headers, datetime.now(UTC)
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        if at := headers.get(name):
            return max(1, min(MOST_WAIT_S, round(_seconds_until(at, now, otherwise))))
    return otherwise


def remaining(response: httpx.Response) -> int | None:
    """Return how many more calls the rate limit allows, None where the headers do not say."""
    for name in ("ratelimit-remaining", "x-ratelimit-remaining"):
        if (left := response.headers.get(name, "")).isdigit():
            return int(left)
    return None


def said(response: httpx.Response) -> str:
    """Return the network's own words about an error, shortened, never our request."""
    try:
        body = msgspec.json.decode(response.content)
        words = body.get("message") or body.get("error_description") or body.get("error") or ""
        if isinstance(words, dict):
            words = words.get("message", "")
    except (msgspec.DecodeError, AttributeError):
        # A page made for people says nothing in one line.
        words = "" if "html" in response.headers.get("content-type", "") else response.text.strip()
    return f"{response.url.host} answered {response.status_code}: {str(words)[:200]}".rstrip(": ")


def _after(method: str) -> type[Unreachable] | type[Unclear]:
    return Unreachable if method in ("GET", "HEAD") else Unclear


def _seconds_until(at: str, now: datetime, otherwise: int) -> float:
    if at.isdigit():
        seconds = int(at)
        return seconds - now.timestamp() if seconds > 10_000_000 else seconds
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return (parse(at) - now).total_seconds()
        except (ValueError, TypeError):
            continue
    return otherwise
