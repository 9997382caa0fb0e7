"""Secrets are sealed, open with any of our keys, and are sealed anew with the current one."""

import pytest

from premura import keys, vault
from premura.networks.contract import Disconnected

OLD, NEW = "an old key with 32 letters or more", "a new key with 32 letters or more!"


@pytest.fixture
def with_keys(settings):
    def use(*given):
        settings.KEYS = given
        vault._box.cache_clear()

    yield use
    vault._box.cache_clear()


def test_what_is_sealed_cannot_be_read_and_can_be_opened(with_keys):
    with_keys(NEW)
    sealed = vault.seal({"token": "geheim"})
    assert b"geheim" not in sealed
    assert vault.unseal(sealed) == {"token": "geheim"}


def test_an_old_key_still_opens_and_resealing_takes_the_new_one(with_keys):
    with_keys(OLD)
    sealed = vault.seal({"token": "geheim"})
    with_keys(NEW, OLD)
    again = vault.reseal(sealed)
    with_keys(NEW)
    assert vault.unseal(again) == {"token": "geheim"}
    with pytest.raises(vault.Sealed):
        vault.unseal(sealed)


def test_a_channel_whose_key_is_gone_must_be_reconnected(world, with_keys):
    with_keys(NEW)
    with pytest.raises(Disconnected, match="PREMURA_KEYS"), vault.opened(world.rossi):
        pass


def test_a_secret_that_an_adapter_refreshed_is_kept(world):
    with vault.opened(world.rossi) as network:
        network.keep({**network.secret, "token": "fresh"})
    world.rossi.refresh_from_db()
    assert vault.unseal(world.rossi.sealed)["token"] == "fresh"


def test_two_processes_that_start_at_once_share_one_key(tmp_path):
    first = keys.kept_under(tmp_path)
    assert keys.kept_under(tmp_path) == first
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["keys"]


def test_each_purpose_has_a_key_of_its_own():
    assert keys.derive(NEW, "vault") != keys.derive(NEW, "django") != keys.derive(OLD, "django")
