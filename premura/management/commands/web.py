"""premura web"""

from typing import Any

from django.core.management.base import BaseCommand

from premura.web.server import serve


class Command(BaseCommand):
    help = "Answer pages, hooks and the live stream.  Any number of these, on any number of machines."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        serve()
