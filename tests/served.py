"""Our own server, reached by httpx without a socket: for what connects to Piazza inside a test's transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

HOST = "http://piazza.test"


@contextmanager
def in_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """Let every httpx client made meanwhile speak to our own WSGI application."""
    served = get_wsgi_application()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        # It runs in the test's own thread, and must not put the test's connection away.
        signals = (request_started, request_finished)
        were = [signal for signal in signals if signal.disconnect(close_old_connections)]
        try:
            answer = served(environ, start_response)
            body = [b"".join(answer)]
            answer.close()
            return body
        finally:
            for signal in were:
                signal.connect(close_old_connections)

    made = partial(httpx.Client, transport=httpx.WSGITransport(app=app))
    with monkeypatch.context() as patch:
        patch.setattr(httpx, "Client", made)
        with made() as client:
            yield client
