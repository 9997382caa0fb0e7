"""Without JavaScript everything that matters works: forms post, links lead."""

import re

from playwright.sync_api import Page, expect

from tests.running import until
from tests.screens.conftest import NEWEST, PASSWORD, row


def plain(desk) -> Page:
    page = desk.stranger(java_script_enabled=False)
    page.goto("/")
    page.fill("input[name=login]", "ada@bellosguardo.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Entra").click()
    page.wait_for_url(re.compile("/inbox/"))
    page.goto(NEWEST)
    return page


def arrived(page: Page, text: str) -> None:
    """Reload until it is there, as a person without JavaScript would."""

    def look() -> bool:
        page.reload()
        return row(page, text).count() == 1

    until(look, f"“{text}” in the inbox")


def test_sign_in_read_reply_and_resolve_without_javascript(desk, customer):
    somebody = customer()
    page = plain(desk)
    somebody.says("Qui senza JavaScript")
    arrived(page, "Qui senza JavaScript")
    row(page, "Qui senza JavaScript").locator("a").click()
    expect(page.locator("#thread")).to_contain_text("Qui senza JavaScript")
    page.fill("#reply-text", "Va benissimo anche così.")
    page.get_by_role("button", name="Invia in pubblico").click()
    expect(page.locator("#thread")).to_contain_text("Va benissimo anche così.")

    def sent() -> bool:
        page.reload()
        return page.locator(".said--ours").get_by_role("link", name="apri sulla rete").count() == 1

    until(sent, "the reply to be sent")
    assert "Va benissimo anche così." in somebody.sees()
    page.locator("label:has(#way-note)").click()
    page.fill("#note-text", "Nota scritta senza JavaScript")
    page.get_by_role("button", name=re.compile("nota", re.I)).click()
    expect(page.locator(".note")).to_contain_text("Nota scritta senza JavaScript")
    page.get_by_role("button", name="Risolvi").click()
    expect(page.locator("#conversation-head")).to_contain_text("Risolta")
    page.get_by_role("button", name="Riapri").click()
    expect(page.get_by_role("button", name="Risolvi")).to_be_visible()


def test_the_second_to_send_is_stopped_without_javascript_too(desk, customer):
    somebody = customer()
    key = somebody.says("Due alla volta, senza JavaScript")
    page = plain(desk)
    arrived(page, "Due alla volta, senza JavaScript")
    row(page, "Due alla volta, senza JavaScript").locator("a").click()
    page.fill("#reply-text", "Rispondo alla prima.")
    somebody.answers(key, "E c'è una seconda!")
    other = desk("bruno", page.url)
    expect(other.locator("#thread")).to_contain_text("E c'è una seconda!", timeout=20_000)
    page.get_by_role("button", name="Invia in pubblico").click()
    expect(page.locator(".composer__notice")).to_contain_text("E c'è una seconda!")
    expect(page.locator("#reply-text")).to_have_value("Rispondo alla prima.")
    page.locator(".composer__notice button").click()
    expect(page.locator("#thread")).to_contain_text("Rispondo alla prima.")


def test_label_snooze_take_and_give_without_javascript(desk, customer):
    page = plain(desk)
    customer().says("Etichette a mano")
    arrived(page, "Etichette a mano")
    row(page, "Etichette a mano").locator("a").click()
    page.get_by_role("button", name="Prendila tu").click()
    expect(page.locator("#conversation-head")).to_contain_text("è tua")
    page.fill("#label-name", "Senza script")
    page.get_by_role("button", name="Aggiungi", exact=True).click()
    expect(page.locator(".about__labels")).to_contain_text("Senza script")
    page.select_option("#assignee", label="Carla Neri")
    page.get_by_role("button", name="Assegna").click()
    expect(page.locator("#conversation-head")).to_contain_text("ce l’ha Carla")
    page.locator("#snooze summary").click()
    page.get_by_role("button", name="Per un’ora").click()
    expect(page.locator("#conversation-head")).to_contain_text("Rimandata")


def test_page_on_filter_and_search_without_javascript(desk):
    page = plain(desk)
    page.goto("/inbox/all/")
    first = page.locator("#rows .row").first.get_attribute("id")
    page.get_by_role("link", name="Mostra altre").click()
    expect(page.locator(f"#{first}")).to_have_count(0)
    expect(page.locator("#rows .row").first).to_be_visible()
    page.locator("details.filters summary").click()
    page.select_option("#f-network", "bluesky")
    page.get_by_role("button", name="Mostra", exact=True).click()
    expect(page).to_have_url(re.compile("network=bluesky"))
    page.goto("/search/")
    page.fill("#q", "passito")
    page.get_by_role("button", name="Cerca").click()
    expect(page.locator("#results .row").first).to_be_visible()
