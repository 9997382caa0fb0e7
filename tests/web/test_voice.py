"""How the brand speaks: read by all, written by its admins."""

from premura.models import Voice
from premura.prepare import voice
from tests.web.test_inbox import signed_in

GIVEN = {
    "values": "Il nome e il dettaglio", "words_we_use": "corte, bottega", "words_we_avoid": "disguido\na breve",
    "examples": "", "undo_s": "20", "team_repeats": "30", "address-": "tu", "address-playground": "lei", "signs": "on",
}  # fmt: skip


def test_an_admin_writes_it_and_everybody_reads_it(world):
    assert signed_in(world.elena).post("/voice/", GIVEN).status_code == 302
    kept = voice.of(world.brand)
    assert (kept.words_we_avoid, kept.undo_s, kept.signs) == (("disguido", "a breve"), 20, True)
    assert (kept.address("playground"), kept.address("bluesky")) == ("lei", "tu")
    page = signed_in(world.rita).get("/voice/").text
    assert "Il nome e il dettaglio" in page
    assert "disguido, a breve" in page
    assert "<textarea" not in page


def test_a_lead_does_not_write_it(world):
    assert signed_in(world.bruno).post("/voice/", GIVEN).status_code == 403
    assert voice.of(world.brand).values == ""


def test_what_makes_no_sense_is_not_kept(world):
    answer = signed_in(world.elena).post("/voice/", GIVEN | {"undo_s": "-3", "address-": "thou"})
    assert answer.status_code == 422
    assert Voice.objects.get(brand=world.brand).values == ""


def test_another_brand_has_its_own(world):
    signed_in(world.elena).post("/voice/", GIVEN)
    assert "dettaglio" not in signed_in(world.zoe).get("/voice/").text
