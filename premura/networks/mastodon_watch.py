"""Mastodon: what is said under a hashtag?  Reads the hashtag's own timeline, as bodies to keep."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from premura.networks import mastodon_read as read
from premura.networks.contract import Page
from premura.networks.mastodon_line import Line
from premura.networks.mastodon_take import PAGE, Json, Threads, age, newer

# Ids follow the time that an author's server claims, so a post that travelled slowly stands a little below the
# newest: this many known posts of a hashtag are asked for again.  Fewer than a page, so that every look gets on.
AGAIN = 20


def watch(line: Line, hashtags: Sequence[str], cursor: str) -> Page:
    """Return what others said with one of the hashtags; of one that is new to us, the newest page.

    The cursor holds, for each hashtag, the last ids that were seen.
    """
    before: dict[str, list[str]] = msgspec.json.decode(cursor) if cursor else {}
    seen = {tag: before[tag] for tag in hashtags if tag in before}  # one that is not watched any more is forgotten
    threads, bodies, told, more = Threads(line), list[bytes](), set[str](), False
    for tag in hashtags:
        if line.is_nearly_used_up():
            return Page(bodies, _cursor(seen), more=True, wait_s=line.nap_s())
        fresh, full = _news(line, tag, seen.get(tag))
        more = more or (full and tag in seen)
        for status in fresh:
            if read.real(status)["account"]["id"] != line.me and status["id"] not in told:
                bodies += threads.bodies("status.update", status, known={"hashtag": tag})
                told.add(status["id"])
        known = {*seen.get(tag, ()), *(status["id"] for status in fresh)}
        seen[tag] = sorted(known, key=age)[-AGAIN:] or ["0"]
    return Page(bodies, _cursor(seen), more, line.nap_s())


def _news(line: Line, tag: str, seen: Sequence[str] | None) -> tuple[list[Json], bool]:
    # Of few posts all are known: then the whole timeline is asked for again, from its beginning.
    since = "" if seen is None else seen[0] if len(seen) == AGAIN else "0"
    page, full = newer(line, f"/api/v1/timelines/tag/{quote(tag, safe='')}", since, {"limit": PAGE})
    return [status for status in page if status["id"] not in (seen or ())], full


def _cursor(seen: Mapping[str, Sequence[str]]) -> str:
    return msgspec.json.encode(seen).decode()
