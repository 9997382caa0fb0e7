"""What stands of a demo brand while it is being filled, by the names that the demo world uses."""

from dataclasses import dataclass, field
from datetime import datetime

from premura.models import Agent, Brand, Channel, Label, PlaygroundPage
from premura.networks.contract import Item
from premura.prepare.demo_world import House

Told = tuple[Channel, Item, datetime]  # where it came in, what, and when


@dataclass(slots=True)
class Made:
    house: House
    brand: Brand
    now: datetime
    channels: dict[str, Channel] = field(default_factory=dict)
    pages: dict[str, PlaygroundPage] = field(default_factory=dict)  # of the channels that are on Piazza
    agents: dict[str, Agent] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
