"""What a Mastodon status says as plain text, and how long Mastodon says a text is.

Sources  HTML that servers send: docs.joinmastodon.org/spec/activitypub/#sanitization;
         counting: app/validators/status_length_validator.rb of Mastodon.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from premura.networks.length import Counting, count

URL_LENGTH = 23  # every link counts as this many, however long it is
_BLOCKS = frozenset({"p", "div", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style"})
_URL = r"""https?://[^\s<>"]*[^\s<>"'.,;:!?)\]}]"""
# The server of a mention: what stands behind the second @.
_SERVER = (
    r"@(?<=(?<![=/\p{L}\p{N}_])@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*@)"
    r"[\p{L}\p{N}_.-]*[\p{L}\p{N}_]"
)
_OPENING_MENTIONS = re.compile(r"^(?:\s*@[\w.-]+(?:@[\w.-]+(?::\d+)?)?)+")
_MARKUP = re.compile(r"[\s*_`~]+")


def plain(content: str, mentions: Sequence[Mapping[str, Any]] = ()) -> str:
    r"""Return the HTML `content` of a status as plain text.

    Takes    mentions: the status's own list; it knows the full names that the HTML shortens.
    Returns  paragraphs apart by an empty line, links in full, mentions as @user@host.
    Raises   nothing.
    Cost     linear.

    >>> plain('<p><a class="mention" href="https://a.example/@bo">@<span>bo</span></a>,<br>is it open?</p>')
    '@bo@a.example,\nis it open?'
    """
    reader = _Reader({str(m.get("url", "")): str(m.get("acct", "")) for m in mentions})
    reader.feed(content)
    reader.close()
    return reader.text()


def counting(per_url: int = URL_LENGTH) -> Counting:
    """Return how Mastodon counts: a link as `per_url`, a mention without its server, the rest in grapheme clusters."""
    return Counting(instead=((_URL, per_url), (_SERVER, 0)))


def length(text: str, per_url: int = URL_LENGTH) -> int:
    """Return how long Mastodon says `text` is.

    >>> length("@bo@a.example see https://a.example/a/long/way/to/go/for/a/glass")
    31
    """
    return count(text, counting(per_url))


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts are the same message, whoever they greet first.

    Servers put mentions in full and some read asterisks as bold, so neither is compared.

    >>> same_words("@bo Ti aspettiamo **domani**!", "@bo@a.example Ti aspettiamo domani!")
    True
    """
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    words = _OPENING_MENTIONS.sub("", text)
    return _MARKUP.sub("", unicodedata.normalize("NFC", words))


class _Reader(HTMLParser):
    """Reads one status.  Whatever is not known is read as its text."""

    def __init__(self, accts: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._accts = accts
        self._out: list[str] = []
        self._link: tuple[str, frozenset[str], int] | None = None  # where to, classes, where its label begins
        self._silent = 0

    def text(self) -> str:
        lines = "".join(self._out).split("\n")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "br":
                self._out.append("\n")
            case "li":
                self._out.append("\n- ")
            case "a":
                self._link = given.get("href", ""), frozenset(given.get("class", "").split()), len(self._out)
            case "img":
                self._out.append(given.get("alt", ""))  # a custom emoji: its alt text is :shortcode:
            case _ if tag in _BLOCKS:
                self._out.append("\n\n")
            case _ if tag in _SILENT:
                self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            href, classes, start = self._link
            label = "".join(self._out[start:])
            self._out[start:] = [self._written_out(href, classes, label)]
            self._link = None
        elif tag in _BLOCKS:
            self._out.append("\n\n")
        elif tag in _SILENT:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A line break in HTML is a space; only <br> and blocks break lines.
            self._out.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _written_out(self, href: str, classes: frozenset[str], label: str) -> str:
        if "hashtag" in classes or label.startswith("#"):
            return label
        if "mention" in classes and label.startswith("@"):
            return self._in_full(href, label)
        if not href.startswith(("http://", "https://")):
            return label
        # Mastodon hides parts of a long link in spans; other software gives it a name of its own.
        if not label.strip() or _leads_to(label, href):
            return href
        return f"{label} ({href})"

    def _in_full(self, href: str, label: str) -> str:
        name = self._accts.get(href) or label.removeprefix("@").strip()
        host = urlsplit(href).netloc
        return f"@{name}" if "@" in name or not host else f"@{name}@{host}"


def _leads_to(label: str, href: str) -> bool:
    bare = label.strip().removesuffix("…")
    return href in (bare, f"{bare}/") or href.split("://", 1)[-1].removeprefix("www.").startswith(
        bare.split("://", 1)[-1].removeprefix("www.")
    )
