"""A child that does not outlive us, even when we are killed without a chance to say so."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

# Loaded here and not in the child: between fork and exec nothing may be imported.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def leash(on_our_death: signal.Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` that makes the kernel send `on_our_death` when we die; None where no kernel does.

    The kernel watches the *thread* that forks, so start children only from a thread that stays: the main one.
    It forgets the wish when a process changes its user; `subprocess` calls `preexec_fn` after that change.
    """
    if _prctl is None:
        return None
    us, prctl = os.getpid(), _prctl

    def hold() -> None:
        prctl(PR_SET_PDEATHSIG, int(on_our_death), 0, 0, 0)
        if os.getppid() != us:  # we died before the kernel knew of the wish
            os._exit(1)

    return hold
