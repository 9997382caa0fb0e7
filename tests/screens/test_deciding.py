"""Deciding, in real browsers on Piazza: what is next, what is one problem, what is small, what grows."""

import re

from playwright.sync_api import expect

from tests.screens.conftest import box, opened, row


def test_two_who_ask_for_the_next_are_given_different_people_and_the_gravest_first(desk, customer):
    customer().says("Bel posto, a che ora aprite domattina?")
    customer().says("È la terza volta che scrivo: mi avete preso i soldi due volte, chiamo l'avvocato!")
    ada, bruno = desk("ada"), desk("bruno")
    expect(row(ada, "È la terza volta che scrivo")).to_be_visible()
    ada.keyboard.press("n")
    expect(ada.locator("#conversation-head")).to_contain_text("è tua")
    hers = ada.locator("#conversation-title").inner_text(), ada.url
    bruno.get_by_role("button", name=re.compile("Prossima")).click()
    expect(bruno.locator("#conversation-head")).to_contain_text("è tua")
    assert (bruno.locator("#conversation-title").inner_text(), bruno.url) != hers
    page = desk("ada", "/inbox/open/?order=first")
    grave, calm = row(page, "È la terza volta che scrivo"), row(page, "Bel posto, a che ora aprite")
    expect(grave).to_be_visible()
    assert calm.count() == 0 or box(grave)["y"] < box(calm)["y"]  # fifty are shown
    expect(grave).to_contain_text("restano")
    opened(page, "È la terza volta che scrivo")
    page.get_by_text(re.compile(r"^\d+ punti$")).click()
    expect(page.locator("#why-parts")).to_contain_text("È la terza volta che scrivo")  # what it rests on


def test_many_who_turn_against_one_post_are_seen_told_and_called_over(desk, customer):
    post = customer().says("Ho trovato un pezzo di vetro nella bottiglia, e mi rispondono che capita. Vergogna")
    for n in range(9):
        customer().answers(post, f"Vergogna, mai più da voi! E io che vi difendevo ({n})")
    lead = desk("bruno")
    expect(row(lead, "Vergogna, mai più da voi").first).to_contain_text("valanga in corso")
    lead.reload()
    notice = lead.locator("#surge")
    expect(notice).to_be_visible()
    notice.get_by_role("link").click()
    running = lead.locator(".surge", has=lead.get_by_role("button", name="È finita"), has_text="Piazza Bellosguardo")
    expect(running).to_contain_text("voci critiche")
    running.get_by_role("button", name="È finita").click()
    expect(running).to_have_count(0)


def test_one_problem_of_several_people_has_one_answer_and_each_gets_a_line_of_their_own(desk, customer):
    told = [customer(), customer()]
    for one, words in zip(
        told, ("Il codice VENDEMMIA non funziona alla cassa", "Non va il codice VENDEMMIA!"), strict=True
    ):
        one.says(words)
    ada = desk("ada")
    opened(ada, "Il codice VENDEMMIA non funziona alla cassa")
    ada.locator("#open-issue summary").click()
    ada.fill("#issue-title", "Codice VENDEMMIA")
    ada.get_by_role("button", name="Rendilo noto").click()
    issue = ada.locator(".about__issue").get_by_role("link", name="Codice VENDEMMIA")
    expect(issue).to_be_visible()
    ada.goto(str(issue.get_attribute("href")))
    ada.get_by_role("link", name="Rispondi a uno a uno").click()
    line = ada.locator("textarea").first
    expect(line).to_be_visible()
    line.fill(f"{told[0].name.split()[0]}, il codice è sistemato da stamattina: prova pure. Ada")
    ada.get_by_role("button", name=re.compile("^Invia")).first.click()
    expect(ada.locator("main")).to_contain_text("1")
    for _ in range(20):
        if "il codice è sistemato" in told[0].sees():
            break
        ada.wait_for_timeout(500)
    assert "il codice è sistemato" in told[0].sees()


def test_a_heart_is_answered_in_the_run_only_when_somebody_presses(desk, customer):
    somebody = customer()
    somebody.says("❤️❤️ grazie!")
    page = desk("ada", "/gestures/")
    mine = page.locator(".gesture", has_text=somebody.name)
    for _ in range(20):
        if mine.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    text = mine.locator("textarea").input_value()
    assert text
    assert text not in somebody.sees()
    mine.get_by_role("button", name="Invia").click()
    expect(page.locator(".gesture", has_text=somebody.name)).to_have_count(0)
    for _ in range(20):
        if text in somebody.sees():
            break
        page.wait_for_timeout(500)
    assert text in somebody.sees()
