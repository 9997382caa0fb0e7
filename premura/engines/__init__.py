"""Who translates or drafts from outside.  One file an engine, and two tables to find it by its kind."""

from collections.abc import Mapping
from types import MappingProxyType

from premura.engines.contract import Drafter, Translator
from premura.engines.deepl import DeepL
from premura.engines.libretranslate import LibreTranslate
from premura.engines.openai import OpenAIDrafter, OpenAITranslator

TRANSLATORS: Mapping[str, type[Translator]] = MappingProxyType({
    "libretranslate": LibreTranslate, "deepl": DeepL, "openai": OpenAITranslator,
})  # fmt: skip
DRAFTERS: Mapping[str, type[Drafter]] = MappingProxyType({"openai": OpenAIDrafter})
