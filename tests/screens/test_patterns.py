"""Patterns and what is decided by them, in real browsers on Piazza: like posts, who agrees, points."""

from playwright.sync_api import expect

from tests.screens.conftest import opened, row


def test_three_like_posts_each_have_their_answer_or_have_none(desk, customer):
    somebody = customer()
    for _ in range(3):
        somebody.says("Il sommelier non si è presentato alla serata di sabato e nessuno ci ha avvisati")
    ada = desk("ada")
    first = row(ada, "Il sommelier non si è presentato").first
    expect(row(ada, "Il sommelier non si è presentato")).to_have_count(3)
    first.locator("a").click()
    about = ada.locator("#about")
    expect(about).to_contain_text("Pubblicato 3 volte · 0 con risposta")
    ada.locator("#reply-text").fill(
        "Ciao, scusaci per sabato: il sommelier era malato, e avremmo dovuto avvisarvi prima delle otto. Grazie di"
        " averlo scritto qui."
    )
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".said--ours")).to_contain_text("il sommelier era malato")
    row(ada, "Il sommelier non si è presentato").first.locator("a").click()
    expect(about).to_contain_text("Pubblicato 3 volte · 1 con risposta")
    ada.goto("/inbox/open/?order=newest")
    expect(row(ada, "Il sommelier non si è presentato")).to_have_count(2)  # the others wait still


def test_who_agrees_stands_beside_the_complaint_each_with_their_own_state(desk, customer):
    complaint = customer().says(
        "Ieri avete chiuso un'ora prima senza dire niente, pessimo servizio", kind="visitor_post"
    )
    customer().answers(complaint, "Anche a me è successo lo stesso!")
    customer().answers(complaint, "Idem, successo pure a noi, pessimo")
    ada = desk("ada")
    opened(ada, "Ieri avete chiuso un'ora prima")
    expect(ada.locator("#about")).to_contain_text("2 persone sono d’accordo")
    expect(ada.locator("#about")).to_contain_text("aspetta una risposta")


def test_points_are_tried_before_they_are_kept_and_move_what_is_open(desk):
    elena = desk("elena", "/deciding/weights/")
    points = elena.locator("#id_promise")
    was = points.input_value()
    points.fill("31")
    elena.get_by_role("button", name="Guarda che cosa sposterebbe").click()
    expect(elena.get_by_role("heading", name="Così starebbe")).to_be_visible()
    elena.locator("main .button--primary").click()
    elena.goto("/deciding/weights/")
    points = elena.locator("#id_promise")
    expect(points).to_have_value("31")
    points.fill(was)
    elena.locator("main .button--primary").click()
