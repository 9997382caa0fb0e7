"""What stood there before anything was done to it, so that nobody has to believe us afterwards."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from premura.models import Message
from premura.text.similarity import fingerprint


def of(message: Message) -> dict[str, Any]:
    """Return the snapshot of one message: words, author, pictures, counts, where and when."""
    return of_many([message])[message.pk]


def of_many(messages: Sequence[Message]) -> dict[int, dict[str, Any]]:
    """Return the snapshot of each, by id.  Each needs its identity and its conversation's channel at hand."""
    answers = _answers(messages)
    return {m.pk: _one(m, answers[m.channel_id, m.key]) for m in messages}


def is_of(snapshot: dict[str, Any], message: Message) -> bool:
    """Whether a message still says and shows what stands in a snapshot of it."""
    return bool(snapshot.get("text") == message.text and snapshot.get("media") == _shown(message))


def stamp(message: Message) -> str:
    """Return a mark of what a message says and shows now: another one as soon as its author changes it."""
    return hashed({"text": message.text, "media": _shown(message)})[:16]


def hashed(snapshot: dict[str, Any]) -> str:
    """Return the SHA-256 of a snapshot: of compact JSON with sorted keys, in UTF-8."""
    told = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _one(message: Message, answers: int) -> dict[str, Any]:
    author = message.identity
    channel = message.conversation.channel
    return {
        "text": message.text,
        "language": message.language,
        "author": author and {"key": author.key, "handle": author.handle, "name": author.name, "url": author.url},
        "media": _shown(message),
        "likes": max(message.likes, message.counted_likes),
        "shares": max(message.shares, message.counted_shares),
        "answers": answers,
        "stars": message.stars,
        "kind": message.kind,
        "url": message.url,
        "key": message.key,
        "written_at": message.written_at.isoformat(),
        "network": channel.network,
        "channel": channel.key,
        "fingerprint": fingerprint(message.text),
    }


def _shown(message: Message) -> list[str]:
    return [piece.get("url", "") for piece in message.media]


def _answers(messages: Sequence[Message]) -> Counter[tuple[int, str]]:
    under = Message.objects.filter(
        channel__in={m.channel_id for m in messages},
        root__in={m.root for m in messages},
        parent__in={m.key for m in messages},
    )
    return Counter((channel, parent) for channel, parent in under.values_list("channel_id", "parent")[:100_000])
