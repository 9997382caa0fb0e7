"""Bluesky: how does what we write look on the network?  Records, record keys, marked-up text.

Lexicons used: app.bsky.feed.post, app.bsky.richtext.facet, app.bsky.embed.images.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import regex

from premura.networks.contract import Outgoing, Ref, Upload
from premura.networks.length import Counting, Unit, count, measure

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
GATE = "app.bsky.feed.threadgate"
BLOCK = "app.bsky.graph.block"
FACET = "app.bsky.richtext.facet"

GRAPHEMES = 300  # the most that a post may have
BYTES_PER_GRAPHEME = 10  # a post may have 3,000 bytes, a direct message 10,000 for its 1,000 graphemes
COUNTING = Counting(Unit.GRAPHEMES, bytes_each=BYTES_PER_GRAPHEME)

Json = dict[str, Any]

_TID = "234567abcdefghijklmnopqrstuvwxyz"
_TID_SINCE = 1_672_531_200_000_000  # 2023-01-01 in microseconds
_TID_SPAN_BITS = 46  # some 26 months: all in the past
_MENTION = regex.compile(r"(?<![\w@./])@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])", regex.I)
_LINK = regex.compile(r"(?<!\w)https?://[^\s<>\"]+", regex.I)
_TAG = regex.compile(r"(?<!\S)[#\N{FULLWIDTH NUMBER SIGN}]([^\s#\N{FULLWIDTH NUMBER SIGN}]+)")
_TAG_MOST = 64  # graphemes


def record_key(key: str) -> str:
    """Return the record key for `key`: the same at every try, so a second try cannot make a second record.

    Returns  a TID (the post lexicon asks for one) made from `key` alone: the time in it is not
             the time of writing, which differs between tries.  It lies in the past, as servers may
             distrust the future.  56 bits tell keys apart.
    Source   AT Protocol, record key syntax: TID is 53 bits of microseconds and 10 bits of clock, base 32.

    >>> record_key("reply42"), record_key("reply42") == record_key("reply43")
    ('3k2tac72mabqp', False)
    """
    bits = int.from_bytes(sha256(key.encode()).digest()[:8])
    at = _TID_SINCE + (bits >> 10) % (1 << _TID_SPAN_BITS)
    number = at << 10 | bits % 1024
    return "".join(_TID[number >> shift & 31] for shift in range(60, -1, -5))


def length(text: str) -> int:
    """Return how long a post is, as a share of 300: graphemes, or a tenth of its bytes where that is more.

    >>> length("ciò"), length("👩‍👩‍👧‍👦" * 2)
    (3, 5)
    """
    return count(text, COUNTING)


def post(out: Outgoing, facets: Sequence[Json], images: Sequence[Json], to: Ref | None = None) -> Json:
    """Return the record of a post; with `to`, a reply to it."""
    record: Json = {"$type": POST, "text": out.text, "createdAt": stamp(out.now)}
    if out.language:
        record["langs"] = [out.language]
    if facets:
        record["facets"] = list(facets)
    if images:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": list(images)}
    if to:
        root = {"uri": to.get("root_uri") or to["uri"], "cid": to.get("root_cid") or to["cid"]}
        record["reply"] = {"root": root, "parent": {"uri": to["uri"], "cid": to["cid"]}}
    return record


def image(picture: Upload, blob: Json) -> Json:
    """Return a picture of a post, with its shape where we can read it: the app crops one that has none."""
    shape = size(picture.data)
    ratio = {"aspectRatio": {"width": shape[0], "height": shape[1]}} if shape else {}
    return {"alt": picture.alt, "image": blob} | ratio


def size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF or JPEG, None for others.

    Source  PNG (ISO/IEC 15948) IHDR; GIF89a logical screen; JPEG (ITU-T T.81) frame header.

    >>> size(b"GIF89a" + bytes([4, 0, 3, 0]))
    (4, 3)
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if data[:4] == b"GIF8":
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return _jpeg_size(data) if data[:2] == b"\xff\xd8" else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if 0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def gate(
    root: str,
    before: Mapping[str, Any] | None,
    now: datetime,
    change: Callable[[Sequence[str]], Sequence[str]],
) -> Json:
    """Return the record of the replies hidden under `root`, changed; who may reply stays as it is."""
    kept = dict(before or {"$type": GATE, "post": root, "createdAt": stamp(now)})
    return kept | {"hiddenReplies": list(change(kept.get("hiddenReplies") or []))}


def key_of(uri: str) -> str:
    """Return the record key of an address."""
    return uri.rpartition("/")[2]


def stamp(at: datetime) -> str:
    """Return `at` as a record says it.

    >>> stamp(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
    '2026-11-21T09:30:00.000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def facets(text: str, resolve: Callable[[str], str]) -> list[Json]:
    """Return the mentions, links and hashtags of `text`, without which they would be plain words.

    Takes  resolve: returns the account of a handle, '' when nobody has it.
    Offsets are in bytes of UTF-8.

    >>> [f["index"] for f in facets("città #vino https://a.test/x.", lambda handle: "")]
    [{'byteStart': 7, 'byteEnd': 12}, {'byteStart': 13, 'byteEnd': 29}]
    """
    found = [
        *_mentions(text, resolve),
        *_links(text),
        *_tags(text),
    ]
    return sorted(found, key=lambda facet: int(facet["index"]["byteStart"]))


def _mentions(text: str, resolve: Callable[[str], str]) -> Iterator[Json]:
    for match in _MENTION.finditer(text):
        if did := resolve(match[1].lower()):
            yield _facet(text, match.start(), match.end(), {"$type": f"{FACET}#mention", "did": did})


def _links(text: str) -> Iterator[Json]:
    for match in _LINK.finditer(text):
        url = _without_tail(match[0])
        end = match.start() + len(url)
        yield _facet(text, match.start(), end, {"$type": f"{FACET}#link", "uri": url})


def _tags(text: str) -> Iterator[Json]:
    for match in _TAG.finditer(text):
        tag = regex.sub(r"\p{P}+$", "", match[1])
        if not tag or tag.isdigit() or measure(tag, Unit.GRAPHEMES) > _TAG_MOST:
            continue
        end = match.start(1) + len(tag)
        yield _facet(text, match.start(), end, {"$type": f"{FACET}#tag", "tag": tag})


def _without_tail(url: str) -> str:
    # "(see https://a.test/x)." ends a sentence; the full stop and the bracket are not the address.
    url = url.rstrip(".,;:!?'\"»\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}")
    return url[:-1] if url.endswith(")") and "(" not in url else url


def _facet(text: str, start: int, end: int, feature: Mapping[str, Any]) -> Json:
    index = {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}
    return {"$type": FACET, "index": index, "features": [dict(feature)]}
