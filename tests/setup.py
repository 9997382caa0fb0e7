"""Before the tests: have the browser and the real networks, and say what cannot be had here.

In CI a thing that is missing is a failure; elsewhere its tests are skipped, with the reason on the last lines.
"""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests import browser
from tests.networks.beds import bluesky, mastodon_mock, snac
from tests.screens import axe


def _bluesky() -> str:
    if reason := bluesky.missing():
        return reason
    bluesky.setup()
    return ""


def _browser() -> str:
    browser.install()
    return browser.missing()


def _axe() -> str:
    if reason := axe.missing():
        return reason
    axe.setup()
    return ""


THINGS: dict[str, Callable[[], str]] = {
    "a browser": _browser,
    "axe-core": _axe,
    "the Bluesky network": _bluesky,
    "two snac servers": snac.missing,
    "the Mastodon stand-in": mastodon_mock.missing,
}


def main() -> int:
    with ThreadPoolExecutor() as together:
        reasons = dict(zip(THINGS, together.map(_had, THINGS), strict=True))
    for thing, reason in reasons.items():
        print(f"{'no  ' if reason else 'ok  '} {thing}{': ' + reason if reason else ''}")
    return 1 if os.environ.get("CI") and any(reasons.values()) else 0


def _had(thing: str) -> str:
    began = time.monotonic()
    try:
        reason = THINGS[thing]()
    except Exception as error:  # whatever went wrong is the reason
        reason = f"{type(error).__name__}: {error}"
    if time.monotonic() - began > 5:
        print(f"     {thing} took {time.monotonic() - began:.0f} s to set up", flush=True)
    return reason


if __name__ == "__main__":
    sys.exit(main())
