"""The stream of bells to open screens: server-sent events from a bare ASGI application.

One LISTEN for each process, however many screens are open.  A screen that fell behind is told
to ask for everything again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import Http404, HttpRequest

from premura import access, bell

HEARTBEAT_S = 20.0
AGAIN_S = 1.0
QUEUE = 100
log = logging.getLogger("premura.live")

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Screen:
    """One open screen: whose brand it shows, which conversation it looks at, and what it has not been told."""

    brand: int
    conversation: int | None
    bells: "asyncio.Queue[bytes]" = field(default_factory=lambda: asyncio.Queue(QUEUE))
    behind: bool = False

    def tell(self, event: bytes) -> None:
        try:
            self.bells.put_nowait(event)
        except asyncio.QueueFull:
            self.behind = True


_screens: set[Screen] = set()
_listener: "asyncio.Task[None] | None" = None

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """GET /live/?conversation=7"""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    screen = await sync_to_async(_admit, thread_sensitive=False)(scope, query)
    if screen is None:
        # 204 tells the browser to stop asking.
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await _speak(screen, receive, send)


async def _speak(screen: Screen, receive: Receive, send: Send) -> None:
    _listen_once()
    _screens.add(screen)
    gone = asyncio.create_task(_gone(receive))
    try:
        await send(_piece(b"retry: 2000\n\nevent: hello\ndata: \n\n"))
        while not gone.done():
            await send(_piece(await _next(screen, gone)))
    finally:
        gone.cancel()
        _screens.discard(screen)


async def _next(screen: Screen, gone: "asyncio.Task[None]") -> bytes:
    if screen.behind and screen.bells.empty():
        screen.behind = False
        return b"event: resync\ndata: \n\n"
    get = asyncio.create_task(screen.bells.get())
    await asyncio.wait({get, gone}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
    if get.done():
        return get.result()
    get.cancel()
    return b": still here\n\n"


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _piece(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


def _admit(scope: Scope, query: Mapping[str, list[str]]) -> Screen | None:
    """Return the screen of the person whose session it is; None when there is none."""
    try:
        cookies = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
        if (cookie := cookies.get(settings.SESSION_COOKIE_NAME)) is None:
            return None
        request = HttpRequest()
        request.session = SessionStore(cookie.value)
        agent: Any = get_user(request)
        try:
            standing = access.standing(agent)
        except Http404:
            return None
        asked = query.get("conversation", [""])[0]
        return Screen(standing.brand.pk, int(asked) if asked.isdigit() else None)
    finally:
        connection.close()


# -- listening to PostgreSQL -----------------------------------------------------------------


def _listen_once() -> None:
    global _listener
    if _listener is None or _listener.done():
        _listener = asyncio.create_task(_listen())


async def _listen() -> None:
    """Listen once for this process; when the line breaks, everybody asks again."""
    while True:
        try:
            async with await _line() as line:
                await line.execute(f"LISTEN {bell.CHANNEL}")
                for screen in _screens:
                    screen.tell(b"event: resync\ndata: \n\n")
                async for notice in line.notifies():
                    _ring(notice.payload)
        except (psycopg.Error, OSError) as error:
            log.warning("the bell's line broke: %s", type(error).__name__)
        await asyncio.sleep(AGAIN_S)


async def _line() -> psycopg.AsyncConnection[Any]:
    given = connection.get_connection_params()
    where = {name: given[name] for name in given.keys() - {"cursor_factory", "context", "prepare_threshold"}}
    return await psycopg.AsyncConnection.connect(**where, autocommit=True)


def _ring(payload: str) -> None:
    brand, ids = bell.heard(payload)
    rung = set(ids)
    inbox = f"event: inbox\ndata: {','.join(map(str, ids[:50]))}\n\n".encode()
    for screen in _screens:
        if screen.brand == brand:
            screen.tell(inbox)
            if screen.conversation in rung:
                screen.tell(f"event: conversation\ndata: {screen.conversation}\n\n".encode())
