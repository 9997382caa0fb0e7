"""Each way has its own words in a real browser: no click makes public what is written in private."""

import pytest
from playwright.sync_api import Page, expect

from tests.screens.conftest import PHONE, box, opened
from tests.screens.test_writing import GIF, send

SECRET = "Il corriere suona da tuo fratello Aldo, scala B, perché lavori fino alle sei."
A_SAVE_MS = 1_500
PUBLIC = "Ciao, ci dispiace: la bottiglia nuova parte domani."


@pytest.fixture
def asked(desk, customer) -> tuple[Page, object]:
    """Ada has a question open, and may answer it in private."""
    somebody = customer()
    words = f"Il pacco di {somebody.name} è arrivato rotto. Quando mi mandate un’altra bottiglia?"
    somebody.says(words)
    ada = desk("ada")
    opened(ada, words)
    ada.locator("#reply-text").focus()
    ada.get_by_label("Dati personali o sicurezza").check()
    expect(ada.locator("#composer [name=way][value=private]")).to_be_checked()
    return ada, somebody


def turn(page: Page, way: str) -> None:
    page.locator(f"#composer label:has([value={way}])").click()
    expect(page.locator(f"#composer [name=way][value={way}]")).to_be_checked()


def test_the_public_line_stands_alone_and_what_was_written_in_private_waits_there(asked):
    ada, somebody = asked
    with ada.expect_response("**/draft/") as kept:
        ada.fill("#reply-text", SECRET)
    private = kept.value.json()["draft"]
    button = ada.get_by_role("button", name="Scrivi la riga pubblica")
    line = button.get_attribute("data-closes")
    with ada.expect_response("**/draft/") as kept:
        button.click()
        expect(ada.locator("#composer [name=way][value=public]")).to_be_checked()
        expect(ada.locator("#reply-text")).to_have_value(line)
    assert kept.value.json()["draft"] != private
    expect(ada.locator("#words-wait")).to_contain_text("fratello Aldo")
    turn(ada, "private")
    expect(ada.locator("#reply-text")).to_have_value(SECRET)
    assert ada.locator("#reply-form [name=draft]").input_value() == str(private)
    turn(ada, "public")
    expect(ada.locator("#reply-text")).to_have_value(line)
    send(ada, PUBLIC)
    assert "fratello Aldo" not in somebody.sees()
    expect(ada.locator("#words-wait")).to_contain_text("fratello Aldo")


def test_turning_to_public_by_hand_takes_no_private_word_along_unless_one_brings_it(asked):
    ada, _ = asked
    ada.fill("#reply-text", SECRET)
    turn(ada, "public")
    expect(ada.locator("#reply-text")).to_have_value("")
    turn(ada, "note")
    turn(ada, "public")
    expect(ada.locator("#reply-text")).to_have_value("")
    expect(ada.locator("#words-wait")).to_have_attribute("role", "status")
    with ada.expect_response("**/draft/"):
        ada.locator("#words-wait button").click()
    expect(ada.locator("#reply-text")).to_have_value(SECRET)
    expect(ada.locator("#words-wait")).to_be_empty()


def test_private_words_and_pictures_are_private_again_after_the_page_is_opened_anew(asked):
    ada, _ = asked
    ada.fill("#reply-text", SECRET)
    ada.locator("#pictures summary").click()
    with ada.expect_response("**/draft/"):
        ada.set_input_files("#picture-0", {"name": "gatto.gif", "mimeType": "image/gif", "buffer": GIF})
    turn(ada, "public")
    expect(ada.locator("#composer .picture img, #composer .kept")).to_have_count(0)
    ada.reload()
    expect(ada.locator("#composer [name=way][value=private]")).to_be_checked()
    expect(ada.locator("#reply-text")).to_have_value(SECRET)
    expect(ada.locator(".kept img")).to_have_count(1)


def test_words_of_both_ways_written_while_the_line_is_down_are_saved_when_it_is_back(desk, asked):
    ada, _ = asked
    with ada.expect_event("requestfailed", lambda request: "/draft/" in request.url):
        ada.context.set_offline(True)
        ada.fill("#reply-text", SECRET)
        turn(ada, "public")
        ada.fill("#reply-text", PUBLIC)
    ada.wait_for_timeout(A_SAVE_MS)  # the last words are lost on the way too
    ada.context.set_offline(False)
    expect(ada.locator("#reply-form [name=draft]")).not_to_have_value("")
    ada.wait_for_timeout(A_SAVE_MS)
    assert_has_both(desk("ada", ada.url))
    desk.wrong.clear()  # the broken line


DOWN = """
(() => {
  const asks = window.fetch;
  const is_down = (url) => sessionStorage.down && String(url).endsWith("/draft/");
  window.fetch = (url, ...more) => (is_down(url) ? Promise.reject(new TypeError("down")) : asks(url, ...more));
})()
"""  # also for what is sent as the page goes, which no route sees


def goes_down(page: Page) -> None:
    page.context.add_init_script(DOWN)
    page.evaluate(DOWN)
    page.evaluate("sessionStorage.down = 1")


def test_words_whose_last_save_failed_are_saved_when_one_goes(desk, asked):
    ada, _ = asked
    goes_down(ada)
    ada.fill("#reply-text", SECRET)
    ada.wait_for_timeout(A_SAVE_MS)
    ada.evaluate("sessionStorage.removeItem('down')")
    at = ada.url
    ada.goto("/account/")
    ada.wait_for_timeout(A_SAVE_MS)
    expect(desk("ada", at).locator("#reply-text")).to_have_value(SECRET)


@pytest.mark.parametrize("last", ["public", "private"])
def test_words_of_both_ways_that_the_server_never_got_are_there_after_each_reload(desk, asked, last):
    ada, _ = asked
    goes_down(ada)
    ada.fill("#reply-text", SECRET)
    turn(ada, "public")
    ada.fill("#reply-text", PUBLIC)
    turn(ada, last)
    for more in ("", "!"):
        ada.reload()
        expect(ada.locator("#reply-text")).to_have_value(PUBLIC + more)
        expect(ada.locator("#words-wait")).to_contain_text("fratello Aldo")
        ada.fill("#reply-text", PUBLIC + "!")
    ada.wait_for_timeout(A_SAVE_MS)
    comes_back(ada)
    expect(ada.locator("#reply-form [name=draft]")).not_to_have_value("")
    ada.wait_for_timeout(A_SAVE_MS)
    assert_has_both(desk("ada", ada.url))


def comes_back(page: Page) -> None:
    page.evaluate("sessionStorage.removeItem('down'); dispatchEvent(new Event('online'))")


def types_on_while_it_is_down(page: Page) -> None:
    with page.expect_response("**/draft/"):
        page.fill("#reply-text", SECRET)
    goes_down(page)
    page.locator("#reply-text").press("End")
    page.keyboard.insert_text(" E grazie.")


def test_what_was_written_on_while_the_line_was_down_stands_in_the_box_after_a_reload(desk, asked):
    ada, _ = asked
    types_on_while_it_is_down(ada)
    for _unused in range(2):
        ada.wait_for_timeout(A_SAVE_MS)
        ada.reload()
        expect(ada.locator("#reply-text")).to_have_value(f"{SECRET} E grazie.")
    with ada.expect_response("**/draft/"):
        comes_back(ada)
    elsewhere = desk("ada", ada.url)
    expect(elsewhere.locator("#reply-text")).to_have_value(f"{SECRET} E grazie.")
    expect(elsewhere.locator(".draft--own")).to_have_count(0)


def test_words_that_never_got_there_stand_beside_what_was_changed_elsewhere_meanwhile(desk, asked):
    ada, _ = asked
    types_on_while_it_is_down(ada)
    phone = desk("ada", ada.url, **PHONE)
    with phone.expect_response("**/draft/"):
        phone.fill("#reply-text", PUBLIC)
    for _unused in range(2):
        ada.reload()
        expect(ada.locator("#reply-text")).to_have_value(PUBLIC)
        ada.wait_for_timeout(A_SAVE_MS)
    expect(ada.locator(".draft--own")).to_have_count(0)
    comes_back(ada)
    expect(ada.locator(".draft--own")).to_contain_text("E grazie.")
    ada.wait_for_timeout(A_SAVE_MS)
    elsewhere = desk("ada", ada.url)
    assert_has_both(elsewhere)
    expect(elsewhere.locator(".draft--own")).to_have_count(1)


def assert_has_both(page: Page) -> None:
    """The words of one way are in the box, and those of the other are a draft beside it."""
    expect(page.locator("#reply-text")).not_to_have_value("")
    has = page.locator("#reply-text").input_value() + page.locator(".draft--own").inner_text()
    assert SECRET in has
    assert PUBLIC in has


def test_what_was_begun_in_public_may_become_private(asked):
    ada, _ = asked
    turn(ada, "public")
    ada.fill("#reply-text", PUBLIC)
    turn(ada, "private")
    expect(ada.locator("#reply-text")).to_have_value(PUBLIC)
    turn(ada, "public")
    expect(ada.locator("#reply-text")).to_have_value("")


def test_a_picture_without_a_description_is_spoken_of_before_it_is_sent(asked):
    ada, _ = asked
    turn(ada, "public")
    ada.fill("#reply-text", PUBLIC)
    expect(ada.locator("#undescribed")).to_be_hidden()
    ada.locator("#pictures summary").click()
    ada.set_input_files("#picture-0", {"name": "gatto.gif", "mimeType": "image/gif", "buffer": GIF})
    expect(ada.locator("#undescribed")).to_be_visible()
    ada.fill("#alt-0", "la bottiglia nuova")
    expect(ada.locator("#undescribed")).to_be_hidden()


def test_on_a_phone_emoji_and_the_preview_can_be_hit_with_a_thumb(desk, asked):
    ada, _ = asked
    phone = desk("ada", ada.url, **PHONE)
    phone.fill("#reply-text", PUBLIC)
    assert box(phone.locator("#guard-preview summary"))["height"] >= 44
    left = box(phone.locator(".guard__questions"))["x"]
    assert left >= box(phone.locator("#reply-text"))["x"] + 10
    phone.locator("#emoji summary").click()
    first = box(phone.locator("[data-emoji]").first)
    assert min(first["width"], first["height"]) >= 44
