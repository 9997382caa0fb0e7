"""A real browser: found, or installed where we may."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

# The shell draws no window around the page: half the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these it tries to reach its maker at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=it",
]


def program() -> str:
    """Return the path of the browser; '' where there is none.  CHROMIUM names one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")


def missing() -> str:
    """Return why there is no browser here; '' if there is one."""
    return "" if program() else "no Chromium: install it, or name it in CHROMIUM"


def install() -> None:
    """Install Chromium's shell where that takes no question: as root, with apt."""
    if os.environ.get("CHROMIUM") or shutil.which(NAMES[0]) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-q"], **quiet)
    subprocess.run(
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium-headless-shell", "fonts-dejavu-core"],
        **quiet,
    )


@contextmanager
def launched() -> Iterator["object"]:
    """Yield Playwright's browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
