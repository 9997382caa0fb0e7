"""The cycle board: the picture, its sentence, its table, and the way down to the conversations."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from premura import access
from premura.models import Conversation
from premura.web import days
from premura.web.funnel import Stage, drawn


@pytest.fixture
def bruno(client, world):
    client.force_login(world.bruno, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def says(world, by, days_ago=0.0):
    return world.says(f"Sono {by}", by=by, at=timezone.now() - timedelta(days=days_ago, seconds=60))


def picture(text: str) -> str:
    return re.search(r'<svg class="funnel".*?</svg>\s*(?=<details)', text, re.DOTALL)[0]


def test_one_sentence_says_what_to_see(bruno, world):
    for by in ("lia", "marco", "tom"):
        conversation = says(world, by)
    Conversation.objects.filter(pk=conversation.pk).update(
        last_out_at=timezone.now(), waiting_since=None, state="pending"
    )
    text = re.sub(r"<[^>]+>", "", bruno.get("/cycle/").text)
    assert "Di 3 conversazioni, 1 ha avuto una risposta; 2 aspettano." in text


def test_who_has_an_answer_and_waits_again_is_named_as_both(bruno, world):
    Conversation.objects.filter(pk=says(world, "lia").pk).update(last_out_at=timezone.now())
    text = re.sub(r"<[^>]+>", "", bruno.get("/cycle/").text)
    assert "Di 1 conversazione, 1 ha avuto una risposta; 1 aspetta, di cui 1 di nuovo." in text


def test_the_five_stages_stand_in_the_picture_and_in_the_table_and_lead_to_their_conversations(bruno, world):
    says(world, "lia")
    text = bruno.get("/cycle/").text
    drawing, table = picture(text), text.split("<table")[1]
    for name, title in (("listen", "Ascoltare"), ("monitor", "Monitorare"), ("decide", "Decidere"),
                        ("interact", "Interagire"), ("convert", "Convertire")):  # fmt: skip
        assert title in drawing
        assert title in table
        assert f'href="/cycle/{name}/?days=7"' in drawing
        assert bruno.get(f"/cycle/{name}/?days=7").status_code == 200
    assert "1 aperta che nessuno ha" in drawing


def test_the_picture_is_sound_and_has_no_inline_style(bruno, world):
    says(world, "lia")
    drawing = picture(bruno.get("/cycle/").text)
    ElementTree.fromstring(drawing)
    assert "style=" not in drawing
    assert 'width="100.00%"' in drawing  # a point, in Italian too


def test_a_list_shows_who_wrote_in_that_time_and_leads_to_them(bruno, world):
    fresh, old = says(world, "lia"), says(world, "marco", days_ago=15)
    week, month = bruno.get("/cycle/listen/").text, bruno.get("/cycle/listen/?days=28").text
    assert f'href="/conversations/{fresh.pk}/?view=all"' in week
    assert "Sono marco" not in week
    assert f'href="/conversations/{old.pk}/?view=all"' in month
    assert "Non ce n'è nessuna." in bruno.get("/cycle/interact/").text


def test_a_long_list_goes_on(bruno, world):
    for number in range(51):
        says(world, f"guest{number}")
    first = bruno.get("/cycle/listen/?days=28").text
    address = re.search(r'href="(\?days=28&amp;after=[^"]+)"', first)[1].replace("&amp;", "&")
    assert first.count('<li class="row">') == 50
    assert bruno.get(f"/cycle/listen/{address}").text.count('<li class="row">') == 1


def test_where_nobody_wrote_it_says_so_and_what_to_do(bruno, world):
    assert "non ha scritto nessuno" in bruno.get("/cycle/").text
    assert "?days=28" in bruno.get("/cycle/").text


def test_what_does_not_exist_is_not_found_and_a_strange_time_is_a_week(bruno, world):
    says(world, "marco", days_ago=15)
    assert bruno.get("/cycle/sell/").status_code == 404
    assert "non ha scritto nessuno" in bruno.get("/cycle/?days=99999999").text


def test_an_agent_sees_nothing_of_another_team_and_is_told_so(client, world):
    kitchens = says(world, "cuoco")
    Conversation.objects.filter(pk=kitchens.pk).update(team=world.kitchen)
    client.force_login(world.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Sono cuoco" not in client.get("/cycle/listen/").text
    assert "non ha scritto nessuno" in client.get("/cycle/").text
    assert "dei tuoi gruppi" in client.get("/cycle/").text


def test_the_rail_leads_there_and_figures_are_kept_by_nobody(bruno, world):
    answer = bruno.get("/cycle/")
    assert '<a class="rail__link" href="/cycle/" aria-current="page">Il giro</a>' in answer.text
    assert answer["Cache-Control"] == "no-store"


def test_seven_days_begin_at_the_brands_midnight(world):
    world.brand.time_zone = "Asia/Tokyo"
    world.brand.save(update_fields=["time_zone"])
    since = days.since(access.standing(world.bruno), 7)
    assert (since.hour, since.minute, str(since.tzinfo)) == (0, 0, "Asia/Tokyo")
    assert timedelta(days=6) <= timezone.now() - since < timedelta(days=7)


def test_bars_are_as_wide_as_their_numbers_and_never_touch():
    def stage(name, number):
        return Stage(name, name, "", number, "", "", None)

    funnel = drawn([stage("a", 200), stage("b", 50), stage("c", 0)])
    assert [bar.width for bar in funnel.bars] == ["100.00%", "25.00%", "0.00%"]
    assert all(one.top + one.height < two.words_at for one, two in zip(funnel.bars, funnel.bars[1:], strict=False))
    assert funnel.bars[-1].top + funnel.bars[-1].height < funnel.height
    assert drawn([stage("a", 0)]).bars[0].width == "0.00%"
