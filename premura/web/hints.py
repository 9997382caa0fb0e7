"""Under the words, besides the guard: how brief they are, what helps others too, what a passer-by sees above."""

from typing import Any

from premura.interact import brief, windows
from premura.interact import reply as replying
from premura.interact.guard import Looked


def given(conversation: Any, text: str, looked: Looked, *, private: bool, to: Any, reason: bool) -> dict[str, Any]:
    """Return the hints of a draft.

    Takes    to: the message that it answers, None for their latest; reason: personal data or safety was ticked.
    """
    channel, only_they = conversation.channel, private or conversation.private
    length = replying.length(channel, text.strip())
    return {
        "brief": brief.of(looked, text, length, brief.good(channel, private=only_they)),
        "helps_others": private and not conversation.private and not reason and brief.helps_others(text),
        "above": None if only_they else to or windows.theirs(conversation),
    }
