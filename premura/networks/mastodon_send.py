"""What we say on Mastodon, and how we look whether we have said it already."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx

from premura.networks import mastodon_read as read
from premura.networks.contract import Disconnected, Outgoing, Receipt, Ref, Refused, Unclear, Unreachable, Upload
from premura.networks.failures import Gone
from premura.networks.http import decode
from premura.networks.mastodon_line import Line, harmless
from premura.networks.mastodon_take import PAGE, back, one
from premura.networks.mastodon_text import plain, same_words

TRIES_FOR_MEDIA = 60  # looks at a film being prepared, a second apart
SAME_POST_WITHIN = timedelta(days=1)
MOST_PAGES = 5  # of our own posts of the last day


def find(line: Line, to: Ref | None, out: Outgoing) -> Receipt | None:
    """Return the receipt of `out` where it stands; Unclear where that cannot be seen for sure."""
    for status in _below(line, to) if to else _just_posted(line, out.now):
        if status["account"]["id"] == line.me and any(same_words(out.text, said) for said in _wordings(status)):
            return receipt(status)
    return None


def answer(line: Line, to: Ref, out: Outgoing, visibility: str, pause: Callable[[float], None]) -> Receipt:
    # Whoever is not named is not told, and in a private talk cannot even read it.
    name = f"@{to['acct']}"
    text = out.text if name.lower() in out.text.lower().split() else f"{name} {out.text}"
    return post(line, out, pause, status=text, in_reply_to_id=to["id"], visibility=visibility)


def post(line: Line, out: Outgoing, pause: Callable[[float], None], **form: Any) -> Receipt:
    form["media_ids[]"] = [_upload(line, piece, pause) for piece in out.media]
    if out.language:
        form["language"] = out.language
    made = line.json("POST", "/api/v1/statuses", data=form, headers={"idempotency-key": out.key})
    return receipt(made)


def like(line: Line, ref: Ref) -> None:
    try:
        line.ask("POST", f"/api/v1/statuses/{ref['id']}/favourite")
    except Unclear as error:  # a second like is the same like
        raise harmless(error) from error


def delete(line: Line, ref: Ref) -> None:
    try:
        line.ask("DELETE", f"/api/v1/statuses/{ref['id']}")
    except Gone as error:
        if one(line, ref["id"]):
            raise Refused(f"{line.host} cannot delete it. Delete it there by hand.") from error
    except Unclear as error:  # what is gone cannot go twice
        raise harmless(error) from error


def block(line: Line, person: str, how: str) -> None:
    """Block somebody, or `unblock` them.  Raises Refused where the token may not: tokens made before bans lack it."""
    try:
        line.ask("POST", f"/api/v1/accounts/{person}/{how}")
    except Gone as error:
        raise Refused(f"{line.host} cannot {how} them, or they are gone. Look there.") from error
    except Disconnected as error:
        if "scope" not in str(error).lower():
            raise
        raise Refused(f"Our access to {line.host} does not allow to {how}. Connect the channel anew.") from error
    except Unclear as error:  # a second block is the same block
        raise harmless(error) from error


def receipt(status: read.Entity) -> Receipt:
    status = read.real(status)
    ref = {"id": status["id"], "visibility": status["visibility"]}
    return Receipt(read.key_of(status["id"]), status.get("url") or status["uri"], ref)


def _wordings(status: read.Entity) -> Iterator[str]:
    """Yield what a status of ours says: what the server made of it, and the source where it gives it back."""
    yield plain(status["content"], status.get("mentions") or ())
    if status.get("text"):
        yield status["text"]


def _below(line: Line, to: Ref) -> Iterator[read.Entity]:
    try:
        found = line.json("GET", f"/api/v1/statuses/{to['id']}/context")["descendants"]
    except Gone:  # it was taken away; what we answered stands on its own
        found = line.json("GET", line.ours, params={"limit": PAGE})
    for status in map(read.real, found):
        if read.key_of(status.get("in_reply_to_id") or "") == read.key_of(to["id"]):
            yield status


def _just_posted(line: Line, now: datetime) -> Iterator[read.Entity]:
    """Yield posts of ours of the last day.  Raises Unclear when there are too many to be sure."""
    query = {"exclude_reblogs": "true", "exclude_replies": "true", "limit": PAGE}
    for page in back(line, line.ours, query, MOST_PAGES):
        for status in map(read.real, page):
            if read.time(status["created_at"]) < now - SAME_POST_WITHIN:
                return
            if not status.get("in_reply_to_id"):
                yield status
        if len(page) < PAGE:
            return
    raise Unclear("You posted so much today that this post cannot be looked for. Look there before you send it again.")


def _upload(line: Line, piece: Upload, pause: Callable[[float], None]) -> str:
    """Hand over a picture and wait until the server has prepared it; nobody sees it yet."""
    try:
        response = _hand_over(line, piece)
    except Unclear as error:  # nothing is published: another try makes no second message
        raise harmless(error) from error
    for _ in range(TRIES_FOR_MEDIA):
        made = decode(response)
        if response.status_code not in (202, 206):
            return str(made["id"])
        pause(1)
        response = line.ask("GET", f"/api/v1/media/{made['id']}")
    raise Unreachable(f"{line.host} is still preparing {piece.name}. Nothing was sent.")


def _hand_over(line: Line, piece: Upload) -> httpx.Response:
    parts: dict[str, Any] = {
        "files": {"file": (piece.name, piece.data, piece.mime)},
        "data": {"description": piece.alt} if piece.alt else {},
        "timeout": 60,
    }
    try:
        return line.ask("POST", "/api/v2/media", **parts)
    except Gone:  # before Mastodon 3.1.3
        return line.ask("POST", "/api/v1/media", **parts)
