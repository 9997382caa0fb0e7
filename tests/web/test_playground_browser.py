"""Piazza in a real browser: answers appear by themselves, and what is being written stays."""

import os
import threading

import pytest

from premura.prepare import playground as piazza
from tests import browser as browsers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(world):
    page = piazza.make_page("rossi", "Trattoria Rossi")
    piazza.say(page, None, "post", "Si vendemmia")
    return page


def meanwhile(deed) -> None:
    """Do it in a thread of its own: beside Playwright's loop Django does not let us at the database."""
    from django.db import connection

    def run() -> None:
        deed()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_what_the_page_answers_appears_by_itself_and_half_a_sentence_is_not_taken_away(page, live_server):
    if why := browsers.missing():
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with browsers.launched() as browser:
        visitor = browser.new_page(base_url=live_server.url)
        visitor.goto("/playground/")
        visitor.fill("#name", "Giulia Ferri")
        visitor.click(".line button")
        visitor.goto("/playground/rossi/")
        visitor.fill("#say", "mezza fra")

        meanwhile(lambda: piazza.say(page, None, "post", "Domenica siamo aperti"))
        visitor.get_by_text("Domenica siamo aperti").wait_for(timeout=15_000)
        assert visitor.input_value("#say") == "mezza fra"


def test_it_all_works_without_javascript(page, live_server):
    if why := browsers.missing():
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with browsers.launched() as browser:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        visitor = context.new_page()
        visitor.goto("/playground/")
        visitor.get_by_role("button", name="Giulia Ferri").click()
        visitor.goto("/playground/rossi/")
        visitor.locator("article summary").first.click()
        visitor.locator("article textarea").first.fill("Quando arriva?")
        visitor.locator("article button.main").first.click()
        visitor.get_by_text("Quando arriva?").first.wait_for()
