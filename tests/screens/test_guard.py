"""The guard in a real browser: a blocked draft becomes a good one by its fixes; private after public."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from premura.interact import closings
from tests.screens import axe
from tests.screens.conftest import PHONE, SOON, box, opened

BAD = "Ciao Giulia, la bottiglia nuova parte domani. Chiama il numero verde 800 123 456. Sei una cretina."


@pytest.fixture
def asked(desk, customer) -> tuple[Page, object, str]:
    somebody = customer()
    words = f"Ciao, sono {somebody.name}: la bottiglia è arrivata rotta. Quando mi mandate quella nuova?"
    somebody.says(words)
    ada = desk("ada")
    opened(ada, words)
    return ada, somebody, words


def typed(page: Page, text: str, *, until: Callable[[], None]) -> None:
    page.fill("#reply-text", text)
    until()


def test_a_blocked_draft_becomes_a_good_one_by_its_fixes_and_is_sent(asked):
    ada, somebody, _ = asked
    found = ada.locator("#guard-list .guard__finding--block")
    typed(ada, BAD, until=lambda: expect(found.first).to_be_visible(timeout=3 * SOON))
    expect(ada.locator("#guard-says")).to_contain_text("insulto")
    expect(ada.locator("#reply-text")).to_be_focused()
    expect(ada.locator("#reply-mirror .meant--block").first).to_be_attached()
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="cretina")).to_have_count(0)
    stopped = ada.locator(".composer__notice .notice--brick")
    expect(stopped).to_be_visible()
    for _unused in range(3):
        if found.count():
            key = str(found.first.locator("[data-fixes]").get_attribute("aria-keyshortcuts"))
            ada.locator("#reply-text").press(key)
            expect(ada.locator("#guard-preview")).to_be_visible()  # it has looked again
    expect(found).to_have_count(0)
    expect(stopped).to_have_count(0)  # nothing stops it any more
    expect(ada.locator("#reply-text")).to_have_value("Ciao Giulia, la bottiglia nuova parte domani. ")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="parte domani")).to_contain_text("Inviata", timeout=2 * SOON)
    assert "800 123 456" not in somebody.sees()


def fix_of(page: Page, rule: str) -> str:
    fix = page.locator(f"#guard-list [data-rule={rule}] [data-fixes]").first
    expect(fix).to_be_visible(timeout=3 * SOON)
    return str(fix.get_attribute("aria-keyshortcuts"))


INSULT = "Sei una cretina."
GOOD = "la bottiglia nuova parte domani alle 9."
AT_THE_START = "document.getElementById('reply-text').setSelectionRange(0, 0)"


def test_a_fix_takes_out_the_words_that_it_means_while_others_are_being_typed_and_can_be_undone(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", f"Giulia, {GOOD} {INSULT} Grazie.")
    key = fix_of(ada, "insult")
    ada.evaluate(AT_THE_START)
    ada.keyboard.insert_text("Ciao Chiara, eccoci! ")
    ada.keyboard.press(key)
    expect(ada.locator("#reply-text")).to_have_value(f"Ciao Chiara, eccoci! Giulia, {GOOD} Grazie.")
    ada.keyboard.press("Control+z")
    expect(ada.locator("#reply-text")).to_have_value(f"Ciao Chiara, eccoci! Giulia, {GOOD} {INSULT} Grazie.")


def test_a_fix_for_words_that_were_themselves_changed_asks_first(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", f"Giulia, {GOOD} {INSULT} Grazie.")
    key = fix_of(ada, "insult")
    ada.evaluate("(n) => document.getElementById('reply-text').setSelectionRange(n, n)", len(f"Giulia, {GOOD} Sei "))
    ada.keyboard.insert_text("proprio ")
    ada.keyboard.press(key)
    expect(ada.locator("#guard-list .guard__words").first).to_contain_text("proprio")
    expect(ada.locator("#reply-text")).to_have_value(f"Giulia, {GOOD} Sei proprio una cretina. Grazie.")
    ada.keyboard.press(fix_of(ada, "insult"))
    expect(ada.locator("#reply-text")).to_have_value(f"Giulia, {GOOD} Grazie.")


def test_a_question_that_is_put_off_to_a_day_is_ticked_without_leaving_the_tick(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", "Ciao Chiara, ci dispiace molto per la bottiglia rotta.")
    box = ada.locator(".guard__question input[type=checkbox]")
    expect(box.first).to_be_visible(timeout=3 * SOON)
    ada.evaluate("for (const one of document.querySelectorAll('#composer details')) one.open = true")
    ada.locator("[name=promised_for]").fill("2099-12-01T12:00")
    open_ = ada.locator("#guard-list [data-rule=question_unanswered]")
    expect(open_).to_have_count(1)
    box.first.check()
    expect(open_).to_have_count(0)
    expect(box.first).to_be_checked()
    expect(box.first).to_be_focused()
    box.first.uncheck()
    expect(open_).to_have_count(1)


def test_a_tick_that_is_set_while_the_guard_is_still_looking_stays_set(asked):
    ada, _, _ = asked
    box = ada.locator(".guard__question input[type=checkbox]")
    ada.fill("#reply-text", "Ciao Chiara, ci dispiace molto per la bottiglia rotta.")
    expect(box.first).to_be_visible(timeout=3 * SOON)
    ada.evaluate("for (const one of document.querySelectorAll('#composer details')) one.open = true")
    held: list[Route] = []
    ada.route("**/guard/", lambda route: held.append(route), times=1)
    with ada.expect_request("**/guard/"):
        ada.locator("[name=promised_for]").fill("2099-12-01T12:00")
    ada.evaluate("document.getElementById('guard-list').firstElementChild.id = 'of-before'")
    box.first.check()
    held[0].continue_()
    expect(ada.locator("#of-before")).to_have_count(0)
    expect(box.first).to_be_checked()
    expect(ada.locator("#guard-list [data-rule=question_unanswered]")).to_have_count(0)


def test_a_reason_stays_while_the_words_are_changed(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", f"Ciao Chiara, {GOOD} Ti rispondiamo a breve.")
    vague = ada.locator("#guard-list [data-rule=vague_promise]")
    expect(vague.first).to_be_visible(timeout=3 * SOON)
    vague.first.locator("summary").click()
    why = ada.locator("#guard-list [name=override-vague_promise]")
    why.fill("lo sa già")
    ada.fill("#reply-text", f"Ciao Chiara, {GOOD}")
    expect(vague).to_have_count(0)
    ada.fill("#reply-text", f"Ciao Chiara, {GOOD} Ti aggiorniamo presto.")
    expect(vague.first).to_be_visible()
    expect(why).to_have_value("lo sa già")


def test_their_question_is_a_tick_which_the_draft_fulfils(asked):
    ada, _, _ = asked
    question = ada.locator(".guard__question", has_text="Quando mi mandate quella nuova?")
    typed(
        ada,
        "Ciao, la bottiglia nuova parte domani mattina.",
        until=lambda: expect(question).to_be_visible(timeout=3 * SOON),
    )
    expect(question).to_contain_text("✓")


def test_what_a_passer_by_would_see_is_shown_without_anything_of_ours(asked):
    ada, _, _ = asked
    preview = ada.locator("#guard-preview")
    typed(
        ada,
        "Ciao, la bottiglia nuova parte domani mattina.",
        until=lambda: expect(preview).to_be_visible(timeout=3 * SOON),
    )
    preview.locator("summary").click()
    expect(preview.locator(".passer__text").last).to_have_text("Ciao, la bottiglia nuova parte domani mattina. – Ada")


def test_the_private_way_opens_when_the_public_answer_stands(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", "Ciao, ci dispiace: la bottiglia nuova parte domani mattina e arriva mercoledì.")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="parte domani mattina")).to_contain_text("Inviata", timeout=2 * SOON)
    expect(ada.locator("#composer [name=way][value=private]")).to_be_enabled()


def test_after_the_private_reply_the_closing_line_in_public_is_asked_for_and_sent(asked):
    ada, somebody, _ = asked
    ada.fill("#reply-text", "Scusaci, Chiara! Ne spediamo un'altra giovedì alle 9 e venerdì è da te. Ada")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="venerdì è da te")).to_contain_text("Inviata", timeout=2 * SOON)
    private = ada.locator("#composer [name=way][value=private]")
    expect(private).to_be_enabled()
    expect(ada.locator("#reply-text")).to_have_value("")
    ada.locator("#composer label:has([value=private])").click()
    expect(private).to_be_checked()
    ada.fill("#reply-text", "Ciao, grazie della pazienza: a quale indirizzo la mandiamo? Ada")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="a quale indirizzo")).to_contain_text("Inviata", timeout=2 * SOON)
    assert "a quale indirizzo" not in somebody.sees()
    closing = ada.locator("[data-closes]")
    closing.click()
    expect(ada.locator("#composer [name=way][value=public]")).to_be_checked()
    expect(ada.locator("#reply-text")).to_have_value(closings.line("it", "tu"))
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="restano riservati")).to_contain_text("Inviata", timeout=2 * SOON)
    expect(closing).to_have_count(0)
    assert "i tuoi dati restano riservati" in somebody.sees()


@pytest.mark.parametrize("screen", [{"width": 1440, "height": 900}, PHONE], ids=["desk", "phone"])
def test_however_much_the_guard_says_what_they_wrote_stays_in_sight(desk, asked, screen):
    ada, _, words = asked
    page = desk("ada", ada.url, **screen)
    page.locator("#reply-text").focus()
    page.fill("#reply-text", f"{BAD} Sei una stupida. Vergognati. Chiama il numero verde 800 123 457.")
    expect(page.locator("#guard-list .guard__finding").nth(3)).to_be_visible(timeout=3 * SOON)
    expect(page.locator("#guard")).to_have_attribute("tabindex", "0")  # what scrolls is reached with the keys
    theirs = box(page.locator("#thread .said__text", has_text=words))
    composer = box(page.locator("#composer"))["y"]
    assert composer >= screen["height"] * 0.38
    assert 0 < theirs["y"] < theirs["y"] + theirs["height"] < composer


def test_without_a_network_the_guard_says_that_it_cannot_look_and_looks_when_it_is_back(desk, asked):
    ada, _, _ = asked
    cannot = ada.locator("#guard-cannot")
    ada.context.set_offline(True)
    ada.fill("#reply-text", BAD)
    expect(cannot).to_have_text(str(cannot.get_attribute("data-words")))
    expect(ada.locator("#guard-list .guard__finding")).to_have_count(0)
    ada.context.set_offline(False)
    expect(ada.locator("#guard-list .guard__finding--block").first).to_be_visible(timeout=3 * SOON)
    expect(cannot).to_have_text("")
    desk.wrong.clear()  # the broken line


def test_on_a_phone_the_guard_speaks_and_a_thumb_mends(desk, asked):
    ada, _, _ = asked
    phone = desk("ada", ada.url, **PHONE)
    fix = phone.locator("[data-fixes]").first
    typed(phone, BAD, until=lambda: expect(fix).to_be_visible(timeout=3 * SOON))
    assert box(fix)["height"] >= 24
    assert axe.violations(phone) == []
    fix.click()
    expect(phone.locator("#reply-text")).not_to_have_value(BAD)
