"""The keyboard alone: from sign-in to a sent reply, and everything on the way."""

import re

from playwright.sync_api import Page, expect

from tests.screens.conftest import NEWEST, PASSWORD, opened


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('.row')?.id ?? document.activeElement.id"))


def test_from_sign_in_to_a_sent_reply_without_a_pointer(desk, customer):
    somebody = customer()
    somebody.says("Si può pagare alla consegna?")
    page = desk.stranger()
    page.goto("/")
    page.keyboard.type("ada@bellosguardo.example")  # the field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox/mine/"))
    page.goto(NEWEST)
    expect(page.locator("#rows .row").first).to_contain_text("Si può pagare alla consegna?")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == page.locator("#rows .row").first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text("Si può pagare alla consegna?")
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("Sì, in contanti o con carta.")
    page.keyboard.press("Control+Enter")
    ours = page.locator(".said--ours")
    expect(ours).to_contain_text("Sì, in contanti o con carta.")
    expect(ours.get_by_role("link", name="apri sulla rete")).to_be_visible()
    assert "Sì, in contanti o con carta." in somebody.sees()


def test_a_takes_e_resolves_s_snoozes(desk, customer):
    customer().says("Tasto per tasto")
    page = desk("bruno")
    opened(page, "Tasto per tasto")
    page.keyboard.press("a")
    expect(page.locator("#conversation-head")).to_contain_text("è tua")
    page.keyboard.press("e")
    expect(page.locator("#conversation-head")).to_contain_text("risolta", ignore_case=True)
    page.locator("#reopen").click()
    expect(page.locator("#resolve")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("#snooze")).to_have_attribute("open", "")
    expect(page.get_by_role("button", name="Per un’ora")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#snooze")).not_to_have_attribute("open", "")
    expect(page.locator("#snooze summary")).to_be_focused()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("#conversation-head")).to_contain_text("rimandata a", ignore_case=True)


def test_slash_searches_and_the_question_mark_lists_the_keys(desk):
    page = desk()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for key in ("j", "k", "r", "n", "i", "a", "e", "s", "l", "c", "/", "esc"):
        expect(sheet.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$")).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("/")
    page.wait_for_url(re.compile("/search/"))
    expect(page.locator("#q")).to_be_focused()


def test_keys_do_nothing_while_one_writes(desk, customer):
    customer().says("Scrivo aerjks/?")
    page = desk()
    opened(page, "Scrivo aerjks/?")
    page.locator("#reply-text").click()
    page.keyboard.type("aerjksnl/?")
    expect(page.locator("#reply-text")).to_have_value("aerjksnl/?")
    expect(page.locator("#conversation-head")).to_contain_text("non è di nessuno")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#label-name").click()
    page.keyboard.type("sera")
    expect(page.locator("#label-name")).to_have_value("sera")
    page.locator("#assignee").focus()
    page.keyboard.press("e")
    expect(page.locator("#resolve")).to_be_visible()


def test_single_keys_can_be_switched_off(desk, customer):
    customer().says("Niente tasti, grazie")
    page = desk()
    opened(page, "Niente tasti, grazie")
    page.keyboard.press("?")
    page.get_by_label(re.compile("I tasti singoli funzionano")).uncheck()
    page.keyboard.press("Escape")
    for key in ("a", "e", "?"):
        page.keyboard.press(key)
    expect(page.locator("#conversation-head")).to_contain_text("non è di nessuno")
    expect(page.locator("#resolve")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.reload()
    page.keyboard.press("e")
    expect(page.locator("#resolve")).to_be_visible()
    page.locator("#reply-text").fill("Ctrl e invio restano")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said--ours")).to_contain_text("Ctrl e invio restano")


def test_tab_goes_to_the_content_first(desk):
    page = desk()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
