"""premura bench"""

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

AT_HOME = "PREMURA_BENCH_AT_HOME"


class Command(BaseCommand):
    help = "Measure, in a database of its own, and print one JSON object: take-in, inbox, bell, decide, text, guard."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["take-in", "inbox", "bell", "decide", "text", "guard"])
        parser.add_argument("--rate", type=int, default=1000, help="take-in: webhooks a second")
        parser.add_argument("--seconds", type=int, default=20, help="take-in: for how long")
        parser.add_argument("--url", default="", help="take-in: a system that runs here, http://127.0.0.1:8000")
        parser.add_argument("--conversations", type=int, default=1_000_000, help="inbox: how many")
        parser.add_argument("--rounds", type=int, default=12, help="inbox: how often each question is asked")
        parser.add_argument("--data", default="", help="text, guard: a folder of labelled texts or drafts")
        parser.add_argument("--report", default="", help="text: a file for the same in a form for people")
        parser.add_argument("--messages", type=int, default=200_000, help="decide: how many in a day")
        parser.add_argument("--persons", type=int, default=60_000, help="decide: from how many people")
        parser.add_argument("--streams", type=int, default=500, help="bell: open screens")

    def handle(self, **given: Any) -> None:
        if not given["url"] and given["what"] not in ("text", "guard"):
            if AT_HOME not in os.environ:
                sys.exit(_in_a_house())
            call_command("migrate", verbosity=0, interactive=False)
        # By name: what measures the product stands above it.
        figures = import_module(f"premura.bench.{given['what'].replace('-', '_')}").measure(**_asked(given))
        self.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False))


def _in_a_house() -> int:
    """Do the same again where there is a new database for it."""
    with import_module("premura.bench.house").house() as environment:
        argv = [sys.executable, "-m", "premura", *sys.argv[1:]]
        return subprocess.run(argv, env={**environment, AT_HOME: "1"}, check=False).returncode


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    wanted = {
        "take-in": ("rate", "seconds", "url"),
        "inbox": ("conversations", "rounds"),
        "bell": ("streams",),
        "decide": ("messages", "persons"),
        "text": ("data", "report"),
        "guard": ("data",),
    }
    return {name: given[name] for name in wanted[given["what"]]}
