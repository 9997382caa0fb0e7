"""premura serve"""

import sys
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from premura.engine.processes import Child, Family
from premura.management import database
from premura.models import Brand
from premura.prepare import demo_again


class Command(BaseCommand):
    help = "Run everything: the database if it is ours, web, hooks and worker.  Ctrl-C stops all of it."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if settings.DEMO and not Brand.objects.exists():
            self.stdout.write("Filling the demo world …")
            call_command("demo")
        elif settings.DEMO:
            demo_again.move_along()
        family = Family(
            [
                Child("web", [sys.executable, "-m", "premura", "web"], ready=self._web_answers),
                Child("worker", [sys.executable, "-m", "premura", "worker"]),
            ],
            database.ours,
            self._say_ready,
        )
        sys.exit(family.run())

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._address()}/healthz", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return True  # it answers, if only to say that something else is not well
        except OSError:
            return False

    def _address(self) -> str:
        return f"http://{settings.GIVEN['HOST']}:{settings.GIVEN['PORT']}"

    def _say_ready(self) -> None:
        self.stdout.write(f"\nPremura is ready: {settings.PUBLIC_URL}")
        if settings.DEMO:
            self.stdout.write(
                "Demo sign-in: ada@bellosguardo.example, password: bellosguardo\n"
                f"The playground, to write as a customer: {settings.PUBLIC_URL}/playground/"
            )
        self.stdout.write("Ctrl-C stops it.\n")
        self.stdout.flush()
