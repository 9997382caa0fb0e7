"""A server on this machine that translates and completes chats in the public shapes, and notes what it was asked.

Shapes from the same sources as the adapters' (see `premura/engines`): LibreTranslate, DeepL and chat completions.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "sk-chiave"


@dataclass
class Served:
    """What it answers, and what it was asked."""

    words: dict[str, str] = field(default_factory=dict)  # what a line becomes; others get their language behind them
    draft: str = "Ciao Chiara, il tavolo è pronto alle 20."
    status: int = 200
    answer: object = None  # what it answers whatever it is asked
    loses: bool = False  # it eats what should come through untouched
    hold: threading.Event | None = None  # it answers when this is set
    asked: list[dict] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sent(self) -> str:
        """Everything that left the house."""
        return json.dumps(self.asked, ensure_ascii=False)

    def turned(self, text: str, target: str) -> str:
        text = re.sub(r"<[^>]*>K\d+</[^>]*>|\[\[\d+\]\]", "", text) if self.loses else text
        return self.words.get(text, f"{text} ({target.lower()[:2]})")

    def say(self, path: str, body: dict, headers: dict) -> tuple[int, object]:
        if self.answer is not None or self.status != 200:
            return self.status, self.answer if self.answer is not None else {"error": {"message": "no"}}
        if path == "/translate":
            if body.get("api_key") != KEY:
                return 403, {"error": "Invalid API key"}
            # The server itself takes the HTML escapes away.
            return 200, {"translatedText": [unescape(self.turned(q, body["target"])) for q in body["q"]]}
        if path == "/v2/translate":
            if headers.get("authorization") != f"DeepL-Auth-Key {KEY}":
                return 403, {"message": "Forbidden"}
            source = body["source_lang"]
            lines = [
                {"detected_source_language": source, "text": self.turned(t, body["target_lang"])} for t in body["text"]
            ]
            return 200, {"translations": lines}
        if path == "/v1/chat/completions":
            if headers.get("authorization") != f"Bearer {KEY}":
                return 401, {"error": {"message": "Incorrect API key provided", "type": "invalid_request_error"}}
            system, user = (message["content"] for message in body["messages"])
            into = re.search(r", from .* into (\w+)\.", system)
            return 200, completion(self.turned(user, into[1]) if into else self.draft)
        return 404, {"error": "no such path"}


def completion(content: str | None, why: str = "stop") -> dict:
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1795000000, "model": "small",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": why}],
    }  # fmt: skip


@contextmanager
def serving() -> Iterator[Served]:
    told = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append(body | {"path": self.path})
            told.headers.append(headers)
            if told.hold is not None:
                told.hold.wait(10)
            status, answer = told.say(self.path, body, headers)
            out = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)
            except BrokenPipeError:
                pass  # who asked did not wait

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    if told.hold is not None:
        told.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as told:
        yield told
