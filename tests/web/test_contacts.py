"""A lead says that two handles are one person, and takes it back."""

import pytest

from premura.models import Event, Identity

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def bruno(client, world):
    client.force_login(world.bruno, BACKEND)
    return client


def test_two_handles_become_one_person_whose_conversations_stand_together(bruno, world):
    here, elsewhere = world.says("Ciao"), world.says("Sono sempre io", by="chiara2", root="wine")
    bruno.post(f"/conversations/{here.pk}/person/", {"handle": "@Chiara2.example"})
    page = bruno.get(f"/conversations/{here.pk}/").text
    assert "Sono sempre io" in page
    assert "chiara2.example" in page
    other = Identity.objects.get(key="chiara2")
    bruno.post(f"/conversations/{here.pk}/person/{other.pk}/parting/")
    assert "Sono sempre io" not in bruno.get(f"/conversations/{here.pk}/").text
    assert elsewhere.identity.contact == Identity.objects.get(key="chiara2").contact
    assert set(Event.objects.exclude(deed="taken in").values_list("deed", flat=True)) == {"merged", "unmerged"}


def test_a_handle_that_nobody_has_changes_nothing_and_says_so(bruno, world):
    here = world.says("Ciao")
    answer = bruno.post(f"/conversations/{here.pk}/person/", {"handle": "nessuno"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "nessuno" in answer.text


def test_a_person_of_another_brand_cannot_be_named(bruno, world):
    from premura.models import Channel

    theirs = Channel.objects.create(brand=world.bookshop, network="playground", key="o", name="O", handle="o")
    world.says("Ciao", by="lia", channel=theirs)
    here = world.says("Ciao")
    answer = bruno.post(f"/conversations/{here.pk}/person/", {"handle": "lia.example"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert Identity.objects.get(key="lia").brand == world.bookshop


def test_an_agent_is_not_offered_it(client, world):
    here = world.says("Ciao")
    client.force_login(world.ada, BACKEND)
    assert "/person/" not in client.get(f"/conversations/{here.pk}/").text
