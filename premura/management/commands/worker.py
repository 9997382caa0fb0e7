"""premura worker"""

import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from premura.listen import readings, stream

JOBS_AT_ONCE = 8


class Command(BaseCommand):
    help = "Take in, ask the networks, send what was released.  Any number of these, on any number of machines."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        stop = threading.Event()
        threading.Thread(target=stream.keep_all_open, args=(stop,), daemon=True).start()
        threading.Thread(target=readings.warm, daemon=True).start()
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as working:
                working.run_worker(
                    concurrency=JOBS_AT_ONCE + settings.DRAINS,
                    fetch_job_polling_interval=2.0,
                    shutdown_graceful_timeout=8.0,
                )
        finally:
            stop.set()
