"""The screens of the policies of the house, and the line in the inbox that asks to read them."""

import re

import pytest

from premura import access
from premura.models import Agent, Membership, Policy, PolicyRead
from premura.prepare import library
from premura.prepare.library import Written
from tests.web.test_inbox import HTMX, signed_in

WORDS = "Diciamo che lavoriamo qui.\n\nAi clienti <b>non</b> rispondiamo da lì."


@pytest.fixture(autouse=True)
def in_english(world):
    Agent.objects.update(language="en")
    for agent in (world.ada, world.bruno, world.rita, world.elena, world.zoe):
        agent.language = "en"


@pytest.fixture
def bruno(world, in_english):
    return signed_in(world.bruno)


@pytest.fixture
def ada(world, in_english):
    return signed_in(world.ada)


@pytest.fixture
def policy(world) -> Policy:
    return library.save(access.standing(world.bruno), Written("I nostri profili", WORDS))


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_lead_publishes_a_policy_and_finds_it_under_what_we_say(world, bruno):
    assert "There is no policy yet" in bruno.get("/policies/").text
    answer = bruno.post("/policies/new/", {"title": "I nostri profili", "text": WORDS.replace("\n", "\r\n")})
    made = Policy.objects.get()
    assert answer.url == f"/policies/{made.pk}/"
    assert made.text == WORDS
    page = bruno.get("/policies/").text
    assert 'aria-current="page">Policies</a>' in page
    assert "read by 0 of 5" in page
    assert f'href="/policies/{made.pk}/"' in page


def test_its_words_stand_in_paragraphs_and_no_markup_gets_through(ada, policy):
    page = ada.get(f"/policies/{policy.pk}/").text
    assert "<p>Diciamo che lavoriamo qui.</p>" in page
    assert "&lt;b&gt;non&lt;/b&gt;" in page


def test_an_agent_says_once_that_they_have_read_it(world, ada, policy):
    assert "to be read" in ada.get("/policies/").text
    assert "I have read it" in ada.get(f"/policies/{policy.pk}/").text
    for _twice in range(2):
        assert ada.post(f"/policies/{policy.pk}/reading/", {"version": "1"}).url == "/policies/"
    assert PolicyRead.objects.get().agent == world.ada
    page = ada.get("/policies/").text
    assert "Noted: you have read “I nostri profili”." in page
    assert "you have read it, " in page
    page = ada.get(f"/policies/{policy.pk}/").text
    assert "You have read it: " in page
    assert "I have read it" not in page


@pytest.mark.parametrize("version", ["1", "", "due", "9" * 6000])
def test_what_was_not_shown_cannot_have_been_read(world, ada, policy, version):
    library.save(access.standing(world.bruno), Written("I nostri profili", "Altre parole."), policy)
    assert ada.post(f"/policies/{policy.pk}/reading/", {"version": version}).url == f"/policies/{policy.pk}/"
    page = ada.get(f"/policies/{policy.pk}/").text
    assert "Not noted: its words have changed meanwhile." in page
    assert "Altre parole." in page
    assert not PolicyRead.objects.exists()


def test_a_lead_sees_who_has_read_it_and_since_when_the_others_are_asked(world, bruno, ada, policy):
    ada.post(f"/policies/{policy.pk}/reading/", {"version": "1"})
    page = words(bruno.get(f"/policies/{policy.pk}/").text)
    assert "Who has read it: 1 of 5" in page
    assert re.search(r"Carlo not yet, asked on \d+ \w+ .*Ada has read it, \d+ \w+", page)
    assert "Carlo" not in ada.get(f"/policies/{policy.pk}/").text
    assert "of 5" not in ada.get("/policies/").text


def test_names_beyond_the_bound_are_told_of(bruno, policy, monkeypatch):
    monkeypatch.setattr(library, "MOST_PEOPLE", 2)
    assert "Here stand 2 by name" in bruno.get(f"/policies/{policy.pk}/").text


def test_other_words_ask_everybody_again_and_another_title_does_not(world, bruno, ada, policy):
    ada.post(f"/policies/{policy.pk}/reading/", {"version": "1"})
    form = bruno.get(f"/policies/{policy.pk}/change/").text
    assert 'name="version" value="1"' in form
    bruno.post(f"/policies/{policy.pk}/change/", {"title": "Noi", "text": WORDS, "version": "1"})
    assert Policy.objects.get().version == 1
    assert "Everybody is asked" not in bruno.get("/policies/").text
    bruno.post(f"/policies/{policy.pk}/change/", {"title": "Noi", "text": "Altre.", "version": "1"})
    assert Policy.objects.get().version == 2
    assert "Kept. Everybody is asked to read it again." in bruno.get("/policies/").text
    assert "to be read" in ada.get("/policies/").text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": " "}, "It needs a title. Nothing was kept."),
        ({"text": " \r\n "}, "It has no words yet. Nothing was kept."),
        ({"title": "I nostri  profili"}, "There is one of this title already, perhaps a retired one."),
        ({"title": "x" * 151}, "at most 150 characters"),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_was_typed_stays(bruno, policy, given, said):
    answer = bruno.post("/policies/new/", {"title": "Casi legali", "text": "Fermati <e> chiama."} | given)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "text" in given or "Fermati &lt;e&gt; chiama." in answer.text
    assert Policy.objects.count() == 1


def test_two_leads_do_not_write_over_each_other(world, bruno, policy):
    library.save(access.standing(world.elena), Written("I nostri profili", "Le parole di Elena."), policy)
    typed = {"title": "I nostri profili", "text": "Le parole di Bruno.", "version": "1"}
    answer = bruno.post(f"/policies/{policy.pk}/change/", typed)
    assert answer.status_code == 422
    assert "Somebody changed its words while you wrote." in answer.text
    assert "Le parole di Bruno." in answer.text
    assert Policy.objects.get().text == "Le parole di Elena."


def test_a_policy_is_retired_and_brought_back(world, bruno, ada, policy):
    page = f"/policies/{policy.pk}/"
    bruno.post(f"{page}retirement/")
    assert "I nostri profili" not in bruno.get("/policies/").text
    assert "I nostri profili" in bruno.get("/policies/?retired=1").text
    assert "no longer in force" in bruno.get(page).text
    assert "I have read it" not in ada.get(page).text
    ada.post(f"{page}reading/", {"version": "1"})
    assert "Not noted: it was retired meanwhile." in ada.get("/policies/").text
    answer = bruno.post(f"{page}change/", {"title": "Noi", "text": "Altre.", "version": "1"})
    assert answer.status_code == 422
    assert "Somebody retired it while you wrote." in answer.text
    bruno.post(f"{page}retirement/")
    assert "Somebody was faster" in bruno.get(page).text
    bruno.post(f"{page}retirement/", {"back": "1"})
    assert "I have read it" in ada.get(page).text


def test_agents_and_readers_read_and_do_not_change(world, policy):
    for person in (world.ada, world.rita):
        client = signed_in(person)
        for part in ("", f"{policy.pk}/"):
            page = client.get(f"/policies/{part}").text
            assert "new/" not in page
            assert "change/" not in page
            assert "retire" not in page
        for part in ("new/", f"{policy.pk}/change/"):
            assert client.get(f"/policies/{part}").status_code == 403
        assert client.post(f"/policies/{policy.pk}/retirement/").status_code == 403
    assert Policy.objects.get().retired_at is None


def test_another_brand_knows_nothing_of_it(world, policy):
    Membership.objects.filter(agent=world.zoe).update(role="admin")
    zoe = signed_in(world.zoe)
    assert "I nostri profili" not in zoe.get("/policies/").text
    for part in ("", "change/"):
        assert zoe.get(f"/policies/{policy.pk}/{part}").status_code == 404
    assert zoe.post(f"/policies/{policy.pk}/reading/", {"version": "1"}).status_code == 404


def test_the_list_goes_on_page_by_page(world, bruno, monkeypatch):
    monkeypatch.setattr(library, "PAGE", 2)
    for n in range(3):
        library.save(access.standing(world.bruno), Written(f"Regola {n}", "Parole."))
    page = bruno.get("/policies/").text
    assert page.count('class="entry"') == 2
    rest = bruno.get(re.search(r'href="(/policies/\?after=[^"]+)"', page)[1], headers=HTMX).text
    assert rest.count('class="entry"') == 1
    assert "<main" not in rest


def test_on_top_of_the_inbox_stands_what_waits_to_be_read(world, ada, policy):
    library.save(access.standing(world.bruno), Written("Casi legali", "Parole."))
    assert "2 policies wait for you to read them." in ada.get("/inbox/mine/").text
    ada.post(f"/policies/{policy.pk}/reading/", {"version": "1"})
    assert "1 policy waits for you to read it." in ada.get("/inbox/mine/").text
    ada.post(f"/policies/{Policy.objects.latest('pk').pk}/reading/", {"version": "1"})
    page = ada.get("/inbox/mine/").text
    assert "to read it" not in page
    assert "/policies/" not in page.partition('id="list"')[2]


def test_more_rows_of_the_inbox_do_not_ask_for_it(world, ada, policy, monkeypatch):
    monkeypatch.setattr(library, "waiting", lambda standing: pytest.fail("asked"))
    assert ada.get("/inbox/open/?only=1", headers=HTMX).status_code == 200
