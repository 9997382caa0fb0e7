"""The log of known issues on the screen: how grave, whose, closed by whom, and all of it as a table."""

import csv
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import problems
from premura.decide.problems import Said
from premura.models import Agent, KnownIssue
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture(autouse=True)
def in_english(world):
    Agent.objects.update(language="en")
    for agent in (world.ada, world.bruno, world.rita, world.elena, world.zoe):
        agent.language = "en"


@pytest.fixture
def ada(world, in_english):
    return signed_in(world.ada)


@pytest.fixture
def cork(world):
    return problems.open_one(access.standing(world.ada), Said("Sa di tappo"), now_says(world, "Sa di tappo"))


def rows(client):
    response = client.get("/issues/log.csv")
    assert response.status_code == 200
    return list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))


def test_how_grave_it_is_is_chosen_shown_in_words_and_changed(world, ada):
    ada.post("/issues/", {"title": "Vetro nel vino", "severity": "3"})
    issue = KnownIssue.objects.get()
    assert issue.severity == 3
    for page in ("/issues/", f"/issues/{issue.pk}/"):
        assert re.search(r"<strong[^>]*>grave: people, money or the law</strong>", ada.get(page).text)
    assert '<option value="3" selected>' in ada.get(f"/issues/{issue.pk}/").text
    ada.post(f"/issues/{issue.pk}/change/", {"title": "Vetro nel vino", "severity": "1"})
    assert "a nuisance ·" in ada.get("/issues/").text
    answer = ada.post(f"/issues/{issue.pk}/change/", {"title": "Altro", "severity": "9"})
    assert answer.status_code == 422
    assert signed_in(world.rita).post(f"/issues/{issue.pk}/change/", {"title": "X", "severity": "3"}).status_code == 403
    assert KnownIssue.objects.get().severity == 1


def test_one_of_our_replies_taken_as_the_answer_leaves_how_grave_it_is(world, ada, cork):
    from tests.decide.test_problems import replied

    problems.change(access.standing(world.ada), cork, Said(cork.title, severity=3))
    replied(
        world,
        now_says(world, "Sa di tappo"),
        "La cambiamo",
        state="sent",
        sent_at=timezone.now(),
        url="https://x.example/1",
    )
    reply = re.search(r'name="answer" value="(\d+)"', ada.get(f"/issues/{cork.pk}/").text)[1]
    ada.post(f"/issues/{cork.pk}/change/", {"answer": reply})
    cork.refresh_from_db()
    assert (cork.solution, cork.severity) == ("La cambiamo", 3)


def test_the_list_is_narrowed_and_goes_on_narrowed(world, ada, cork):
    bruno = access.standing(world.bruno)
    for n in range(problems.PAGE + 1):
        problems.open_one(bruno, Said(f"Grave {n:02}", severity=3))
    page = ada.get(f"/issues/?severity=3&owner={world.bruno.pk}").text
    assert "Sa di tappo" not in page
    assert '<option value="3" selected>' in page
    assert f'<option value="{world.bruno.pk}" selected>' in page
    more = re.search(r'hx-get="(/issues/\?[^"]*)"', page)[1].replace("&amp;", "&")
    rest = ada.get(more, headers=HTMX).text
    assert ("Grave 00" in rest, "Sa di tappo" in rest, "<!doctype" in rest) == (True, False, False)
    assert "Nothing of the kind" in ada.get("/issues/?severity=1").text
    assert "Grave 30" in ada.get("/issues/?severity=x&owner=-1").text  # what makes no sense narrows nothing
    assert "Grave 30" in ada.get("/issues/?after=!x").text


def test_what_was_closed_says_when_by_whom_and_after_how_long(world, ada, cork):
    KnownIssue.objects.update(opened_at=timezone.now() - timedelta(days=3, minutes=1))
    signed_in(world.bruno).post(f"/issues/{cork.pk}/state/", {"do": "close"})
    for page in ("/issues/?closed=1", f"/issues/{cork.pk}/"):
        assert re.search(r"closed \w+day [^<]+ by Bruno, after 3 d", ada.get(page).text)
    assert "by Bruno" not in ada.get("/issues/").text


def test_leads_and_admins_take_the_whole_log_along_and_nobody_else(world, cork):
    problems.open_one(access.standing(world.zoe), Said("Un loro guaio"))
    problems.move(access.standing(world.ada), cork, "close")
    for person in (world.bruno, world.elena):
        assert "/issues/log.csv" in signed_in(person).get("/issues/").text
        headings, line = rows(signed_in(person))
        told = dict(zip(headings, line, strict=True))
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", told.pop("opened"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", told.pop("closed"))
        assert told == {
            "title": "Sa di tappo", "how grave": "serious", "state": "closed", "owner": "Ada", "people affected": "1",
            "people answered": "0", "people told": "0", "public answer": "",
            "address here": f"http://testserver/issues/{cork.pk}/",
        }  # fmt: skip
    for person in (world.ada, world.rita):
        assert "/issues/log.csv" not in signed_in(person).get("/issues/").text
        assert signed_in(person).get("/issues/log.csv").status_code == 403


def test_the_log_is_a_table_that_no_spreadsheet_carries_out(world):
    bruno = access.standing(world.bruno)
    for title in ("=1+1", "+39", "-2", "@SUM(A1)", 'Dice "no", e basta', "Più vino"):
        problems.open_one(bruno, Said(title))
    response = signed_in(world.bruno).get("/issues/log.csv")
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="issues-rossi-[\d-]+\.csv"', response["Content-Disposition"])
    kept = [row[1] for row in rows(signed_in(world.bruno))[1:]]
    assert kept == ["'=1+1", "'+39", "'-2", "'@SUM(A1)", 'Dice "no", e basta', "Più vino"]


def test_the_log_of_a_brand_without_issues_has_its_headings(world):
    assert len(rows(signed_in(world.bruno))) == 1
