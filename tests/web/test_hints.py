"""Beside the guard's word: how long a good answer is, the same in one line, what helps others, who stands above."""

import html
import re

import pytest
from django.utils import timezone

from premura.interact import brief, openings
from premura.models import Conversation, Voice
from premura.networks.contract import Can
from premura.networks.playground import Playground
from tests.web.test_inbox import HTMX, now_says, signed_in

ASKED = "Quando arriva il mio ordine? Lo aspetto da due settimane."
LONG = (
    "Ciao Chiara, grazie di averci scritto e grazie anche della pazienza che hai avuto in questi giorni. "
    "Ci dispiace molto per l'attesa, sappiamo bene quanto sia fastidioso aspettare. "
    "Il magazzino di Bologna è rimasto chiuso per inventario più del previsto, e per questo tutto si è fermato. "
    "Il tuo ordine arriva giovedì 12 entro le 18, e il corriere ti chiama prima di passare. "
    "Se a quell'ora non sei in casa puoi scegliere qui un altro giorno, e lo cambiamo noi."
)
HOW = "Si fa così:\n1. Apri l'app\n2. Tocca Profilo\n3. Scegli Esci da tutti i dispositivi"
pytestmark = pytest.mark.guarded


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def open_(world) -> Conversation:
    return now_says(world, ASKED)


@pytest.fixture
def in_private(monkeypatch):
    monkeypatch.setattr(Playground, "can", Playground.can | {Can.REPLY_PRIVATELY})


def looked(client, conversation, text: str, way: str = "public", **more: str) -> str:
    given = {"text": text, "way": way} | more
    return html.unescape(client.post(f"/conversations/{conversation.pk}/guard/", given, headers=HTMX).text)


# -- brief and whole ----------------------------------------------------------------------------


def test_a_short_answer_is_told_nothing(ada, open_):
    assert "guard__hint" not in looked(ada, open_, "Ciao Chiara, il tuo ordine arriva giovedì 12 entro le 18.")


def test_a_long_answer_hears_how_long_a_good_one_is_and_how_long_it_takes_to_read(ada, open_):
    page = looked(ada, open_, LONG)
    assert "280" in page.split('guard__hint">')[1].split("</p>")[0]
    seconds = int(re.search(r"\b(\d+) second", page)[1])
    assert 15 < seconds < 40


def test_the_length_of_a_good_answer_stands_quietly_beside_the_count(ada, world, open_):
    foot = ada.get(f"/conversations/{open_.pk}/").text.split("composer__foot")[1]
    assert '<span class="count__good sends--public">' in foot
    assert foot.index("280</span>") < foot.index("500</span>") < foot.index("reply-length")
    Conversation.objects.update(private=True)
    foot = ada.get(f"/conversations/{open_.pk}/").text.split("composer__foot")[1].split("reply-length")[0]
    assert "500</span>" in foot
    assert "280</span>" not in foot


@pytest.mark.parametrize(
    ("network", "private", "fits", "most"),
    [("playground", False, {}, 280), ("bluesky", False, {}, 240), ("bluesky", True, {}, 600),
     ("playground", True, {}, 500), ("mastodon", False, {"reply": 200}, 200)],
)  # fmt: skip
def test_a_good_answer_is_never_longer_than_the_network_takes(world, network, private, fits, most):
    world.rossi.network, world.rossi.limits = network, fits
    assert brief.good(world.rossi, private=private) == most


def test_in_one_line_it_says_what_they_asked_for(ada, open_):
    (line,) = re.findall(r'data-shortens="([^"]*)"', looked(ada, open_, LONG))
    assert line == "Il tuo ordine arriva giovedì 12 entro le 18, e il corriere ti chiama prima di passare."


def test_in_private_a_good_answer_may_be_longer(ada, world, open_):
    Conversation.objects.update(private=True)
    page = looked(ada, open_, LONG)
    assert not re.search(r"\b(280|500)\b", re.sub(r"<[^>]*>", "", page))
    assert "data-shortens" in page  # it still takes its time to read


# -- what helps others ----------------------------------------------------------------------------


def test_steps_told_in_private_might_help_others_too(ada, open_, in_private):
    wish = "say it in public"
    assert any(words in looked(ada, open_, HOW, "private") for words in (wish, "dillo in pubblico"))
    for text, way, more in (
        (HOW, "public", {}),
        (HOW, "private", {"private_reason": "1"}),
        (HOW + "\nIl tuo IBAN è IT60X0542811101000000123456.", "private", {}),
        ("Lo spediamo domani.", "private", {}),
    ):
        page = looked(ada, open_, text, way, **more)
        assert wish not in page, text
        assert "dillo in pubblico" not in page, text


@pytest.mark.parametrize(
    ("text", "helps"),
    [("Per prima cosa apri l'app, poi tocca Profilo.", True), ("First open the app, then tap Profile.", True),
     ("Poi ti scriviamo.", False), ("- pane\n- vino", False), ("", False)],
)  # fmt: skip
def test_steps_are_known_by_their_numbers_or_by_their_words(text, helps):
    assert brief.helps_others(text) is helps


# -- in public first ---------------------------------------------------------------------------------


def test_the_public_line_stands_ready_in_their_language_and_in_our_tone(world, ada, open_, in_private):
    Conversation.objects.update(language="it")
    Voice.objects.filter(brand=world.brand).update(address={"playground": "lei"})
    page = html.unescape(ada.get(f"/conversations/{open_.pk}/").text)
    assert f'data-closes="{openings.line("it", "lei")}"' in page
    Conversation.objects.update(language="de")
    page = html.unescape(ada.get(f"/conversations/{open_.pk}/").text)
    assert f'data-closes="{openings.line("de", "lei")}"' in page


def test_once_we_answered_in_public_the_line_is_offered_no_more(world, ada, open_, in_private):
    assert "data-closes" in ada.get(f"/conversations/{open_.pk}/").text
    open_.messages.create(
        brand=world.brand, channel=world.rossi, kind="comment", key="ours", text="Arriva giovedì.",
        written_at=timezone.now(), received_at=timezone.now(),
    )  # fmt: skip
    assert "data-closes" not in ada.get(f"/conversations/{open_.pk}/").text


# -- as a passer-by sees it ---------------------------------------------------------------------------


def test_above_our_reply_stands_what_it_answers(world, ada, open_):
    first = open_.messages.get()
    now_says(world, "E poi costa troppo.")
    preview = looked(ada, open_, "Arriva giovedì 12.").split('id="guard-preview"')[1]
    assert preview.index("E poi costa troppo.") < preview.index("Arriva giovedì 12.")
    preview = looked(ada, open_, "Arriva giovedì 12.", to=str(first.pk)).split('id="guard-preview"')[1]
    assert ASKED in preview
    assert "E poi costa troppo." not in preview
    assert "data-passer-pictures" in preview
    assert "guard-preview" not in looked(ada, open_, "Arriva giovedì 12.", "private")
