"""premura web"""

from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

BACKLOG = 4096
STOP_WITHIN_S = 5


class Command(BaseCommand):
    help = "Answer pages, hooks and the live stream.  Any number of these, on any number of machines."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        uvicorn.run(
            "premura.asgi:application",
            host=settings.GIVEN["HOST"],
            port=settings.GIVEN["PORT"],
            workers=settings.GIVEN["PREMURA_WEB_PROCESSES"],
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            log_level="warning",
            backlog=BACKLOG,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            server_header=False,
        )
