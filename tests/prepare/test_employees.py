"""The registry of employees' handles: kept once, told apart from customers, and only in their own brand."""

import pytest
from django.http import Http404

from premura import access
from premura.models import Conversation, Employee, Event, Identity
from premura.prepare import employees


@pytest.fixture
def elena(world):
    return access.standing(world.elena)


def test_a_handle_is_kept_small_and_without_its_sign(elena):
    made = employees.add(elena, "playground", " @Chiara.Example ", "Chiara  Conti")
    assert (made.handle, made.name) == ("chiara.example", "Chiara Conti")
    assert Event.objects.get(deed="entry made").facts["of"] == "employee"


def test_the_same_handle_is_kept_once(elena):
    employees.add(elena, "playground", "chiara")
    with pytest.raises(employees.AlreadyThere):
        employees.add(elena, "playground", "@CHIARA")
    assert Employee.objects.count() == 1


@pytest.mark.parametrize(
    ("network", "handle"), [("orkut", "chiara"), ("playground", "@"), ("playground", "a b"), ("", "")]
)
def test_what_is_no_handle_is_not_kept(elena, network, handle):
    with pytest.raises(employees.NoHandle):
        employees.add(elena, network, handle)
    assert not Employee.objects.exists()


def test_of_a_pasted_list_the_good_lines_are_kept_and_the_bad_ones_told(elena):
    employees.add(elena, "playground", "anna")
    text = "Bluesky @anna.bsky.social Anna Neri\n\nmastodon\norkut bea\nplayground ANNA\nbluesky @anna.bsky.social\n"
    pasted = employees.paste(elena, text)
    assert (pasted.kept, pasted.there) == (1, 1)
    assert [(wrong.number, wrong.why) for wrong in pasted.wrong] == [(3, "handle"), (4, "network")]
    assert {one.handle for one in employees.listed(elena)} == {"anna", "anna.bsky.social"}


def test_a_list_that_is_too_long_is_kept_up_to_there_and_says_so(elena):
    pasted = employees.paste(elena, "\n".join(f"playground p{n}" for n in range(employees.MOST_LINES + 5)))
    assert pasted.kept == employees.MOST_LINES
    assert [(wrong.number, wrong.why) for wrong in pasted.wrong] == [(employees.MOST_LINES + 1, "many")]


def test_nothing_pasted_is_nothing_kept(elena):
    assert employees.paste(elena, " \n ") == employees.Pasted(0, 0, ())
    assert not Event.objects.exists()


def test_it_is_taken_away_once(elena):
    made = employees.add(elena, "playground", "chiara")
    assert employees.remove(elena, made)
    assert not employees.remove(elena, made)


def test_another_brand_cannot_know_of_it(world, elena):
    made = employees.add(elena, "playground", "chiara")
    with pytest.raises(Http404):
        employees.employee(world.zoe, made.pk)
    assert employees.listed(access.standing(world.zoe)) == []


def test_who_works_for_us_is_known_however_the_network_writes_the_handle(world, elena, django_assert_num_queries):
    ours, theirs = world.says("Ciao"), world.says("Ciao", by="marco")
    Identity.objects.filter(pk=ours.identity_id).update(handle="@Chiara.Example")
    employees.add(elena, "playground", "chiara.example")
    messages = [ours.messages.get(), theirs.messages.get()]
    with django_assert_num_queries(1):
        assert employees.among(messages) == {ours.identity_id}
    assert employees.among([]) == frozenset()
    assert list(employees.identities(world.brand.pk)) == [ours.identity]
    left = Conversation.objects.exclude(identity__in=employees.identities(world.brand.pk))
    assert list(left) == list(Conversation.objects.exclude(employees.works_for_us("identity__"))) == [theirs]


def test_the_same_handle_on_another_network_or_for_another_brand_is_somebody_else(world, elena):
    conversation = world.says("Ciao")
    employees.add(elena, "bluesky", "chiara.example")
    Employee.objects.create(brand=world.bookshop, network="playground", handle="chiara.example")
    assert employees.among([conversation.messages.get()]) == frozenset()
