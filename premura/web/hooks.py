"""What networks call: a bare ASGI application, ahead of Django and all middleware.

A body is checked against its signature, put on disk, and only then answered with 200.
Bodies that arrive while a commit is in flight go into the next one together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl

import psycopg
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection

from premura.listen import receive
from premura.listen.hook import Hook, find
from premura.networks.contract import Network, Refused

MOST_BYTES = 1024 * 1024
MOST_IN_BATCH = 500
REMEMBER_S = 5.0
MOST_REMEMBERED = 10_000
LINES = 2  # commits in flight at once
WAKE_APART_S = 0.1
log = logging.getLogger("premura.hooks")

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Turned(Exception):
    """A call that is answered with something other than 200."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


async def app(scope: Scope, receive_: Receive, send: Send) -> None:
    """GET or POST /hooks/<network>/<key>"""
    try:
        status, words = 200, await _answer(scope, receive_)
    except Turned as turned:
        status, words = turned.status, turned.words
    body = words.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    if status == 405:
        headers.append((b"allow", b"GET, POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer(scope: Scope, receive_: Receive) -> str:
    if scope["method"] not in ("GET", "POST"):
        raise Turned(405, "Only POST, and GET for the network's test.")
    hook = await _find(scope["path"])
    if scope["method"] == "GET":
        return _challenge(hook.adapter, dict(parse_qsl(scope["query_string"].decode("latin-1"))))
    body = await _read(scope, receive_)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        hook.adapter.vouch(body, headers)
    except Refused as error:
        raise Turned(403, "The signature does not fit.") from error
    await batch.put((hook.channel, "hook", body))
    return ""


def _challenge(adapter: Network, query: Mapping[str, str]) -> str:
    try:
        return adapter.challenge(query)
    except Refused as error:
        raise Turned(403, "The token does not fit.") from error


async def _read(scope: Scope, receive_: Receive) -> bytes:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    if given.isdigit() and int(given) > MOST_BYTES:
        raise Turned(413, "More than 1 MiB.")
    pieces, size, more = [], 0, True
    while more:
        message = await receive_()
        if message["type"] == "http.disconnect":
            raise Turned(400, "The call broke off.")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > MOST_BYTES:
            raise Turned(413, "More than 1 MiB.")
        more = message.get("more_body", False)
    return b"".join(pieces)


# -- whose hook is it ----------------------------------------------------------------------


_remembered: dict[str, tuple[Hook | None, float]] = {}
_asking: "dict[str, asyncio.Task[Hook | None]]" = {}


async def _find(path: str) -> Hook:
    """Return the hook at `path`, remembered for some seconds; and so is that there is none."""
    hook, until = _remembered.get(path, (None, 0.0))
    if until < monotonic():
        # Hundreds of calls want to know it in the same instant: one asks, for all of them.
        if (asking := _asking.get(path)) is None:
            asking = _asking[path] = asyncio.create_task(_ask(path))
            asking.add_done_callback(lambda _: _asking.pop(path, None))
        try:
            hook = await asyncio.shield(asking)
        except (DatabaseError, psycopg.Error, OSError) as error:
            raise Turned(503, "The database does not answer. Call again.") from error
    if hook is None:
        raise Turned(404, "There is no such hook.")
    return hook


async def _ask(path: str) -> Hook | None:
    hook = await sync_to_async(_look_up, thread_sensitive=False)(path)
    if len(_remembered) > MOST_REMEMBERED:
        _remembered.clear()
    _remembered[path] = hook, monotonic() + REMEMBER_S
    return hook


def _look_up(path: str) -> Hook | None:
    parts = path.strip("/").split("/")
    try:
        return find(parts[1], parts[2]) if len(parts) == 3 else None
    finally:
        connection.close()


# -- putting it on disk ----------------------------------------------------------------------


class Batch:
    """Gathers bodies while a commit is in flight, and flushes at once when none is."""

    def __init__(self) -> None:
        self._rows: list[receive.Kept] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._busy = 0
        self._lines: list[psycopg.AsyncConnection[Any]] = []
        self._wake: asyncio.Task[None] | None = None
        self._unheard, self._woke_at = False, 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, row: receive.Kept) -> None:
        """Return when the row is on disk.  Raises Turned(503) when it is not."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rows.append(row)
        self._waiting.append(done)
        if self._busy < LINES:
            self._busy += 1
            task = asyncio.create_task(self._flush())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await done

    async def _flush(self) -> None:
        try:
            while self._rows:
                rows, self._rows = self._rows[:MOST_IN_BATCH], self._rows[MOST_IN_BATCH:]
                waiting, self._waiting = self._waiting[:MOST_IN_BATCH], self._waiting[MOST_IN_BATCH:]
                await self._commit(rows, waiting)
        finally:
            self._busy -= 1

    async def _commit(self, rows: list[receive.Kept], waiting: list["asyncio.Future[None]"]) -> None:
        try:
            await self._insert(rows)
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("%d webhooks were not kept: %s", len(rows), type(error).__name__)
            for done in waiting:
                if not done.done():
                    done.set_exception(Turned(503, "It could not be kept. Call again."))
            return
        for done in waiting:
            if not done.done():
                done.set_result(None)
        self._unheard = True
        if self._wake is None or self._wake.done():
            self._wake = asyncio.create_task(self._wake_soon())

    async def _insert(self, rows: list[receive.Kept]) -> None:
        line = self._lines.pop() if self._lines else await _connect()
        try:
            await line.execute(receive.KEEP, receive.arrays(rows))
        except BaseException:
            await line.close()
            raise
        self._lines.append(line)

    async def _wake_soon(self) -> None:
        # At once after a pause, and ten times a second in a rush: each costs a worker a job.  What is committed
        # while we ask is asked for again; the timetable asks too, should this be lost.
        while self._unheard:
            await asyncio.sleep(self._woke_at + WAKE_APART_S - monotonic())
            self._unheard, self._woke_at = False, monotonic()
            try:
                await self._ask_for_drain()
            except (psycopg.Error, OSError) as error:
                log.warning("the drain was not woken: %s", type(error).__name__)

    async def _ask_for_drain(self) -> None:
        line = self._lines.pop() if self._lines else await _connect()
        try:
            await line.execute(receive.WAKE, ["drain 0", '{"slot": 0}'])
        except BaseException:
            await line.close()
            raise
        self._lines.append(line)


async def _connect() -> psycopg.AsyncConnection[Any]:
    given = connection.get_connection_params()
    where = {name: given[name] for name in given.keys() - {"cursor_factory", "context", "prepare_threshold"}}
    return await psycopg.AsyncConnection.connect(**where, autocommit=True)


batch = Batch()
