"""premura demo"""

import random
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from premura import bell, journal
from premura.listen import hear, readings
from premura.listen.store import Heard, store
from premura.management import demo_decided
from premura.models import Brand, Conversation
from premura.prepare import demo, demo_live
from premura.prepare.demo_again import brands
from premura.prepare.demo_made import Told
from premura.prepare.demo_world import Coming, world


class Command(BaseCommand):
    help = "Fill an empty database with the demo world; --live lets new messages trickle in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="delete the demo brands and fill them anew")
        parser.add_argument("--live", action="store_true", help="let new messages come, until Ctrl-C")
        parser.add_argument("--every", type=float, default=20, metavar="SECONDS", help="with --live: one in so many")
        parser.add_argument("--messages", type=int, default=0, metavar="N", help="with --live: stop after so many")

    def handle(self, *args: Any, again: bool, live: bool, every: float, messages: int, **options: Any) -> None:
        there = Brand.objects.filter(slug__in=brands()).exists()
        if again or not (live and there):
            self._fill(again)
        if live:
            self._live(every, messages)

    def _fill(self, again: bool) -> None:
        try:
            made = demo.fill(take_in, again=again)
        except demo.NotEmpty:
            raise CommandError(
                "There is a brand in this database already. Nothing was changed. Use an empty database, or "
                "`premura demo --again`, which deletes the demo brands, and only those, and fills them anew."
            ) from None
        for brand in made:
            demo_decided.do(brand, timezone.now())
            channels = ", ".join(f"{c} ({c.network})" for c in brand.channels.order_by("pk"))
            self.stdout.write(
                f"{brand}: {Conversation.objects.filter(brand=brand).count()} conversations on {channels}"
            )
        people = sorted({p.email for house in world().brands for p in house.people})
        self.stdout.write(f"Sign in as {', '.join(people)}.\nEverybody's password is: {demo.PASSWORD}")
        if not settings.DEMO:
            self.stdout.write("Piazza, where one writes as a customer, is closed: start with PREMURA_DEMO=on.")

    def _live(self, every: float, messages: int) -> None:
        self.stdout.write(f"A message every {every:g} seconds. Ctrl-C stops it.")
        pause = threading.Event()
        try:
            for n, coming in enumerate(_coming(), start=1):
                self._one(coming)
                if n == messages:
                    return
                pause.wait(every)
        except KeyboardInterrupt:
            self.stdout.write("\nNobody writes any more.")
        except demo_live.NotThere:
            raise CommandError("The demo world is not here any more. Nothing was written.") from None

    def _one(self, coming: Coming) -> None:
        with transaction.atomic():
            channel, told = demo_live.say(coming, timezone.now())
            if told:
                take_in([told], live=True)
        self.stdout.write(f"{channel} · {coming.person.name}: {coming.text[:60]}")
        self.stdout.flush()


def take_in(told: Sequence[Told], *, live: bool = False) -> None:
    """Store what was said on the path that all messages take.  `live`: note it, and tell open screens."""
    places = hear.places(channel.pk for channel, _, _ in told)
    heard = [Heard(places[channel.pk], item, at) for channel, item, at in told]
    stored = store(heard, readings.read(heard))
    for brand_id, conversations in stored.touched.items() if live else ():
        journal.took_in(brand_id, len(conversations), stored.messages)
        transaction.on_commit(partial(bell.ring, brand_id, conversations))


def _coming() -> Iterator[Coming]:
    while True:
        yield from world().live
        # From the second time on in another order, so that it does not look like a tape.
        yield from random.sample(world().live, len(world().live))
