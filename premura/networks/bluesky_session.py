"""Bluesky: who are we, and how do we ask?  Signing in, fresh tokens, and calls of XRPC methods.

Methods used: com.atproto.server.createSession, refreshSession.
Source  AT Protocol, XRPC and account sessions; error names as the official server gives them.
"""

from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from premura.networks.contract import Disconnected, Refused, Secret, Unclear, Unreachable
from premura.networks.http import ask, decode, remaining, said, wait_s

HOST = "https://bsky.social"
CHAT = "did:web:api.bsky.chat#bsky_chat"
NEARLY_USED_UP = 0.05  # of the calls that the rate limit allows

Json = dict[str, Any]


class Session:
    """Calls methods as one account, with tokens that renew themselves.

    Takes  secret, http and keep as `Network` does.
    `wait_s` says for how long the rate limit asks for silence; 0 while there is room.
    `now` is the network's own clock at its last reply.
    """

    def __init__(self, secret: Secret, http: httpx.Client, keep: Callable[[Secret], None]) -> None:
        self.secret = secret
        self.http = http
        self.keep = keep
        self.wait_s = 0
        self.now = datetime.now(UTC)

    def get(self, method: str, **params: Any) -> Json:
        """Ask something.  Raises Unreachable when there is no reply: a question can be asked again."""
        return self._call("GET", method, params=params)

    def post(self, method: str, body: Json) -> Json:
        """Do something.  Raises Unclear when there is no reply."""
        return self._call("POST", method, json=body)

    def post_again(self, method: str, body: Json) -> Json:
        """Do something that may as well be done twice.  Raises Unreachable when there is no reply."""
        return _harmless(self._call, "POST", method, json=body)

    def upload(self, data: bytes, mime: str) -> Json:
        """Upload a blob; one that no record names is forgotten by the server."""
        headers = {"content-type": mime}
        return _harmless(self._call, "POST", "com.atproto.repo.uploadBlob", content=data, headers=headers)

    def chat(self, verb: str, method: str, **options: Any) -> Json:
        """Call the chat service, through our own server."""
        headers = {"atproto-proxy": self.secret.get("chat_proxy") or CHAT}
        return self._call(verb, f"chat.bsky.convo.{method}", headers=headers, **options)

    def renew(self) -> Secret:
        """Trade the tokens for fresh ones and hand them to `keep`.

        Raises Disconnected when neither the refresh token nor the app password is accepted.
        """
        try:
            told = _harmless(self._session, "refreshSession", self.secret["refresh"])
        except (Refused, KeyError) as error:
            if not self.secret.get("password"):
                raise Disconnected(f"Bluesky asks us to sign in again: {error}") from error
            told = sign_in(self.http, self.secret["host"], self.secret["did"], self.secret["password"])
        # The account may have moved to another server meanwhile.
        self.secret = dict(self.secret) | tokens(told) | {"host": server(told, self.secret["host"])}
        self.keep(self.secret)
        return self.secret

    def _session(self, method: str, token: str) -> Json:
        url = _url(self.secret["host"], f"com.atproto.server.{method}")
        return _json(ask(self.http, "POST", url, headers={"authorization": f"Bearer {token}"}))

    def _call(self, verb: str, method: str, **options: Any) -> Json:
        return _json(ask(self.http, verb, _url(self.secret["host"], method), auth=_Token(self), **options))

    def look_at(self, response: httpx.Response) -> None:
        left, limit = remaining(response), response.headers.get("ratelimit-limit", "")
        if left is not None and left <= (int(limit) if limit.isdigit() else 100) * NEARLY_USED_UP:
            self.wait_s = max(self.wait_s, wait_s(response))
        if date := response.headers.get("date"):
            self.now = parsedate_to_datetime(date)


class Declined(Refused):
    """It said no, and gave the reason a name."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(said(response))
        self.error = error_name(response)


class _Token(httpx.Auth):
    """Signs a call; renews the tokens once where they are no longer good, and repeats the call.

    It sees a reply before `ask` does, which takes every 403 for the end of the connection:
    on Bluesky it means that this one thing is forbidden.
    """

    requires_response_body = True

    def __init__(self, session: Session) -> None:
        self.session = session

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield self._signed(request)
        if stale(response):
            self.session.renew()
            response = yield self._signed(request)
            if stale(response):
                raise Disconnected(said(response))
        self.session.look_at(response)
        if response.status_code in (400, 403):
            raise Declined(response)

    def _signed(self, request: httpx.Request) -> httpx.Request:
        request.headers["authorization"] = f"Bearer {self.session.secret['access']}"
        return request


def sign_in(http: httpx.Client, host: str, name: str, password: str) -> Json:
    """Return the session that an app password opens.  Raises Disconnected when it is wrong."""
    body = {"identifier": name, "password": password}
    url = _url(host, "com.atproto.server.createSession")
    return _harmless(lambda: _json(ask(http, "POST", url, json=body)))


def tokens(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the part of a session that goes into the secret."""
    return {
        "did": told["did"],
        "handle": told["handle"],
        "access": told["accessJwt"],
        "refresh": told["refreshJwt"],
    }


def server(told: Mapping[str, Any], otherwise: str) -> str:
    """Return the account's own server, which its DID document names."""
    for service in (told.get("didDoc") or {}).get("service", ()):
        if str(service["id"]).endswith("#atproto_pds"):
            return str(service["serviceEndpoint"]).rstrip("/")
    return otherwise


def stale(response: httpx.Response) -> bool:
    """Is it our access token that is no longer good?

    The same name, with "Bad token", says that a good token does not reach that far:
    an app password without direct messages, say.
    """
    if response.status_code not in (400, 401):
        return False
    name = error_name(response)
    return name == "ExpiredToken" or (name == "InvalidToken" and "Bad token" not in response.text)


def error_name(response: httpx.Response) -> str:
    """Return XRPC's name of an error, '' where there is none."""
    try:
        return str(msgspec.json.decode(response.content)["error"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""


def _url(host: str, method: str) -> str:
    return f"{host}/xrpc/{method}"


def _json(response: httpx.Response) -> Json:
    found = decode(response)
    if not isinstance(found, dict):
        raise Refused(f"{response.url.host} answered with something that is not an object")
    return found


def _harmless(call: Callable[..., Json], *args: Any, **options: Any) -> Json:
    # Whether it was done or not: doing it again does no harm, so nobody has to look.
    try:
        return call(*args, **options)
    except Unclear as error:
        raise Unreachable(str(error)) from error
