"""Train parts side by side: a process each, as many at once as there are processors."""

import multiprocessing
import os
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_task: Callable[[int], Any] | None = None  # what a forked process finds in its memory: nothing large is copied to it


def side_by_side(task: Callable[[int], T], many: int) -> list[T]:
    """Return what `task` gives for 0, 1, … `many` - 1, each worked out by a process of its own.

    The result does not depend on how many processors there are.  Where processes cannot be forked, or inside one that
    was, it is worked out here, one after the other.
    """
    global _task
    inside = multiprocessing.parent_process() is not None
    workers = min(many, os.cpu_count() or 1)
    if inside or workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [task(number) for number in range(many)]
    _task = task
    try:
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            return pool.map(_do, range(many), chunksize=1)
    finally:
        _task = None


def _do(number: int) -> Any:
    from threadpoolctl import threadpool_limits

    assert _task is not None
    with threadpool_limits(1):  # each part has a processor of its own: threads of many parts would wait for each other
        return _task(number)
