"""Lines for hard days: while many turn against one item, words that a lead approved need no second person.  P146."""

import re
from collections.abc import Sequence

from django.utils import timezone

from premura.interact import fill
from premura.models import Agent, Conversation, PileOn, SavedReply
from premura.prepare import saved, voice
from premura.prepare.grants import euros, granted

MOST_FILLED = 60  # characters of a field: a name, a place or a day, and no sentence
# With the small word that a day may swallow: "di {date}" is filled as "del 12 dicembre".
_FIELD = re.compile(rf"(?:(?<!\w)(?:di|da|de|a|à)\s+(?=\{{date))?\{{(?:{'|'.join(fill.FIELDS)})\}}")


def runs(conversation: Conversation) -> bool:
    """Whether a pile-on runs where this conversation stands.  One query."""
    if conversation.private:
        return False
    return PileOn.objects.filter(channel=conversation.channel_id, root=conversation.root, ended_at=None).exists()


def is_line(conversation: Conversation, text: str, by: Agent) -> bool:
    """Whether a reply is an approved line in a thread with a pile-on, with its fields filled.  Three queries."""
    if not runs(conversation):
        return False
    address = voice.of(conversation.brand_id).address(conversation.channel.network)
    return says(text, saved.approved(conversation.brand_id, address), by.first_name)


def says(text: str, lines: Sequence[SavedReply], signed: str = "") -> bool:
    """Whether a text is one of these lines: word by word, with any short filling of its fields that grants nothing.

    Takes    signed: a name that may stand under it.

    >>> line = SavedReply(text="Ciao {name}, ne sappiamo di più {date}.")
    >>> says("Ciao Chiara, ne sappiamo di più domani. Ada", [line], "Ada"), says("Ciao Chiara.", [line])
    (True, False)
    """
    said = _one_line(text)
    unsigned = said.removesuffix(signed).rstrip(" -–—") if signed else said
    patterns = [_pattern(line.text) for line in lines]
    found = (pattern.fullmatch(each) for pattern in patterns for each in {said, unsigned})
    return any(match and not _grants(" ".join(match.groups())) and not fill.gaps(said) for match in found)


def _pattern(text: str) -> re.Pattern[str]:
    fixed = [re.escape(piece) for piece in _FIELD.split(_one_line(text))]
    return re.compile(rf"(.{{1,{MOST_FILLED}}}?)".join(fixed))


def _grants(filled: str) -> bool:
    """Whether what stands in the fields gives anything away; how far a day may be, `allowances` says for the whole."""
    return bool(euros(filled)) or any(one.what != "date" for one in granted(filled, timezone.localdate()))


def _one_line(text: str) -> str:
    return " ".join(text.split())
