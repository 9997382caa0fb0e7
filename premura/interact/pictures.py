"""The pictures of a snapshot: fetched once, kept as they were, with the SHA-256 of their bytes.

Addresses come from the networks, and behind one may stand a machine of ours: only public addresses are asked, over
https, at the very address that was looked up, without redirects, for at most 2 MB.
"""

import hashlib
import ipaddress
import socket
import time
from datetime import UTC, datetime
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction

from premura.interact import snapshots
from premura.models import Act, Exhibit

MOST = 4
MOST_BYTES = 2_000_000
TIMEOUT = httpx.Timeout(5)
TOGETHER_S = 15  # for all of them: who drips bytes keeps nobody waiting
SIGNS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
AS_IT_IS = {"accept-encoding": "identity"}
PUBLIC_6 = ipaddress.ip_network("2000::/3")


class NotFetched(Exception):
    """It was not to be had; `str` is why, in a word."""


def keep(act: Act) -> None:
    """Add to a snapshot the hash of each of its pictures, or why there is none; once, and its own hash anew.

    The bytes are kept beside it, so that who asks later sees what we saw; but not where personal data are the reason:
    what must not be shown is not copied either, and its hash tells it apart from any other.
    Cost: up to fifteen seconds; call it in a job, outside any transaction.
    """
    urls = act.snapshot.get("media") or []
    if not urls or "pictures" in act.snapshot:
        return
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as http:
        until = time.monotonic() + TOGETHER_S
        seen = [_one(http, url, until) for url in urls[:MOST]]
    found = [told for told, _ in seen]
    taken = act.snapshot | {"pictures": found, "pictures_at": datetime.now(UTC).isoformat()}
    shown = [Exhibit(act=act, number=number, mime=mime, data=data) for number, (_, data) in enumerate(seen, 1)
             if (mime := kind(data)) and act.reason != Act.Reason.PERSONAL_DATA]  # fmt: skip
    with transaction.atomic():
        # Of two jobs that fetched at once the first stands.
        if Act.objects.filter(pk=act.pk, hash=act.hash).update(snapshot=taken, hash=snapshots.hashed(taken)):
            Exhibit.objects.bulk_create(shown)


def kind(data: bytes) -> str:
    """Return what sort of picture some bytes are, by their first ones; "" for none that a browser should be shown."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for sign, mime in SIGNS.items() if data.startswith(sign)), "")


def fetched(http: httpx.Client, url: str, until: float) -> bytes:
    """Return the bytes behind a public address, until then by the machine's running clock.  Raises NotFetched."""
    try:
        asked = httpx.URL(url)
        if settings.DEMO and url.startswith(f"{settings.PUBLIC_URL}/playground/pictures/"):
            request = http.build_request("GET", asked, headers=AS_IT_IS)  # Piazza lives in this house
        else:
            request = _pinned(http, asked)
        return _read(http.send(request, stream=True), until)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
        raise NotFetched("unreachable") from error


def _pinned(http: httpx.Client, url: httpx.URL) -> httpx.Request:
    """Return the request to the very machine that was looked at: a second look-up might name another."""
    if url.scheme != "https" or not url.host or url.userinfo or url.port not in (None, 443):
        raise NotFetched("no https")
    found = {info[4][0] for info in socket.getaddrinfo(url.host, 443, type=socket.SOCK_STREAM)}
    if not found or not all(_is_public(str(one)) for one in found):
        raise NotFetched("not public")
    there = url.copy_with(host=str(sorted(found, key=str)[0]))
    return http.build_request(
        "GET", there, headers=AS_IT_IS | {"host": url.host}, extensions={"sni_hostname": url.host}
    )


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_global and not ip.is_multicast and (ip.version == 4 or ip in PUBLIC_6)


def _read(response: httpx.Response, until: float) -> bytes:
    try:
        if response.status_code != 200:
            raise NotFetched(str(response.status_code))
        if not response.headers.get("content-type", "").startswith("image/"):
            raise NotFetched("no picture")
        data = b""
        for chunk in response.iter_raw():
            data += chunk
            if len(data) > MOST_BYTES:
                raise NotFetched("too large")
            if time.monotonic() > until:
                raise NotFetched("too slow")
        return data
    finally:
        response.close()


def _one(http: httpx.Client, url: str, until: float) -> tuple[dict[str, Any], bytes]:
    try:
        data = fetched(http, url, until)
    except NotFetched as why:
        return {"url": url, "why": str(why)}, b""
    return {"url": url, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}, data
