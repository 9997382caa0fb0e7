"""The view of what search engines show while it waits.  P71."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.models import Conversation
from premura.templatetags.premura import day

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ada(client, world):
    client.force_login(world.ada, BACKEND)
    return client


def test_an_old_question_stands_in_its_view_with_its_age_and_leads_back_there(world, ada):
    at = timezone.now() - timedelta(days=20)
    said = world.says("Il vino sa di tappo", at=at)
    world.says("Grazie", by="dino")
    Conversation.objects.exclude(pk=said.pk).update(waiting_since=timezone.now())
    page = ada.get("/inbox/exposed/").text
    rows = page.split('id="rows"')[1]
    assert "Il vino sa di tappo" in rows
    assert "Grazie" not in rows
    assert f"in pubblico dal {day(at)}" in rows
    assert 'href="/inbox/exposed/" aria-current="page"' in page
    opened = ada.get(f"/conversations/{said.pk}/?view=exposed").text
    assert 'href="/inbox/exposed/" aria-current="page"' in opened


def test_where_nothing_is_exposed_it_says_what_would_stand_there(ada):
    page = ada.get("/inbox/exposed/").text
    assert "Nessuno trova la domanda di un cliente senza la sua risposta" in page
    assert "aspetta una nostra risposta da più di un giorno" in page


def test_the_points_stand_with_the_others(ada):
    page = ada.get("/deciding/weights/").text
    assert "Si trova con una ricerca, senza risposta da un giorno" in page
    assert 'name="exposed"' in page
