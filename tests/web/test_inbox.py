"""The inbox: what a person sees there, and who sees nothing of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from premura.interact import teamwork
from premura.models import Channel, Conversation, Label
from premura.templatetags.premura import full
from premura.web.state import moment

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada(world) -> Client:
    return signed_in(world.ada)


def signed_in(agent) -> Client:
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def now_says(world, text, **more):
    return world.says(text, at=timezone.now() - timedelta(minutes=more.pop("minutes_ago", 1)), **more)


def test_a_row_says_who_where_what_why_and_how_long(world, ada):
    now_says(world, "È la terza volta che chiamo", minutes_ago=130)
    page = ada.get("/inbox/unassigned/").text
    for words in ("Chiara", "Piazza · commento", "È la terza volta che chiamo", "aspetta da 2 h", "in ritardo"):
        assert words in page


def test_who_waits_less_than_an_hour_is_not_late(world, ada):
    now_says(world, "È aperto?", minutes_ago=10)
    page = ada.get("/inbox/unassigned/").text
    assert "aspetta da 9 min" in page or "aspetta da 10 min" in page
    assert "in ritardo" not in page


def test_what_is_mine_stands_under_your_turn_and_is_counted(world, ada):
    conversation = now_says(world, "È aperto?")
    assert "Nessuno ti aspetta" in ada.get("/inbox/mine/").text

    teamwork.assign(conversation, world.ada, world.bruno)

    page = ada.get("/inbox/mine/").text
    assert "È aperto?" in page
    assert '<span class="count" data-count="mine">1</span>' in page


def test_an_empty_list_says_what_to_do_next(world, ada):
    now_says(world, "È aperto?")
    assert "Una conversazione non è ancora di nessuno" in ada.get("/inbox/mine/").text


def test_filters_live_in_the_address(world, ada):
    now_says(world, "Un reclamo")
    labelled = now_says(world, "Una spedizione", by="marco")
    teamwork.label(labelled, "Spedizioni", world.bruno)
    page = ada.get(f"/inbox/open/?label={Label.objects.get().pk}").text
    assert "Una spedizione" in page
    assert "Un reclamo" not in page
    assert f"?view=open&amp;label={Label.objects.get().pk}" in page


def test_a_filter_that_makes_no_sense_still_opens_the_list(world, ada):
    now_says(world, "È aperto?")
    assert ada.get("/inbox/open/?label=x&channel=%C2%B2&after=never").status_code == 200


def test_the_list_goes_on_where_it_stopped_without_a_row_twice(world, ada):
    for n in range(53):
        now_says(world, f"Domanda {n}", by=f"guest{n}", minutes_ago=n + 1)
    first = ada.get("/inbox/open/").text
    more = first.split('hx-get="/inbox/open/?')[1].split('"')[0]
    rest = ada.get(f"/inbox/open/?{more}", headers=HTMX).text
    assert first.count('class="row ') == 50
    assert rest.count('class="row ') == 3
    assert "<!doctype" not in rest


def test_a_living_list_asks_which_of_these_still_belong_in_it(world, ada):
    here = now_says(world, "Ancora aperta")
    gone = now_says(world, "Già risolta", by="marco")
    teamwork.resolve(gone, world.bruno)
    rows = ada.get(f"/inbox/open/?only={here.pk},{gone.pk}", headers=HTMX).text
    assert f'id="row-{here.pk}"' in rows
    assert f'id="row-{gone.pk}"' not in rows
    assert '<data value="resolved">1</data>' in rows


def test_unread_is_weight_and_said_aloud(world, ada):
    conversation = now_says(world, "È aperto?")
    assert "row--unread" in ada.get("/inbox/open/").text
    ada.get(f"/conversations/{conversation.pk}/")
    assert "row--unread" not in ada.get("/inbox/open/").text


def test_a_channel_that_lost_its_access_says_so_and_what_to_do(world, ada):
    Channel.objects.filter(pk=world.rossi.pk).update(trouble="expired", trouble_since=timezone.now())
    page = ada.get("/inbox/mine/").text
    assert "Piazza non accetta più il nostro accesso a «Trattoria Rossi»" in page
    assert "Ricollegalo" in page


def test_an_agent_of_another_team_does_not_see_it(world):
    now_says(world, "Per la sala")
    assert "Per la sala" not in signed_in(world.carlo).get("/inbox/all/").text


def test_somebody_of_another_brand_does_not_see_it(world):
    now_says(world, "Per i Rossi")
    assert "Per i Rossi" not in signed_in(world.zoe).get("/inbox/all/").text


def test_a_view_that_does_not_exist_is_not_found(world, ada):
    assert ada.get("/inbox/everything/").status_code == 404


def test_signed_out_one_is_asked_to_sign_in(world):
    for address in ("/", "/inbox/mine/", "/search/?q=x", "/conversations/1/"):
        response = Client().get(address)
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]


def test_search_finds_words_in_resolved_conversations_and_marks_them(world, ada):
    conversation = now_says(world, "La bottiglia era rotta")
    teamwork.resolve(conversation, world.bruno)
    page = ada.get("/search/?q=bottiglia").text
    assert "La <mark>bottiglia</mark> era rotta" in page
    assert f"/conversations/{conversation.pk}/" in page


def test_what_people_wrote_is_never_markup(world, ada):
    conversation = now_says(world, "<script>alert(1)</script> bottiglia")
    for address in ("/inbox/open/", "/search/?q=bottiglia", f"/conversations/{conversation.pk}/"):
        page = ada.get(address).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page


def test_each_reads_in_their_own_language(world, ada):
    world.ada.language = "en"
    world.ada.save(update_fields=["language"])
    page = ada.get("/inbox/mine/", headers={"Accept-Language": "it"}).text
    assert '<html lang="en"' in page
    assert "Nobody is waiting for you" in page


def test_the_theme_is_kept_and_goes_back_to_where_one_was(world, ada):
    response = ada.post("/theme/", {"theme": "dark"}, headers={"Referer": "http://testserver/inbox/open/"})
    assert response["Location"] == "http://testserver/inbox/open/"
    assert 'data-theme="dark"' in ada.get("/inbox/mine/").text


def test_the_theme_leads_to_nobody_elses_site(world, ada):
    assert ada.post("/theme/", {"theme": "dark"}, headers={"Referer": "https://evil.example/"})["Location"] == "/"


def test_the_list_asks_the_database_no_more_for_fifty_rows_than_for_one(world, ada, django_assert_max_num_queries):
    for n in range(50):
        now_says(world, f"Domanda {n}", by=f"guest{n}")
    with django_assert_max_num_queries(17):  # of them: the badge of a pile-on, frozen accounts, what we are asked
        ada.get("/inbox/open/")


def test_a_page_of_fifty_weighs_less_than_its_budget(world, ada):
    import gzip
    from pathlib import Path

    import django_htmx

    import premura

    for n in range(50):
        now_says(world, f"Domanda {n}: quando arriva il pacco che aspetto da una settimana?", by=f"guest{n}")
    page = ada.get(f"/conversations/{Conversation.objects.first().pk}/?view=open").content
    own = sorted((Path(premura.__file__).parent / "static/premura").glob("*.[cj]s*"))
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    assert len(own) >= 6
    assert sum(len(gzip.compress(part)) for part in [page, *(f.read_bytes() for f in [*own, htmx])]) < 150_000


@pytest.mark.parametrize(
    ("chosen", "ends"),
    [
        ("hour", "Fri 09 16:30"),
        ("hours", "Fri 09 18:30"),
        ("tomorrow", "Sat 10 09:00"),
        ("monday", "Mon 12 09:00"),
        ("2026-10-10T17:00", "Sat 10 17:00"),
        ("2026-10-08T17:00", None),  # over
        ("soon", None),
    ],
)
def test_a_snooze_ends_when_it_says_in_the_brands_time(chosen, ends):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    rome = ZoneInfo("Europe/Rome")
    until = moment(chosen, datetime(2026, 10, 9, 15, 30, tzinfo=rome), rome)
    assert (until and f"{until:%a %d %H:%M}") == ends


def test_days_and_months_are_written_as_the_language_writes_them():
    at = datetime(2026, 10, 12, 7, 5, tzinfo=UTC)
    with translation.override("it"):
        assert full(at) == "lunedì 12 ottobre 2026, 09:05"
    with translation.override("en"):
        assert full(at) == "Monday 12 October 2026, 09:05"
