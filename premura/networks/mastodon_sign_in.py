"""How a person lets us into their Mastodon account: OAuth 2 with an authorization code.

Source  docs.joinmastodon.org/client/authorized/.  Access tokens do not lapse.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from premura.networks.contract import Disconnected, Refused
from premura.networks.http import call

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"  # the server shows the code, and the person copies it
SCOPES = "read write:statuses write:media write:favourites write:blocks"


@dataclass(frozen=True, slots=True)
class App:
    """Premura as one server knows it.  Keep it until the code is traded; the secret is a secret."""

    server: str
    client_id: str
    client_secret: str
    redirect: str


def server_url(typed: str) -> str:
    """Return the address of the server a person typed: a host, a URL, or a whole handle.

    Raises Disconnected when it is none, or would send the token in the clear.

    >>> server_url("@chiara@social.example"), server_url("https://social.example/about")
    ('https://social.example', 'https://social.example')
    """
    words = typed.strip()
    url = urlsplit(words if "://" in words else f"https://{words.rpartition('@')[2]}")
    if url.scheme not in ("http", "https") or not url.hostname or " " in words:
        raise Disconnected(f"“{words}” is not a server's name. Write it like this: mastodon.example")
    if url.scheme == "http" and not _is_loopback(url.hostname):
        raise Disconnected(f"{url.hostname} must be reached by https, or others could read the token.")
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"


def register_app(http: httpx.Client, server: str, redirect: str = OUT_OF_BAND) -> App:
    """Make Premura known to the server that a person typed; it answers with a name and a secret for us."""
    server = server_url(server)
    form = {
        "client_name": "Premura",
        "redirect_uris": redirect,
        "scopes": SCOPES,
        "website": "",
    }
    made = call(http, "POST", f"{server}/api/v1/apps", data=form, headers={"connection": "close"})
    return App(server, str(made["client_id"]), str(made["client_secret"]), redirect)


def authorize_url(app: App, state: str = "") -> str:
    """Return the page on which the person says yes.  `state` comes back with the code: compare it."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect,
        "scope": SCOPES,
    }
    return f"{app.server}/oauth/authorize?{urlencode(query | ({'state': state} if state else {}))}"


def trade_code(http: httpx.Client, app: App, code: str) -> dict[str, str]:
    """Trade the code that the person brought back for what `Mastodon.connect` takes.

    Raises Disconnected when the server does not know the code (any more).
    """
    form = {
        "grant_type": "authorization_code",
        "code": code.strip(),
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect,
        "scope": SCOPES,
    }
    try:
        made = call(http, "POST", f"{app.server}/oauth/token", data=form, headers={"connection": "close"})
    except Refused as error:
        raise Disconnected(f"The code was not accepted: {error}") from error
    if not made.get("access_token"):
        raise Disconnected("The code was not accepted: no token came back.")
    return {"server": app.server, "token": str(made["access_token"])}


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
