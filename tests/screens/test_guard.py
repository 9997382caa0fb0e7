"""The guard in a real browser: a blocked draft becomes a good one by its fixes; private after public."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.screens import axe
from tests.screens.conftest import PHONE, SOON, opened

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
    expect(ada.locator("#guard-says")).to_contain_text("questa risposta")
    expect(ada.locator("#reply-text")).to_be_focused()
    expect(ada.locator("#reply-mirror .meant--block").first).to_be_attached()
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="cretina")).to_have_count(0)
    for _unused in range(3):
        if found.count():
            key = str(found.first.locator("[data-fixes]").get_attribute("aria-keyshortcuts"))
            ada.locator("#reply-text").press(key)
            expect(ada.locator("#guard-preview")).to_be_visible(timeout=SOON)  # it has looked again
    expect(found).to_have_count(0, timeout=SOON)
    expect(ada.locator("#reply-text")).to_have_value("Ciao Giulia, la bottiglia nuova parte domani. ")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="parte domani")).to_contain_text("Inviata", timeout=2 * SOON)
    assert "800 123 456" not in somebody.sees()


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
    expect(preview.locator(".passer__text").last).to_have_text("Ciao, la bottiglia nuova parte domani mattina.")


def test_the_private_way_opens_when_the_public_answer_stands(asked):
    ada, _, _ = asked
    ada.fill("#reply-text", "Ciao, ci dispiace: la bottiglia nuova parte domani mattina e arriva mercoledì.")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="parte domani mattina")).to_contain_text("Inviata", timeout=2 * SOON)
    expect(ada.locator("#composer [name=way][value=private]")).to_be_enabled(timeout=SOON)


def test_after_the_private_reply_the_closing_line_in_public_is_asked_for_and_sent(asked):
    ada, somebody, _ = asked
    ada.fill("#reply-text", "Scusaci, Chiara! Ne spediamo un'altra giovedì alle 9 e venerdì è da te. Ada")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="venerdì è da te")).to_contain_text("Inviata", timeout=2 * SOON)
    private = ada.locator("#composer [name=way][value=private]")
    expect(private).to_be_enabled(timeout=SOON)
    expect(ada.locator("#reply-text")).to_have_value("")
    ada.locator("#composer label:has([value=private])").click()
    expect(private).to_be_checked()
    ada.fill("#reply-text", "Ciao, grazie della pazienza: a quale indirizzo la mandiamo? Ada")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="a quale indirizzo")).to_contain_text("Inviata", timeout=2 * SOON)
    assert "a quale indirizzo" not in somebody.sees()
    closing = ada.locator("[data-closes]")
    closing.click(timeout=SOON)
    expect(ada.locator("#composer [name=way][value=public]")).to_be_checked()
    expect(ada.locator("#reply-text")).to_have_value("Ti abbiamo scritto in privato, grazie per la pazienza.")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours", has_text="scritto in privato")).to_contain_text("Inviata", timeout=2 * SOON)
    expect(closing).to_have_count(0)
    assert "Ti abbiamo scritto in privato" in somebody.sees()


def test_on_a_phone_the_guard_speaks_and_a_thumb_mends(desk, asked):
    ada, _, _ = asked
    phone = desk("ada", ada.url, **PHONE)
    fix = phone.locator("[data-fixes]").first
    typed(phone, BAD, until=lambda: expect(fix).to_be_visible(timeout=3 * SOON))
    assert fix.bounding_box()["height"] >= 24
    assert axe.violations(phone) == []
    fix.click()
    expect(phone.locator("#reply-text")).not_to_have_value(BAD)
