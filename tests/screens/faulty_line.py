"""A line to Piazza that can be bad: it passes calls on, refuses them, or breaks off before or after they arrive."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

PASSED_ON = ("authorization", "content-type", "idempotency-key")
REFUSAL = b'{"error": "le parole non piacciono"}'


@dataclass
class Line:
    """`mood`: well; refuses (says no); hangs (passes on when `answer` is set); breaks (Piazza gets it, and nobody
    is told); swallows (Piazza does not get it, and nobody is told)."""

    to: str
    mood: str = "well"
    answer: threading.Event = field(default_factory=threading.Event)
    passed: list[str] = field(default_factory=list)  # calls that Piazza got
    url: str = ""


@contextmanager
def faulty_line(to: str) -> Iterator[Line]:
    """Yield a line to the Piazza at `to`."""
    line = Line(to.rstrip("/"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(line))
    server.daemon_threads = True
    line.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.answer.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(line: Line) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if line.mood in ("breaks", "swallows"):
                return  # the call is not answered, and the line is closed
            self._pass_on()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if line.mood == "refuses":
                return self._say(422, REFUSAL)
            if line.mood == "swallows":
                return None
            if line.mood == "hangs":
                line.answer.wait(60)
            return self._pass_on(body, answered=line.mood != "breaks")

        def _pass_on(self, body: bytes = b"", *, answered: bool = True) -> None:
            headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
            answer = httpx.request(self.command, line.to + self.path, content=body, headers=headers, timeout=30)
            line.passed.append(f"{self.command} {self.path}")
            if answered:
                self._say(answer.status_code, answer.content)

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
