"""The screens that look on: many open streams in one process, and when each was told something.

Reads one job as a line of JSON, prints how long opening took, listens until its input ends, then prints for
each stream the times (of the machine's monotonic clock) at which a bell for the inbox came.
"""

import asyncio
import sys
import time

import msgspec

from premura.bench.caller import run

AT_ONCE = 32  # streams that are being opened at a time
PATIENCE_S = 60.0


class Job(msgspec.Struct):
    port: int
    cookies: list[str]


async def watch(job: Job) -> list[list[float]]:
    gate, began = asyncio.Semaphore(AT_ONCE), time.monotonic()
    told: list[list[float]] = [[] for _ in job.cookies]
    opened = [_open(job.port, cookie, times, gate) for cookie, times in zip(job.cookies, told, strict=True)]
    listeners = await asyncio.wait_for(asyncio.gather(*opened), PATIENCE_S)
    print(time.monotonic() - began, flush=True)  # noqa: T201  it is what this program says
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    for listener in listeners:
        listener.cancel()
    return told


async def _open(port: int, cookie: str, told: list[float], gate: asyncio.Semaphore) -> "asyncio.Task[None]":
    """Open one stream; return, once it has said hello, the task that listens to it."""
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /live/ HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n".encode())
        await reader.readuntil(b"event: hello")
    return asyncio.create_task(_listen(reader, writer, told))


async def _listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, told: list[float]) -> None:
    while True:
        await reader.readuntil(b"event: inbox")
        told.append(time.monotonic())


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    sys.stdout.buffer.write(msgspec.json.encode(run(watch(job))))


if __name__ == "__main__":
    main()
