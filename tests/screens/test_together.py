"""Two agents in one conversation: they see each other, and nothing that one wrote is lost or sent blindly."""

import re

from playwright.sync_api import Page, Route, expect

from tests.running import until
from tests.screens.conftest import SOON, box, opened, row

# No bell is heard, and what was asked for before is not shown either: only the answers to his own deeds.
NOTHING_COMES = """
document.body.addEventListener("bell", e => e.stopImmediatePropagation(), true);
document.body.addEventListener("htmx:beforeSwap", e => {
  if (e.detail.requestConfig.verb === "get") e.detail.shouldSwap = false;
});"""


def both(desk, customer, question: str) -> tuple[Page, Page, object, str]:
    """Return Ada and Bruno, each with the conversation open that a customer began with `question`."""
    somebody = customer()
    key = somebody.says(question)
    ada = desk("ada")
    opened(ada, question)
    bruno = desk("bruno", ada.url)
    expect(bruno.locator("#thread")).to_contain_text(question)
    return ada, bruno, somebody, key


def test_each_sees_that_the_other_is_looking_and_writing(desk, customer):
    ada, bruno, *_ = both(desk, customer, "Chi di voi guarda?")
    expect(ada.locator("#presence")).to_have_text("Bruno sta guardando")
    expect(bruno.locator("#presence")).to_have_text("Ada sta guardando")
    bruno.locator("#reply-text").press_sequentially("Ecco")
    expect(ada.locator("#presence")).to_have_text("Bruno sta scrivendo")
    bruno.goto("/inbox/open/")
    expect(ada.locator("#presence")).to_have_text("")


def test_what_is_unfolded_does_not_fold_for_a_moment_when_something_comes(desk, customer):
    ada, _bruno, somebody, key = both(desk, customer, "Che cosa resta aperto?")
    ada.locator("#history summary").click()
    ada.evaluate(
        """(function look() {
        if (!document.querySelector("#history").open) window.folded = true;
        requestAnimationFrame(look);
    })()"""
    )
    for n in range(3):
        somebody.answers(key, f"Aggiungo la parola {n}")
        expect(ada.locator("#thread")).to_contain_text(f"Aggiungo la parola {n}")
    assert ada.evaluate("window.folded") is None


def test_a_button_that_is_held_down_when_something_comes_is_pressed_all_the_same(desk, customer):
    ada, _bruno, somebody, key = both(desk, customer, "Che cosa premi?")
    # What is still to come would move the button from under the pointer.
    expect(ada.locator("#presence")).to_have_text("Bruno sta guardando")
    expect(ada.locator("#thread .correcting")).to_be_attached()
    like = ada.locator("#thread").get_by_role("button", name="mi piace").last
    box(like)  # what comes late moves it no more
    like.hover()
    ada.mouse.down()
    assert like.evaluate("button => button.matches(':active')")
    with ada.expect_event("console", lambda said: said.text == "rang"):
        ada.evaluate("document.addEventListener('bell', () => console.log('rang'), { once: true, capture: true })")
        somebody.answers(key, "Arrivo mentre premi")
    ada.wait_for_timeout(1500)
    assert "Arrivo mentre premi" not in ada.locator("#thread").inner_text()
    ada.mouse.up()
    expect(ada.locator("#thread")).to_contain_text("ci piace")
    expect(ada.locator("#thread")).to_contain_text("Arrivo mentre premi")


def test_the_others_reply_shows_up_by_itself(desk, customer):
    ada, bruno, *_ = both(desk, customer, "Posso venire domani?")
    ada.fill("#reply-text", "Certo, domani dalle 10.")
    ada.keyboard.press("Control+Enter")
    expect(bruno.locator(".said--ours")).to_contain_text("Certo, domani dalle 10.")
    expect(bruno.locator(".said--ours")).to_contain_text("scritta da Ada")
    expect(bruno.locator(".said--ours")).to_have_count(1)


def test_the_second_to_send_is_shown_what_came_and_sends_only_when_they_insist(desk, customer):
    ada, bruno, somebody, _key = both(desk, customer, "Fate il vino novello?")
    bruno.fill("#reply-text", "Sì, da novembre.")
    ada.fill("#reply-text", "Certo, dal 6.")
    ada.keyboard.press("Control+Enter")
    expect(bruno.locator("#thread")).to_contain_text("Certo, dal 6.")
    bruno.locator("#reply-form [data-sends]").click()
    notice = bruno.locator(".composer__notice")
    expect(notice).to_contain_text("È arrivato qualcosa mentre scrivevi")
    expect(notice).to_contain_text("Certo, dal 6.")
    expect(bruno.locator("#reply-text")).to_have_value("Sì, da novembre.")
    bruno.locator("#reply-text").focus()
    with bruno.expect_response(lambda answer: answer.status == 409):
        bruno.keyboard.press("Control+Enter")  # not a look, only impatience
    expect(notice).to_contain_text("È arrivato qualcosa mentre scrivevi")
    assert "Sì, da novembre." not in somebody.sees()
    notice.get_by_role("button").click()
    expect(ada.locator("#thread")).to_contain_text("Sì, da novembre.", timeout=3 * SOON)
    expect(bruno.locator("#reply-text")).to_have_value("")
    expect(notice).to_have_text("")
    ours = bruno.locator(".said--ours")
    expect(ours).to_have_count(2)
    for said in ours.all():
        expect(said.get_by_role("link", name="apri sulla rete")).to_be_visible()
    assert somebody.sees().count("Sì, da novembre.") == 1


def test_what_somebody_said_in_another_tab_is_shown_before_they_say_it_again(desk, customer):
    ada, _bruno, somebody, _key = both(desk, customer, "Avete il rosato?")
    tab = desk("ada", ada.url)
    tab.fill("#reply-text", "Sì, lo abbiamo.")
    ada.fill("#reply-text", "Sì, da maggio.")
    ada.keyboard.press("Control+Enter")
    expect(tab.locator("#thread")).to_contain_text("Sì, da maggio.")
    tab.locator("#reply-text").press("Control+Enter")
    expect(tab.locator(".composer__notice")).to_contain_text("“Sì, da maggio.")
    expect(tab.locator("#reply-text")).to_have_value("Sì, lo abbiamo.")
    assert "Sì, lo abbiamo." not in somebody.sees()


def test_who_writes_on_while_the_first_is_on_its_way_sends_the_rest_as_well(desk, customer):
    ada, *_ = both(desk, customer, "Siete aperti lunedì?")

    def meanwhile(route: Route) -> None:
        ada.locator("#reply-text").fill("Martedì invece sì.")
        route.continue_()

    ada.route("**/replies/*", meanwhile, times=1)
    ada.fill("#reply-text", "Lunedì no.")
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".said--ours")).to_contain_text("Lunedì no.")
    expect(ada.locator("#reply-text")).to_have_value("Martedì invece sì.")
    ada.locator("#reply-text").press("Control+Enter")
    expect(ada.locator(".said--ours")).to_have_count(2)


def test_what_the_customer_adds_must_be_looked_at_before_sending(desk, customer):
    somebody = customer()
    key = somebody.says("Vorrei disdire la visita")
    ada = desk("ada")
    opened(ada, "Vorrei disdire la visita")
    ada.fill("#reply-text", "Va bene, disdetta.")
    somebody.answers(key, "Anzi no, veniamo lo stesso!")
    expect(ada.locator("#thread")).to_contain_text("Anzi no, veniamo lo stesso!")
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".composer__notice")).to_contain_text("Anzi no, veniamo lo stesso!")
    assert "Va bene, disdetta." not in somebody.sees()


def test_what_one_is_writing_survives_a_bell_and_the_cursor_stays(desk, customer):
    ada, bruno, somebody, key = both(desk, customer, "Quanto costa la degustazione?")
    field = ada.locator("#reply-text")
    field.press_sequentially("Costa 18 euro")
    for _ in range(5):
        ada.keyboard.press("ArrowLeft")
    somebody.answers(key, "Per quattro persone, intendo")
    expect(ada.locator("#thread")).to_contain_text("Per quattro persone, intendo")
    bruno.locator("#take").click()
    expect(ada.locator("#conversation-head")).to_contain_text("ce l’ha Bruno")
    expect(field).to_be_focused()
    ada.keyboard.type("solo ")
    expect(field).to_have_value("Costa 18solo  euro")


def test_a_draft_survives_a_reload_and_a_look_elsewhere(desk, customer):
    customer().says("Vi scrivo un’altra volta")
    customer().says("Avete posto sabato?")
    ada = desk("ada")
    opened(ada, "Avete posto sabato?")
    ada.locator("#reply-text").press_sequentially("Sabato sì, ma")
    ada.reload()
    expect(ada.locator("#reply-text")).to_have_value("Sabato sì, ma")
    row(ada, "Vi scrivo un’altra volta").locator("a").click()
    expect(ada.locator("#reply-text")).to_have_value("")
    ada.go_back()
    expect(ada.locator("#thread")).to_contain_text("Avete posto sabato?")
    expect(ada.locator("#reply-text")).to_have_value("Sabato sì, ma")
    ada.locator("#reply-text").press("End")
    ada.keyboard.type(" solo alle 18.")
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".said--ours")).to_contain_text("Sabato sì, ma solo alle 18.")
    ada.reload()
    expect(ada.locator("#reply-text")).to_have_value("")


def test_a_draft_that_gets_to_the_server_after_the_page_was_asked_for_again_is_there(desk, customer):
    customer().says("Avete posto domenica a pranzo?")
    ada = desk("ada")
    opened(ada, "Avete posto domenica a pranzo?")
    kept = []
    ada.on("response", lambda answer: kept.append(answer.url) if answer.url.endswith("/draft/") else None)

    def late(route: Route) -> None:
        page = route.fetch()  # as it is before the draft is kept
        until(lambda: kept or ada.wait_for_timeout(100), "the draft to be kept")
        route.fulfill(response=page)

    ada.locator("#reply-text").press_sequentially("Domenica sì, ma")
    ada.route("**/conversations/*/?*", late)
    ada.reload()
    assert kept
    expect(ada.locator("#reply-text")).to_have_value("Domenica sì, ma")


def test_what_comes_into_a_thread_that_is_scrolled_up_does_not_move_it(desk, customer):
    somebody = customer()
    key = somebody.says("Vi racconto la mia visita. " + "E poi ancora una cosa. " * 18)
    for n in range(6):
        somebody.answers(key, f"Parte {n}. " + "Continua il racconto. " * 20)
    ada = desk("ada", height=600)
    opened(ada, "Parte 5.")
    ada.evaluate("document.getElementById('thread-scroll').scrollTop = 100")
    first = "document.querySelector('#thread > li').getBoundingClientRect().top"
    before = ada.evaluate(first)
    somebody.answers(key, "E questa è la fine.")
    below = ada.locator("#below button")
    expect(below).to_be_visible()
    assert ada.evaluate(first) == before
    below.click()
    expect(ada.get_by_text("E questa è la fine.").last).to_be_in_viewport()


def test_two_who_take_and_resolve_at_once_are_told_who_was_faster(desk, customer):
    ada, bruno, *_ = both(desk, customer, "È tutto a posto, grazie")
    bruno.route(re.compile("/live/|/thread/"), lambda route: route.abort())  # his line is down
    bruno.evaluate(NOTHING_COMES)
    ada.locator("#resolve").click()
    expect(ada.locator("#conversation-head")).to_contain_text("risolta", ignore_case=True)
    bruno.locator("#resolve").click()
    expect(bruno.locator("#conversation-trouble")).to_contain_text("Qualcuno è stato più svelto")
    expect(bruno.locator("#conversation-head")).to_contain_text("risolta", ignore_case=True)
    desk.wrong.clear()  # the broken line
