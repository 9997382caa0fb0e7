"""Every page: light, quiet, in one's own language, and usable by everybody."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.screens import axe
from tests.screens.conftest import PHONE, Desks, too_wide

MOST_BYTES = 150_000
# None stands for a conversation: its first on the list.
PAGES = (
    "/inbox/mine/", "/inbox/open/", "/inbox/all/?network=bluesky", "/inbox/snoozed/",
    "/inbox/all/?network=mastodon&order=oldest",
    "/inbox/open/?order=oldest&urgency=1", "/inbox/exposed/", None, "/gestures/", "/warm/", "/involved/", "/held/",
    "/issues/",
    "/issues/?closed=1", "/issues/1/",
    "/promises/", "/surges/", "/surges/1/issue/", "/queries/", "/queries/1/", "/allowances/", "/deciding/sla/",
    "/deciding/weights/", "/deciding/owners/", "/deciding/rules/", "/deciding/employees/", "/posts/", "/posts/1/",
    "/posts/check/",
    "/cycle/", "/figures/", "/figures/speed/", "/figures/forecast/", "/figures/unanswered/", "/figures/coverage/",
    "/mistakes/",
    "/figures/answers/",
    "/search/", "/search/?q=vino", "/channels/", "/channels/new/", "/channels/new/bluesky/", "/channels/new/mastodon/",
    "/channels/new/playground/", "/people/", "/corrections/", "/account/", "/account/2fa/", "/account/password/change/",
    "/answers/", "/answers/new/", "/answers/gaps/", "/answers/saved/", "/products/", "/policies/", "/policies/1/",
    "/voice/", "/guard/", "/guard/phrases/", "/playground/", "/playground/bellosguardo/",
    "/playground/bellosguardo/reviews/", "/playground/bellosguardo/messages/",
)  # fmt: skip
DOORS = ("/account/login/", "/account/password/reset/")
ENGLISH = re.compile(
    r"\b(?:the|and|of|with|you|your|is|has|have|been|not|for|to|this|that|was|from|ago|since|Name|Reply|Send|Note|Open|"
    r"less than a minute|Snoozed?|Resolved?|Search|Filters|Labels?|Channels?|People|Keys|Unassigned|Waiting|nobody|"
    r"comment|mention|History|Light|Dark|Sign|Settings|Save|Back|waits?|hours?|minutes?|days?|yesterday|today)\b"
)
# Words that are Italian too, or that a person wrote.
ITALIAN_TOO = re.compile(r"Note interne|Password|E-mail|Bluesky|Mastodon|passkey", re.I)


def go(page: Page, to: str | None, begin: Callable[[], None] = lambda: None) -> str:
    """Go to a page, having called `begin` just before; return its name."""
    if to is None:
        page.goto("/inbox/all/?network=playground")
        conversation = str(page.locator("#rows .row__link").nth(1).get_attribute("href"))
        begin()
        page.goto(conversation)
        expect(page.locator("#thread")).to_be_visible()
        return "a conversation"
    begin()
    page.goto(to)
    return to


def bytes_of(page: Page) -> list[int]:
    """Return where the bytes of HTML, CSS and JavaScript are counted, as they come over the line from now on."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    kinds: dict[str, str] = {}

    def seen(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def done(event: dict[str, Any]) -> None:
        if kinds.get(event["requestId"]) in ("Document", "Stylesheet", "Script"):
            sizes.append(int(event["encodedDataLength"]))

    line.on("Network.responseReceived", seen)
    line.on("Network.loadingFinished", done)
    return sizes


def test_doors_and_conversations_load_quietly_and_from_our_own_host_alone(desk):
    """`desk` itself fails at a word in the console or a request to elsewhere; all the pages are visited above."""
    stranger = desk.stranger()
    for to in DOORS:
        assert stranger.goto(to).status == 200
    page = desk("ada")
    page.evaluate(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('csp', e.violatedDirective))"
    )
    for n in range(0, 40, 8):
        key = str(page.locator("#rows .row").nth(n).get_attribute("data-id"))
        page.locator(f"#row-{key} .row__link").click()
        expect(page.locator("#open")).to_have_attribute("data-id", key)


@pytest.fixture(scope="module")
def checker() -> None:
    if why := axe.missing():
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    axe.setup()


def accessible(name: str, page: Page) -> dict[str, Any]:
    """Return by colour scheme what WCAG 2.2 AA forbids on this page; nothing where all is well."""
    found: dict[str, Any] = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if wrong := axe.violations(page, colours=scheme == "dark"):
            found[f"{name} {scheme}"] = wrong
    return found


STILL: dict[str, Any] = {"reduced_motion": "reduce"}  # colours that fade from one scheme to the other are neither


@pytest.mark.timeout(300)
def test_at_the_desk_every_page_is_light_speaks_italian_and_breaks_no_rule_of_wcag_22_aa(desk: Desks, checker: None):
    page, stranger = desk("elena", "/account/", **STILL), desk.stranger(**STILL)
    assert page.locator("html").get_attribute("lang") == "it"
    sizes, found = bytes_of(page), {}
    for to in PAGES:
        name = go(page, to, sizes.clear)
        page.wait_for_load_state("load")
        assert sizes, name
        if sum(sizes) >= MOST_BYTES:
            found[f"{name} weighs"] = f"{sum(sizes)} bytes in {len(sizes)} pieces"
        if to is not None and (words := ENGLISH.findall(told(page))):
            found[f"{name} in English"] = words
        found |= accessible(name, page)
    for to in DOORS:
        stranger.goto(to)
        found |= accessible(to, stranger)
    assert not found, "\n".join(f"{name}: {wrong}" for name, wrong in found.items())


@pytest.mark.timeout(300)
def test_on_a_phone_no_page_scrolls_sideways_or_breaks_a_rule_of_wcag_22_aa(desk: Desks, checker: None):
    narrow = STILL | PHONE | {"width": 360}
    page, stranger = desk("elena", **narrow), desk.stranger(**narrow)
    found: dict[str, Any] = {}
    for at, to in [*((page, to) for to in PAGES), *((stranger, to) for to in DOORS)]:
        name = go(at, to)
        if wide := too_wide(at):
            found[f"{name} is wide"] = wide
        found |= accessible(name, at)
    assert not found, "\n".join(f"{name}: {wrong}" for name, wrong in found.items())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_what_opens(desk: Desks, checker: None, scheme):
    page = desk("bruno", "/inbox/open/", color_scheme=scheme)
    page.locator("details.filters summary").click()
    assert axe.violations(page) == [], "filters"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert axe.violations(page) == [], "keys"
    page.keyboard.press("Escape")
    page.locator("#rows .row__link").first.click()
    page.locator("#snooze summary").click()
    page.locator("#history summary").click()
    assert axe.violations(page) == [], "snooze and history"
    page.locator("label:has(#way-note)").click()
    assert axe.violations(page) == [], "note"


def test_axe_itself_sees_what_is_wrong(desk: Desks, checker: None):
    page = desk("ada", "/account/")
    page.evaluate(
        """() => {
        const wrong = "<img src=data:,><button></button><p class=pale>Pale</p>";
        document.querySelector("main").insertAdjacentHTML("beforeend", wrong);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".pale { color: #ddd; background: #fff; } ");
        document.adoptedStyleSheets = [sheet];
    }"""
    )
    assert {rule for rule, *_ in axe.violations(page)} >= {"image-alt", "button-name", "color-contrast"}


SAID = """(page) => {
    const copy = page.body.cloneNode(true);
    copy.querySelectorAll(`.row__words, .row__who, .row__label, .said__text, .above__text, .said__who strong,
        .about__other-words, .about__labels, .about__handles, .chip, h2, figcaption, datalist, option, kbd, script,
        .words, .entry__words, .entry > a.list__main, .owners__words, .gap > strong, .gap > .button, .gap a, #beside q,
        .beside__one > p > a, .beside__text,
        .rail__link:has(+ *) p, template, [lang], #said`).forEach((e) => e.remove());
    const said = [...copy.querySelectorAll("[aria-label], [placeholder], [title]")]
        .flatMap((e) => ["aria-label", "placeholder", "title"].map((name) => e.getAttribute(name) ?? ""));
    return copy.textContent.replace(/«[^»]*»/g, "") + " " + said.join(" ");  // we quote them
}"""


def told(page: Page) -> str:
    """Return what the screen itself says, without what people wrote."""
    words: str = page.evaluate(f"() => ({SAID})(document)")
    return re.sub(r"\s+", " ", ITALIAN_TOO.sub("", words))


def told_at(page: Page, to: str) -> str:
    """Return what another page says, as it comes from the server: it is neither drawn nor run."""
    parsed = "new DOMParser().parseFromString(await (await fetch(to)).text(), 'text/html')"
    words: str = page.evaluate(f"async (to) => ({SAID})({parsed})", to)
    return re.sub(r"\s+", " ", ITALIAN_TOO.sub("", words))


def test_no_english_is_left_in_italian_conversations_and_at_the_doors(desk):
    page = desk("elena", "/inbox/all/?network=playground")
    hrefs = [str(link.get_attribute("href")) for link in page.locator(".row__link").all()[:6]]
    for href in hrefs:
        assert ENGLISH.findall(told_at(page, href)) == [], href
    for href in hrefs[:2]:
        page.goto(href)
        page.locator("#history summary").click()
        assert ENGLISH.findall(told(page)) == [], href
    stranger = desk.stranger()
    for to in DOORS:
        stranger.goto(to)
        assert ENGLISH.findall(told(stranger)) == [], to


def test_an_agents_own_language_changes_the_screens(desk, product):
    product.command(
        "person", "vera@bellosguardo.example", "--name", "Vera", "--brand", "bellosguardo", "--role", "lead",
        "--password-stdin", given="bellosguardo\n",
    )  # fmt: skip
    page = desk("vera", "/account/")
    page.select_option("select[name=language]", "en")
    page.get_by_role("button", name="Salva").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto("/inbox/open/?network=playground")
    assert page.locator("html").get_attribute("lang") == "en"
    for word in ("Your turn", "Unassigned", "Snoozed", "Filters"):
        expect(page.locator("body")).to_contain_text(word)
    page.locator("#rows .row__link").first.click()
    expect(page.locator("#reply-form [data-sends]")).to_contain_text("Send in public")
    assert "waiting for" in page.locator("#rows").inner_text()
    assert not re.search(r"aspetta da|Tocca a te|Rispondi|Invia|mi piace\b", told(page))
    page.goto("/account/")
    page.select_option("select[name=language]", "it")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Salvato.")).to_be_visible()


def test_light_and_dark_can_be_chosen_and_are_kept(desk):
    page = desk("ada", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Scuro").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(ground) != light
    page.goto("/search/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Auto").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    assert page.evaluate(ground) == light


def test_nothing_moves_for_those_who_asked_for_stillness(desk):
    page = desk("ada", reduced_motion="reduce")
    page.locator("#rows .row__link").first.click()
    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter((e) => {
        const s = getComputedStyle(e);
        return s.animationName !== "none" || s.transitionDuration.split(",").some((d) => parseFloat(d) > 0.01);
    }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_a_channel_that_hears_nothing_says_so_in_the_inbox(desk, product):
    lose = (
        "from premura.models import Channel; from premura.prepare import channels;"
        "channels.lost(Channel.objects.get(brand__slug='bellosguardo', network='mastodon'), 'Token revocato')"
    )
    mend = (
        "from premura.models import Channel;"
        "Channel.objects.filter(network='mastodon').update(trouble='', trouble_since=None)"
    )
    product.command("shell", "--no-imports", "-c", lose)
    try:
        page = desk("ada")
        notice = page.locator(".inbox__troubles")
        expect(notice).to_contain_text("Mastodon non accetta più il nostro accesso")
        page.locator(".inbox__troubles a").last.click()
        expect(page).to_have_url(re.compile(r"/channels/\d+/"))
        expect(page.locator("main")).to_contain_text("Token revocato")
    finally:
        product.command("shell", "--no-imports", "-c", mend)


def test_a_stranger_sees_the_door_and_nothing_else(desk):
    page = desk.stranger()
    for to in filter(None, PAGES):
        if not to.startswith("/playground"):
            assert "/account/login/" in page.request.get(to).url, to
    page.goto("/channels/")
    assert page.get_by_role("link", name=re.compile("Canali")).count() == 0
