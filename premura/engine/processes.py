"""The family of our own processes: started together, kept alive, stopped in order, the database last."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import BinaryIO

from premura.engine.errors import EngineError, Interrupted
from premura.engine.member import Backoff, Child, Member
from premura.engine.output import Output
from premura.engine.postgres import Server

__all__ = ["Child", "Family"]

STOP_WITHIN_S = 10.0
CALM_S, BUSY_S = 1.0, 0.05
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Family:
    """Keeps `children` running, and the database they need, until somebody asks us to stop.

    A child that ends is started again, whatever its exit code, after a pause that grows from 0.2 to 5 seconds; the same
    goes for `server`.  Their output comes out of ours, each line with a name before it.
    """

    def __init__(
        self,
        children: Sequence[Child],
        server: Server | None,
        on_ready: Callable[[], None],
        output: BinaryIO | None = None,
    ) -> None:
        """Take the children, the server (started or not) and what to do once all children are ready."""
        self._output = Output(["premura", *(child.name for child in children)], output)
        self._members = [Member(child, self._output) for child in children]
        self._server, self._on_ready = server, on_ready
        self._server_backoff = Backoff()
        self._was_ready = False
        self._asked = 0

    def run(self) -> int:
        """Run until SIGINT, SIGTERM or SIGHUP; return the exit code: 0, or 1 when the database could not be started.

        Call it from the main thread: signals come to it, and the children hang on it.  A second signal stops at once.
        """
        with self._signals() as bell:
            try:
                if not self._begin():
                    return 0 if self._asked else 1
                while not self._asked:
                    self._look_after()
                    self._wait(bell)
                return 0
            finally:
                self._stop(bell)

    def _begin(self) -> bool:
        if self._server is None or self._server.alive():
            return True
        try:
            self._server.start(interrupted=self._is_asked)
        except EngineError as error:
            self._say(str(error))
            return False
        self._server_backoff.began()
        return True

    def _look_after(self) -> None:
        self._keep_server()
        for member in self._members:
            member.keep()
        if not self._was_ready and all(member.is_ready() for member in self._members):
            self._was_ready = True
            self._on_ready()

    def _keep_server(self) -> None:
        if self._server is None or self._server.alive() or not self._server_backoff.is_due():
            return
        self._say("the database stopped unexpectedly; starting it again")
        pause = self._server_backoff.failed()
        self._server_backoff.began()
        try:
            self._server.restart(interrupted=self._is_asked)
            self._say("the database is back")
        except Interrupted:
            return
        except EngineError as error:
            self._say(f"{error}\nTrying again in {pause:.1f} s")

    def _wait(self, bell: int) -> None:
        """Wait for a signal (the end of a child is one), or until it is time to look again."""
        calm = self._was_ready and not any(member.has_ended() for member in self._members)
        if select.select([bell], [], [], CALM_S if calm else BUSY_S)[0]:
            os.read(bell, 4096)

    def _stop(self, bell: int) -> None:
        for member in self._members:
            member.tell(signal.SIGTERM)
        asked, deadline = self._asked, time.monotonic() + STOP_WITHIN_S
        while self._running() and time.monotonic() < deadline and self._asked == asked:
            if select.select([bell], [], [], BUSY_S)[0]:
                os.read(bell, 4096)
        for member in self._running():
            self._say(f"{member.child.name} did not stop in time and is killed")
        for member in self._members:
            member.finish()
        if self._server:
            self._server.stop()

    def _running(self) -> list[Member]:
        return [member for member in self._members if not member.has_ended()]

    def _is_asked(self) -> bool:
        return self._asked > 0

    def _say(self, text: str) -> None:
        for line in text.splitlines():
            self._output.line("premura", line)

    @contextmanager
    def _signals(self) -> Iterator[int]:
        """Count the signals that ask us to stop; yield a descriptor that can be read when any signal has come."""
        bell, push = os.pipe()
        os.set_blocking(push, False)
        # Under nohup, the end of the terminal is no reason to stop.
        heard = [number for number in _STOPS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, self._ask) for number in heard}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _nothing)
        woken = signal.set_wakeup_fd(push, warn_on_full_buffer=False)
        try:
            yield bell
        finally:
            signal.set_wakeup_fd(woken)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(bell)
            os.close(push)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1


def _nothing(number: int, frame: FrameType | None) -> None:
    """Take SIGCHLD, so that it wakes us."""
