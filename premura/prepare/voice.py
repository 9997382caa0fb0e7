"""How a brand speaks: its values, its words, how it addresses people on each network."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from django.db import transaction

from premura import journal
from premura.models import Agent, Brand, Event, Voice

ADDRESSES = ("tu", "lei", "voi")
MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class VoiceProfile:
    """The voice of one brand; as it stands here where nobody has said anything."""

    values: str = ""
    words_we_use: tuple[str, ...] = ()
    words_we_avoid: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # "": all other networks
    examples: str = ""
    signs: bool = False
    undo_s: int = 10
    team_repeats: int = 50

    def address(self, network: str = "") -> str:
        """Return tu, lei or voi for a network; '' where nothing was agreed."""
        return self.addresses.get(network) or self.addresses.get("", "")


def of(brand: Brand | int) -> VoiceProfile:
    """Return how a brand speaks.  One small query."""
    kept = Voice.objects.filter(brand=brand).first()
    if kept is None:
        return VoiceProfile()
    return VoiceProfile(
        kept.values, tuple(kept.words_we_use), tuple(kept.words_we_avoid), MappingProxyType(dict(kept.address)),
        kept.examples, kept.signs, kept.undo_s, kept.team_repeats,
    )  # fmt: skip


def change(brand: Brand, by: Agent, said: VoiceProfile) -> None:
    """Let the brand speak so from now on."""
    was = of(brand)
    changed = [each.name for each in fields(said) if getattr(said, each.name) != getattr(was, each.name)]
    if not changed:
        return
    kept = {
        "values": said.values, "words_we_use": list(said.words_we_use), "words_we_avoid": list(said.words_we_avoid),
        "address": dict(said.addresses), "examples": said.examples, "signs": said.signs, "undo_s": said.undo_s,
        "team_repeats": said.team_repeats,
    }  # fmt: skip
    with transaction.atomic():
        Voice.objects.update_or_create(brand=brand, defaults=kept)
        journal.write(Event.Deed.ENTRY_MADE, brand, by, of="voice", how="changed", what=", ".join(changed))


def words_in(given: str) -> tuple[str, ...]:
    """Return the words of a list typed with commas or one a line, each once, in their order."""
    parts = (" ".join(part.split())[:60] for line in given.splitlines() for part in line.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_WORDS]
