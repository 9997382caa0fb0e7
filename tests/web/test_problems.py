"""Known issues on the screen: opened beside a conversation, joined, answered one by one, told again."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from premura import access
from premura.decide import affected, problems, similar
from premura.decide.problems import Said
from premura.interact import guard
from premura.models import Affected, Channel, Conversation, Event, KnownIssue, Reply
from tests.decide.test_problems import CRASHES, LINK, OTHERS, SAME, how, replied, say_all, told
from tests.web.test_inbox import HTMX, now_says, signed_in

TITLE = "App bloccata al pagamento"


@pytest.fixture
def ada(world) -> Client:
    return signed_in(world.ada)


@pytest.fixture
def first(world) -> Conversation:
    return now_says(world, CRASHES)


@pytest.fixture
def issue(world, first) -> KnownIssue:
    said = Said(TITLE, "Da iOS 18.", "Aggiornate alla 4.3", LINK)
    return problems.open_one(access.standing(world.ada), said, first)


@pytest.fixture
def crowd(world, issue) -> list[Conversation]:
    """Three more who have joined, each in their language."""
    found = [
        now_says(world, text, by=name, root=name) for name, text in zip(("marco", "tom", "eva"), SAME, strict=True)
    ]
    for one, language in zip(found, ("it", "en", "de"), strict=True):
        Conversation.objects.filter(pk=one.pk).update(language=language)
    problems.join(access.standing(world.ada), issue, [one.pk for one in found])
    return found


def fields(page: str, name: str) -> dict[int, str]:
    """Return what stands in the fields of a run, by conversation."""
    texts = re.findall(rf'<textarea[^>]*name="{name}-(\d+)"[^>]*>([^<]*)<', page)
    hidden = re.findall(rf'name="{name}-(\d+)" value="([^"]*)"', page)
    return {int(pk): value for pk, value in texts + hidden}


def form(page: str) -> dict[str, str]:
    """Return all the fields of a run, as a browser without a script sends them."""
    return {f"{name}-{pk}": value for name in ("text", "seen") for pk, value in fields(page, name).items()}


# -- the list and the issue -----------------------------------------------------------------------


def test_an_issue_is_opened_from_the_list_and_stands_there(world, ada):
    assert "Nessun problema" in ada.get("/issues/").text
    page = ada.post("/issues/", {"title": TITLE, "facts": "Da iOS 18."}, follow=True).text
    assert TITLE in page
    assert "Da iOS 18." in page
    assert KnownIssue.objects.get().owner == world.ada
    assert TITLE in ada.get("/issues/").text
    assert TITLE not in ada.get("/issues/?closed=1").text
    assert TITLE not in signed_in(world.zoe).get("/issues/").text


def test_an_issue_without_a_title_or_with_no_address_is_not_kept_and_what_was_typed_stays(world, ada, issue):
    answer = ada.post("/issues/", {"title": " ", "facts": "Da iOS 18."})
    assert answer.status_code == 422
    assert "Da iOS 18." in answer.text
    answer = ada.post(f"/issues/{issue.pk}/change/", {"title": TITLE, "permalink": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert KnownIssue.objects.get().permalink == LINK


def test_a_long_list_goes_on_without_a_gap(world, ada, issue):
    for n in range(problems.PAGE):
        problems.open_one(access.standing(world.ada), Said(f"Altro {n:02}"))
    page = ada.get("/issues/").text
    more = re.search(r'hx-get="(/issues/\?[^"]*)"', page)[1].replace("&amp;", "&")
    rest = ada.get(more, headers=HTMX).text
    assert "<!doctype" not in rest
    assert (TITLE in page, TITLE in rest, "Altro 00" in page) == (False, True, True)


def test_an_agent_changes_an_issue_and_sets_no_threshold(world, ada, issue):
    assert "joins_from" not in ada.get(f"/issues/{issue.pk}/").text
    ada.post(f"/issues/{issue.pk}/change/", {"title": "App ferma", "owner": world.bruno.pk, "joins_from": "0.7"})
    issue.refresh_from_db()
    assert (issue.title, issue.owner, issue.joins_from) == ("App ferma", world.bruno, None)
    signed_in(world.bruno).post(f"/issues/{issue.pk}/change/", {"title": "App ferma", "joins_from": "0.7"})
    issue.refresh_from_db()
    assert issue.joins_from == 0.7


def test_a_person_of_another_brand_owns_nothing_here(world, ada, issue):
    answer = ada.post(f"/issues/{issue.pk}/change/", {"title": TITLE, "owner": world.zoe.pk})
    assert answer.status_code == 422
    assert KnownIssue.objects.get().owner == world.ada


def test_a_reader_sees_an_issue_and_no_button(world, issue, crowd):
    page = signed_in(world.rita).get(f"/issues/{issue.pk}/").text
    assert TITLE in page
    assert "Aggiornate alla 4.3" in page
    assert f"/issues/{issue.pk}/" not in re.sub(r"<a [^>]*>", "", page)


def test_how_it_stands_is_changed_and_a_second_press_says_that_somebody_was_faster(world, ada, issue):
    assert "in lavorazione" in ada.post(f"/issues/{issue.pk}/state/", {"do": "work"}, follow=True).text.lower()
    page = ada.post(f"/issues/{issue.pk}/state/", {"do": "work"}, follow=True).text
    assert "Qualcuno è stato più svelto" in page
    assert ada.post(f"/issues/{issue.pk}/state/", {"do": "explode"}).status_code == 422
    assert KnownIssue.objects.get().state == "working"


def test_one_of_our_public_replies_becomes_the_answer_for_all(world, ada, first, issue):
    replied(world, first, "Aggiornate alla 4.4", state="sent", sent_at=timezone.now(), url=f"{LINK}2")
    reply = Reply.objects.get()
    assert f'name="answer" value="{reply.pk}"' in ada.get(f"/issues/{issue.pk}/").text
    ada.post(f"/issues/{issue.pk}/change/", {"answer": reply.pk})
    issue.refresh_from_db()
    assert (issue.solution, issue.permalink, issue.facts) == ("Aggiornate alla 4.4", f"{LINK}2", "Da iOS 18.")
    assert ada.post(f"/issues/{issue.pk}/change/", {"answer": "0"}).status_code == 422


def test_coverage_is_drawn_and_said(world, ada, issue, crowd):
    Conversation.objects.filter(pk=crowd[0].pk).update(last_out_at=timezone.now(), waiting_since=None)
    affected.mark_told(access.standing(world.ada), issue, [crowd[0].pk, crowd[1].pk])
    page = ada.get(f"/issues/{issue.pk}/").text
    assert 'width="25.00%"' in page
    assert 'width="50.00%"' in page
    assert "Hanno avuto risposta: 1 su 4" in page
    assert "Sanno come stanno le cose ora: 2 su 4" in page


# -- who belongs to it ------------------------------------------------------------------------------


def test_what_is_proposed_is_confirmed_or_declined_several_at_once(world, ada, issue):
    new = say_all(world, SAME + OTHERS)
    similar.propose(issue)
    page = ada.get(f"/issues/{issue.pk}/").text
    assert "È lo stesso problema?" in page
    ticked = re.findall(r'id="proposed-\d+" name="conversation" value="(\d+)"', page)
    assert {int(pk) for pk in ticked} == {one.pk for one in new[:3]}
    ada.post(f"/issues/{issue.pk}/joining/", {"conversation": ticked[:2]})
    ada.post(f"/issues/{issue.pk}/leaving/", {"conversation": ticked[2:]})
    assert [how(issue)[int(pk)] for pk in ticked] == ["joined", "joined", "declined"]
    assert "È lo stesso problema?" not in ada.get(f"/issues/{issue.pk}/").text


def test_joining_by_hand_takes_addresses_and_numbers_and_nothing_is_refused_with_a_reason(world, ada, issue):
    new = say_all(world, OTHERS[:3])
    by = f"https://x.example/conversations/{new[0].pk}/?view=all\n{new[1].pk}, 99999999"
    ada.post(f"/issues/{issue.pk}/joining/", {"by": by})
    assert [one.pk in how(issue) for one in new] == [True, True, False]
    assert ada.post(f"/issues/{issue.pk}/joining/", {}).status_code == 422
    again = ada.post(f"/issues/{issue.pk}/joining/", {"by": str(new[0].pk)}, follow=True).text
    assert "Non è cambiato nulla" in again


# -- beside a conversation ------------------------------------------------------------------------------


def test_beside_a_conversation_stands_what_it_belongs_to_with_the_public_answer(world, ada, first, issue):
    page = ada.get(f"/conversations/{first.pk}/").text
    assert f'<a href="/issues/{issue.pk}/">{TITLE}</a>' in page
    assert f'href="{LINK}"' in page
    assert "Aggiornate alla 4.3" in page
    assert "ha aperto il problema noto" in page  # in its history


def test_beside_a_conversation_that_tells_the_same_one_press_says_so_or_not(world, ada, issue):
    yes, no = say_all(world, SAME[:2])
    similar.propose(issue)
    address = f"/conversations/{yes.pk}/issue/"
    assert "È uno di questi?" in ada.get(f"/conversations/{yes.pk}/").text
    page = ada.post(address, {"issue": issue.pk, "do": "join"}, headers=HTMX).text
    assert 'id="about"' in page
    assert "È uno di questi?" not in page
    assert ada.post(address, {"issue": issue.pk, "do": "join"}, headers=HTMX).status_code == 409
    ada.post(f"/conversations/{no.pk}/issue/", {"issue": issue.pk, "do": "leave"})
    assert "È uno di questi?" not in ada.get(f"/conversations/{no.pk}/").text
    assert (how(issue)[yes.pk], how(issue)[no.pk]) == ("joined", "declined")


def test_a_new_issue_is_opened_from_a_conversation_and_an_old_one_is_chosen(world, ada):
    one, two = say_all(world, SAME[:2])
    ada.post(f"/conversations/{one.pk}/issue/", {"title": TITLE})
    made = KnownIssue.objects.get()
    assert f'<option value="{made.pk}">{TITLE}</option>' in ada.get(f"/conversations/{two.pk}/").text
    ada.post(f"/conversations/{two.pk}/issue/", {"issue": made.pk})
    assert how(made) == {one.pk: "joined", two.pk: "joined"}
    assert ada.post(f"/conversations/{two.pk}/issue/", {"title": " "}, headers=HTMX).status_code == 409
    assert KnownIssue.objects.count() == 1


def test_a_conversation_is_put_to_no_issue_of_another_brand(world, ada, first):
    theirs = problems.open_one(access.standing(world.zoe), Said("Un loro guaio"))
    assert ada.post(f"/conversations/{first.pk}/issue/", {"issue": theirs.pk}).status_code == 404
    assert not Affected.objects.exists()
    assert "Un loro guaio" not in ada.get(f"/conversations/{first.pk}/").text


def test_a_reader_sees_what_a_conversation_belongs_to_and_nothing_to_press(world, first, issue):
    page = signed_in(world.rita).get(f"/conversations/{first.pk}/").text
    assert TITLE in page
    assert f"/conversations/{first.pk}/issue/" not in page


# -- the run ------------------------------------------------------------------------------------------------


def test_the_run_shows_each_with_their_words_and_a_line_in_their_language(world, ada, first, issue, crowd):
    page = ada.get(f"/issues/{issue.pk}/run/").text
    texts = fields(page, "text")
    assert set(texts) == {first.pk, *(one.pk for one in crowd)}
    for words in SAME:
        assert words.replace("'", "&#x27;") in page
    assert len(set(texts.values())) == 4
    assert all(LINK in text for text in texts.values())
    assert texts[crowd[0].pk].startswith("Marco, ")
    assert any(word in texts[crowd[1].pk] for word in ("we", "the", "this"))
    assert any(word in texts[crowd[2].pk] for word in ("wir", "das", "es"))
    assert not Reply.objects.exists()  # nothing is ever sent by itself


def test_a_person_sends_one_line_and_the_rest_waits(world, ada, issue, crowd):
    given = form(ada.get(f"/issues/{issue.pk}/run/").text) | {f"text-{crowd[0].pk}": f"Marco, ecco: {LINK}"}
    page = ada.post(f"/issues/{issue.pk}/run/", given | {"send": crowd[0].pk}, headers=HTMX).text
    assert page.count("<li") == 1
    assert f'id="run-{crowd[0].pk}"' in page
    reply = Reply.objects.get()
    assert (reply.conversation, reply.author, reply.text) == (crowd[0], world.ada, f"Marco, ecco: {LINK}")
    assert [told(issue, one) for one in crowd] == [True, False, False]
    assert Event.objects.filter(deed="reply released", by=world.ada, conversation=crowd[0]).count() == 1
    assert crowd[0].pk not in fields(ada.get(f"/issues/{issue.pk}/run/").text, "text")


def test_the_enter_key_in_one_card_sends_no_other(world, ada, issue, crowd):
    page = ada.get(f"/issues/{issue.pk}/run/").text
    form = page.split('<ol class="run">')[0].rsplit("<form", 1)[1]
    assert "<button hidden disabled></button>" in form  # a form's first button is what enter presses


def test_the_same_button_twice_sends_once(world, ada, issue, crowd):
    given = form(ada.get(f"/issues/{issue.pk}/run/").text) | {"send": crowd[0].pk}
    ada.post(f"/issues/{issue.pk}/run/", given, headers=HTMX)
    again = signed_in(world.bruno).post(f"/issues/{issue.pk}/run/", given, headers=HTMX)
    assert again.status_code == 409
    assert "Qualcuno è stato più svelto" in again.text
    assert Reply.objects.count() == 1


@pytest.mark.guarded
def test_what_the_guard_says_stands_beside_that_one_and_the_others_go_on(world, ada, issue, crowd):
    address = f"/issues/{issue.pk}/run/"
    given = form(ada.get(address).text) | {f"text-{crowd[0].pk}": "Chiami il numero verde 800 123456."}
    given |= {f"text-{crowd[1].pk}": "Tom, my own words for later"}
    answer = ada.post(address, given | {"send": crowd[0].pk}, headers=HTMX)
    assert answer.status_code == 422
    assert "guard__finding--block" in answer.text
    assert "Chiami il numero verde 800 123456." in answer.text
    assert not told(issue, crowd[0])
    page = ada.post(address, given | {"send": crowd[0].pk})  # without a script: the page, and what was typed
    assert page.status_code == 422
    assert page.text.count("guard__findings") == 1
    assert "Tom, my own words for later" in page.text
    assert not Reply.objects.exists()
    ada.post(address, given | {"send": crowd[2].pk}, headers=HTMX)
    assert Reply.objects.get().conversation == crowd[2]


def alike(world, crowd, link: str = LINK) -> str:
    """Let a colleague have told somebody else nearly these words; return them."""
    same = "abbiamo scritto per esteso come stanno le cose e che cosa facciamo adesso"
    Reply.objects.create(
        brand=world.brand, conversation=now_says(world, "Altro", by="z", root="z"), author=world.bruno,
        to=crowd[1].messages.get(), text=f"Anna, {same}: {link}", state="sent", sent_at=timezone.now(),
    )  # fmt: skip
    return f"Marco, {same}: {link}"


@pytest.mark.guarded
def test_in_the_run_many_may_be_told_the_same_on_purpose(world, ada, issue, crowd):
    address, same = f"/issues/{issue.pk}/run/", alike(world, crowd, "guardate in alto")
    given = form(ada.get(address).text) | {f"text-{crowd[0].pk}": same}
    assert ada.post(address, given | {"send": crowd[0].pk}, headers=HTMX).status_code == 200
    assert Reply.objects.get(conversation=crowd[0]).overrides == {}


@pytest.mark.guarded
def test_beside_the_thread_the_same_words_may_be_said_again_only_to_lead_to_the_public_answer(world, issue, crowd):
    def rules(conversation, text: str) -> list[str]:
        return [found.rule for found in guard.check(conversation, text, world.ada)]

    same = alike(world, crowd)
    assert "canned" not in rules(crowd[0], same)
    assert "canned" in rules(crowd[0], same.removesuffix(LINK))
    assert "canned" in rules(now_says(world, "Altro ancora", by="y", root="y"), same)


def test_who_wrote_meanwhile_is_read_first(world, ada, issue, crowd):
    given = form(ada.get(f"/issues/{issue.pk}/run/").text)
    world.says("Come non detto, funziona", by="marco", root="marco", at=timezone.now())
    answer = ada.post(f"/issues/{issue.pk}/run/", given | {"send": crowd[0].pk}, headers=HTMX)
    assert answer.status_code == 409
    assert "Come non detto, funziona" in answer.text
    assert not told(issue, crowd[0])
    seen = {f"seen-{pk}": value for pk, value in fields(answer.text, "seen").items()}
    ada.post(f"/issues/{issue.pk}/run/", given | seen | {"send": crowd[0].pk}, headers=HTMX)
    assert told(issue, crowd[0])


def test_who_knows_already_is_marked_and_no_reply_is_made(world, ada, issue, crowd):
    page = ada.post(f"/issues/{issue.pk}/run/", {"told": crowd[0].pk}, headers=HTMX).text
    assert "Marco" in page
    assert told(issue, crowd[0])
    assert not Reply.objects.exists()
    assert ada.post(f"/issues/{issue.pk}/run/", {"told": crowd[0].pk}, headers=HTMX).status_code == 409


def test_when_the_solution_changes_everybody_stands_in_the_run_again(world, ada, issue, crowd):
    standing = access.standing(world.ada)
    Conversation.objects.filter(pk=crowd[0].pk).update(waiting_since=None, last_out_at=timezone.now())
    affected.mark_told(standing, issue, [one.pk for one in crowd])
    assert crowd[0].pk not in fields(ada.get(f"/issues/{issue.pk}/run/?all=1").text, "text")
    ada.post(f"/issues/{issue.pk}/change/", {"title": TITLE, "solution": "Ora è risolto", "permalink": f"{LINK}9"})
    assert crowd[0].pk not in fields(ada.get(f"/issues/{issue.pk}/run/").text, "text")  # who waits
    texts = fields(ada.get(f"/issues/{issue.pk}/run/?all=1").text, "text")
    assert f"{LINK}9" in texts[crowd[0].pk]


def test_without_a_public_answer_there_is_no_line_and_the_run_says_what_to_do(world, ada, first):
    issue = problems.open_one(access.standing(world.ada), Said(TITLE), first)
    page = ada.get(f"/issues/{issue.pk}/run/").text
    assert "Non c’è ancora una risposta pubblica" in page
    assert fields(page, "text") == {first.pk: ""}
    answer = ada.post(f"/issues/{issue.pk}/run/", form(page) | {"send": first.pk}, headers=HTMX)
    assert answer.status_code == 422
    assert not Reply.objects.exists()


def test_nobody_answers_beyond_their_team_or_brand(world, ada, issue):
    kitchens = Channel.objects.create(
        brand=world.brand, team=world.kitchen, network="playground", key="cucina", name="Cucina", sealed=b"x"
    )
    theirs = now_says(world, CRASHES, channel=kitchens, by="marco")
    problems.join(access.standing(world.bruno), issue, [theirs.pk])
    assert theirs.pk not in fields(ada.get(f"/issues/{issue.pk}/run/").text, "text")
    given = {"send": theirs.pk, f"text-{theirs.pk}": "Ciao"}
    assert ada.post(f"/issues/{issue.pk}/run/", given).status_code == 404
    assert signed_in(world.zoe).post(f"/issues/{issue.pk}/run/", given).status_code == 404
    assert ada.post(f"/issues/{issue.pk}/run/", {"send": "x"}).status_code == 404
    assert not Reply.objects.exists()


def test_who_does_not_belong_to_it_is_not_answered_from_its_run(world, ada, issue):
    other = now_says(world, "Altro", by="z", root="z")
    given = {"send": other.pk, f"text-{other.pk}": "Ciao"}
    assert ada.post(f"/issues/{issue.pk}/run/", given, headers=HTMX).status_code == 409
    assert not Reply.objects.exists()


def test_the_run_costs_the_same_for_one_and_for_many(world, ada, issue, django_assert_max_num_queries):
    def ask(address: str) -> None:
        assert ada.get(address).status_code == 200

    problems.join(access.standing(world.ada), issue, [one.pk for one in say_all(world, [CRASHES] * 12)])
    Affected.objects.update(at=timezone.now() - timedelta(days=1))
    for address in (f"/issues/{issue.pk}/run/", f"/issues/{issue.pk}/", "/issues/"):
        with django_assert_max_num_queries(32):
            ask(address)
