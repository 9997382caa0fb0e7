"""How the web is served: the same for the product and for what it is measured against."""

import uvicorn
from django.conf import settings

BACKLOG = 4096
STOP_WITHIN_S = 5


def serve(application: str = "premura.asgi:application") -> None:
    """Serve until a signal.  `application` is where to import it from, since each process does so itself."""
    uvicorn.run(
        application,
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
