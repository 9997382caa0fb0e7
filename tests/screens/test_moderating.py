"""Moderation in a real browser: two people and ten minutes before a delete, and an eye on what comes back."""

from playwright.sync_api import expect

from tests.running import until
from tests.screens.conftest import NEWEST, PHONE, SOON, opened, too_wide

IBAN = "Eccovi il mio IBAN IT60X0542811101000000123456 così mi rimborsate"
# Ten minutes have passed for everything that cools down.
LATER = "from premura.models import Act; Act.objects.filter(state='asked').update(not_before='2020-01-01T00:00Z')"


def test_what_shows_personal_data_is_deleted_by_two_people_after_ten_minutes_and_watched(desk, customer, product):
    somebody = customer()
    somebody.says(IBAN)
    bruno = desk("bruno")
    opened(bruno, IBAN)
    bruno.get_by_role("link", name="modera", exact=True).click()
    form = bruno.locator("form[action$='/deletion/']")
    form.locator("#reason-data").check()
    form.get_by_role("button").click()
    bruno.goto("/moderation/")
    asked = bruno.locator("[id^=wait-]", has_text=IBAN)
    expect(asked).to_be_visible()
    expect(asked.locator("[value=yes]")).to_have_count(0)  # not who asked for it, however long it cooled down
    elena = desk("elena", "/moderation/")
    waits = elena.locator("[id^=wait-]", has_text=IBAN)
    expect(waits).to_contain_text("Deve raffreddarsi fino")
    expect(waits.locator("[value=yes]")).to_have_count(0)
    assert IBAN in somebody.sees()

    product.command("shell", "--no-imports", "-c", LATER)
    elena.reload()
    waits.locator("[value=yes]").click()
    expect(elena.locator("[id^=act-]", has_text=IBAN)).to_contain_text("seconda persona: Elena Villa")
    until(lambda: IBAN not in somebody.sees(), "the network to take it away")

    somebody.says(IBAN)
    came_back = elena.get_by_role("link", name="È tornato: lo stesso autore, le stesse parole")

    def noticed() -> int:
        elena.goto("/moderation/")
        return came_back.count()

    until(noticed, "what came back to be noticed", SOON / 1000)
    came_back.click()
    expect(elena.locator("#thread")).to_contain_text(IBAN)


def test_a_word_without_end_in_a_rule_does_not_make_the_public_page_scroll_sideways(desk):
    page = desk.stranger(**PHONE | {"width": 390})
    page.goto("/rules/bellosguardo/")
    page.locator(".clauses--public p").first.evaluate("(it) => { it.textContent = 'senzafine'.repeat(40); }")
    page.locator(".clauses--public h2").first.evaluate("(it) => { it.textContent = 'senzafine'.repeat(10); }")
    assert too_wide(page) == []


def test_long_words_and_names_without_blanks_break_in_the_thread_and_among_refused_examples(desk, customer):
    endless = "https://example.org/" + "senzafine" * 20
    shown = "Il mio IBAN IT60X0542811101000000123456, e le foto quando arrivano?"
    customer().says(shown)
    bruno = desk("bruno")
    opened(bruno, shown)
    phone = desk("bruno", bruno.url, **PHONE)
    bruno.get_by_role("link", name="modera", exact=True).click()
    form = bruno.locator("form[action$='/deletion/']")
    form.locator("#reason-data").check()
    form.locator("[name=words]").fill(endless)
    form.get_by_role("button").click()
    phone.reload()
    expect(phone.locator(".said div.notice")).to_contain_text(endless)
    longer = "(found) => found.forEach((it) => { it.textContent = 'senzafine'.repeat(10); })"
    phone.locator(".said__who strong, .said__handle, #conversation-title").evaluate_all(longer)
    assert too_wide(phone) == []

    words = f"Dove trovo il catalogo? {endless}"
    customer().says(words)
    bruno.goto(NEWEST)
    opened(bruno, words)
    phone.goto("/moderation/rules/")
    phone.locator("#catches-words").check()
    phone.locator("#rule-words").fill("catalogo")
    phone.get_by_role("button", name="Provala e accendila").click()
    expect(phone.locator(".quotes")).to_contain_text("senzafine")
    assert too_wide(phone) == []
