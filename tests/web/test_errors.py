"""Who comes to a wrong address is told so in their language, in our look."""

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_a_wrong_address_says_so_in_their_language(client, world):
    client.force_login(world.zoe, BACKEND)
    answer = client.get(f"/conversations/{world.says('Ciao').pk}/")
    assert answer.status_code == 404
    assert "Non è qui" in answer.text
    assert "style.css" in answer.text


def test_what_a_role_may_not_do_says_whom_to_ask(client, world):
    client.force_login(world.rita, BACKEND)
    answer = client.get("/people/")
    assert answer.status_code == 403
    assert "Chiedi a" in answer.text


def test_a_broken_page_shows_nothing_of_what_broke(client, world, monkeypatch):
    from premura import access

    def broken(standing):
        raise RuntimeError("secret words")

    monkeypatch.setattr(access, "channels", broken)
    client.force_login(world.ada, BACKEND)
    client.raise_request_exception = False
    answer = client.get("/channels/")
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    assert "Qualcosa si è rotto" in answer.text
