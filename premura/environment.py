"""The settings, as the environment gives them: typed, named, and wrong ones refused at the start."""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class WrongSettings(Exception):
    """One or more settings cannot be used; `str` says which, and what they should look like."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: how it is read, what it is without, what it should look like."""

    name: str
    read: Callable[[str], Any]
    otherwise: str | None  # None: it must be given
    looks_like: str
    means: str
    secret: bool = False  # what was given is repeated nowhere


@dataclass(frozen=True, slots=True)
class Reader:
    """A model from outside: a folder with an ONNX file, or an endpoint and what the model is called there."""

    folder: Path | None = None
    address: str = ""
    model: str = ""


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        number = int(given)
        if not least <= number <= most:
            raise ValueError(given)
        return number

    return read


def _switch(given: str) -> bool:
    return {"on": True, "off": False, "1": True, "0": False}[given.lower()]


def _database(given: str) -> str:
    if given and urlsplit(given).scheme not in ("postgres", "postgresql"):
        raise ValueError(given)
    return given


def _web_address(given: str) -> str:
    if given and not re.fullmatch(r"https?://[^/]+", given.rstrip("/")):
        raise ValueError(given)
    return given.rstrip("/")


def _reader(given: str) -> Reader | None:
    if not given:
        return None
    if given.startswith("onnx:"):
        folder = Path(given.removeprefix("onnx:")).expanduser()
        if not folder.is_absolute():
            raise ValueError(given)
        return Reader(folder=folder)
    at = urlsplit(given)
    if not at.fragment or not is_safe(given):
        raise ValueError(given)
    return Reader(address=at._replace(fragment="").geturl().rstrip("/"), model=at.fragment)


def is_safe(given: str) -> bool:
    """Whether what people write to us may go to this address: in clear within this machine only."""
    try:
        at = urlsplit(given)
        at.port  # noqa: B018 - raises where it is none
    except ValueError:
        return False
    host = at.hostname or ""
    reaches = at.scheme == "https" or (at.scheme == "http" and _is_here(host))
    # No name and password in an address.
    return reaches and bool(host) and not at.query and "@" not in at.netloc and not re.search(r"\s", given)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bearer(given: str) -> str:
    if not re.fullmatch(r"[!-~]*", given.strip()):
        raise ValueError("not a token")
    return given.strip()


def _keys(given: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in given.split(",") if key.strip())
    if any(len(key) < 32 for key in keys):
        raise ValueError("too short")
    return keys


SETTINGS = (
    Setting("PREMURA_HOME", lambda given: Path(given).expanduser().absolute(), ".premura", "a folder",
            "where the embedded PostgreSQL, its data and the generated keys are kept"),
    Setting("DATABASE_URL", _database, "", "postgresql://user:password@host:5432/name",
            "a PostgreSQL 15 or newer to use instead of the embedded one"),
    Setting("PREMURA_KEYS", _keys, "", "32 or more characters each, the current one first, separated by commas",
            "seal the channels' secrets and sign sessions; made under PREMURA_HOME where the database is embedded",
            secret=True),
    Setting("HOST", str, "127.0.0.1", "an address of this machine", "where the web listens"),
    Setting("PORT", _whole(1, 65535), "8000", "a number from 1 to 65535", "where the web listens"),
    Setting("PREMURA_URL", _web_address, "", "https://care.example.org",
            "how people reach it; sign-in cookies are for https only when it begins so"),
    Setting("PREMURA_WEB_PROCESSES", _whole(1, 64), "1", "a number from 1 to 64", "how many web processes"),
    Setting("PREMURA_THREADS", _whole(1, 256), "8", "a number from 1 to 256",
            "pages that a web process answers at once"),
    Setting("PREMURA_DRAINS", _whole(1, 32), "2", "a number from 1 to 32",
            "how many batches of incoming messages are taken in at once"),
    Setting("PREMURA_DEMO", _switch, "off", "on or off",
            "fills an empty database, opens the playground"),
    Setting("PREMURA_DEBUG", _switch, "off", "on or off", "shows errors in full; never where others can reach it"),
    Setting("PREMURA_KEEP_DELIVERIES_DAYS", _whole(1, 365), "14", "a number from 1 to 365",
            "how long what the networks brought is kept word for word"),
    Setting("PREMURA_READER", _reader, "",
            "onnx:/path/to/folder, https://host/v1#model-name, or http://127.0.0.1:port/v1#model-name on this machine",
            "a model of your own that refines mood and intent; none without it"),
    Setting("PREMURA_READER_KEY", _bearer, "", "what the endpoint gave you, without spaces",
            "the bearer token that the endpoint of PREMURA_READER wants", secret=True),
)  # fmt: skip


def read(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return every setting's value by name.  Raises WrongSettings that names all the wrong ones."""
    values, wrong = {}, []
    for setting in SETTINGS:
        given = environment.get(setting.name, setting.otherwise)
        try:
            values[setting.name] = setting.read(given or "")
        except (ValueError, KeyError):
            shown = "not as it should be" if setting.secret else repr(given)
            wrong.append(f"{setting.name} is {shown}; it should be {setting.looks_like}")
    if not wrong and values["DATABASE_URL"] and not values["PREMURA_KEYS"]:
        wrong.append("PREMURA_KEYS is missing, and DATABASE_URL is given, so every machine must share it; "
                     "it should be 32 or more characters, such as `openssl rand -hex 32` prints")  # fmt: skip
    if lacks := _lacks(values.get("PREMURA_READER")):
        wrong.append(f"PREMURA_READER cannot be used: {lacks}")
    if wrong:
        raise WrongSettings("Premura did not start. " + ". ".join(wrong) + ".")
    return values


def _lacks(reader: Reader | None) -> str:
    if reader is None or reader.folder is None:
        return ""
    from premura.text import onnx  # loads what reads: only for those who have a model

    return onnx.missing(reader.folder)
