"""Known issues: one problem, many people, one public answer, and everybody who is to be told of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from premura import access
from premura.access import Act
from premura.decide import affected, lines, problems, similar
from premura.decide.problems import Said
from premura.guard.check import findings_of, judge
from premura.guard.contract import Context, Draft, Severity
from premura.jobs import reading as jobs
from premura.models import Affected, Agreement, Channel, Conversation, Event, KnownIssue, Reply, WrongState
from tests.web.test_inbox import now_says

CRASHES = "L'app si blocca quando pago con la carta"
SAME = ("Non riesco a pagare, l'app crasha", "My app crashes at checkout", "Die App stürzt beim Bezahlen ab")
OTHERS = (
    "Bellissima foto!",
    "Quando aprite domenica?",
    "Il pacco non è arrivato",
    "Ho pagato due volte lo stesso ordine",
)
LINK = "https://piazza.example/rossi/81"


def standing(agent):
    return access.standing(agent)


@pytest.fixture
def first(world) -> Conversation:
    return now_says(world, CRASHES, by="chiara")


@pytest.fixture
def issue(world, first) -> KnownIssue:
    return problems.open_one(standing(world.ada), Said("App bloccata al pagamento"), first)


def say_all(world, texts, prefix="p") -> list[Conversation]:
    return [now_says(world, text, by=f"{prefix}{n}", root=f"{prefix}{n}") for n, text in enumerate(texts)]


def how(issue) -> dict[int, str]:
    return dict(Affected.objects.filter(issue=issue).values_list("conversation", "state"))


def told(issue, conversation) -> bool:
    return Affected.objects.get(issue=issue, conversation=conversation).told_at is not None


# -- opening and changing -------------------------------------------------------------------------


def test_who_opens_an_issue_from_a_conversation_owns_it_and_the_conversation_has_joined(world, first, issue):
    assert (issue.owner, issue.state, issue.brand) == (world.ada, "noticed", world.brand)
    assert how(issue) == {first.pk: "joined"}
    deeds = Event.objects.filter(conversation=first).order_by("pk").values_list("deed", "by", "facts__title")
    assert list(deeds) == [
        ("issue opened", world.ada.pk, "App bloccata al pagamento"),
        ("issue joined", world.ada.pk, "App bloccata al pagamento"),
    ]


def test_an_issue_without_a_title_is_not_kept(world, first, issue):
    for said in (Said("  "), Said("")):
        with pytest.raises(problems.NoTitle):
            problems.open_one(standing(world.ada), said, first)
        with pytest.raises(problems.NoTitle):
            problems.change(standing(world.ada), issue, said)
    assert KnownIssue.objects.get().title == "App bloccata al pagamento"


def test_another_brand_cannot_know_of_an_issue_and_a_reader_cannot_change_it(world, issue):
    with pytest.raises(Http404):
        problems.issue(world.zoe, issue.pk)
    with pytest.raises(PermissionDenied):
        problems.issue(world.rita, issue.pk, Act.REPLY)
    assert problems.issue(world.rita, issue.pk)[1] == issue
    assert problems.listed(standing(world.zoe)).rows == []


def test_only_a_lead_says_from_when_on_conversations_join_by_themselves(world, issue):
    problems.change(standing(world.ada), issue, Said(issue.title, joins_from=0.7))
    issue.refresh_from_db()
    assert issue.joins_from is None
    problems.change(standing(world.bruno), issue, Said(issue.title, joins_from=0.7))
    issue.refresh_from_db()
    assert issue.joins_from == 0.7
    problems.change(standing(world.ada), issue, Said("App bloccata", joins_from=None))
    issue.refresh_from_db()
    assert (issue.title, issue.joins_from) == ("App bloccata", 0.7)


def test_a_change_of_what_is_said_in_public_is_told_again_and_a_change_of_the_facts_is_not(world, first, issue):
    affected.mark_told(standing(world.ada), issue, [first.pk])
    assert problems.change(standing(world.ada), issue, Said(issue.title, "Da iOS 18.")) == ["facts"]
    assert affected.to_tell(standing(world.ada), issue).rows == []
    problems.change(standing(world.ada), issue, Said(issue.title, "Da iOS 18.", "Aggiornate alla 4.3", LINK))
    assert [row.conversation for row in affected.to_tell(standing(world.ada), issue).rows] == [first]


def test_a_change_that_changes_nothing_leaves_no_line(world, issue):
    before = Event.objects.count()
    assert problems.change(standing(world.ada), issue, Said(issue.title)) == []
    assert Event.objects.count() == before


def test_an_issue_is_worked_on_solved_closed_and_taken_up_again_and_no_move_is_made_twice(world, first, issue):
    ada = standing(world.ada)
    for verb, state in (("work", "working"), ("solve", "solved"), ("close", "closed")):
        affected.mark_told(ada, issue, [first.pk])
        problems.move(ada, issue, verb)
        assert issue.state == state
        assert len(affected.to_tell(ada, issue).rows) == 1  # everybody is told how it stands
        with pytest.raises(WrongState):
            problems.move(ada, KnownIssue.objects.get(), verb)
    assert issue.closed_at
    problems.move(ada, issue, "work")
    assert KnownIssue.objects.get().closed_at is None
    moves = Event.objects.filter(deed="issue changed", facts__state__isnull=False).order_by("pk")
    assert [event.facts["state"] for event in moves] == ["working", "solved", "closed", "working"]


def test_the_list_says_how_many_people_and_goes_on_without_a_gap(world, first, issue):
    again = now_says(world, "Ancora bloccata", by="chiara", root="altrove")  # the same person
    problems.join(standing(world.ada), issue, [again.pk])
    row = problems.listed(standing(world.ada)).rows[0]
    assert (row.people, row.proposed) == (1, 0)
    for n in range(problems.PAGE):
        problems.open_one(standing(world.ada), Said(f"Altro {n}"))
    page = problems.listed(standing(world.ada))
    rest = problems.listed(standing(world.ada), page.after)
    assert [len(page.rows), [row.pk for row in rest.rows], rest.after] == [problems.PAGE, [issue.pk], ""]
    problems.move(standing(world.ada), issue, "close")
    assert problems.listed(standing(world.ada), page.after).rows == []
    assert problems.listed(standing(world.ada), closed=True).rows == [issue]


# -- joining and leaving ------------------------------------------------------------------------------


def test_several_join_at_once_by_hand_each_with_its_line_and_nobody_twice(world, first, issue):
    new = say_all(world, SAME)
    ids = [one.pk for one in new]
    assert problems.join(standing(world.ada), issue, [*ids, first.pk]) == 3
    assert problems.join(standing(world.ada), issue, ids) == 0
    assert Event.objects.filter(deed="issue joined", conversation__in=ids, by=world.ada).count() == 3


def test_what_one_may_not_read_does_not_join_and_is_not_shown(world, issue):
    kitchens = Channel.objects.create(
        brand=world.brand, team=world.kitchen, network="playground", key="cucina", name="Cucina", sealed=b"x"
    )
    theirs = now_says(world, CRASHES, channel=kitchens, by="marco")
    books = Channel.objects.create(brand=world.bookshop, network="playground", key="orsini", name="O", sealed=b"x")
    zoes = now_says(world, CRASHES, channel=books, by="piero")
    assert problems.join(standing(world.ada), issue, [theirs.pk, zoes.pk]) == 0
    assert problems.join(standing(world.bruno), issue, [theirs.pk, zoes.pk]) == 1
    assert affected.coverage(standing(world.bruno), issue).people == 2
    assert affected.coverage(standing(world.ada), issue).people == 1
    assert len(affected.joined(standing(world.ada), issue).rows) == 1
    assert problems.leave(standing(world.ada), issue, [theirs.pk]) == 0


def test_what_was_declined_is_never_proposed_again_and_still_joins_by_hand(world, issue):
    new = say_all(world, SAME)
    similar.propose(issue)
    assert problems.leave(standing(world.ada), issue, [one.pk for one in new]) == 3
    assert problems.leave(standing(world.ada), issue, [one.pk for one in new]) == 0
    assert similar.propose(issue) == 0
    messages = [one.messages.get().pk for one in new]
    assert similar.propose_for(world.brand.pk, messages) == 0
    assert set(how(issue).values()) == {"joined", "declined"}
    assert Event.objects.filter(deed="issue left").values_list("facts__was", flat=True).distinct().get() == "proposed"
    assert problems.join(standing(world.ada), issue, [new[0].pk]) == 1


# -- who tells the same ---------------------------------------------------------------------------------


def test_who_tells_the_same_problem_is_proposed_whatever_their_words_and_language(world, first, issue):
    same, other = say_all(world, SAME), say_all(world, OTHERS, "o")
    assert similar.propose(issue) == 3
    assert how(issue) == {first.pk: "joined"} | {one.pk: "proposed" for one in same}
    assert not {one.pk for one in other} & how(issue).keys()
    rows = affected.proposed(standing(world.ada), issue)
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
    assert {row.said.text for row in rows} == set(SAME)
    assert similar.propose(issue) == 0  # twice is once


def test_above_what_a_lead_has_set_they_join_by_themselves_and_the_journal_says_how_alike(world, issue):
    new = say_all(world, SAME)
    similar.propose(issue)
    problems.change(standing(world.bruno), issue, Said(issue.title, joins_from=0.9))
    jobs.propose_affected(issue.pk)
    later = now_says(world, CRASHES, by="zita", root="z")
    similar.propose_for(world.brand.pk, [later.messages.get().pk])
    states = how(issue)
    assert states[later.pk] == "joined"
    scores = dict(Affected.objects.filter(issue=issue).values_list("conversation", "score"))
    assert all((states[one.pk] == "joined") == (scores[one.pk] >= 0.9) for one in new)
    event = Event.objects.get(conversation=later, deed="issue joined")
    assert (event.by, event.facts["similarity"]) == (None, scores[later.pk])


def test_who_joined_by_themselves_teaches_nothing(world, issue):
    problems.change(standing(world.bruno), issue, Said(issue.title, joins_from=0.5))
    new = now_says(world, SAME[0], by="zita", root="z")
    similar.propose(issue)
    assert how(issue)[new.pk] == "joined"
    assert {text for _, text in similar._known_by([issue])} == {issue.title, CRASHES}


def test_new_messages_are_held_against_the_open_issues_of_their_brand_alone(world, issue):
    problems.open_one(standing(world.zoe), Said("App bloccata al pagamento"))
    closed = problems.open_one(standing(world.ada), Said("App bloccata al pagamento, ancora"))
    problems.move(standing(world.ada), closed, "close")
    new = say_all(world, SAME + OTHERS)
    ids = [one.messages.get().pk for one in new]
    jobs.propose_for(world.brand.pk, ids)
    assert Affected.objects.filter(state="proposed").values_list("issue", flat=True).distinct().get() == issue.pk
    assert Affected.objects.filter(state="proposed").count() == 3
    assert similar.propose_for(world.bookshop.pk, ids) == 0  # their ids under another brand say nothing
    assert similar.propose(closed) == 0


def test_without_an_open_issue_new_messages_cost_one_query(world, first, django_assert_num_queries):
    ids = [first.messages.get().pk]
    with django_assert_num_queries(1):
        assert similar.propose_for(world.brand.pk, ids) == 0


def test_who_agrees_with_somebody_affected_is_proposed_too(world, first, issue):
    too = now_says(world, "Anche a me!", by="marco")
    message = too.messages.get()
    Agreement.objects.create(message=message, brand=world.brand, complaint=first, by=too)
    assert similar.propose_for(world.brand.pk, [message.pk]) == 1
    Affected.objects.filter(conversation=too).delete()
    assert similar.propose(issue) == 1
    assert how(issue)[too.pk] == "proposed"


def test_old_resolved_conversations_and_spam_are_not_proposed(world, issue):
    old = world.says(SAME[0], by="old", root="old", at=timezone.now() - timedelta(days=20))
    Conversation.objects.filter(pk=old.pk).update(state="resolved")
    waits = world.says(SAME[1], by="waits", root="w", at=timezone.now() - timedelta(days=20))
    spam = now_says(world, SAME[2], by="spam", root="s")
    Conversation.objects.filter(pk=spam.pk).update(intent="spam")
    similar.propose(issue)
    assert how(issue).get(waits.pk) == "proposed"
    assert {old.pk, spam.pk} & how(issue).keys() == set()


def test_a_look_for_others_is_asked_for_once_the_deed_stands(world, issue, first, django_capture_on_commit_callbacks):
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problems, "once", lambda job, name, **given: asked.append((job, given)))
        with django_capture_on_commit_callbacks(execute=True):
            problems.join(standing(world.ada), issue, [now_says(world, "Uguale", by="u", root="u").pk])
            problems.change(standing(world.ada), issue, Said(issue.title, "Fatti nuovi"))
            problems.change(standing(world.ada), issue, Said(issue.title, "Fatti nuovi", "Risolto"))
    assert asked == [("propose_affected", {"issue_id": issue.pk})] * 2


# -- telling --------------------------------------------------------------------------------------------


def test_two_who_answer_the_same_person_together_answer_once(world, first, issue):
    with affected.telling(issue, first):
        pass
    assert told(issue, first)
    with pytest.raises(affected.AlreadyTold), affected.telling(issue, first):
        raise AssertionError
    assert affected.to_tell(standing(world.ada), issue).rows == []


def test_an_answer_that_does_not_leave_tells_nobody(world, first, issue):
    with pytest.raises(KeyError), affected.telling(issue, first):
        raise KeyError
    assert not told(issue, first)


def test_the_run_takes_who_waits_ten_at_a_time_and_the_rest_on_demand(world, first, issue):
    new = say_all(world, [f"{CRASHES} {n}" for n in range(11)])
    problems.join(standing(world.ada), issue, [one.pk for one in new])
    Conversation.objects.filter(pk=new[0].pk).update(waiting_since=None, state="resolved")
    page = affected.to_tell(standing(world.ada), issue)
    rest = affected.to_tell(standing(world.ada), issue, page.after)
    assert [len(page.rows), len(rest.rows), rest.after] == [10, 1, 0]
    assert new[0].pk not in {row.conversation_id for row in (*page.rows, *rest.rows)}
    everybody = affected.to_tell(standing(world.ada), issue, waiting=False, size=50)
    assert new[0].pk in {row.conversation_id for row in everybody.rows}


def test_coverage_counts_people_who_were_answered_and_who_know(world, first, issue):
    ada, now = standing(world.ada), timezone.now()
    new = say_all(world, SAME)
    problems.join(ada, issue, [one.pk for one in new])
    again = now_says(world, "Ancora!", by="chiara", root="altrove")  # Chiara, elsewhere
    problems.join(ada, issue, [again.pk])
    assert affected.coverage(ada, issue) == affected.Coverage(4, 0, 0, 0)
    Conversation.objects.filter(pk=new[0].pk).update(last_out_at=now, waiting_since=None)
    before = now - timedelta(days=1)  # answered before it joined, and waiting since
    Conversation.objects.filter(pk=new[1].pk).update(last_out_at=before)
    Conversation.objects.filter(pk=new[2].pk).update(waiting_since=None)  # put away without a word
    Conversation.objects.filter(pk=first.pk).update(last_out_at=now + timedelta(minutes=1))  # Chiara, in one place
    affected.mark_told(ada, issue, [new[0].pk])
    assert affected.coverage(ada, issue) == affected.Coverage(4, 1, 1, 0)


def replied(world, conversation, text, **more) -> Event:
    message = conversation.messages.first()
    reply = Reply.objects.create(
        brand=world.brand, conversation=conversation, to=message, author=world.ada, text=text, **more
    )
    return Event(
        deed=f"reply {reply.state}", brand=world.brand, conversation=conversation, facts={"reply": reply.pk},
        at=timezone.now(),
    )  # fmt: skip


def test_who_gets_the_way_to_the_solution_outside_a_run_has_been_told(world, first, issue):
    problems.change(standing(world.ada), issue, Said(issue.title, "", "Aggiornate", LINK))
    affected.heard(replied(world, first, "Ci guardiamo", state="sent", sent_at=timezone.now()))
    assert not told(issue, first)
    affected.heard(replied(world, first, f"Ecco: {LINK}", state="sent", sent_at=timezone.now()))
    assert told(issue, first)
    assert affected.to_tell(standing(world.ada), issue).rows == []


def test_who_was_to_read_a_reply_that_failed_is_to_be_told_again(world, first, issue):
    problems.change(standing(world.ada), issue, Said(issue.title, "", "Aggiornate", LINK))
    with affected.telling(issue, first):
        event = replied(world, first, f"Ecco: {LINK}", state="failed")
    other = replied(world, first, "Un'altra cosa", state="failed")
    affected.heard(other)
    assert told(issue, first)
    affected.heard(event)
    assert not told(issue, first)
    affected.heard(Event(deed="reply failed", brand=world.brand, facts={"reply": 0}))  # it is gone


def test_our_public_replies_to_those_affected_are_offered_as_the_answer_for_all(world, first, issue):
    stands = {"state": "sent", "sent_at": timezone.now()}
    replied(world, first, "Pubblica", url=LINK, **stands)
    replied(world, first, "In privato", url=f"{LINK}0", private=True, **stands)
    replied(world, now_says(world, "Altro", by="a", root="a"), "Ad altri", url=f"{LINK}1", **stands)
    assert [reply.text for reply in affected.public_answers(standing(world.ada), issue)] == ["Pubblica"]
    problems.change(standing(world.ada), issue, Said(issue.title, "", "Pubblica", LINK))
    assert affected.public_answers(standing(world.ada), issue) == []  # it is the answer already


# -- the line for each --------------------------------------------------------------------------------------

NAMES = ("Chiara", "Marco", "Anna", "Luca", "")
THEIRS = {
    "it": "Non riesco a pagare con l'app, cosa devo fare?", "en": "I can't pay in the app, what shall I do?",
    "es": "No puedo pagar con la aplicación, ¿qué hago?", "fr": "Je n'arrive pas à payer, que faire ?",
    "de": "Ich kann nicht bezahlen, was soll ich tun?", "pt": "Não consigo pagar na aplicação, o que faço?",
}  # fmt: skip


@pytest.mark.parametrize("language", lines.languages())
def test_fifty_lines_one_after_another_pass_the_guard_and_none_is_like_another(language):
    asked, before = [], []
    for n in range(56):
        text = lines.line(language, NAMES[n % len(NAMES)], LINK, n)
        draft = Draft(text, customer_text=THEIRS[language], customer_lang=language, network="playground")
        asked.append((draft, Context(recent_replies=tuple(before[-50:]), customer=NAMES[n % len(NAMES)])))
        before.append(text)
    against = [
        (draft.text, found.rule)
        for (draft, _), judged in zip(asked, judge(asked), strict=True)
        for found in findings_of(judged)
        if found.severity in (Severity.BLOCK, Severity.WARN)
    ]
    assert against == []
    assert len(set(before)) == 56


def test_without_an_address_there_is_no_line_and_without_a_name_it_begins_with_a_capital():
    assert lines.line("it", "Chiara", "", 3) == ""
    assert lines.line("it", "", LINK, 0).startswith("È successo anche ad altri")
    assert lines.line("nl", "Jan", LINK, 0).startswith("Jan, others ran into this")
