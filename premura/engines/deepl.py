"""DeepL, free and pro.

Calls used: POST /v2/translate with text (up to 50), source_lang, target_lang, context, formality, tag_handling and
ignore_tags; the key in Authorization: DeepL-Auth-Key.  456 says that what was paid for is used up.
Source: developers.deepl.com: "Translate text", "XML handling", "Error handling", "Authentication".
"""

import re
from collections.abc import Mapping
from html import unescape
from xml.sax.saxutils import escape

import msgspec

from premura.engines import marks
from premura.engines.contract import Marked, Translator
from premura.networks.failures import Refused
from premura.networks.http import call

AT_ONCE = 50
LONGEST_CONTEXT = 4_000
# A target must name its country where there are several; a source must not.
TARGETS = {"en": "EN-GB", "pt": "PT-PT", "zh": "ZH-HANS", "no": "NB"}
SOURCES = {"no": "NB"}
# "prefer" is silently left out for languages that know one form only.
FORMALITY = {"tu": "prefer_less", "lei": "prefer_more", "voi": "prefer_more"}
_MARK = re.compile(r"<x>\s*K([0-9]{1,4})\s*</x>")


class _Line(msgspec.Struct):
    text: str


class _Answer(msgspec.Struct):
    translations: list[_Line]


class DeepL(Translator):
    name = "DeepL"
    wants_key = True

    def translate(self, text: Marked, source: str, target: str, address: str = "") -> Marked:
        body = {
            "source_lang": SOURCES.get(source, source.upper()), "target_lang": TARGETS.get(target, target.upper()),
            "tag_handling": "xml", "tag_handling_version": "v2", "ignore_tags": ["x"],
            "context": marks.written(text, lambda _number: "…")[:LONGEST_CONTEXT],
        }  # fmt: skip
        if formality := FORMALITY.get(address):
            body["formality"] = formality
        return marks.by_line(text, lambda lines: self._lines(lines, body), AT_ONCE)

    def _lines(self, lines: list[Marked], body: Mapping[str, object]) -> list[Marked]:
        texts = [marks.written(line, lambda number: f"<x>K{number}</x>", escape) for line in lines]
        headers = {"authorization": f"DeepL-Auth-Key {self.at.key}"}
        answer = call(self.http, "POST", f"{self.at.url}/v2/translate", json={**body, "text": texts}, headers=headers)
        try:
            given = msgspec.convert(answer, _Answer).translations
        except msgspec.ValidationError as error:
            raise Refused("it answered with something else than a translation") from error
        if len(given) != len(lines):
            raise Refused("it answered with something else than a translation")
        return [marks.read(line.text, _MARK, unescape) for line in given]
