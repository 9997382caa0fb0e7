"""The rules of the house that a machine can check."""

import ast
import re
from pathlib import Path

import pytest

from premura.environment import SETTINGS, WrongSettings, read
from premura.networks import NETWORKS

ROOT = Path(__file__).parents[1]
SOURCES = sorted(p for p in (ROOT / "premura").rglob("*.py") if "migrations" not in p.parts)

# May only shrink.
LONG_FILES: set[str] = set()
MOST_LINES = 400
MOST_IN_FUNCTION = 40


def test_no_file_is_longer_than_one_can_keep_in_mind():
    long = {str(p.relative_to(ROOT)) for p in SOURCES if len(p.read_text().splitlines()) > MOST_LINES}
    assert long == LONG_FILES


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_IN_FUNCTION
    ]
    assert long == []


def test_nothing_is_saved_whole():
    # A new row may be; what is there already is changed field by field.
    bare = re.compile(r"(?<!def )\b(?!agent|self|channel)\w+\.save\(\)")
    found = [str(p.relative_to(ROOT)) for p in SOURCES if bare.search(p.read_text())]
    assert found == []


def test_every_setting_is_explained():
    deploy = (ROOT / "docs/deploy.md").read_text()
    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in deploy] == []


def test_every_network_has_its_page_with_what_it_can():
    for name, network in NETWORKS.items():
        can = ", ".join(sorted(can.value.replace("_", " ") for can in network.can))
        assert f"Can: {can}.\n" in (ROOT / f"docs/networks/{name}.md").read_text()


def test_every_command_is_listed():
    from premura.__main__ import COMMANDS

    commands = {p.stem for p in (ROOT / "premura/management/commands").glob("[!_]*.py")}
    assert [name for name in commands if not re.search(rf"\b{name}\b", COMMANDS)] == []


def test_the_locks_name_no_address():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"PORT": "eighty"}, ["PORT", "a number from 1 to 65535"]),
        ({"DATABASE_URL": "mysql://x"}, ["DATABASE_URL", "postgresql://"]),
        ({"DATABASE_URL": "postgresql://x/y"}, ["PREMURA_KEYS"]),
        ({"PREMURA_KEYS": "short"}, ["PREMURA_KEYS", "32"]),
        ({"PREMURA_DEMO": "maybe", "PREMURA_DRAINS": "0"}, ["PREMURA_DEMO", "PREMURA_DRAINS"]),
        ({"PREMURA_URL": "care.example.org"}, ["PREMURA_URL", "https://"]),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name_and_what_it_should_look_like(environment, names):
    with pytest.raises(WrongSettings) as caught:
        read(environment)
    for name in names:
        assert name in str(caught.value)
    assert "did not start" in str(caught.value)


def test_settings_have_their_types():
    given = read({"PORT": "8001", "PREMURA_DEMO": "on"})
    assert (given["PORT"], given["PREMURA_DEMO"], given["PREMURA_HOME"].name) == (8001, True, ".premura")
