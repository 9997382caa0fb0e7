"""Our people's handles on the screen, and their mark in the thread."""

import pytest

from premura.models import Employee
from tests.web.test_inbox import now_says, signed_in

URL = "/deciding/employees/"


@pytest.fixture
def elena(world):
    return signed_in(world.elena)


def test_one_handle_is_kept_shown_and_taken_away(elena):
    given = {"network": "playground", "handle": "@Chiara.Example", "name": "Chiara Conti"}
    assert elena.post(URL, given).status_code == 302
    page = elena.get(URL).text
    assert "chiara.example" in page
    assert "Chiara Conti" in page
    assert elena.post(URL, given).status_code == 422
    elena.post(f"{URL}{Employee.objects.get().pk}/removal/")
    assert not Employee.objects.exists()


def test_of_a_list_what_was_not_kept_is_told_and_stands_there_again(elena):
    answer = elena.post(URL, {"lines": "playground @chiara Chiara\norkut bea\n"})
    assert answer.status_code == 422
    assert Employee.objects.get().handle == "chiara"
    assert "“orkut bea”" in answer.text or "«orkut bea»" in answer.text
    assert "orkut bea</textarea>" in answer.text


@pytest.mark.parametrize(
    "given", [{"network": "orkut", "handle": "x"}, {"network": "playground", "handle": "@"}, {"lines": " "}]
)
def test_what_is_wrong_is_said_and_nothing_is_kept(elena, given):
    assert elena.post(URL, given).status_code == 422
    assert not Employee.objects.exists()


def test_an_agent_reads_them_and_changes_nothing(world):
    made = Employee.objects.create(brand=world.brand, network="playground", handle="anna")
    ada = signed_in(world.ada)
    page = ada.get(URL).text
    assert "anna" in page
    assert "<textarea" not in page
    assert ada.post(URL, {"network": "playground", "handle": "x"}).status_code == 403
    assert ada.post(f"{URL}{made.pk}/removal/").status_code == 403


def test_another_brands_people_are_not_there(world):
    made = Employee.objects.create(brand=world.brand, network="playground", handle="anna.segreta")
    world.zoe.memberships.update(role="admin")
    zoe = signed_in(world.zoe)
    assert "anna.segreta" not in zoe.get(URL).text
    assert zoe.post(f"{URL}{made.pk}/removal/").status_code == 404


def test_what_they_write_is_marked_in_the_thread_and_nobody_elses_is(world):
    conversation = now_says(world, "Che bella serata")
    now_says(world, "Anche per me", by="marco")
    ada = signed_in(world.ada)
    mark = '<span class="chip">lavora con noi</span>'
    address = f"/conversations/{conversation.pk}/"
    assert mark not in ada.get(address).text
    Employee.objects.create(brand=world.brand, network="playground", handle="marco.example")
    page = ada.get(address).text
    assert page.count(mark) == 1
    assert mark in page.split("Marco")[1].split("</li>")[0]


def test_where_several_of_our_people_write_in_one_thread_who_answers_is_warned(world):
    """P147: not to have others answer on impulse."""
    conversation = now_says(world, "Servizio pessimo")
    now_says(world, "Non è vero, siamo bravissimi", by="marco")
    now_says(world, "Io ci lavoro e confermo", by="rita")
    ada, address = signed_in(world.ada), f"/conversations/{conversation.pk}/"
    Employee.objects.create(brand=world.brand, network="playground", handle="marco.example")
    page = ada.get(address)
    assert page.context["brigade"] == []  # one alone is marked, and that is enough
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    page = ada.get(address)
    assert len(page.context["brigade"]) == 2
    notice = page.text.split('id="conversation-notice"')[1].split("</div>")[0]
    assert all(name in notice for name in page.context["brigade"])
