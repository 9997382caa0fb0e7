"""premura reread"""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from premura.listen import readings
from premura.models import Message

AT_ONCE = 500
WIDTH = 30


class Command(BaseCommand):
    help = (
        "Read messages again that an older version has read, the newest first.  It may be stopped at any time"
        " and called again: what was read stays read.  What agents put right stays as they said."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=0, help="stop after about so many messages")

    def handle(self, *args: Any, most: int, **options: Any) -> None:
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        below, done, began = newest + 1, 0, time.monotonic()
        while below > 1 and not (most and done >= most):
            count, below = readings.reread(below, min(AT_ONCE, most - done) if most else AT_ONCE)
            done += count
            self._show(1 - below / (newest + 1), done, time.monotonic() - began)
        self.stdout.write(f"{done} messages were read again. " + ("Call it again for the rest." if below > 1 else ""))

    def _show(self, share: float, done: int, seconds: float) -> None:
        if sys.stderr.isatty():
            filled = round(share * WIDTH)
            self.stderr.write(
                f"\r{'█' * filled}{'░' * (WIDTH - filled)} {share:4.0%}  {done} read, {done / max(seconds, 0.1):.0f}/s",
                ending="" if share < 1 else "\n",
            )
