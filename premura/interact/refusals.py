"""Why a reply is not taken.  Nothing was sent, and its text stays with its author."""

from collections.abc import Mapping, Sequence

from premura.guard.contract import Finding
from premura.models import Message, Reply


class CannotReply(Exception):
    """The reply cannot be taken as it is.  Nothing was sent."""


class TooLong(CannotReply):
    """It does not fit; `parts` is how it would stand as a thread, where the network allows one."""

    def __init__(self, over: int, most: int, parts: Sequence[str] = ()) -> None:
        super().__init__(f"{over} too long: {most} fit")
        self.over, self.most, self.parts = over, most, parts


class NothingToSay(CannotReply):
    """There is no text."""


class HasGaps(CannotReply):
    """A field of a saved reply was never filled: «product?»."""

    def __init__(self, gaps: Sequence[str]) -> None:
        super().__init__(", ".join(gaps))
        self.gaps = gaps


class NotPossibleHere(CannotReply):
    """This network or this conversation knows no such reply."""


class NotConnected(CannotReply):
    """The channel is not connected, so nothing can be sent there."""


class Frozen(CannotReply):
    """A lead stopped all sending on this account.  Nothing is lost: it waits, or can be tried again after the thaw."""


class TooManyPictures(CannotReply):
    def __init__(self, most: int) -> None:
        super().__init__(f"{most} pictures fit")
        self.most = most


class WrongPicture(CannotReply):
    """This picture is of a kind or a size that the network does not take."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SomethingCameIn(CannotReply):
    """Somebody wrote since the author last looked, or the customer changed their words.  They must look before they
    send; `changed` is what was edited or taken away, `own` what the author themselves sent from another page."""

    def __init__(
        self,
        messages: Sequence[Message],
        replies: Sequence[Reply],
        changed: Sequence[Message] = (),
        own: Sequence[Reply] = (),
    ) -> None:
        super().__init__(
            f"{len(messages)} messages and {len(replies)} replies came in between, {len(changed)} changed, "
            f"{len(own)} of their own"
        )
        self.messages, self.replies, self.changed, self.own = messages, replies, changed, own

    @property
    def why(self) -> str:
        """What happened, in one word for the journal."""
        if self.messages or self.replies:
            return "came in"
        if self.own and not self.changed:
            return "said already"
        return "taken away" if any(message.removed_at for message in self.changed) else "edited"


class Disengaged(CannotReply):
    """Since it was written, somebody chose not to answer this conversation."""


class Objected(CannotReply):
    """The guard blocks it, or warns and was not answered with a reason."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(finding.rule for finding in findings))
        self.findings = findings


class PublicFirst(CannotReply):
    """Nobody answered in public yet, and no reason was given to begin in private."""


class WrittenInPrivate(CannotReply):
    """Its words were written for one person, and it is to stand where everybody reads it; nobody said yes to that."""


class WindowClosed(CannotReply):
    """The network no longer takes a reply there, or will not at the time that was chosen."""


class PrivateOnce(WindowClosed):
    """The network takes one private reply to each comment, and this one has had it."""


class WrongTime(CannotReply):
    """The time at which it is to leave is not in the year to come."""


class BeyondYou(CannotReply):
    """It grants more than the role of who says yes may decide; `wants` is what, as `allowances.beyond` returns it."""

    def __init__(self, wants: Sequence[Mapping[str, str]]) -> None:
        super().__init__(", ".join(one["what"] for one in wants))
        self.wants = wants


class OwnReply(Exception):
    """Somebody tried to say yes to the reply that they wrote."""
