"""LibreTranslate: free, and can run in the house.

Calls used: POST /translate with q (a list), source, target, format and, where the server wants one, api_key.
Source: docs.libretranslate.com, "API usage"; for lists and html, the server's own code (libretranslate/app.py).
"""

import html
import re
from typing import Any

import msgspec

from premura.engines import marks
from premura.engines.contract import Marked, Translator
from premura.networks.failures import Refused
from premura.networks.http import call

AT_ONCE = 50
# The server takes marks apart in plain text; in HTML it leaves what says translate="no" alone.
_MARK = re.compile(r"""<span[^<>]*translate=["']?no["']?[^<>]*>\s*K([0-9]{1,4})\s*</span>""")


class _Answer(msgspec.Struct):
    translatedText: list[str]


class LibreTranslate(Translator):
    name = "LibreTranslate"

    def translate(self, text: Marked, source: str, target: str, address: str = "") -> Marked:
        return marks.by_line(text, lambda lines: self._lines(lines, source, target), AT_ONCE)

    def _lines(self, lines: list[Marked], source: str, target: str) -> list[Marked]:
        body: dict[str, Any] = {
            "q": [marks.written(line, _mark, html.escape) for line in lines],
            "source": source, "target": target, "format": "html",
        }  # fmt: skip
        if self.at.key:
            body["api_key"] = self.at.key
        answer = call(self.http, "POST", f"{self.at.url}/translate", json=body)
        try:
            given = msgspec.convert(answer, _Answer).translatedText
        except msgspec.ValidationError as error:
            raise Refused("it answered with something else than a translation") from error
        if len(given) != len(lines):
            raise Refused("it answered with something else than a translation")
        return [marks.read(line, _MARK, html.unescape) for line in given]


def _mark(number: int) -> str:
    return f'<span translate="no">K{number}</span>'
