"""Texts go over the line compressed; who has a file is told so in a few bytes."""

import gzip

from django.test import Client

STYLE = "/static/premura/desk.css"
GZIP = {"Accept-Encoding": "gzip"}


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_style_comes_compressed_to_whom_it_may_and_whole_to_others(db):
    plain, squeezed = Client().get(STYLE), Client().get(STYLE, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert squeezed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in squeezed["Vary"]
    whole, short = body(plain), body(squeezed)
    assert gzip.decompress(short) == whole
    assert len(short) < len(whole) / 2


def test_who_has_it_is_told_that_it_is_the_same(db):
    first = Client().get(STYLE, headers=GZIP)
    body(first)
    again = Client().get(STYLE, headers=GZIP | {"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert body(again) == b""
    assert "Content-Encoding" not in again.headers


def test_a_picture_and_a_part_of_a_file_stay_as_they_are(db):
    part = Client().get(STYLE, headers=GZIP | {"Range": "bytes=0-9"})
    assert part.status_code == 206
    assert len(body(part)) == 10
    icon = Client().get("/static/premura/icons/icon-192.png", headers=GZIP)
    assert icon.status_code == 200
    assert "Content-Encoding" not in icon.headers


def test_a_page_comes_compressed_too(db):
    page = Client().get("/account/login/", headers=GZIP)
    assert page["Content-Encoding"] == "gzip"
    assert b"<form" in gzip.decompress(page.content)
