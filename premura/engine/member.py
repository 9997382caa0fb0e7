"""One of our own processes: started, watched, started again."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from premura.engine.leash import leash
from premura.engine.output import Output

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
SETTLED_AFTER_S = 10.0
LAST_WORDS_S = 1.0


class Backoff:
    """How long to wait before the next try: longer each time, short again after it has run for a while."""

    def __init__(self) -> None:
        self._pause, self._began, self.due = FIRST_PAUSE_S, 0.0, 0.0

    def began(self) -> None:
        self._began = time.monotonic()

    def failed(self) -> float:
        """Note a failure; return the seconds to wait."""
        now = time.monotonic()
        if now - self._began > SETTLED_AFTER_S:
            self._pause = FIRST_PAUSE_S
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE_S)
        self.due = now + pause
        return pause

    def is_due(self) -> bool:
        return time.monotonic() >= self.due


@dataclass(frozen=True)
class Child:
    """A process to keep running.  `env` is added to our environment; `ready` says whether it does its work yet."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None


class Member:
    """A Child with its process."""

    def __init__(self, child: Child, output: Output) -> None:
        self.child, self._output = child, output
        self._process: subprocess.Popen[bytes] | None = None
        self._voice: threading.Thread | None = None
        self._backoff = Backoff()

    def keep(self) -> None:
        """Start it if it does not run and its pause is over; say so when it has died."""
        if self._process and self._process.poll() is not None:
            self._bury(_how(self._process.returncode))
        if self._process is None and self._backoff.is_due():
            self._start()

    def is_ready(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            return False
        try:
            return self.child.ready is None or self.child.ready()
        except Exception:
            return False

    def tell(self, how: signal.Signals) -> None:
        """Send `how` to the process; SIGKILL also to all that it has started."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if how == signal.SIGKILL:
                os.killpg(self._process.pid, how)
            else:
                self._process.send_signal(how)

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def finish(self) -> None:
        """Kill what is left of it and let its last words through."""
        self.tell(signal.SIGKILL)
        if self._process:
            self._process.wait()
        if self._voice:
            self._voice.join(LAST_WORDS_S)

    def _start(self) -> None:
        self._backoff.began()
        try:
            self._process = subprocess.Popen(
                self.child.argv,
                env={**os.environ, **self.child.env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # Ctrl-C in a terminal goes to the whole group.  We pass it on ourselves, in the right order.
                process_group=0,
                preexec_fn=leash(signal.SIGTERM),
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._again(f"could not be started ({error})")
            return
        if self._process.stdout:
            self._voice = self._output.follow(self.child.name, self._process.stdout)

    def _bury(self, how: str) -> None:
        # What it started itself may still hold the port that the next one needs.
        self.tell(signal.SIGKILL)
        self._process = None
        self._again(f"stopped unexpectedly ({how})")

    def _again(self, what: str) -> None:
        self._output.line("premura", f"{self.child.name} {what}; starting it again in {self._backoff.failed():.1f} s")


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
