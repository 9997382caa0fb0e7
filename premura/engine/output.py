"""Many processes, one terminal: each line says who speaks."""

import sys
import threading
from typing import IO, BinaryIO

LONGEST_LINE = 65_536


class Output:
    """Writes whole lines with a name before them, so that two who speak at once do not mix."""

    def __init__(self, names: list[str], to: BinaryIO | None = None) -> None:
        self._to = to or sys.stdout.buffer
        self._width = max((len(name) for name in names), default=0)
        self._one_at_a_time = threading.Lock()

    def line(self, name: str, text: bytes | str) -> None:
        """Write one line of `name`'s."""
        words = text.encode() if isinstance(text, str) else text
        try:
            with self._one_at_a_time:
                self._to.write(f"{name:<{self._width}} | ".encode() + words.rstrip(b"\r\n") + b"\n")
                self._to.flush()
        except (OSError, ValueError):
            pass  # nobody reads us any more (`premura serve | head`); those who speak must not stop for that

    def follow(self, name: str, pipe: IO[bytes]) -> threading.Thread:
        """Pass on what comes out of `pipe` until it ends, in a thread of its own."""
        thread = threading.Thread(target=self._drain, args=(name, pipe), name=f"output of {name}", daemon=True)
        thread.start()
        return thread

    def _drain(self, name: str, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LONGEST_LINE):
                self.line(name, line)
