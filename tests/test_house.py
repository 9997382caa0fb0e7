"""The rules of the house that a machine can check."""

import ast
import re
from pathlib import Path

import pytest

from premura.environment import SETTINGS, Reader, WrongSettings, read
from premura.networks import NETWORKS
from premura.text import onnx

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
        ({"PREMURA_READER": "gpt"}, ["PREMURA_READER", "onnx:/path/to/folder", "https://host/v1#model-name"]),
        ({"PREMURA_READER": "https://models.example.org/v1"}, ["PREMURA_READER", "#model-name"]),
        ({"PREMURA_READER": "https:///v1#m"}, ["PREMURA_READER"]),
        ({"PREMURA_READER": "https://models.example.org:port/v1#m"}, ["PREMURA_READER"]),
        ({"PREMURA_READER": "https://models.example.org/v1?key=k#m"}, ["PREMURA_READER"]),
        ({"PREMURA_READER": "http://models.example.org/v1#m"}, ["PREMURA_READER", "http://127.0.0.1"]),
        ({"PREMURA_READER": "http://localhost@models.example.org/v1#m"}, ["PREMURA_READER"]),
        ({"PREMURA_READER": "onnx:here"}, ["PREMURA_READER", "onnx:/path/to/folder"]),
        ({"PREMURA_READER": "onnx:/no/such/folder"}, ["PREMURA_READER cannot be used"]),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name_and_what_it_should_look_like(environment, names):
    with pytest.raises(WrongSettings) as caught:
        read(environment)
    for name in names:
        assert name in str(caught.value)
    assert "did not start" in str(caught.value)


def test_a_wrong_secret_is_not_repeated():
    with pytest.raises(WrongSettings) as caught:
        read({"PREMURA_KEYS": "hush", "PREMURA_READER_KEY": "sk hush"})
    assert "PREMURA_READER_KEY is not as it should be" in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "reader"),
    [
        ("", None),
        ("https://models.example.org/v1/#org/small:7b", Reader(None, "https://models.example.org/v1", "org/small:7b")),
        ("http://localhost:11434/v1#small", Reader(None, "http://localhost:11434/v1", "small")),
        ("http://127.0.0.1:8080/v1#small", Reader(None, "http://127.0.0.1:8080/v1", "small")),
        ("http://[::1]:8080/v1#small", Reader(None, "http://[::1]:8080/v1", "small")),
    ],
)
def test_a_model_of_ones_own_is_off_unless_it_is_named(given, reader):
    assert read({"PREMURA_READER": given})["PREMURA_READER"] == reader


def test_a_folder_with_a_model_is_looked_into_before_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx, "PACKAGES", ("json",))
    with pytest.raises(WrongSettings, match=r"PREMURA_READER cannot be used: .* has no model\.onnx and no tokenizer"):
        read({"PREMURA_READER": f"onnx:{tmp_path}"})
    for name in onnx.FILES:
        (tmp_path / name).touch()
    assert read({"PREMURA_READER": f"onnx:{tmp_path}"})["PREMURA_READER"] == Reader(folder=tmp_path)


def test_settings_have_their_types():
    given = read({"PORT": "8001", "PREMURA_DEMO": "on"})
    assert (given["PORT"], given["PREMURA_DEMO"], given["PREMURA_HOME"].name) == (8001, True, ".premura")
