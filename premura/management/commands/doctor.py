"""premura doctor"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from premura.listen import quarantine
from premura.measure import health


class Command(BaseCommand):
    help = "Check the database, the worker and every channel, and say what to do.  Exit 1 if something needs you."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--try-again", action="store_true", help="take in once more what is in quarantine")
        parser.add_argument("--forget", type=int, nargs="+", metavar="NUMBER", help="give up deliveries in quarantine")

    def handle(self, *args: Any, try_again: bool, forget: list[int] | None, **options: Any) -> None:
        if try_again:
            self.stdout.write(f"{quarantine.try_again()} from quarantine wait to be taken in once more.")
        elif forget:
            self.stdout.write(f"{quarantine.forget(forget)} given up.")
        else:
            self._look()

    def _look(self) -> None:
        complaints = 0
        for looked in health.look():
            complaints += len(looked.complaints)
            self.stdout.write(f"{'BAD ' if looked.complaints else 'ok  '} {looked.promise}")
            for complaint in looked.complaints:
                self.stdout.write(f"     - {complaint.says}")
        if complaints:
            raise CommandError(f"{complaints} thing(s) need you.", returncode=1)
