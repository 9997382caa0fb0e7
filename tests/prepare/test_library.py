"""The policies of the house: who is asked to read them, who has, and what asks everybody again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from premura import access
from premura.models import Agent, Brand, Event, Membership, Policy, PolicyRead
from premura.prepare import library
from premura.prepare.library import Written

WORDS = "Sui nostri profili diciamo che lavoriamo qui.\n\nAi clienti risponde la trattoria."


def save(agent, title="I nostri profili", text=WORDS, found=None, shown=None) -> Policy:
    return library.save(access.standing(agent), Written(title, text), found, shown)


@pytest.fixture
def policy(world) -> Policy:
    return save(world.bruno)


def has_read(agent, policy: Policy, version: int = 1) -> bool:
    return library.acknowledge(access.standing(agent), policy, version)


def waiting(agent) -> int:
    return library.waiting(access.standing(agent))


def told(deed: str) -> list[dict]:
    return [event.facts for event in Event.objects.filter(deed=deed).order_by("pk")]


# -- writing ----------------------------------------------------------------------------------


def test_a_lead_publishes_a_policy_and_the_journal_keeps_its_words(world, policy):
    assert (policy.title, policy.text, policy.version, policy.by) == ("I nostri profili", WORDS, 1, world.bruno)
    assert told("policy changed") == [
        {"policy": policy.pk, "title": "I nostri profili", "version": 1, "how": "made", "text": WORDS}
    ]


def test_new_words_are_a_new_version_and_everybody_is_asked_again(world, policy):
    before = policy.published_at
    assert has_read(world.ada, policy)
    kept = save(world.elena, text="Altre parole.", found=policy, shown=1)
    assert (kept.version, kept.text, kept.by) == (2, "Altre parole.", world.elena)
    assert kept.published_at > before
    assert waiting(world.ada) == 1
    assert told("policy changed")[-1]["how"] == "words changed"
    assert told("policy changed")[-1]["text"] == "Altre parole."


def test_another_title_alone_asks_nobody_again(world, policy):
    has_read(world.ada, policy)
    kept = save(world.elena, title="Noi fuori di qui", found=policy)
    kept.refresh_from_db()
    assert (kept.title, kept.version, kept.by, kept.published_at) == (
        "Noi fuori di qui", 1, world.bruno, policy.published_at
    )  # fmt: skip
    assert waiting(world.ada) == 0
    assert told("policy changed")[-1]["how"] == "title changed"


def test_line_ends_as_a_form_sends_them_and_words_kept_twice_change_nothing(world, policy):
    save(world.bruno, text=WORDS.replace("\n", "\r\n") + "  \r\n", found=policy)
    policy.refresh_from_db()
    assert (policy.text, policy.version) == (WORDS, 1)
    assert len(told("policy changed")) == 1


@pytest.mark.parametrize(
    ("given", "error"),
    [({"title": " \n "}, library.NoTitle), ({"text": " \r\n\t"}, library.NoText),
     ({"title": "I  nostri profili "}, library.TitleTaken)],
)  # fmt: skip
def test_what_lacks_a_title_or_words_or_has_a_taken_title_is_not_kept(world, policy, given, error):
    with pytest.raises(error):
        save(world.bruno, **({"title": "Altro"} | given))
    assert Policy.objects.get().version == 1
    other = save(world.bruno, title="Altra cosa")
    with pytest.raises(error):
        save(world.bruno, **({"title": "Altro", "found": other} | given))
    other.refresh_from_db()
    assert other.title == "Altra cosa"


def test_two_brands_may_have_policies_of_one_title(world, policy):
    Membership.objects.filter(agent=world.zoe).update(role="lead")
    save(world.zoe)
    assert Policy.objects.filter(title=policy.title).count() == 2


def test_words_written_over_a_version_that_is_gone_are_refused(world, policy):
    save(world.elena, text="Altre parole.", found=policy, shown=1)
    with pytest.raises(library.Newer):
        save(world.bruno, text="Le mie parole.", found=policy, shown=1)
    assert Policy.objects.get().text == "Altre parole."


def test_agents_and_readers_neither_write_nor_retire(world, policy):
    for person in (world.ada, world.rita):
        with pytest.raises(PermissionDenied):
            save(person, title="Mia")
        with pytest.raises(PermissionDenied):
            save(person, text="Mia", found=policy)
        with pytest.raises(PermissionDenied):
            library.retire(access.standing(person), policy)
        with pytest.raises(PermissionDenied):
            library.readers(access.standing(person), policy)
    assert Policy.objects.get().text == WORDS


# -- reading ----------------------------------------------------------------------------------


def test_who_has_read_it_is_noted_once(world, policy):
    assert waiting(world.ada) == waiting(world.rita) == 1
    assert has_read(world.ada, policy)
    assert not has_read(world.ada, policy)
    assert (waiting(world.ada), waiting(world.rita)) == (0, 1)
    assert PolicyRead.objects.count() == 1
    assert told("policy read") == [{"policy": policy.pk, "title": policy.title, "version": 1}]
    assert Event.objects.get(deed="policy read").by == world.ada


@pytest.mark.parametrize("version", [0, 1, 3])
def test_only_the_version_that_holds_can_have_been_read(world, policy, version):
    save(world.bruno, text="Altre parole.", found=policy)
    with pytest.raises(library.Newer):
        has_read(world.ada, policy, version)
    assert not PolicyRead.objects.exists()
    assert has_read(world.ada, policy, 2)


def test_a_retired_policy_waits_for_nobody_and_can_be_brought_back(world, policy):
    bruno = access.standing(world.bruno)
    has_read(world.ada, policy)
    assert library.retire(bruno, policy)
    assert not library.retire(bruno, policy)
    assert waiting(world.carlo) == 0
    with pytest.raises(library.Retired):
        has_read(world.carlo, policy)
    with pytest.raises(library.Retired):
        save(world.bruno, text="Altre parole.", found=policy)
    assert library.listed(bruno).rows == []
    assert [row.policy for row in library.listed(bruno, retired=True).rows] == [policy]
    assert library.retire(bruno, policy, back=True)
    assert (waiting(world.ada), waiting(world.carlo)) == (0, 1)
    assert [facts["how"] for facts in told("policy changed")] == ["made", "retired", "brought back"]


# -- who has, and who has not -----------------------------------------------------------------


def test_a_lead_sees_who_has_read_it_and_who_has_not(world, policy):
    has_read(world.ada, policy)
    has_read(world.elena, policy)
    found = library.readers(access.standing(world.bruno), policy)
    assert (found.have, found.people) == (2, 5)
    assert [(each.agent.name, each.read_at is None) for each in found.named] == [
        ("Bruno", True), ("Carlo", True), ("Rita", True), ("Ada", False), ("Elena", False)
    ]  # fmt: skip
    assert {each.asked_at for each in found.named} == {policy.published_at}
    save(world.bruno, text="Altre parole.", found=policy)
    policy.refresh_from_db()
    assert library.readers(access.standing(world.bruno), policy).have == 0


def test_who_came_later_is_asked_since_they_came_and_who_left_is_not_counted(world, policy):
    for person in (world.ada, world.carlo):
        has_read(person, policy)
    Membership.objects.filter(agent=world.ada).delete()
    Agent.objects.filter(pk=world.carlo.pk).update(is_active=False)
    new = Agent.objects.create_user("nina@rossi.example", None, name="Nina")
    Membership.objects.create(agent=new, brand=world.brand)
    found = library.readers(access.standing(world.bruno), policy)
    assert (found.have, found.people) == (0, 4)
    asked = {each.agent.name: each.asked_at for each in found.named}
    assert asked == {"Bruno": policy.published_at, "Elena": policy.published_at, "Nina": new.joined_at,
                     "Rita": policy.published_at}  # fmt: skip
    (row,) = library.listed(access.standing(world.bruno)).rows
    assert (row.have, row.people) == (0, 4)


def test_names_have_a_bound_and_the_count_has_none(world, policy, monkeypatch):
    monkeypatch.setattr(library, "MOST_PEOPLE", 2)
    has_read(world.ada, policy)
    found = library.readers(access.standing(world.bruno), policy)
    assert [each.agent.name for each in found.named] == ["Bruno", "Carlo"]
    assert (found.have, found.people) == (1, 5)


# -- the list ---------------------------------------------------------------------------------


def test_the_list_says_to_each_whether_they_have_read_and_to_a_lead_how_many_have(world, policy):
    other = save(world.elena, title="Casi legali")
    has_read(world.ada, policy)
    rows = library.listed(access.standing(world.ada)).rows
    assert [(row.policy, row.read_at is None, row.people) for row in rows] == [(other, True, 0), (policy, False, 0)]
    rows = library.listed(access.standing(world.bruno)).rows
    assert [(row.policy, row.read_at, row.have, row.people) for row in rows] == [
        (other, None, 0, 5), (policy, None, 1, 5)
    ]  # fmt: skip


def test_a_long_list_comes_in_pages_and_costs_the_same(world, monkeypatch, django_assert_num_queries):
    made = [save(world.bruno, title=str(n)) for n in range(5)]
    monkeypatch.setattr(library, "PAGE", 2)
    bruno, seen, after = access.standing(world.bruno), [], ""
    for _page in range(3):
        with django_assert_num_queries(4):
            page = library.listed(bruno, after)
        seen += [row.policy for row in page.rows]
        after = page.after
    assert seen == made[::-1]
    assert after == ""


def test_who_has_not_costs_the_same_for_many_people(world, policy, django_assert_num_queries):
    people = Agent.objects.bulk_create(Agent(email=f"{n}@rossi.example", name=str(n)) for n in range(30))
    Membership.objects.bulk_create(Membership(agent=each, brand=world.brand) for each in people)
    bruno = access.standing(world.bruno)
    with django_assert_num_queries(3):
        found = library.readers(bruno, policy)
        assert [each.agent.name for each in found.named if each.asked_at]
    with django_assert_num_queries(1):
        library.waiting(bruno)
    assert len(found.named) == found.people == 35


def test_another_brand_knows_nothing_of_it(world, policy):
    assert library.listed(access.standing(world.zoe)).rows == []
    assert waiting(world.zoe) == 0
    for pk in (policy.pk, 0):
        with pytest.raises(Http404):
            library.policy(world.zoe, pk)


# -- the demo world ---------------------------------------------------------------------------


def test_in_the_demo_one_policy_was_read_by_all_but_one(world):
    from premura.prepare import demo_policies
    from premura.prepare.demo_made import Made
    from tests.conftest import NOON

    of_demo = Brand.objects.create(name="Bellosguardo", slug="bellosguardo")
    roles = {"ada": "agent", "bruno": "lead", "carla": "agent", "dario": "reader", "elena": "admin"}
    people = {}
    for name, role in roles.items():
        email = f"{name}@bellosguardo.example"
        people[email] = Agent.objects.create_user(email, None, name=name, brand=of_demo)
        Membership.objects.create(agent=people[email], brand=of_demo, role=role)
    for brand in (world.brand, of_demo):
        demo_policies.do(Made(None, brand, NOON, agents=people))
    rows = library.listed(access.standing(people["bruno@bellosguardo.example"])).rows
    assert [(row.have, row.people) for row in rows] == [(3, 5), (4, 5)]
    assert [waiting(each) for each in people.values()] == [0, 0, 2, 1, 0]
    assert not Policy.objects.filter(brand=world.brand).exists()
    assert library.listed(access.standing(people["ada@bellosguardo.example"])).rows[0].read_at < NOON
