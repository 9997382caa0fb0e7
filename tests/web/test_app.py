"""Premura can be put on a phone's first screen: manifest, icons, and the colours around it."""

import json
import re
import struct
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

AT = "/static/premura/manifest.webmanifest"
STYLE = Path(finders.find("premura/style.css")).read_text()


def served(path: str) -> tuple[str, bytes]:
    """Return content type and body, as the product serves it."""
    answer = WhiteNoiseMiddleware(lambda _: None)(RequestFactory().get(path))
    assert answer is not None, path
    return answer["Content-Type"], b"".join(answer.streaming_content)


@pytest.fixture(scope="module")
def manifest():
    kind, body = served(AT)
    assert kind.split(";")[0] == "application/manifest+json"
    return json.loads(body)


def size_of(png: bytes) -> str:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return "{}x{}".format(*struct.unpack(">II", png[16:24]))


def test_the_manifest_opens_the_inbox_in_a_window_of_its_own(manifest):
    assert (manifest["name"], manifest["short_name"], manifest["display"]) == ("Premura", "Premura", "standalone")
    assert urljoin(AT, manifest["start_url"]) == "/"
    assert urljoin(AT, manifest["scope"]) == "/"


def test_its_icons_are_there_and_as_large_as_it_says(manifest):
    there = set()
    for icon in manifest["icons"]:
        kind, body = served(urljoin(AT, icon["src"]))
        assert kind.split(";")[0] == icon["type"]
        if icon["type"] == "image/png":
            assert size_of(body) == icon["sizes"]
        there.add((icon["sizes"], icon["purpose"]))
    assert there >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"), ("any", "any")}
    assert size_of(served("/static/premura/icons/apple-touch-icon.png")[1]) == "180x180"


def test_its_colours_are_those_of_the_look(manifest):
    light = dict(re.findall(r"--(paper|rail): light-dark\((#\w+)", STYLE))
    assert (manifest["background_color"], manifest["theme_color"]) == (light["paper"], light["rail"])


@pytest.mark.parametrize("path", ["/account/login/", "/inbox/mine/", "/search/", "/channels/", "/account/", "/cycle/"])
def test_every_page_leads_to_it_in_light_and_dark(client, world, path):
    if path != "/account/login/":
        client.force_login(world.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(path)
    assert f'<link rel="manifest" href="{AT}">' in answer.text
    assert '<link rel="apple-touch-icon" href="/static/premura/icons/apple-touch-icon.png">' in answer.text
    rails = re.search(r"--rail: light-dark\((#\w+), (#\w+)\)", STYLE).groups()
    for colour, scheme in zip(rails, ("light", "dark"), strict=True):
        assert f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">' in answer.text
    assert "default-src 'self'" in answer["Content-Security-Policy"]  # which lets the manifest in


def test_who_chose_dark_has_dark_around_it_whatever_the_system_says(client, db):
    client.cookies["theme"] = "dark"
    text = client.get("/account/login/").text
    assert re.findall(r'<meta name="theme-color"[^>]*>', text) == ['<meta name="theme-color" content="#171412">']
