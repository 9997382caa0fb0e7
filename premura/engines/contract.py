"""What every engine must honour.

An engine is pure translation between us and somebody's server: it is handed the address, the key, the model's name and
an HTTP client, and knows no database and no clock.  It fails as a network does (`networks.failures`).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import httpx

Marked = tuple[str | int, ...]  # words, and the numbers of stretches that must come through untouched: see `marks`


@dataclass(frozen=True, slots=True)
class At:
    """Where an engine stands, and what opens it."""

    url: str  # without a slash at its end
    key: str = ""
    model: str = ""


class Engine(ABC):
    """Somebody's server, reached with the client given."""

    name: ClassVar[str]  # as people write it
    wants_key: ClassVar[bool] = False
    wants_model: ClassVar[bool] = False

    def __init__(self, at: At, http: httpx.Client) -> None:
        self.at, self.http = at, http


class Translator(Engine):
    @abstractmethod
    def translate(self, text: Marked, source: str, target: str, address: str = "") -> Marked:
        """Return `text` in another language, its lines kept; a number that is missing then was lost by the engine.

        Takes    ISO 639-1 codes; address: tu, lei, voi or "", used where the engine knows forms of address.
        Raises   NetworkError, of which Refused for a language that it does not know.
        """


class Drafter(Engine):
    @abstractmethod
    def draft(self, system: str, user: str) -> str:
        """Return what the model writes.  Raises NetworkError."""
