"""What one does with a conversation: each deed is done, shown to others, and stays where it was found."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.running import until
from tests.screens.conftest import NEWEST, opened, row


def with_question(desk, customer, question: str, name: str = "ada", kind: str = "visitor_post") -> Page:
    customer().says(question, kind)
    page = desk(name)
    opened(page, question)
    return page


def test_a_note_stands_in_the_thread_for_colleagues_and_not_on_the_network(desk, customer):
    somebody = customer()
    somebody.says("Il tappo sapeva di tappo")
    page = desk("ada")
    opened(page, "Il tappo sapeva di tappo")
    bruno = desk("bruno", page.url)
    page.locator("label:has(#way-note)").click()
    page.fill("#note-text", "Lotto 14: lo stesso di Valli.")
    page.get_by_role("button", name=re.compile("nota", re.I)).click()
    expect(page.locator(".note")).to_contain_text("Lotto 14: lo stesso di Valli.")
    expect(bruno.locator(".note")).to_contain_text("la vediamo solo noi")
    expect(page.locator("#note-text")).to_have_value("")
    assert "Lotto 14" not in somebody.sees()


def test_a_label_is_put_on_found_by_filter_and_taken_off(desk, customer):
    page = with_question(desk, customer, "Bottiglia rotta nel pacco")
    page.fill("#label-name", "Corriere Rapido")
    page.keyboard.press("Enter")
    expect(page.locator(".about__labels")).to_contain_text("Corriere Rapido")
    expect(row(page, "Bottiglia rotta nel pacco")).to_contain_text("Corriere Rapido")
    page.goto("/inbox/all/")
    page.locator("details.filters summary").click()
    page.select_option("#f-label", label="Corriere Rapido")
    page.get_by_role("button", name="Mostra", exact=True).click()
    expect(page).to_have_url(re.compile(r"/inbox/all/\?.*label=\d+"))
    expect(page.locator("#rows .row")).to_have_count(1)
    opened(page, "Bottiglia rotta nel pacco")
    assert "label=" in page.url  # the place in the list is not lost
    page.get_by_role("button", name="Togli «Corriere Rapido»").click()
    expect(page.locator(".about__labels")).not_to_contain_text("Corriere Rapido")


def test_a_conversation_is_given_to_a_colleague_and_is_in_their_turn(desk, customer):
    page = with_question(desk, customer, "Chi se ne occupa?")
    bruno = desk("bruno", "/inbox/mine/")
    bruno.mouse.move(1200, 120)
    page.select_option("#assignee", label="Bruno Sala")
    expect(page.locator("#conversation-head")).to_contain_text("ce l’ha Bruno")
    expect(row(bruno, "Chi se ne occupa?")).to_be_visible()
    page.select_option("#assignee", label="nessuno")
    expect(page.locator("#conversation-head")).to_contain_text("non è di nessuno")
    expect(row(bruno, "Chi se ne occupa?")).to_have_count(0)


def test_a_snoozed_conversation_comes_back_when_they_write(desk, customer):
    somebody = customer()
    key = somebody.says("Vi faccio sapere lunedì")
    page = desk("ada")
    opened(page, "Vi faccio sapere lunedì")
    page.locator("#snooze summary").click()
    page.get_by_role("button", name="Fino a domani alle 9").click()
    expect(page.locator("#conversation-head")).to_contain_text("Rimandata a domani", ignore_case=True)
    page.goto("/inbox/snoozed/")
    expect(row(page, "Vi faccio sapere lunedì")).to_be_visible()
    page.goto(NEWEST)
    page.mouse.move(1200, 120)
    expect(row(page, "Vi faccio sapere lunedì")).to_have_count(0)
    somebody.answers(key, "Ho già deciso: vengo")
    expect(row(page, "Ho già deciso: vengo")).to_be_visible()


def test_a_time_of_ones_own_to_snooze_until_must_still_come(desk, customer):
    page = with_question(desk, customer, "Ci sentiamo a Natale")
    page.locator("#snooze summary").click()
    page.fill("#until", "2020-12-24T10:00")
    page.locator(".snooze__date button").click()
    expect(page.locator("#conversation-trouble")).to_contain_text("Scegli un momento che deve ancora venire")
    expect(page.locator("#resolve")).to_be_visible()


def test_resolve_and_reopen_move_it_between_the_views(desk, customer):
    page = with_question(desk, customer, "Risolta, anzi no")
    page.locator("#resolve").click()
    expect(page.locator("#conversation-head")).to_contain_text("Risolta")
    expect(page.locator("#thread .event").last).to_contain_text("Ada Conti l’ha risolta")
    resolved = desk("ada", "/inbox/resolved/")
    expect(row(resolved, "Risolta, anzi no")).to_be_visible()
    page.locator("#reopen").click()
    expect(page.locator("#resolve")).to_be_visible()
    expect(row(resolved, "Risolta, anzi no")).to_have_count(0)


def test_a_like_of_ours_stands_on_the_network(desk, customer):
    somebody = customer()
    somebody.says("Che meraviglia la bottaia")
    page = desk("ada")
    opened(page, "Che meraviglia la bottaia")
    page.locator("#thread").get_by_role("button", name="mi piace").last.click()
    expect(page.locator("#thread")).to_contain_text("ci piace")


def test_only_a_lead_hides_and_shows_again(desk, customer):
    somebody, reader = customer(), customer()
    somebody.says("Siete tutti ladri")
    ada = desk("ada")
    opened(ada, "Siete tutti ladri")
    expect(ada.get_by_role("button", name="mi piace")).to_be_visible()
    expect(ada.locator("summary", has_text="nascondi")).to_have_count(0)
    bruno = desk("bruno", ada.url)
    bruno.locator("#thread summary", has_text="nascondi").click()
    rule = bruno.locator("#thread select[name=clause]:visible")
    if rule.count():  # a netiquette is in force: which rule is asked
        rule.select_option(index=1)
    bruno.get_by_role("button", name=re.compile("^Nascondil")).click()
    expect(bruno.locator("#thread")).to_contain_text("Nascosto")
    expect(ada.locator("#thread")).to_contain_text("Nascosto")
    expect(bruno.get_by_role("button", name="mostra di nuovo")).to_be_visible()
    visitor = desk.stranger()
    visitor.goto("/playground/bellosguardo/")
    expect(visitor.get_by_text("Siete tutti ladri")).to_have_count(0)
    bruno.get_by_role("button", name="mostra di nuovo").click()
    expect(ada.locator("#thread")).not_to_contain_text("Nascosto")
    assert reader.name != somebody.name


def test_an_answer_of_ours_is_deleted_by_a_lead_after_a_second_look(desk, customer):
    somebody = customer()
    somebody.says("A che ora chiudete?")
    page = desk("bruno")
    opened(page, "A che ora chiudete?")
    page.fill("#reply-text", "Alle 25.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said--ours").get_by_role("link", name="apri sulla rete")).to_be_visible()
    page.locator(".said--ours .sure summary").click()
    page.get_by_role("button", name="Elimina la nostra risposta").click()
    expect(page.locator(".said--ours")).to_contain_text("Cancellato dalla rete")
    until(lambda: "Alle 25." not in somebody.sees(), "the network to have deleted it")


def test_a_reader_reads_and_has_no_buttons(desk, customer):
    customer().says("Chi legge e basta?")
    page = desk("dario")
    opened(page, "Chi legge e basta?")
    expect(page.locator("#composer")).to_have_count(0)
    expect(page.locator("#pane form")).to_have_count(0)


def test_a_private_message_is_answered_in_private(desk, customer):
    somebody = customer()
    somebody.says("Il mio ordine è il 4471", "direct")
    page = desk("ada")
    opened(page, "Il mio ordine è il 4471")
    expect(page.locator("#conversation-head")).to_contain_text("la leggete solo voi due")
    page.fill("#reply-text", "Parte oggi.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said--ours").get_by_role("link", name="apri sulla rete")).to_be_visible()
    assert "Parte oggi." not in somebody.sees()
    assert "Parte oggi." in somebody.http.get("/playground/bellosguardo/messages/").text


def test_one_message_among_several_can_be_answered(desk, customer):
    somebody = customer()
    key = somebody.says("Prima domanda: avete il rosato?")
    somebody.answers(key, "Seconda domanda: e il passito?")
    page = desk("ada")
    opened(page, "Seconda domanda")
    first = page.locator("[data-message]", has_text="Prima domanda")
    first.get_by_role("link", name="rispondi a questo").click()
    expect(page.locator("[data-to]")).to_contain_text("Prima domanda")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("Il rosato sì.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said--ours").get_by_role("link", name="apri sulla rete")).to_be_visible()
    # It stands beside the second question, not under it.
    expect(page.locator(".said--ours")).to_have_class(re.compile(r"\bsaid--1\b"))


def test_search_finds_words_of_any_language_and_people(desk, customer):
    somebody = customer()
    somebody.says("Lieferung der Spätburgunderflaschen verzögert")
    page = desk("ada")
    expect(row(page, "Spätburgunderflaschen")).to_be_visible()
    page.keyboard.press("/")
    page.wait_for_url(re.compile("/search/"))
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("spätburgunderflaschen")
    page.keyboard.press("Enter")
    found = page.locator("#results .row")
    expect(found).to_have_count(1)
    expect(found.locator("mark")).to_have_text("Spätburgunderflaschen")
    page.fill("#q", somebody.name)
    page.keyboard.press("Enter")
    expect(found.first.locator(".row__who")).to_have_text(somebody.name)
    page.fill("#q", "zzzzunlikely")
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_contain_text("Niente con «zzzzunlikely»")


@pytest.mark.parametrize(("name", "value"), [("network", "bluesky"), ("kind", "mention"), ("order", "oldest")])
def test_filters_stand_in_the_address_and_can_be_taken_off(desk, name, value):
    page = desk("ada", "/inbox/all/")
    page.locator("details.filters summary").click()
    page.select_option(f"#f-{name}", value)
    page.get_by_role("button", name="Mostra", exact=True).click()
    expect(page).to_have_url(re.compile(f"{name}={value}"))
    rows = page.locator("#rows .row")
    expected = {"bluesky": "Bluesky", "mention": "menzione", "oldest": ""}[value]
    for text in page.locator("#rows .row__where").all_inner_texts():
        assert expected in text
    if value == "oldest":
        times = page.evaluate("[...document.querySelectorAll('#rows .row')].map(r => +r.dataset.at)")
        assert times == sorted(times)
    expect(rows.first).to_be_visible()
    rows.first.locator("a").click()
    expect(page.locator("#thread")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{name}={value}"))
    page.locator(".filters__set a").first.click()
    expect(page).not_to_have_url(re.compile(f"{name}={value}"))


def test_more_rows_come_as_one_scrolls_each_once(desk):
    page = desk("ada", "/inbox/all/")
    total = int(page.locator("#list-title .count").inner_text())
    rows = page.locator("#rows .row")
    expect(rows).to_have_count(50)
    for _ in range(10):
        if not page.locator("#more").count():
            break
        before = rows.count()
        page.locator("#more").scroll_into_view_if_needed()
        expect(rows).not_to_have_count(before)
    expect(page.locator("#more")).to_have_count(0)
    ids = page.evaluate("[...document.querySelectorAll('#rows .row')].map(r => r.dataset.id)")
    assert len(ids) == len(set(ids)) == total


# In one look: a bell may put the thread anew between two.
BELOW_THE_EDGE = """() => [...document.querySelectorAll("#thread > [data-theirs]")].at(-1)
    .querySelector(".said__who").getBoundingClientRect().top
    >= document.getElementById("thread-scroll").getBoundingClientRect().top"""


def test_a_conversation_opens_at_their_latest_words_in_full_view(desk):
    page = desk("ada", "/inbox/all/?network=playground")
    for n in range(0, 24, 3):
        page.locator("#rows .row__link").nth(n).click()
        number = str(page.locator("#rows .row").nth(n).get_attribute("data-id"))
        expect(page.locator("#open")).to_have_attribute("data-id", number)
        theirs = page.locator("#thread > [data-theirs]").last
        expect(theirs.locator(".said__who")).to_be_in_viewport(ratio=1)
        assert page.evaluate(BELOW_THE_EDGE), number
