"""Connecting Mastodon by its own page: we are sent there, a person says yes, and a code comes back."""

import secrets
from dataclasses import dataclass

import httpx

from premura import vault
from premura.networks import mastodon_sign_in
from premura.networks.contract import Disconnected


@dataclass(frozen=True, slots=True)
class Asked:
    """We asked, and the person has not come back yet."""

    url: str  # where they say yes
    kept: str  # what `finish` needs, sealed: it holds a secret of the server's


def begin(server: str, redirect: str) -> Asked:
    """Make us known to a server.  Raises NetworkError, of which Disconnected when it is no server's name."""
    state = secrets.token_urlsafe(16)
    with httpx.Client(timeout=vault.TIMEOUT) as http:
        app = mastodon_sign_in.register_app(http, server, redirect)
    kept = {
        "server": app.server, "client_id": app.client_id, "client_secret": app.client_secret,
        "redirect": app.redirect, "state": state,
    }  # fmt: skip
    return Asked(mastodon_sign_in.authorize_url(app, state), vault.seal(kept).decode())


def finish(kept: str, code: str, state: str) -> dict[str, str]:
    """Trade the code for what `channels.connect` takes.  Raises NetworkError, of which Disconnected."""
    try:
        told = dict(vault.unseal(kept.encode()))
    except vault.Sealed as error:
        raise Disconnected(str(error)) from error
    if not code or not secrets.compare_digest(told.pop("state").encode(), state.encode()):
        raise Disconnected("The answer does not belong to what we asked.")
    with httpx.Client(timeout=vault.TIMEOUT) as http:
        return mastodon_sign_in.trade_code(http, mastodon_sign_in.App(**told), code)
