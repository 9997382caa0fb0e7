"""The machine that a figure was measured on, and how busy it was."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

Figures = dict[str, Any]


def machine() -> Figures:
    """Return what a reader must know to judge a figure: a number without its machine says nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "cpu": _cpu(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "postgres": server.split()[0],
        "load_average": [round(n, 2) for n in os.getloadavg()],
    }


def percentile(sorted_: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie; 0.0 where there are none."""
    if not sorted_:
        return 0.0
    return sorted_[min(int(len(sorted_) * share), len(sorted_) - 1)]


def in_ms(seconds: Sequence[float], share: float) -> float:
    """Return a percentile of `seconds` in milliseconds."""
    return round(percentile(sorted(seconds), share) * 1000, 2)


def middle(values: Sequence[float]) -> float:
    """Return the median: one bad second on a shared machine must not decide."""
    return percentile(sorted(values), 0.5)


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
