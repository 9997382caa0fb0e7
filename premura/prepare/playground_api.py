"""What Piazza's API does for the one who holds a page's token."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
import msgspec
from django.conf import settings
from django.utils import timezone

from premura.models import Channel
from premura.models.playground import PlaygroundCall, PlaygroundChange, PlaygroundItem, PlaygroundPage, PlaygroundPerson
from premura.networks.contract import Upload
from premura.networks.playground import SIGNATURE, sign
from premura.prepare import playground as piazza
from premura.prepare import playground_words as words
from premura.prepare.playground import Kind, NotTaken

A_PAGE = 50


class Gone(LookupError):
    """There is no such thing on this page."""


class NotHeard(Exception):
    """The webhook did not take it: it is told again later."""


def signed_in(key: str, token: str) -> PlaygroundPage | None:
    """Return the page that `token` speaks for, None when it is not that of `key`."""
    page = PlaygroundPage.objects.filter(key=key).first()
    return page if page and hmac.compare_digest(page.token.encode(), token.encode()) else None


def about(page: PlaygroundPage) -> words.Words:
    return words.page(page) | {"signing": page.signing}


def changes(page: PlaygroundPage, after: str) -> dict[str, Any]:
    """Return what changed since the cursor; without one, the newest page."""
    found = PlaygroundChange.objects.filter(page=page)
    if after:
        rows = list(found.filter(pk__gt=int(after)).order_by("pk")[: A_PAGE + 1])
    else:
        rows = list(found.order_by("-pk")[:A_PAGE])[::-1]
    more, rows = len(rows) > A_PAGE, rows[:A_PAGE]
    cursor = str(rows[-1].pk) if rows else after or "0"
    return {"bodies": [msgspec.Raw(bytes(row.body)) for row in rows], "cursor": cursor, "more": more}


def items(page: PlaygroundPage, since: datetime, before: str) -> dict[str, Any]:
    """Return what was written since, newest first, a page at a time."""
    found = PlaygroundItem.objects.filter(page=page, written_at__gte=since, removed_at=None)
    if before:
        found = found.filter(pk__lt=int(before))
    rows = list(found.select_related("page", "author", "chat", "parent").order_by("-pk")[:A_PAGE])
    bodies = [_body(page, words.said(row), words.hidden(row)) for row in rows]
    return {"bodies": bodies, "before": str(rows[-1].pk) if len(rows) == A_PAGE else ""}


def look_up(page: PlaygroundPage, keys: list[str]) -> dict[str, Any]:
    """Say how these items stand now.  What was never here is said to be removed."""
    now, found = timezone.now(), PlaygroundItem.objects.filter(page=page, key__in=keys[:100])
    there = {item.key: item for item in found.select_related("page", "author", "chat")}
    bodies = []
    for key in keys[:100]:
        gone = [{"is": "removed", "key": key, "at": now.isoformat()}]
        bodies.append(_body(page, *(words.standing(there[key], now) if key in there else gone)))
    return {"bodies": bodies}


def find(page: PlaygroundPage, idempotency: str) -> dict[str, str]:
    """Return what was made by this try, {} if nothing was."""
    made = PlaygroundItem.objects.filter(page=page, idempotency=idempotency).exclude(idempotency="").first()
    return receipt(made) if made else {}


def receipt(item: PlaygroundItem) -> dict[str, str]:
    return {"key": item.key, "url": words.url(item)}


def write(
    page: PlaygroundPage, deed: str, to: str, text: str, idempotency: str, pictures: list[Upload]
) -> PlaygroundItem:
    """Write something as the page: reply, private, direct or post.  Raises Gone or NotTaken."""
    more: dict[str, Any] = {"idempotency": idempotency, "pictures": pictures}
    if deed == "post":
        return piazza.say(page, None, Kind.POST, text, **more)
    item = _item(page, to)
    if deed == "reply" and item.chat is None:
        return piazza.answer(item, None, text, **more)
    person = item.chat or item.author
    if deed not in ("private", "direct") or person is None:
        raise NotTaken("This cannot be answered so.")
    # A private message holds on to nothing public: only its own conversation is its root.
    parent = item if item.chat is not None else None
    return piazza.say(page, None, Kind.DIRECT, text, chat=person, parent=parent, **more)


def do(page: PlaygroundPage, deed: str, key: str) -> None:
    """Like, hide, unhide or delete as the page.  Raises Gone or NotTaken."""
    item = _item(page, key)
    match deed:
        case "like":
            piazza.like(item, None)
        case "hide" | "unhide":
            piazza.hide(item, hidden=deed == "hide")
        case "delete":
            piazza.remove(item)
        case _:
            raise NotTaken(f"Piazza knows no {deed}.")


def treat(page: PlaygroundPage, deed: str, key: str) -> None:
    """Ban or unban a person as the page.  Raises Gone or NotTaken.

    It is `note` that keeps it: who is banned is read from the calls, where the newest word holds.
    """
    if deed not in piazza.BANS:
        raise NotTaken(f"Piazza knows no {deed}.")
    if not PlaygroundPerson.objects.filter(key=key).exists():
        raise Gone(key)


def note(page: PlaygroundPage, deed: str, status: int, **facts: str) -> None:
    """Note that the API was asked to do something, so that it can be counted what was really sent."""
    PlaygroundCall.objects.create(page=page, deed=deed[:20], status=status, **facts)


def speak(change_id: int) -> None:
    """Tell a change to the webhooks of the channels that are connected to its page.

    Raises NotHeard when one of them did not take it.
    """
    change = PlaygroundChange.objects.select_related("page").get(pk=change_id)
    body, failed = bytes(change.body), []
    headers = {SIGNATURE: sign(change.page.signing, body), "content-type": "application/json"}
    connected = Channel.objects.filter(network="playground", key=change.page.key).exclude(sealed=b"")
    for hook in connected.values_list("hook_key", flat=True)[:100]:
        url = f"{settings.PUBLIC_URL}/hooks/playground/{hook}"
        try:
            answered = httpx.post(url, content=body, headers=headers, timeout=10).status_code
        except httpx.TransportError as error:
            failed.append(str(error))
            continue
        if answered >= 300:
            failed.append(str(answered))
    if failed:
        raise NotHeard(f"change {change_id}: {', '.join(failed)}")
    PlaygroundChange.objects.filter(pk=change_id).update(told_at=timezone.now())


def _item(page: PlaygroundPage, key: str) -> PlaygroundItem:
    found = PlaygroundItem.objects.filter(page=page, key=key, removed_at=None)
    if (item := found.select_related("page", "author", "chat").first()) is None:
        raise Gone(key)
    return item


def _body(page: PlaygroundPage, *told: words.Words) -> Mapping[str, Any]:
    return {"page": page.key, "items": told}
