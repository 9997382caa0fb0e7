"""What becomes of a reply is said in words, and what a person must decide is theirs to decide."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from playwright.sync_api import Locator, Page, expect

from premura.interact.signing import signed
from premura.networks.bluesky import Bluesky
from premura.networks.mastodon import Mastodon
from premura.networks.playground import Playground
from tests.running import Product
from tests.screens.conftest import opened
from tests.screens.faulty_line import Line, faulty_line

PAGE = "from premura.prepare import playground; print(playground.make_page('bottega', 'La Bottega').token)"


@pytest.fixture(scope="module")
def connected(product: Product) -> Iterator[Line]:
    """A page on Piazza whose line to us can be bad."""
    with faulty_line(product.url) as line:
        token = product.command("shell", "--no-imports", "-c", PAGE).split()[-1]
        product.command(
            "connect", "playground", "--brand", "bellosguardo", "--team", "Negozio", "--host", line.url,
            "--page", "bottega", "--token", token,
        )  # fmt: skip
        yield line


@pytest.fixture
def line(connected: Line) -> Iterator[Line]:
    connected.mood = "well"
    yield connected
    connected.mood = "well"


def asked(desk, customer, question: str) -> tuple[Page, object]:
    somebody = customer("bottega")
    somebody.says(question)
    page = desk("ada")
    opened(page, question)
    return page, somebody


def answer(page: Page, text: str) -> Locator:
    """Send `text`; return what stands in the thread for it."""
    page.fill("#reply-text", text)
    page.keyboard.press("Control+Enter")
    ours = page.locator(".said--ours", has_text=text)
    expect(ours).to_be_visible()
    return ours


def test_a_reply_is_being_sent_and_then_sent_with_its_link(line, desk, customer):
    page, somebody = asked(desk, customer, "Avete l'olio nuovo?")
    line.mood = "hangs"
    line.answer.clear()
    ours = answer(page, "Sì, da ieri.")
    expect(ours).to_contain_text("In partenza")
    assert "Sì, da ieri." not in somebody.sees()
    line.answer.set()
    expect(ours).to_contain_text("Inviata")
    link = ours.get_by_role("link", name="apri sulla rete")
    expect(link).to_be_visible()
    with page.expect_popup() as there:
        link.click()
    expect(there.value.get_by_text("Sì, da ieri.")).to_be_visible()


def test_a_refused_reply_says_why_and_can_be_sent_again(line, desk, customer):
    page, somebody = asked(desk, customer, "Fate pacchi regalo?")
    line.mood = "refuses"
    ours = answer(page, "Sì, con il nastro.")
    expect(ours).to_contain_text("Non inviata")
    expect(ours).to_contain_text("le parole non piacciono")
    ours.get_by_role("button", name="Riprendi il testo").click()
    expect(page.locator("#reply-text")).to_have_value("Sì, con il nastro.")
    page.fill("#reply-text", "")
    line.mood = "well"
    ours.get_by_role("button", name="Riprova").click()
    expect(ours.get_by_role("link", name="apri sulla rete")).to_be_visible()
    assert somebody.sees().count("Sì, con il nastro.") == 1


def test_an_unclear_reply_is_settled_by_a_person_who_looked(line, desk, customer):
    page, _ = asked(desk, customer, "Il codice sconto vale ancora?")
    line.mood = "swallows"
    ours = answer(page, "Vale fino a domenica.")
    expect(ours).to_contain_text("non ha detto se ha preso la tua risposta")
    expect(ours.get_by_role("link", name="Guarda")).to_be_visible()
    ours.locator("[name=stands][value='1']").click()
    expect(ours).to_contain_text("Inviata")
    expect(page.locator("#conversation-head")).not_to_contain_text("aspetta da", ignore_case=True)


def test_an_unclear_reply_that_is_not_there_is_sent_again(line, desk, customer):
    page, somebody = asked(desk, customer, "Spedite in Svizzera?")
    line.mood = "swallows"
    ours = answer(page, "Sì, in quattro giorni.")
    expect(ours).to_contain_text("non ha detto se ha preso la tua risposta")
    assert "Sì, in quattro giorni." not in somebody.sees()
    line.mood = "well"
    # Premura itself looks again from time to time: whoever is first, it goes out once.
    again = ours.locator("[name=stands][value='0']")
    if again.is_visible():
        again.click()
    expect(ours.get_by_role("link", name="apri sulla rete")).to_be_visible()
    expect(ours).to_have_count(1)
    assert somebody.sees().count("Sì, in quattro giorni.") == 1


def test_a_reply_whose_line_broke_after_it_arrived_is_joined_with_its_echo(line, desk, customer):
    page, somebody = asked(desk, customer, "Posso ritirare in negozio?")
    line.mood = "breaks"
    ours = answer(page, "Certo, fino alle 19.30.")
    expect(ours.get_by_role("link", name="apri sulla rete")).to_be_visible()
    expect(ours).to_have_count(1)
    line.mood = "well"
    page.reload()
    expect(ours).to_have_count(1)
    assert somebody.sees().count("Certo, fino alle 19.30.") == 1


def test_a_reply_that_is_too_long_is_counted_and_refused_with_its_text_kept(line, desk, customer):
    page, _ = asked(desk, customer, "Mi raccontate la vostra storia?")
    page.fill("#reply-text", "👩‍👩‍👧 " * 100)
    # A family is one letter; and it leaves with " – Ada" at its end.
    expect(page.locator("#reply-length")).to_have_text("205 / 500")
    page.fill("#reply-text", "x" * 501)
    expect(page.locator("#reply-length")).to_have_text("7 di troppo")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".composer__notice")).to_contain_text("È troppo lunga di 7 caratteri")
    expect(page.locator("#reply-text")).to_have_value("x" * 501)


@pytest.mark.parametrize("network", [Mastodon, Bluesky, Playground])
def test_the_counter_counts_as_each_network_does(line, desk, customer, network):
    page, _ = asked(desk, customer, f"Mi raccontate di {network.name}?")
    rules = json.dumps(asdict(network.counting))
    page.locator("#composer").evaluate("(it, rules) => { it.dataset.counts = rules; }", rules)
    linked = "@chiara@far.example la risposta è qui: https://www.bottega.example/" + "a" * 90
    for text in (linked, "👩‍👩‍👧‍👦" * 40, "Ciò che vuoi"):
        page.fill("#reply-text", text)
        used = network({}, None).length(signed(text, "Ada", "Ada Conti"))
        expect(page.locator("#reply-length")).to_have_text(f"{used} / 500")


def test_the_counter_counts_the_name_that_a_reply_leaves_with_once(line, desk, customer):
    page, _ = asked(desk, customer, "Chi mi risponde?")
    for text in ("Arriva domani.", "Arriva domani. – Ada", "A presto, Ada Conti 🌿", "Parla con Amada"):
        page.fill("#reply-text", text)
        expect(page.locator("#reply-length")).to_have_text(f"{len(signed(text, 'Ada', 'Ada Conti'))} / 500")


def test_a_reply_keeps_its_text_when_premura_does_not_answer(line, desk, customer):
    page, _ = asked(desk, customer, "Mi sentite?")
    page.route("**/replies/**", lambda route: route.abort())
    page.fill("#reply-text", "Sì, forte e chiaro.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".composer__notice")).to_contain_text("Premura non risponde")
    expect(page.locator("#reply-text")).to_have_value("Sì, forte e chiaro.")
    page.unroute("**/replies/**")
    page.locator("#reply-text").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said--ours")).to_contain_text("Sì, forte e chiaro.")
    desk.wrong.clear()  # the broken call
