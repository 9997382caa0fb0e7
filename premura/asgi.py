"""The web: hooks and live stand ahead of Django; pages are Django under threads.

Django under ASGI costs three times what it costs under threads, and a hook must not pay for
middleware that it does not need.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from threading import Thread
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "premura.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

pages = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=settings.THREADS)

from premura.guard import check  # noqa: E402  Django must be set up first
from premura.web import hooks, live  # noqa: E402

Scope = Mapping[str, Any]


async def application(
    scope: Scope,
    receive: Callable[[], Awaitable[Mapping[str, Any]]],
    send: Callable[[Mapping[str, Any]], Awaitable[None]],
) -> None:
    """Send a request to whom it concerns."""
    if scope["type"] == "lifespan":
        await _live_and_die(receive, send)
        return
    if scope["type"] != "http":
        return
    path = scope["path"]
    if path.startswith("/hooks/"):
        await hooks.app(scope, receive, send)
    elif path == "/live/":
        await live.app(scope, receive, send)
    else:
        await pages(cast(Any, scope), cast(Any, receive), cast(Any, send))


async def _live_and_die(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            # Nobody waits for the guard's lists when they write their first reply.
            Thread(target=check.ready, daemon=True).start()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
