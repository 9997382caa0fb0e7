"""What a message was read to say: seen without a pointer, hidden by escape, put right from the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.running import Product, until
from tests.screens import axe
from tests.screens.conftest import Customer, opened, row
from tests.screens.test_unscripted import plain

SAID = ("Il bollitore perde da ieri", "La teiera fischia piano", "Il colino è storto")
READ = """
from premura.models import Conversation, Message, Reading
done = 0
for text in {texts!r}:
    for message in Message.objects.filter(text=text):
        details = dict(confidence=dict(intent=0.91), reasons=[])
        details["reasons"] += [dict(of="intent", by="words", start=0, end=len(text.rsplit(" ", 1)[0]))]
        said = dict(language="it", sentiment="negative", intent="complaint", urgency=2, flags=["chaser"])
        more = dict(brand_id=message.brand_id, version="test", tier=2, score=-0.7, details=details)
        Reading.objects.update_or_create(message=message, defaults=said | more)
        done += Conversation.objects.filter(pk=message.conversation_id).update(**said)
print("read:", done)
"""


@pytest.fixture(scope="module", autouse=True)
def messages(product: Product) -> None:
    """Three complaints have come in and were read as such."""
    somebody = Customer(product.url, "Chiara Bollitori")
    for text in SAID:
        somebody.says(text)
    somebody.http.close()
    given = READ.format(texts=SAID)
    until(lambda: f"read: {len(SAID)}" in product.command("shell", given=given), "the messages to be there")


def assert_marked(page: Page, *words: str) -> None:
    marks = page.locator("#thread > [data-theirs] .mark__word")
    expect(marks).to_have_text(list(words), use_inner_text=True)


def test_why_a_word_is_there_shows_on_focus_and_on_hover_and_escape_hides_it(desk):
    page = desk("ada")
    opened(page, SAID[0])
    assert_marked(page, "reclamo", "negativo", "pressante", "sollecita")
    word = page.get_by_role("button", name="reclamo", exact=True)
    why = page.locator("#thread .mark__why").first
    expect(why).to_be_hidden()
    word.focus()
    expect(why).to_have_text("Reclamo, 91 %: per le parole «Il bollitore perde da»")
    expect(why).to_be_in_viewport(ratio=1)
    if not axe.missing():
        assert axe.violations(page) == []
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()
    expect(word).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#thread .mark__why").nth(1)).to_be_visible()
    word.hover()
    expect(why).to_be_visible()
    why.hover()  # the pointer may go over what it says
    expect(why).to_be_visible()
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()


def closes(page: Page) -> bool:
    page.keyboard.press("Escape")
    return page.locator(".correcting").get_attribute("open") is None


def test_c_puts_a_reading_right_from_the_keyboard(desk):
    page = desk("ada", "/inbox/open/?order=first&flag=chaser")
    opened(page, SAID[1])
    before = int(str(row(page, SAID[1]).get_attribute("data-rank")))
    page.mouse.move(1200, 120)
    page.wait_for_timeout(2000)  # what was said before has been read and ordered
    page.keyboard.press("c")
    form = page.locator(".correcting")
    intent = form.get_by_label("Intento", exact=True)
    expect(intent).to_be_focused()
    if not axe.missing():
        assert axe.violations(page) == []
    until(lambda: closes(page), "the form to close")  # a look at what is new may come between
    expect(page.locator(".correcting summary")).to_be_focused()
    page.keyboard.press("c")
    intent.select_option("suggestion")
    form.get_by_label("Urgenza", exact=True).select_option("3")
    form.get_by_label("forse ironico").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Corretto")
    expect(page.locator(".correcting summary")).to_be_focused()
    assert_marked(page, "suggerimento", "negativo", "urgente", "sollecita", "forse ironico")
    assert "Suggerimento: corretto da Ada Conti, era letto «reclamo»" in page.locator("#thread").inner_html()
    # The list puts it where it stands now that it is urgent.
    for _ in range(20):
        page.reload()
        if int(str(row(page, SAID[1]).get_attribute("data-rank"))) > before:
            break
        page.wait_for_timeout(500)
    ranks = page.locator("#rows .row").evaluate_all("rows => rows.map(row => +row.dataset.rank)")
    assert int(str(row(page, SAID[1]).get_attribute("data-rank"))) > before
    assert ranks == sorted(ranks, reverse=True)


def test_a_reading_is_put_right_without_javascript(desk):
    page = plain(desk)
    row(page, SAID[2]).locator("a").click()
    page.locator(".correcting summary").click()
    page.locator(".correcting").get_by_label("Intento", exact=True).select_option("praise")
    page.locator(".correcting").get_by_role("button", name="Salva").click()
    expect(page).to_have_url(re.compile(r"/conversations/\d+/\?view=open"))
    expect(page.locator("#thread > [data-theirs] .mark__word").first).to_have_text("complimento")
