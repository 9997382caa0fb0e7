"""The second step at the door: codes from an app, recovery codes, passkeys."""

import os
import re

import pytest
from allauth.mfa.totp.internal import auth as totp

from tests import browser as browsers

PASSWORD = "una parola lunga"


@pytest.fixture
def ada(client, world):
    sign_in(client, world.ada.email)
    return client


def sign_in(client, email: str):
    return client.post("/account/login/", {"login": email, "password": PASSWORD})


def code_now(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.fixture
def secret(ada):
    """Ada has set up an app; returns what it knows."""
    ada.post("/account/reauthenticate/", {"password": PASSWORD})
    page = ada.get("/account/2fa/totp/activate/").text
    secret = re.search(r'value="([A-Z2-7]{16,})"', page)[1]
    assert ada.post("/account/2fa/totp/activate/", {"code": code_now(secret)}).status_code == 302
    ada.logout()
    return secret


def test_a_password_alone_does_not_let_in_who_has_a_second_step(client, world, secret):
    assert sign_in(client, world.ada.email)["Location"] == "/account/2fa/authenticate/"
    assert client.get("/account/").status_code == 302
    assert client.get("/account/2fa/authenticate/").status_code == 200


def test_a_wrong_code_does_not_open(client, world, secret):
    sign_in(client, world.ada.email)
    client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert client.get("/account/").status_code == 302


def test_a_recovery_code_opens_once(client, world, secret):
    from allauth.mfa.models import Authenticator

    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES, user=world.ada).wrap().get_unused_codes()
    for status in (200, 302):
        sign_in(client, world.ada.email)
        client.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert client.get("/account/").status_code == status
        client.logout()


@pytest.mark.parametrize(
    "path", ["", "totp/activate/", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "webauthn/add/"]
)
def test_every_page_about_it_opens(client, world, secret, path):
    sign_in(client, world.ada.email)
    client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert client.get("/account/2fa/" + path).status_code in (200, 302)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_and_then_opens_without_a_password(world, live_server):
    if why := browsers.missing():
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with browsers.launched() as browser:
        page = browser.new_page(base_url=live_server.url)
        complaints = []
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        a_key_is_plugged_in(page)

        page.goto("/account/login/")
        page.fill("[name=login]", world.ada.email)
        page.fill("[name=password]", PASSWORD)
        page.click("form.stack button.button--primary")
        page.wait_for_url(lambda url: "login" not in url)
        page.goto("/account/2fa/webauthn/add/")
        if "reauthenticate" in page.url:
            page.fill("[name=password]", PASSWORD)
            page.click("form.stack button.button--primary")
        page.fill("[name=name]", "Portatile")
        page.check("[name=passwordless]")
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/account/2fa/recovery-codes/**")

        page.context.clear_cookies()
        page.goto("/account/login/")
        page.click("#passkey_login")
        page.wait_for_url(lambda url: "login" not in url)
        page.goto("/account/")
        assert page.get_by_text(world.ada.email).is_visible()
        assert complaints == []


def a_key_is_plugged_in(page) -> None:
    """Give the browser an authenticator that always says yes."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    line.send("WebAuthn.addVirtualAuthenticator", {"options": key})
