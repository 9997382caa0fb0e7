"""On a phone panes are pages; at a desk there are four of them."""

import re
from itertools import pairwise

from playwright.sync_api import expect

from tests.running import until
from tests.screens.conftest import PHONE, opened, row, too_wide

SMALL = """() => [...document.querySelectorAll("main :is(a, button, summary, select, input, textarea)")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((e) => !e.closest("p:not([class]), .said__text, .above__text, li:not([class])") || e.tagName !== "A")
    .map((e) => {
        const touched = e.matches("[type=radio], [type=checkbox]") ? e.closest("label, .field") : e;
        const box = touched.getBoundingClientRect();
        const around = getComputedStyle(e, "::after");  // what catches the finger without being seen
        const more = around.position === "absolute" ? parseFloat(around.height) || 0 : 0;
        return [Math.round(Math.max(box.height, more)), e.outerHTML.slice(0, 100)];
    }).filter(([height]) => height > 1 && height < 44)"""

PANES = """() => {
    const found = ["#rail", "#list", "section.conversation", "#about"].map((pane) => document.querySelector(pane));
    if (!found.every((pane) => pane?.checkVisibility())) return null;
    return found.map((pane) => pane.getBoundingClientRect().toJSON());
}"""


def test_no_conversation_scrolls_sideways_on_a_narrow_phone(desk):
    page = desk("elena", "/inbox/all/?network=bluesky", **PHONE | {"width": 360})
    for href in [link.get_attribute("href") for link in page.locator(".row__link").all()[:6]]:
        page.goto(href)
        assert too_wide(page) == [], f"{href} at 360"
        page.goto(f"{href}&pane=about")
        assert too_wide(page) == [], f"{href} about"


def test_the_sign_in_page_fits_a_phone(desk):
    page = desk.stranger(**PHONE | {"width": 360})
    page.goto("/")
    assert too_wide(page) == []
    expect(page.get_by_role("button", name="Entra", exact=True)).to_be_in_viewport()


def test_list_conversation_about_and_back_on_a_phone(desk, customer):
    page = desk("ada", "/inbox/all/?network=playground", **PHONE)
    rows = page.locator("#rows .row")
    expect(page.locator("#pane")).to_be_hidden()
    rows.nth(12).scroll_into_view_if_needed()
    where = page.evaluate("scrollY")
    assert where > 100
    rows.nth(12).locator("a").tap()
    expect(page.locator("#thread")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    expect(page.locator("#about")).to_be_hidden()
    expect(page.locator("#reply-text")).to_be_in_viewport()  # one thumb away
    page.locator(".conversation__back [data-about]").tap()
    expect(page.locator("#about")).to_be_visible()
    expect(page.locator("#reply-text")).to_be_hidden()
    page.locator(".about__back a").tap()
    expect(page.locator("#reply-text")).to_be_visible()
    page.go_back()
    expect(page.locator("#list")).to_be_visible()
    expect(page.locator("#pane")).to_be_hidden()
    until(lambda: abs(page.evaluate("scrollY") - where) < 80, "the list to be where it was")
    page.locator("#rows .row").first.locator("a").tap()
    expect(page.locator("#thread")).to_be_visible()
    page.locator("[data-back]").tap()
    expect(page).to_have_url(re.compile(r"/inbox/all/\?network=playground"))
    expect(page.locator("#list")).to_be_visible()


def test_a_reply_is_written_and_sent_on_a_phone(desk, customer):
    somebody = customer()
    somebody.says("Dal telefono si risponde?")
    page = desk("ada", **PHONE)
    expect(row(page, "Dal telefono si risponde?")).to_be_visible()
    opened(page, "Dal telefono si risponde?")
    page.locator("#reply-text").tap()
    page.locator("#reply-text").fill("Certo, anche in piedi.")
    page.get_by_role("button", name="Invia in pubblico").tap()
    expect(page.locator(".said--ours")).to_contain_text("Certo, anche in piedi.")
    expect(page.locator(".said--ours").get_by_role("link", name="apri sulla rete")).to_be_visible()


def test_what_one_touches_in_a_conversation_is_44_pixels_high(desk):
    page = desk("bruno", "/inbox/all/?network=playground", **PHONE)
    for n in (0, 3, 9):
        page.goto(str(page.locator("#rows .row__link").nth(n).get_attribute("href")))
        page.locator("#reply-text").tap()
        assert page.evaluate(SMALL) == []
        page.locator("#snooze summary, #reopen").first.tap()
        assert page.evaluate(SMALL) == []
        page.goto("/inbox/all/?network=playground")
    assert page.evaluate(SMALL) == []


def test_the_menu_leads_everywhere_on_a_phone(desk):
    page = desk("ada", **PHONE)
    expect(page.locator("#rail")).to_be_hidden()
    page.get_by_role("button", name="Menu").tap()
    expect(page.locator("#rail")).to_be_visible()
    page.locator("#rail").get_by_role("link", name=re.compile("Risolte")).tap()
    expect(page).to_have_url(re.compile("/inbox/resolved/"))
    expect(page.locator("#rail")).to_be_hidden()


def test_at_1440_there_are_four_panes_side_by_side(desk):
    page = desk("ada", width=1440)
    page.locator("#rows .row a").nth(2).click()
    expect(page).to_have_url(re.compile(r"/conversations/\d+"))
    # One look at all of them: a pane that is being swapped has no place for a moment.
    boxes = page.wait_for_function(PANES).json_value()
    assert all(left["right"] <= right["left"] for left, right in pairwise(boxes)), boxes
    assert boxes[-1]["right"] == 1440
    assert all(box["bottom"] <= 900 for box in boxes)  # panes scroll, the page does not
    assert page.evaluate("document.documentElement.scrollHeight") == 900


def test_between_phone_and_desk_the_person_is_a_page_behind_a_link(desk):
    page = desk("ada", "/inbox/open/?network=playground", width=1100)
    page.locator("#rows .row a").nth(2).click()
    expect(page.locator("#reply-text")).to_be_visible()
    expect(page.locator("#about")).to_be_hidden()
    page.locator(".conversation__to-about").click()
    expect(page.locator("#about")).to_be_visible()
    page.locator(".about__back a").click()
    expect(page.locator("#reply-text")).to_be_visible()
