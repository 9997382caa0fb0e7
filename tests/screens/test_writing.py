"""Writing in a real browser: called back, kept on every device, sent later, let go by a lead on a phone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.running import Product
from tests.screens import axe
from tests.screens.conftest import PHONE, SOON, VOICES, box, opened, too_wide

OTHER = "Buongiorno, ci dispiace per il vetro in pezzi, e grazie della segnalazione: quella nuova parte domattina"
GOOD = "Ciao, scusaci per la bottiglia rotta e grazie di avercelo detto: domani ti mandiamo un’altra bottiglia"
TOLD = "Ciao, ci dispiace e ti ringraziamo: la nuova bottiglia parte mercoledì mattina, con il corriere delle nove"


@pytest.fixture(scope="module", autouse=True)
def ten_seconds(product: Product) -> Iterator[None]:
    """Elsewhere what is sent leaves at once."""
    product.command("shell", "--no-imports", "-c", VOICES.format(10))
    yield
    product.command("shell", "--no-imports", "-c", VOICES.format(0))


@pytest.fixture
def asked(desk, customer) -> tuple[Page, object, str]:
    """Ada has a question open; with its words, which name it."""
    somebody = customer()
    words = f"Il pacco di {somebody.name} è arrivato rotto. Quando mi mandate un’altra bottiglia?"
    somebody.says(words)
    ada = desk("ada")
    opened(ada, words)
    return ada, somebody, words


def send(page: Page, text: str) -> None:
    page.fill("#reply-text", text)
    page.locator("#reply-text").press("Control+Enter")
    expect(page.locator(".said--ours", has_text=text)).to_be_visible()


def test_a_sent_reply_is_called_back_and_its_words_are_in_the_composer_again(asked):
    ada, somebody, _ = asked
    send(ada, GOOD)
    expect(ada.locator(".said--ours", has_text=GOOD)).to_contain_text("Parte tra qualche secondo")
    expect(ada.locator("#reply-text")).to_have_value("")
    ada.get_by_role("button", name="Richiamala").click()
    expect(ada.locator("#reply-text")).to_have_value(GOOD)
    expect(ada.locator("#reply-text")).to_be_focused()
    expect(ada.locator(".said--ours", has_text=GOOD)).to_have_count(0)
    assert GOOD not in somebody.sees()


def test_a_reply_that_nobody_calls_back_leaves_by_itself(asked):
    ada, somebody, _ = asked
    send(ada, GOOD)
    expect(ada.locator(".said--ours", has_text=GOOD)).to_contain_text("Inviata", timeout=2 * SOON)
    assert GOOD in somebody.sees()


def test_with_a_reply_of_ours_in_mind_e_makes_an_entry_of_it_and_never_resolves(asked):
    ada, _, _ = asked
    send(ada, TOLD)
    ours = ada.locator(".said--ours", has_text=TOLD)
    ours.get_by_text(TOLD).click()
    expect(ours).to_be_focused()
    ada.keyboard.press("e")  # it has not left yet
    expect(ada.locator("#said")).to_contain_text(str(ada.locator("#thread").get_attribute("data-no-entry")))
    expect(ours).to_contain_text("Inviata", timeout=2 * SOON)
    expect(ours).to_be_focused()  # drawn anew meanwhile, and still the one that is meant
    expect(ada.locator("#resolve")).to_be_visible()
    ada.keyboard.press("e")
    ada.wait_for_url("**/answers/new/?reply=*")
    assert TOLD.removeprefix("Ciao, c") in ada.locator("[name=facts]").input_value()
    ada.go_back()
    ours.locator("a").last.focus()
    ada.keyboard.press("Shift+Tab")
    ours.focus()
    expect(ours).to_be_focused()
    expect(ours).to_have_attribute("tabindex", "0")
    expect(ours).to_have_css("outline-style", "solid")
    ada.keyboard.press("e")
    ada.wait_for_url("**/answers/new/?reply=*")


def test_what_is_typed_here_stands_there_and_a_colleague_goes_on_with_it(desk, asked):
    ada, _, _ = asked
    with ada.expect_response(lambda answer: answer.url.endswith("/draft/")):
        ada.locator("#reply-text").press_sequentially("Ciao, domani")
    elsewhere = desk("ada", ada.url)
    expect(elsewhere.locator("#reply-text")).to_have_value("Ciao, domani")
    bruno = desk("bruno", ada.url)
    expect(bruno.locator(".draft")).to_contain_text("Ciao, domani")
    bruno.get_by_role("button", name="Continua tu").click()
    expect(bruno.locator("#reply-text")).to_have_value("Ciao, domani")


def test_a_draft_that_answers_one_message_does_so_after_a_reload(asked):
    ada, _, words = asked
    with ada.expect_response("**/draft/"):
        ada.fill("#reply-text", "Ciao, domani")
    with ada.expect_response("**/draft/"):
        ada.get_by_role("link", name="rispondi a questo").first.click()
    ada.reload()
    expect(ada.locator("#reply-text")).to_have_value("Ciao, domani")
    expect(ada.locator("[data-to]")).to_contain_text(words[:30])
    assert ada.locator("#reply-form [name=to]").input_value()


def test_what_stands_in_the_composer_is_kept_whole_while_another_reply_is_called_back(asked):
    ada, _, _ = asked
    send(ada, DOUBLED)
    ada.fill("#reply-text", "E poi un’altra cosa")
    ada.get_by_label("Abbiamo sbagliato noi").check()
    ada.get_by_role("button", name="Richiamala").click()
    expect(ada.locator("#reply-text")).to_have_value(DOUBLED)
    expect(ada.get_by_label("Abbiamo sbagliato noi")).not_to_be_checked()
    other = ada.locator(".draft--own", has_text="E poi un’altra cosa")
    other.get_by_role("button", name="Continua").click()
    expect(ada.locator("#reply-text")).to_have_value("E poi un’altra cosa")
    expect(ada.get_by_label("Abbiamo sbagliato noi")).to_be_checked()


def test_a_line_that_is_offered_stands_once_below_what_is_typed(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", "Ciao, scusaci.")
    button = ada.get_by_role("button", name="Scrivi la riga pubblica")
    line = button.get_attribute("data-closes")
    button.click()
    expect(ada.locator("#reply-text")).to_have_value(f"Ciao, scusaci.\n{line}")
    button.click()
    expect(ada.locator("#reply-text")).to_have_value(f"Ciao, scusaci.\n{line}")


DOUBLED = "Ci scusiamo, hai fatto bene a dirlo: ne prepariamo una di vetro più spesso, e il corriere suona mercoledì"
SHOWN = (
    "Che peccato, scusaci e grazie della foto: questa è la tua, e parte domani alle otto con il corriere del mattino"
)
PACKED = "Hai ragione, scusa, e grazie: ne mandiamo due giovedì, dentro la scatola doppia che vedi nell’immagine qui"
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x80\x40\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def test_a_picture_chosen_here_is_in_the_draft_there_and_goes_out_once(desk, asked):
    ada, somebody, words = asked
    ada.fill("#reply-text", SHOWN)
    ada.locator("#pictures summary").click()
    with ada.expect_response("**/draft/") as kept:
        ada.set_input_files("#picture-0", {"name": "gatto.gif", "mimeType": "image/gif", "buffer": GIF})
    assert kept.value.json()["pictures"]
    with ada.expect_response("**/draft/") as kept:
        ada.fill("#alt-0", "la bottiglia nuova")
    assert not kept.value.json()["pictures"]
    ada.reload()
    expect(ada.locator(".kept [type=text]")).to_have_value("la bottiglia nuova")
    ada.locator("#guard-preview summary").click()
    expect(ada.locator("[data-passer-pictures] img")).to_have_attribute("alt", "la bottiglia nuova")
    ada.wait_for_function("document.querySelector('[data-passer-pictures] img').naturalWidth")
    bruno = desk("bruno")
    opened(bruno, words)
    expect(bruno.locator("#drafts")).to_contain_text("con 1 immagine")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text=SHOWN)).to_contain_text("Inviata", timeout=2 * SOON)
    assert somebody.sees().count('alt="la bottiglia nuova"') == 1


def test_a_picture_that_is_changed_for_another_goes_out_alone(asked):
    ada, somebody, _ = asked
    ada.fill("#reply-text", PACKED)
    ada.locator("#pictures summary").click()
    for name in ("prima.gif", "seconda.gif"):
        with ada.expect_response("**/draft/") as kept:
            ada.set_input_files("#picture-0", {"name": name, "mimeType": "image/gif", "buffer": GIF})
        assert kept.value.json()["pictures"]
        expect(ada.locator(".picture [name=kept]")).to_have_count(1)
    ada.fill("#alt-0", "due bottiglie nella paglia")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text=PACKED)).to_contain_text("Inviata", timeout=2 * SOON)
    assert somebody.sees().count("due bottiglie nella paglia") == 1
    expect(ada.locator(".picture [name=picture-0]")).to_have_count(1)


def test_a_picture_that_is_not_taken_is_said_so_once_and_not_sent_with_every_word(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", "Ecco la foto.")
    ada.locator("#pictures summary").click()
    with ada.expect_response("**/draft/") as kept:
        ada.set_input_files("#picture-0", {"name": "gatto.pdf", "mimeType": "application/pdf", "buffer": GIF})
    assert "gatto.pdf" in kept.value.json()["trouble"]
    expect(ada.locator("#pane .notice--brick")).to_contain_text("gatto.pdf")
    with ada.expect_response("**/draft/") as again:
        ada.locator("#reply-text").press_sequentially(" Eccola.")
    assert again.value.json()["trouble"] == ""
    with ada.expect_response("**/draft/") as better:
        ada.set_input_files("#picture-0", {"name": "gatto.gif", "mimeType": "image/gif", "buffer": GIF})
    assert better.value.json()["pictures"]


def test_emoji_and_names_are_put_in_with_the_keyboard(asked):
    ada, _, _ = asked
    field = ada.locator("#reply-text")
    field.press_sequentially("Grazie ")
    ada.locator("#emoji summary").press("Enter")
    ada.locator("[data-emoji]").first.press("ArrowRight")
    ada.keyboard.press("Enter")
    expect(field).to_have_value("Grazie 😊")
    expect(field).to_be_focused()
    field.press_sequentially(" @chi")
    expect(ada.locator(".mentions__one").first).to_be_visible()
    ada.keyboard.press("Enter")
    expect(field).to_have_value(re.compile("^Grazie 😊 @chiara-"))


def test_the_private_way_is_shut_until_one_says_why(asked):
    ada, _, _ = asked
    private = ada.locator("#composer [name=way][value=private]")
    expect(private).to_be_disabled()
    ada.locator("#reply-text").focus()
    ada.get_by_label("Dati personali o sicurezza").check()
    expect(private).to_be_enabled()
    expect(private).to_be_checked()


@contextmanager
def a_newcomer(product: Product) -> Iterator[None]:
    """Meanwhile Ada is new here."""
    new = (
        "from premura.models import Membership as M;"
        "M.objects.filter(agent__email='ada@bellosguardo.example').update(is_newcomer={})"
    )
    product.command("shell", "--no-imports", "-c", new.format(True))
    try:
        yield
    finally:
        product.command("shell", "--no-imports", "-c", new.format(False))


def test_a_newcomers_reply_is_let_go_by_a_lead_on_a_phone_who_reads_what_came_in_since(product, desk, customer):
    somebody, ada = customer(), desk("ada")
    words = f"Il pacco di {somebody.name} è arrivato rotto. Quando mi mandate un’altra bottiglia?"
    key = somebody.says(words)
    opened(ada, words)
    with a_newcomer(product):
        send(ada, OTHER)
    expect(ada.locator(".said--ours", has_text=OTHER)).to_contain_text("Trattenuta")
    somebody.answers(key, "Fate presto, per favore")
    expect(ada.locator("#thread")).to_contain_text("Fate presto, per favore")
    bruno = desk("bruno", "/held/", **PHONE)
    one = bruno.locator(".held__one", has_text=somebody.name)
    expect(one.locator(".held__new")).to_contain_text("Fate presto, per favore")
    assert too_wide(bruno) == []
    assert box(one.get_by_role("link", name="tutta la conversazione"))["height"] >= 44
    button = one.get_by_role("button", name="Falla partire")
    assert box(button)["height"] >= 44
    button.tap()
    expect(one).to_have_count(0)
    expect(ada.locator(".said--ours", has_text=OTHER)).to_contain_text("Inviata", timeout=2 * SOON)


FIRST = "Scusaci per il vetro, e grazie di avercelo scritto subito: martedì il corriere ti porta una bottiglia intera"
SECOND = (
    "Che dispiacere, scusa davvero: la nuova esce dalla cantina lunedì e la ricevi mercoledì. Grazie della pazienza"
)


def test_a_key_lets_only_that_one_go_which_has_the_focus_and_one_for_each_press(product, desk, asked, customer):
    ada, first, _ = asked
    second = customer()
    words = f"Il pacco di {second.name} è arrivato rotto. Quando mi mandate un’altra bottiglia?"
    second.says(words)
    elsewhere = desk("ada")
    opened(elsewhere, words)
    with a_newcomer(product):
        send(ada, FIRST)
        send(elsewhere, SECOND)
    bruno = desk("bruno", "/held/")
    let_go: list[str] = []
    bruno.on("request", lambda asked: let_go.append(asked.url) if asked.url.endswith("/approval/") else None)
    waiting = bruno.locator(".held__one")
    many = waiting.count()
    bruno.keyboard.press("a")  # on none of them
    for _ in range(many):
        bruno.keyboard.press("j")
    last = bruno.locator(".held__one", has_text=second.name)
    expect(last).to_be_focused()
    for _ in range(3):
        bruno.keyboard.down("a")  # held down
    expect(last).to_have_count(0)
    bruno.keyboard.down("a")
    bruno.keyboard.up("a")
    bruno.keyboard.press("a")  # the focus is on what was said of it
    bruno.reload()
    expect(waiting).to_have_count(many - 1)
    assert (len(let_go), bruno.locator(".held__one", has_text=first.name).count()) == (1, 1)


def test_the_page_of_what_waits_is_for_everybody(desk):
    if why := axe.missing():
        pytest.skip(why)
    assert axe.violations(desk("bruno", "/held/")) == []
    assert axe.violations(desk("elena", "/held/settings/")) == []
