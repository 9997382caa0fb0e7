"""Signing in, choosing for oneself, and who may come in."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils.translation import gettext, override

from premura.models import Agent, Membership

PASSWORD = "una parola lunga"


@pytest.fixture
def elena(client, world):
    client.force_login(world.elena)
    return client


def sign_in(client, email: str, password: str = PASSWORD):
    return client.post("/account/login/", {"login": email, "password": password})


def membership(agent) -> Membership:
    return Membership.objects.get(agent=agent)


# -- signing in ---------------------------------------------------------------------------------


def test_who_gives_their_password_is_in(client, world):
    assert sign_in(client, world.ada.email)["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_a_wrong_password_says_so_and_does_not_say_whether_the_person_exists(client, world):
    wrong, nobody = sign_in(client, world.ada.email, "no"), sign_in(client, "nobody@rossi.example", "no")
    errors = [re.findall(r'role="alert">([^<]+)', answer.text) for answer in (wrong, nobody)]
    assert errors[0] == errors[1] != []


def test_after_eight_wrong_passwords_this_address_is_locked_and_others_are_not(client, world):
    for _ in range(8):
        answered = sign_in(client, world.ada.email, "no")
    assert answered.status_code == 429
    assert sign_in(client, world.ada.email).status_code == 429
    assert "/account/login/" in sign_in(client, world.ada.email).text
    assert sign_in(client, world.bruno.email).status_code == 302


def test_who_was_let_go_is_out_at_once(client, world):
    sign_in(client, world.ada.email)
    Agent.objects.filter(pk=world.ada.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302
    sign_in(client, world.ada.email)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/done/", "password/reset/key/1-x/"])
def test_nobody_signs_up_or_changes_their_address_by_themselves(client, world, path):
    client.force_login(world.ada)
    assert client.get(f"/account/{path}").status_code == 404
    assert client.post(f"/account/{path}", {"email": "me@elsewhere.example"}).status_code == 404


def test_a_lost_password_leads_to_an_admin(client, db):
    assert client.get(reverse("account_reset_password")).status_code == 200
    assert client.post(reverse("account_reset_password"), {"email": "a@b.example"}).status_code == 405


@pytest.mark.parametrize("path", ["/account/", "/channels/", "/channels/new/", "/people/", "/account/2fa/"])
def test_who_is_not_signed_in_is_sent_to_the_door(client, db, path):
    answered = client.get(path)
    assert (answered.status_code, answered["Location"]) == (302, f"/account/login/?next={path}")


@pytest.mark.parametrize(
    "path", ["/account/", "/account/2fa/", "/account/password/change/", "/account/reauthenticate/", "/people/"]
)
def test_no_page_has_script_or_style_within_it(elena, path):
    text = elena.get(path, follow=True).text
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text)
    assert " style=" not in text
    assert "<style" not in text


def test_the_scripts_of_passkeys_are_served_from_here(client, db):
    sources = re.findall(r'<script src="/static/([^"]+)"', client.get("/account/login/").text)
    assert "mfa/js/webauthn.js" in sources
    assert all(finders.find(source) for source in sources)


# -- what each chooses --------------------------------------------------------------------------


def test_a_person_chooses_their_name_language_and_colours(client, world):
    client.force_login(world.ada)
    answered = client.post("/account/preferences/", {"name": "Ada Neri", "language": "en", "theme": "dark"})
    world.ada.refresh_from_db()
    assert (world.ada.name, world.ada.language) == ("Ada Neri", "en")
    assert answered.cookies["theme"].value == "dark"
    page = client.get("/account/").text
    assert '<html lang="en" data-theme="dark"' in page


def test_a_language_that_we_do_not_speak_is_refused(client, world):
    client.force_login(world.ada)
    assert client.post("/account/preferences/", {"name": "Ada", "language": "xx"}).status_code == 422
    world.ada.refresh_from_db()
    assert world.ada.language == "it"


def test_the_brand_is_switched_to_one_of_mine_and_to_no_other(client, world):
    client.force_login(world.ada)
    assert client.post("/brand/", {"brand": world.bookshop.pk}).status_code == 404
    assert client.post("/brand/", {"brand": "1; drop"}).status_code == 404
    Membership.objects.create(agent=world.ada, brand=world.bookshop, role="reader")
    assert client.post("/brand/", {"brand": world.bookshop.pk}).status_code == 302
    assert "Libreria Orsini" in client.get("/channels/").text


# -- people -------------------------------------------------------------------------------------


def test_an_admin_adds_a_person_who_sets_their_password_by_the_link(client, elena, world):
    given = {"name": "Livia", "email": "livia@rossi.example", "role": "agent", "teams": [str(world.hall.pk)]}
    answered = elena.post("/people/new/", given)
    assert answered.status_code == 201
    link = re.search(r'value="http://testserver(/account/welcome/[^"]+)"', answered.text)[1]
    client.logout()

    assert client.get(link).status_code == 200
    assert client.post(link, {"password": "troppo"}).status_code == 422
    assert client.post(link, {"password": "vino rosso e pane"})["Location"] == "/account/login/"
    assert client.get(link).status_code == 404
    assert sign_in(client, "livia@rossi.example", "vino rosso e pane").status_code == 302
    assert list(membership(Agent.objects.get(name="Livia")).teams.all()) == [world.hall]


def test_the_page_says_that_who_is_added_is_a_newcomer_and_who_is_one(elena, world):
    with override("it"):
        says, chip = 'href="/held/settings/"', f">{gettext('newcomer')}<"
    page = elena.get("/people/").text
    assert (says in page, page.count(chip)) == (True, 0)
    elena.post("/people/new/", {"name": "Livia", "email": "livia@rossi.example", "role": "agent"})
    assert elena.get("/people/").text.count(chip) == 1
    elena.post("/held/settings/", {"words": ""})  # no rule for newcomers, and nobody is one
    page = elena.get("/people/").text
    assert (says in page, page.count(chip)) == (False, 0)


def test_who_is_here_already_is_not_added_again(elena, world):
    given = {"name": "Ada", "email": world.ada.email, "role": "admin"}
    assert elena.post("/people/new/", given).status_code == 422
    assert membership(world.ada).role == "agent"


def test_an_admin_changes_roles_and_teams_and_lets_people_go(elena, world):
    ada = membership(world.ada)
    elena.post(f"/people/{ada.pk}/", {"role": "lead", "teams": [str(world.kitchen.pk)]})
    ada.refresh_from_db()
    assert (ada.role, list(ada.teams.all())) == ("lead", [world.kitchen])
    assert elena.post(f"/people/{ada.pk}/part/").status_code == 302
    assert not Membership.objects.filter(pk=ada.pk).exists()


def test_the_last_admin_cannot_go(elena, world):
    pk = membership(world.elena).pk
    assert elena.post(f"/people/{pk}/part/").status_code == 409
    assert elena.post(f"/people/{pk}/", {"role": "agent"}).status_code == 409
    assert membership(world.elena).role == "admin"


def test_a_team_of_another_brand_is_nobodys_to_give(elena, world):
    from premura.models import Team

    theirs = Team.objects.create(brand=world.bookshop, name="Banco")
    pk = membership(world.ada).pk
    assert elena.post(f"/people/{pk}/", {"role": "agent", "teams": [str(theirs.pk)]}).status_code == 422


def test_there_is_no_link_for_somebody_who_works_elsewhere_too(elena, world):
    made = Membership.objects.create(agent=world.zoe, brand=world.brand, role="reader")
    answered = elena.post(f"/people/{made.pk}/link/")
    assert answered.status_code == 409
    assert "/account/welcome/" not in answered.text


@pytest.mark.parametrize("path", ["/people/{}/", "/people/{}/link/", "/people/{}/part/"])
def test_people_are_for_the_admins_of_their_brand(client, world, path):
    path = path.format(membership(world.carlo).pk)
    client.force_login(world.zoe)
    assert client.post(path, {"role": "admin"}).status_code == 404
    for lesser in (world.ada, world.bruno, world.rita):
        client.force_login(lesser)
        assert client.post(path, {"role": "admin"}).status_code == 403
    assert client.get("/people/").status_code == 403
    assert client.post("/people/new/", {}).status_code == 403
    assert client.post("/teams/", {"name": "Nuova"}).status_code == 403
    assert membership(world.carlo).role == "agent"
