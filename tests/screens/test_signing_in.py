"""Signing in: password, a code from an app, a passkey; and the brands one works for."""

import base64
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import Page, expect

from tests.screens.conftest import PASSWORD, counts, sign_in


def totp(secret: str, at: float) -> str:
    """Return the code that an app shows (RFC 6238: SHA-1, six digits, thirty seconds)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at // 30)), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture
def newcomer(product):
    """Make somebody of the demo brand whose locks may be changed."""

    def make(name: str, role: str = "lead") -> str:
        product.command(
            "person", f"{name}@bellosguardo.example", "--name", name.capitalize(), "--brand", "bellosguardo",
            "--role", role, "--password-stdin", given="una parola lunga\n",
        )  # fmt: skip
        return name

    return make


def test_a_wrong_password_says_so_and_keeps_the_address(desk):
    page = desk.stranger()
    page.goto("/")
    page.fill("input[name=login]", "ada@bellosguardo.example")
    page.fill("input[name=password]", "sbagliata di sicuro")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=login]")).to_have_value("ada@bellosguardo.example")


def test_sign_in_goes_where_one_wanted_to_and_sign_out_ends_it(desk):
    page = desk.stranger()
    page.goto("/inbox/unassigned/?kind=mention")
    page.fill("input[name=login]", "carla@bellosguardo.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/inbox/unassigned/\?kind=mention"))
    page.goto("/account/")
    page.get_by_role("button", name="Esci").click()
    page.wait_for_url(re.compile("/account/login/"))
    page.goto("/inbox/open/")
    page.wait_for_url(re.compile("/account/login/"))


def test_a_lead_sets_up_a_code_from_an_app_and_needs_it_from_then_on(desk, newcomer):
    name = newcomer("tullia")
    page = desk.stranger()
    sign_in(page, name, "una parola lunga")
    page.goto("/account/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", "una parola lunga")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/totp/activate/"))
    secret = page.locator("#authenticator_secret").input_value()
    assert page.locator("img[src^='data:image/svg']").count() == 1
    used = totp(secret, time.time())
    page.fill("input[name=code]", used)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/recovery-codes|/account/2fa/"))

    elsewhere = desk.stranger()
    elsewhere.goto("/")
    elsewhere.fill("input[name=login]", f"{name}@bellosguardo.example")
    elsewhere.fill("input[name=password]", "una parola lunga")
    elsewhere.keyboard.press("Enter")
    code = elsewhere.locator("input[name=code]")
    expect(code).to_be_visible()
    wrong = f"{(int(used) + 1) % 1_000_000:06}"
    code.fill(wrong)
    code.press("Enter")
    expect(elsewhere.get_by_role("alert").or_(elsewhere.locator(".errorlist")).first).to_be_visible()
    elsewhere.goto("/inbox/open/")
    expect(elsewhere.locator("#rows")).to_have_count(0)  # half signed in is not signed in
    elsewhere.goto("/account/login/")
    if elsewhere.locator("input[name=login]").count():
        elsewhere.fill("input[name=login]", f"{name}@bellosguardo.example")
        elsewhere.fill("input[name=password]", "una parola lunga")
        elsewhere.keyboard.press("Enter")
    # A code works once; the next one is taken half a minute early or late.
    code.fill(totp(secret, time.time() + 30))
    code.press("Enter")
    elsewhere.wait_for_url(re.compile("/inbox/"))


def authenticator(page: Page) -> None:
    """Put a passkey device into the browser."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_opens_the_door(desk, newcomer):
    name = newcomer("ugo", "agent")
    desk.url = desk.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    page = desk.stranger()
    authenticator(page)
    sign_in(page, name, "una parola lunga")
    page.goto("/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", "una parola lunga")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/webauthn/add/"))
    page.fill("input[name=name]", "Portatile")
    page.check("input[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("/account/2fa/(?!webauthn/add)"))
    page.goto("/account/2fa/webauthn/")
    expect(page.locator("#main")).to_contain_text("Portatile")
    page.goto("/account/")
    page.get_by_role("button", name="Esci").click()
    page.wait_for_url(re.compile("/account/login/"))
    page.get_by_role("button", name="Con una passkey").click()
    page.wait_for_url(re.compile("/inbox/"))
    expect(page.get_by_role("link", name="Ugo")).to_be_visible()


def test_elena_switches_between_her_two_brands(desk):
    page = desk.stranger()
    sign_in(page, "elena")
    page.goto("/inbox/all/")
    there = counts(page)
    page.locator(".rail .menu summary").click()
    page.get_by_role("button", name="Libreria Orsini").click()
    page.wait_for_url(re.compile("/inbox/"))
    page.goto("/inbox/all/")
    expect(page).to_have_title(re.compile("Libreria Orsini"))
    assert counts(page)["all"] < there["all"]
    titles = page.locator("#rows .row").count()
    assert titles == counts(page)["all"]
    page.reload()  # it is remembered
    expect(page).to_have_title(re.compile("Libreria Orsini"))
    page.locator(".rail .menu summary").click()
    page.get_by_role("button", name="Tenuta Bellosguardo").click()
    expect(page).to_have_title(re.compile("Tenuta Bellosguardo"))


def test_who_works_for_one_brand_has_nothing_to_switch(desk):
    page = desk("ada")
    expect(page.locator(".rail .menu")).to_have_count(0)
    expect(page.locator(".rail")).to_contain_text("Tenuta Bellosguardo")
