"""premura train"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

ROOT = Path(__file__).parents[3]


class Command(BaseCommand):
    help = "Rebuild the committed weights of the readings from the corpus and the free data sets, with fixed seeds."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", default="", help="one model: questions, same_problem, readings, guard")
        parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", metavar="DIR")
        parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", metavar="DIR",
                            help="the folder with data/, the free sets that are not committed")  # fmt: skip
        parser.add_argument("--out", type=Path, default=ROOT / "premura" / "text" / "weights", metavar="DIR")

    def handle(self, *args: Any, only: str, corpus: Path, shared: Path, out: Path, **options: Any) -> None:
        if not (corpus / "messages").is_dir():
            raise CommandError(f"There is no corpus in {corpus}. Nothing was trained. Call it from a checkout.")
        try:
            import sklearn  # noqa: F401
        except ImportError:
            raise CommandError("Training needs scikit-learn. Nothing was trained. make test installs it.") from None
        from premura.train.everything import train

        if not (shared / "data").is_dir():
            self.stderr.write(f"The free data sets are not in {shared}: the weights will know less.")
        found = train(corpus, shared, out, only, self.stderr.write)
        self.stdout.write(json.dumps(found, indent=1))
