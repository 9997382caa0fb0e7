"""The network that calls: sends signed webhooks over kept-alive connections, in a process of its own.

It reads one job as JSON from its input and writes what came of it as JSON.  All bodies are made before the
first one is sent, and the answers are read with no library between, so that it takes as little of the machine
that it measures as it can.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, cast

import msgspec

from premura.bench import talk
from premura.networks.playground import SIGNATURE, sign

PATIENCE_S = 10.0
TICK_S = 0.001
try:
    import uvloop

    run: Callable[..., Any] = uvloop.run
except ImportError:  # not to be had on this system
    run = asyncio.run


class Page(msgspec.Struct):
    """A page, and where and how to call its webhook."""

    key: str
    path: str
    signing: str


class Job(msgspec.Struct):
    """What to do: calls number `first` and following, at `rate` a second or, at 0, as fast as they are answered.

    `again` starts over after `most` calls: for a server that keeps nothing.
    """

    run: str
    port: int
    pages: list[Page]
    first: int
    most: int
    seconds: float
    rate: int = 0
    lines: int = 64
    again: bool = False


class Outcome(msgspec.Struct):
    """What came of it: which of the calls sent were not answered 200, and how long each took."""

    sent: int
    took_s: float
    latencies: list[float]
    refused: list[int]

    @property
    def acked(self) -> int:
        return self.sent - len(self.refused)


class Line(asyncio.Protocol):
    """One connection.  One call at a time, answered before the next."""

    def __init__(self, crew: "Crew") -> None:
        self._crew, self._said = crew, b""
        self.n, self.since = -1, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out = cast(asyncio.Transport, transport)

    def call(self, n: int, since: float) -> None:
        self.n, self.since = n, since
        self._out.write(self._crew.bytes_of(n))

    def data_received(self, data: bytes) -> None:
        self._said = self._said + data if self._said else data
        head = self._said.find(b"\r\n\r\n")
        if head < 0 or len(self._said) < head + 4 + _length(self._said[:head]):
            return
        status, self._said = self._said[9:12], b""
        self._crew.answered(self, status == b"200")

    def connection_lost(self, error: Exception | None) -> None:
        if self.n >= 0:
            self._crew.refused.append(self.n)
            self.n = -1
        self._crew.lost()


class Crew:
    """All the lines, and what they have still to say."""

    def __init__(self, job: Job, calls: Sequence[bytes]) -> None:
        self.job, self.calls = job, calls
        self.latencies: list[float] = []
        self.refused: list[int] = []
        self._next, self._end = job.first, sys.maxsize if job.again else job.first + len(calls)
        self._due: deque[tuple[int, float]] = deque()
        self._lines: list[Line] = []
        self._free: list[Line] = []
        self._broken = False

    async def work(self) -> Outcome:
        loop = asyncio.get_running_loop()
        for _ in range(self.job.lines):
            _, line = await loop.create_connection(lambda: Line(self), "127.0.0.1", self.job.port)
            self._lines.append(line)
        self._free = list(self._lines)
        self._began = perf_counter()
        await (self._in_time() if self.job.rate else self._flat_out())
        sent = self._next - self.job.first - len(self._due)
        self.refused += [line.n for line in self._lines if line.n >= 0]  # never answered
        return Outcome(sent, perf_counter() - self._began, self.latencies, sorted(self.refused))

    async def _in_time(self) -> None:
        # Each call is due at its own time, however late the ones before it are answered: a caller that waited
        # for a slow server would not see how slow it is.
        while self._next < self._end:
            now = perf_counter()
            while self._next < self._end and (at := self._due_at(self._next)) <= now:
                self._due.append((self._next, at))
                self._next += 1
            self._go_on()
            await asyncio.sleep(TICK_S)
        await self._rest()

    async def _flat_out(self) -> None:
        while self._free and self._next < self._end:
            self._say(self._free.pop())
        until = self._began + self.job.seconds
        while perf_counter() < until and self._next < self._end:
            await asyncio.sleep(0.01)
        self._end = self._next
        await self._rest()

    async def _rest(self) -> None:
        """Wait for the answers that are still to come."""
        patience = perf_counter() + PATIENCE_S
        while (self._due or len(self._free) < self.job.lines) and not self._broken:
            if perf_counter() > patience:
                break
            await asyncio.sleep(TICK_S)

    def _due_at(self, n: int) -> float:
        return self._began + (n - self.job.first) / self.job.rate

    def _go_on(self) -> None:
        while self._due and self._free:
            self._free.pop().call(*self._due.popleft())

    def _say(self, line: Line) -> None:
        line.call(self._next, perf_counter())
        self._next += 1

    def bytes_of(self, n: int) -> bytes:
        return self.calls[(n - self.job.first) % len(self.calls)]

    def answered(self, line: Line, well: bool) -> None:
        self.latencies.append(perf_counter() - line.since)
        if not well:
            self.refused.append(line.n)
        line.n = -1
        if not self.job.rate and self._next < self._end:
            self._say(line)
            return
        self._free.append(line)
        self._go_on()

    def lost(self) -> None:
        self._broken = True


def made(job: Job) -> list[bytes]:
    """Return the calls as they go over the line."""
    calls = []
    for n in range(job.first, job.first + job.most):
        page = job.pages[about_page(n, len(job.pages))]
        body = talk.body(job.run, page.key, n)
        head = (
            f"POST {page.path} HTTP/1.1\r\nhost: 127.0.0.1:{job.port}\r\ncontent-type: application/json\r\n"
            f"user-agent: Piazza\r\n{SIGNATURE}: {sign(page.signing, body)}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        calls.append(head.encode() + body)
    return calls


def about_page(n: int, pages: int) -> int:
    """Return to which of the pages a call goes: that of the thing it is about."""
    return talk.about(n) % pages


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    outcome = run(Crew(job, made(job)).work())
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
