"""What agents corrected: looked at, taken along and erased by the brand's admins."""

import json
import re

import pytest

from premura.listen import corrections
from premura.models import Correction, Reading
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_readings import read


@pytest.fixture
def elena(world):
    return signed_in(world.elena)


def corrected(world, text: str, by, of: str = "intent", became="complaint", says="chiara") -> Correction:
    message = now_says(world, text, by=says).messages.get()
    read(message)
    return corrections.correct(message, of, became, by)


def ids(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'name="id" value="(\d+)"', page)]


def test_each_correction_says_what_it_was_what_it_became_by_whom_and_of_which_words(world, elena):
    corrected(world, "Il tappo sapeva di tappo", world.ada)
    page = elena.get("/corrections/").text
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page.split('id="corrections"')[1].split("</ol>")[0]))
    assert "Intento domanda →ora reclamo" in text  # "now" is only read out
    assert "reclamo Ada · ora" in text
    assert "Il tappo sapeva di tappo" in text


def test_an_empty_screen_says_how_one_corrects(world, elena):
    assert "premi c" in elena.get("/corrections/").text


def test_the_newest_stands_first_and_pages_follow_without_a_gap(world, elena):
    made = [corrected(world, f"Parola {n}", world.ada, says=f"guest{n}").pk for n in range(53)]
    first = elena.get("/corrections/").text
    more = first.split('hx-get="/corrections/?')[1].split('"')[0]
    rest = elena.get(f"/corrections/?{more}", headers=HTMX).text
    assert "<!doctype" not in rest
    assert ids(first) + ids(rest) == made[::-1]


def test_they_are_shown_by_who_made_them(world, elena):
    adas = corrected(world, "Di Ada", world.ada)
    corrected(world, "Di Bruno", world.bruno, says="marco")
    assert ids(elena.get(f"/corrections/?by={world.ada.pk}").text) == [adas.pk]


def test_the_export_has_one_line_for_each_with_the_text(world, elena):
    corrected(world, "È arrivato rotto", world.ada)
    corrected(world, "Bravi", world.bruno, "flags", ["sarcasm"], says="marco")
    response = elena.get("/corrections/export/")
    assert re.fullmatch(r'attachment; filename="corrections-rossi-[\d-]+\.jsonl"', response["Content-Disposition"])
    lines = [json.loads(line) for line in response.getvalue().decode().splitlines()]
    assert [(line["text"], line["of"], line["became"], line["by"]) for line in lines] == [
        ("È arrivato rotto", "intent", "complaint", "Ada"), ("Bravi", "flags", ["sarcasm"], "Bruno")
    ]  # fmt: skip


def test_what_is_chosen_is_erased_and_the_message_stays_as_it_was_left(world, elena):
    gone = corrected(world, "Questa", world.ada)
    kept = corrected(world, "Quella", world.ada, says="marco")
    page = elena.post("/corrections/erasure/", {"id": [gone.pk, "x"]}, follow=True).text
    assert "1 correzione cancellata." in page
    assert Correction.objects.get() == kept
    assert Reading.objects.get(pk=gone.message_id).intent == "complaint"


def test_all_of_one_person_is_erased_at_once(world, elena):
    for n in range(3):
        corrected(world, f"Parola {n}", world.ada, says=f"guest{n}")
    kept = corrected(world, "Di Bruno", world.bruno, says="marco")
    assert "3 correzioni di Ada" in elena.get(f"/corrections/?by={world.ada.pk}").text
    elena.post("/corrections/erasure/", {"all-by": world.ada.pk})
    assert Correction.objects.get() == kept


def test_nothing_chosen_erases_nothing(world, elena):
    corrected(world, "Questa", world.ada)
    assert "non è stato cancellato niente" in elena.post("/corrections/erasure/", follow=True).text
    assert Correction.objects.count() == 1


def test_another_brands_corrections_are_neither_shown_nor_exported_nor_erased(world, elena):
    theirs = corrected(world, "Segreto dei Rossi", world.ada)
    world.zoe.memberships.update(role="admin")
    zoe = signed_in(world.zoe)
    assert "Segreto" not in zoe.get("/corrections/").text
    assert zoe.get("/corrections/export/").getvalue() == b""
    zoe.post("/corrections/erasure/", {"id": theirs.pk})
    zoe.post("/corrections/erasure/", {"all-by": world.ada.pk})
    assert Correction.objects.get() == theirs


def test_only_an_admin_has_the_screen(world):
    for agent in (world.ada, world.bruno, world.rita):
        client = signed_in(agent)
        assert client.get("/corrections/").status_code == 403
        assert client.get("/corrections/export/").status_code == 403
        assert "/corrections/" not in client.get("/inbox/open/").text
