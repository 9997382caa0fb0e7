"""What arrives is in the open inbox by itself, and takes nothing from under anybody's hands."""

from playwright.sync_api import Page, expect

from tests.running import until
from tests.screens.conftest import counts, row


def positions(page: Page) -> dict[str, float]:
    """Return where each row stands on the screen."""
    found = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll("#rows .row")]
            .map((row) => [row.id, row.getBoundingClientRect().top]))"""
    )
    return dict(found)


def shared(page: Page) -> dict[str, int]:
    """Return what is counted alike for all: one's own turn, and what waits for a lead's yes, are one's own."""
    return {view: number for view, number in counts(page).items() if view not in ("mine", "held")}


def pointer_away(page: Page) -> None:
    page.mouse.move(1200, 120)


def test_what_arrives_is_in_the_open_inbox_by_itself(desk, customer):
    page = desk()
    pointer_away(page)
    somebody = customer()
    somebody.says("Avete la Riserva in magnum?")
    mine = row(page, "Avete la Riserva in magnum?")
    expect(mine).to_be_visible()
    expect(mine).to_contain_text(somebody.name)
    expect(page.locator("#rows .row").first).to_contain_text("Avete la Riserva in magnum?")


def test_what_arrives_leaves_the_focus_where_it_is(desk, customer):
    page = desk()
    pointer_away(page)
    page.locator("details.filters summary").focus()
    customer().says("Il focus resta dov'era?")
    expect(row(page, "Il focus resta dov'era?")).to_be_visible()
    assert page.evaluate("document.activeElement.matches('details.filters summary')")


def test_above_a_scrolled_list_it_waits_behind_a_button(desk, customer):
    page = desk()
    pointer_away(page)
    page.evaluate("document.getElementById('list-scroll').scrollTop = 400")
    before = positions(page)
    customer().says("Prima nuova mentre leggi giù")
    button = page.locator("#new button")
    expect(button).to_have_text("1 nuova")
    customer().says("Seconda nuova mentre leggi giù")
    expect(button).to_have_text("2 nuove")
    assert positions(page) == before
    button.click()
    expect(row(page, "Seconda nuova mentre leggi giù")).to_be_in_viewport()
    expect(page.locator("#rows .row").nth(1)).to_contain_text("Prima nuova mentre leggi giù")
    expect(button).to_be_hidden()


def test_the_row_under_the_pointer_does_not_move(desk, customer):
    page = desk()
    held = page.locator("#rows .row").nth(3)
    held.hover()
    name, before = held.get_attribute("id"), positions(page)
    customer().says("Arriva sopra la riga puntata")
    expect(page.locator("#new button")).to_be_visible()
    assert positions(page)[name] == before[name]
    pointer_away(page)  # now it may come in
    expect(row(page, "Arriva sopra la riga puntata")).to_be_visible()


def test_the_row_that_has_the_focus_does_not_move(desk, customer):
    page = desk()
    pointer_away(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    name, before = page.evaluate("document.activeElement.closest('.row').id"), positions(page)
    customer().says("Arriva sopra la riga col focus")
    expect(page.locator("#new button")).to_be_visible()
    assert positions(page)[name] == before[name]
    assert page.evaluate("document.activeElement.closest('.row').id") == name


def test_words_that_are_edited_or_deleted_change_in_the_open_list(desk, customer):
    page = desk()
    pointer_away(page)
    somebody = customer()
    key = somebody.says("Avete aperto ogi?")
    expect(row(page, "Avete aperto ogi?")).to_be_visible()
    somebody.edits(key, "Siete aperti oggi pomeriggio?")
    expect(row(page, "Siete aperti oggi pomeriggio?")).to_be_visible()
    expect(row(page, "Avete aperto ogi?")).to_have_count(0)
    second = somebody.answers(key, "Lasciate stare, ho trovato")
    expect(row(page, "Lasciate stare, ho trovato")).to_be_visible()
    somebody.deletes(second)
    expect(row(page, "Siete aperti oggi pomeriggio?")).to_be_visible()
    expect(row(page, "Lasciate stare, ho trovato")).to_have_count(0)


def test_the_counts_are_right_after_each_change_and_equal_in_two_browsers(desk, customer):
    ada, bruno = desk("ada"), desk("bruno", "/inbox/all/")
    pointer_away(ada)
    until(lambda: shared(ada) == shared(bruno), "both to see the same")
    before = counts(ada)

    def shows(page: Page, **expected: int) -> None:
        for view, number in expected.items():
            expect(page.locator(f"#views [data-count={view}]")).to_have_text(str(number))

    customer().says("Ci vediamo domenica da voi.")
    came = {"open": before["open"] + 1, "unassigned": before["unassigned"] + 1, "all": before["all"] + 1}
    shows(ada, **came)
    shows(bruno, **came)
    row(ada, "Ci vediamo domenica da voi.").locator("a").click()
    ada.locator("#take").click()
    shows(ada, mine=before["mine"] + 1, unassigned=before["unassigned"])
    shows(bruno, unassigned=before["unassigned"], open=before["open"] + 1)
    ada.locator("#resolve").click()
    for page in (ada, bruno):
        shows(page, open=before["open"], resolved=before["resolved"] + 1, all=before["all"] + 1)
    shows(ada, mine=before["mine"])
    fresh = desk("ada")
    until(lambda: counts(fresh) == counts(ada), "what is opened now to show the same")
