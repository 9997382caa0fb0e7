"""One comment's whole way, on a real network and in a real browser: read this first.

Chiara writes under a post of the Trattoria on Bluesky, with the network's own SDK.  Ada has the inbox
open in her browser.  She answers; the network itself is then asked whether the answer stands there, once.
"""

import os
import re
from collections.abc import Iterator

import pytest
from atproto import models
from playwright.sync_api import Browser, Page, expect

from premura.interact.parts import joined
from tests import browser as browsers
from tests.networks.beds.bluesky import Bed
from tests.running import Product, serving, until

pytestmark = [
    pytest.mark.bed,
    pytest.mark.browser,
    pytest.mark.process,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
PASSWORD = "una parola lunga"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if why := browsers.missing():
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with browsers.launched() as browser:
        yield browser


@pytest.fixture
def product() -> Iterator[Product]:
    with serving() as product:
        for name, role in (("Ada", "agent"), ("Bruno", "lead")):
            product.command(
                "person", f"{name.lower()}@rossi.example", "--name", name, "--brand", "rossi", "--role", role,
                "--password-stdin", given=PASSWORD + "\n",
            )  # fmt: skip
        yield product


LONG = (
    "Sì, Chiara: stasera sette piatti senza glutine. Le orecchiette di grano saraceno, con le cime di rapa. "
    "Il risotto alla zucca, con la salvia del nostro orto. La polenta con i funghi, che cuociamo a parte. "
    "Le lasagne di riso, con il ragù bianco. La zuppa di ceci, il flan di cardi e la torta di mandorle della nonna. Ada"
)


def signed_in(browser: Browser, product: Product, name: str) -> Page:
    context = browser.new_context(base_url=product.url, locale="it-IT", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", f"{name.lower()}@rossi.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox/"))
    return page


def test_from_a_strangers_comment_to_our_reply_under_it(bed: Bed, join, browser: Browser, product: Product):
    trattoria, chiara = join("rossi", "Trattoria Rossi"), join("chiara", "Chiara Belli")
    post = trattoria.send_post("Stasera orecchiette")
    word = trattoria.com.atproto.server.create_app_password({"name": "premura"}).password
    product.command("connect", "bluesky", "--handle", trattoria.me.handle, "--host", bed.pds, "--password", word)
    ada, bruno = signed_in(browser, product, "Ada"), signed_in(browser, product, "Bruno")
    ada.goto("/inbox/open/")

    bed.settle()
    top = models.create_strong_ref(post)
    comment = chiara.send_post("Ci sono senza glutine?", reply_to=models.AppBskyFeedPost.ReplyRef(root=top, parent=top))
    bed.settle()

    row = ada.get_by_text("Ci sono senza glutine?").first
    expect(row).to_be_visible(timeout=45_000)  # by itself: nobody reloads
    row.click()
    expect(ada.get_by_text("Stasera orecchiette").first).to_be_visible()
    bruno.goto(ada.url)
    ada.fill("textarea[name=text]", "Ciao Chiara, sì: ogni sera due primi senza glutine.")
    ada.keyboard.press("Control+Enter")
    answer = "Ciao Chiara, sì: ogni sera due primi senza glutine."
    expect(bruno.get_by_text(answer).first).to_be_visible(timeout=60_000)  # in the other browser, by itself

    def replies() -> list[str]:
        bed.settle()
        thread = chiara.get_post_thread(comment.uri).thread
        return [reply.post.record.text for reply in thread.replies or []]

    until(replies, "the answer to stand on the network", 45)
    ours = ada.locator(".said--ours", has_text=answer)
    expect(ours.locator("a[href*='bsky.app']")).to_be_visible(timeout=20_000)
    expect(ours).to_have_count(1)  # the network's echo of it came too, and was joined
    assert replies() == [answer]

    # What is too long for one message goes out as a thread, each part under the one before.
    ada.fill("textarea[name=text]", LONG)
    ada.keyboard.press("Control+Enter")
    ada.get_by_role("button", name="Inviala in").click()

    def parts() -> list[str]:
        bed.settle()
        thread = chiara.get_post_thread(comment.uri, depth=6).thread
        said, at = [], [reply for reply in thread.replies or [] if reply.post.record.text != answer]
        while at:
            said.append(at[0].post.record.text)
            at = at[0].replies or []
        return said if joined(said) == LONG else []

    assert len(until(parts, "the thread to stand on the network, in its order", 60)) == 2
