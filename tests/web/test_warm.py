"""The warm queue on the screen: who, why in words, how many this week, and who says how many."""

import pytest

from premura.models import Brand, Reply
from tests.decide.test_gestures import answered, sends
from tests.decide.test_warm import a_year
from tests.web.test_inbox import HTMX, signed_in


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def test_each_stands_under_its_reason_and_leads_to_the_conversation(world, ada):
    praise = sends(world, "Che buono!", intent="praise", by="a")
    year = sends(world, "Siete aperti?", intent="question", by="b")
    a_year(year)
    wants = sends(world, "Avete il Rosso?", intent="purchase", by="c")
    for n in range(3):
        fan = sends(world, f"Di nuovo buono {n}", intent="praise", by="d", root=f"d{n}")
    page = ada.get("/warm/").text
    for why, conversation in {"praise": praise, "year": year, "prospect": wants, "returning": fan}.items():
        part = page.split(f'aria-labelledby="warm-{why}"')[1].split("</section>")[0]
        assert part.count("<li") == 1
        assert f'href="/conversations/{conversation.pk}/?view=all"' in part
    assert not Reply.objects.exists()


def test_beside_the_small_gestures_there_is_a_way_to_it(ada, world):
    assert 'href="/warm/"' in ada.get("/inbox/mine/").text


def test_an_empty_queue_says_what_comes_here(ada, world):
    page = ada.get("/warm/").text
    assert 'class="empty"' in page
    assert 'aria-labelledby="warm-praise"' not in page


def test_a_long_list_is_shown_in_pages(world, ada):
    for n in range(33):
        sends(world, f"Buono numero {n};", intent="praise", by=f"g{n}", minutes_ago=n + 1)
    page = ada.get("/warm/").text
    assert page.count("Buono numero") == 5
    assert 'href="/warm/?why=praise"' in page
    whole = ada.get("/warm/?why=praise").text
    assert whole.count("Buono numero") == 30
    more = next(part for part in whole.split('"') if "after=" in part).replace("&amp;", "&")
    rest = ada.get(more, headers=HTMX).text
    assert "<!doctype" not in rest
    assert rest.count("Buono numero") == 3
    assert ada.get(more).text.count("Buono numero") == 3
    assert ada.get("/warm/?why=nothing").text.count("Buono numero") == 5


def test_one_sees_ones_own_week_against_what_was_agreed(world, ada):
    Brand.objects.filter(pk=world.brand.pk).update(warm_weekly=4)
    reply = answered(world, sends(world, "Che buono!", intent="praise"), "sent")
    Reply.objects.filter(pk=reply.pk).update(sent_at=reply.written_at)
    page = ada.get("/warm/").text
    assert '<progress class="warm__bar" max="4" value="1"' in page
    assert "Bruno:" not in page
    assert 'name="n"' not in page


def test_a_lead_says_how_many_and_sees_everybody(world):
    bruno = signed_in(world.bruno)
    assert bruno.post("/warm/weekly/", {"n": "6"}).url == "/warm/"
    page = bruno.get("/warm/").text
    assert 'value="6"' in page
    assert "Ada:" in page
    assert Brand.objects.get(pk=world.bookshop.pk).warm_weekly == 0


@pytest.mark.parametrize("n", ["", "-1", "201", "many"])
def test_what_is_no_number_changes_nothing_and_says_so(world, n):
    answer = signed_in(world.bruno).post("/warm/weekly/", {"n": n})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert Brand.objects.get(pk=world.brand.pk).warm_weekly == 0


def test_an_agent_and_a_reader_see_it_and_cannot_say_how_many(world, ada):
    assert ada.post("/warm/weekly/", {"n": "6"}).status_code == 403
    rita = signed_in(world.rita)
    assert rita.get("/warm/").status_code == 200
    assert "<progress" not in rita.get("/warm/").text
    assert rita.post("/warm/weekly/", {"n": "6"}).status_code == 403


def test_another_brand_sees_none_of_it(world):
    sends(world, "Che buono!", intent="praise")
    assert "Che buono!" not in signed_in(world.zoe).get("/warm/").text
