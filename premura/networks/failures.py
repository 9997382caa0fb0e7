"""The five ways in which a network fails, each saying what to do next; and a body that nobody knows."""


class NetworkError(Exception):
    """What we asked was not done, or not as far as we can tell."""


class Refused(NetworkError):
    """It read our request and said no; asking again will not help."""


class Gone(Refused):
    """What we spoke of is not there, or not any more."""


class Disconnected(Refused):
    """It no longer accepts our credentials: a person must reconnect the channel."""


class Unreachable(NetworkError):
    """It could not be asked, so asking again later may work."""


class Busy(Unreachable):
    """It asked us to slow down."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unclear(NetworkError):
    """It may have done it: the line broke after we spoke.  A person must look."""


class UnknownShape(ValueError):
    """A body is of a kind that this adapter does not know.  It is kept, and can be tried again."""
