"""axe-core, the accessibility checker: fetched from the npm registry once, kept under .cache, never committed."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

VERSION = "4.14.1"
HOME = Path(__file__).parents[2] / ".cache" / "axe" / VERSION
SOURCE = HOME / "node_modules" / "axe-core" / "axe.min.js"
# What WCAG 2.2 AA asks for.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async ([type, values]) => (await axe.run(document, {
    runOnly: { type, values },
    ...(type === "tag" && { rules: { "target-size": { enabled: true } } }),
    resultTypes: ["violations"],
})).violations.map((v) => [v.id, v.help, v.nodes.slice(0, 4).map((n) => n.target.join(" ") + n.failureSummary)])"""


def missing() -> str:
    """Return why there is no axe-core here; '' if there is one, or npm could fetch it."""
    return "" if SOURCE.exists() or shutil.which("npm") else "no npm to fetch axe-core with"


def setup() -> None:
    """Fetch it.  Raises CalledProcessError when the registry does not give it."""
    if SOURCE.exists():
        return
    HOME.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["npm", "install", "--prefix", str(HOME), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
         f"axe-core@{VERSION}"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


@cache
def _source() -> str:
    setup()
    return SOURCE.read_text()


def violations(page: Page, *, colours: bool = False) -> list[Any]:
    """Return what WCAG 2.2 AA forbids on the page as it is now: rule, what it asks, where.

    With `colours` only what another colour scheme can change is looked at.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    asked = ["rule", ["color-contrast"]] if colours else ["tag", TAGS]
    found: list[Any] = page.evaluate(RUN, asked)
    return found
