"""Small gestures: which wait, what each is, what is proposed, and how many were answered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import gestures
from premura.decide.gestures import Wanted, propose, sort_of
from premura.guard.check import check_many
from premura.guard.contract import Context, Draft, is_ok
from premura.interact import teamwork
from premura.models import Conversation, Employee, Message, Post, Reading, Reply
from tests.web.test_inbox import now_says

SORTS = ("heart", "laugh", "thanks", "tag", "greeting", "lovely", "cheer", "kind")


def sends(world, text, intent="gesture", flags=(), **more) -> Conversation:
    """Somebody writes something that is read so."""
    conversation = now_says(world, text, **more)
    message = conversation.messages.latest("pk")
    Reading.objects.update_or_create(
        message=message, defaults={"brand": world.brand, "version": "1", "tier": 1, "language": "it",
        "sentiment": "positive", "score": 1, "intent": intent, "urgency": 0, "flags": list(flags)},
    )  # fmt: skip
    read = {"intent": intent, "language": "it", "flags": list(flags), "sentiment": "positive"}
    Conversation.objects.filter(pk=conversation.pk).update(**read)
    conversation.refresh_from_db()
    return conversation


def answered(world, conversation, state, text="Grazie!") -> Reply:
    return Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.latest("pk"), author=world.ada,
        text=text, state=state,
    )  # fmt: skip


def shown(agent, after=""):
    return [row.message.text for row in gestures.run(access.standing(agent), after).rows]


# -- what waits ---------------------------------------------------------------------------------


def test_who_waits_longest_stands_first(world):
    sends(world, "❤️", by="a", minutes_ago=5)
    sends(world, "😍", by="b", minutes_ago=50)
    sends(world, "Dov'è il pacco?", intent="question", by="c")
    assert shown(world.ada) == ["😍", "❤️"]


def test_a_heart_after_a_question_is_no_gesture(world):
    sends(world, "Dov'è il pacco?", intent="question", minutes_ago=9)
    sends(world, "❤️", minutes_ago=2)
    assert shown(world.ada) == []


def test_what_was_answered_or_is_about_to_be_waits_no_more(world):
    teamwork.resolve(sends(world, "Ciao", by="a"), world.ada)
    for number, state in enumerate(("held", "scheduled", "ready", "sending", "unclear")):
        answered(world, sends(world, "❤️", by=f"b{number}"), state)
    answered(world, sends(world, "🧡", by="c"), "failed")
    answered(world, sends(world, "💚", by="d"), "draft")
    assert set(shown(world.ada)) == {"🧡", "💚"}


def test_who_works_for_the_brand_is_not_answered_like_a_customer(world):
    sends(world, "❤️")
    Employee.objects.create(brand=world.brand, network="playground", handle="chiara.example")
    assert shown(world.ada) == []
    assert gestures.share(access.standing(world.ada)).all == 0


def test_another_team_and_another_brand_do_not_see_them(world):
    conversation = sends(world, "❤️")
    assert shown(world.ada) == ["❤️"]
    assert shown(world.carlo) == shown(world.zoe) == []
    assert gestures.these(access.standing(world.zoe), [conversation.pk]) == []


def test_twenty_at_a_time_and_none_twice(world, django_assert_max_num_queries):
    for number in range(23):
        sends(world, f"❤️ {number}", by=f"guest{number}", minutes_ago=number + 1)
    standing = access.standing(world.ada)
    with django_assert_max_num_queries(2):
        first = gestures.run(standing)
    rest = gestures.run(standing, first.after)
    assert (len(first.rows), len(rest.rows), rest.after) == (20, 3, "")
    assert len({row.conversation.pk for row in [*first.rows, *rest.rows]}) == 23


def test_a_mark_that_makes_no_sense_opens_the_first_page(world):
    sends(world, "❤️")
    assert shown(world.ada, "never") == ["❤️"]


# -- how many were answered ----------------------------------------------------------------------


def test_the_share_tells_words_likes_and_what_still_waits_in_one_query(world, django_assert_num_queries):
    now = timezone.now()
    sends(world, "❤️", by="waits")
    word = sends(world, "❤️", by="word")
    Conversation.objects.filter(pk=word.pk).update(last_out_at=now, state="pending")
    like = sends(world, "❤️", by="like")
    Message.objects.filter(conversation=like).update(liked_at=now)
    teamwork.resolve(sends(world, "❤️", by="aside"), world.ada)
    old = sends(world, "❤️", by="old")
    Conversation.objects.filter(pk=old.pk).update(last_at=now - timedelta(days=31), last_in_at=now - timedelta(days=31))
    standing = access.standing(world.ada)
    with django_assert_num_queries(1):
        share = gestures.share(standing)
    assert (share.word, share.like, share.waiting, share.aside) == (1, 1, 1, 1)
    assert share.percent == 50


def test_without_gestures_the_share_is_nothing(world):
    share = gestures.share(access.standing(world.zoe))
    assert (share.all, share.percent) == (0, 0)


# -- what is proposed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("❤️❤️❤️", "heart"),
        ("🥰 amore", "heart"),
        ("😂😂", "laugh"),
        ("ahahah", "laugh"),
        ("grazie ❤️", "thanks"),  # words say more than faces
        ("Buongiorno!", "greeting"),
        ("@marco @lucia.rossi", "tag"),
        ("@marco guarda qui", "tag"),
        ("@marco ma tu ci sei mai stato qui", "kind"),  # speaks to a friend, and says more than to look
        ("@rossi ❤️", "heart"),  # that is us
        ("Bellissima", "lovely"),
        ("Bravi 👏", "cheer"),
        ("Sempre", "kind"),
        ("", "kind"),
    ],
)
def test_a_gesture_is_told_by_its_words_and_faces(text, sort):
    assert sort_of(text, ours="@Rossi") == sort


@pytest.mark.parametrize("language", gestures.LANGUAGES)
@pytest.mark.parametrize("address", ["", "tu", "lei", "voi"])
def test_twenty_of_a_sort_are_all_different_and_unlike_the_last_fifty(language, address):
    for sort in ("❤️", "😂", "@anna", "wow"):
        before = propose(Wanted(n, sort, language, "", address) for n in range(50))
        page = propose([Wanted(n, sort, language, "Giulia", address) for n in range(100, 120)], before)
        assert all(page)
        assert len({*before, *page}) == 70


def test_the_guard_lets_what_is_proposed_pass_with_all_that_was_said_before():
    asked = {"it": "Che bello ❤️", "en": "So lovely ❤️", "es": "Qué bonito ❤️", "de": "So schön ❤️", "pt": "Que lindo ❤️"}
    stopped = []
    for language, text in asked.items():
        before = propose(Wanted(n, text, language, "Anna", "tu") for n in range(50))
        page = propose([Wanted(n, text, language, "Giulia", "tu") for n in range(100, 120)], before)
        drafts = [Draft(one, customer_text=text, customer_lang=language, network="bluesky") for one in page]
        found = check_many(
            [(draft, Context(customer="Giulia Ferri", recent_replies=tuple(before))) for draft in drafts]
        )
        stopped += [draft.text for draft, findings in zip(drafts, found, strict=True) if not is_ok(findings)]
    assert stopped == []


def test_it_speaks_their_language_calls_them_by_name_and_as_the_brand_does():
    (text,) = propose([Wanted(3, "❤️", "es", "Lucía", "tu")])
    assert "Lucía" in text
    assert all(propose([Wanted(1, "❤️", "nl"), Wanted(2, "❤️", "und")]))
    formal = propose([Wanted(n, "grazie", "it", "", "lei") for n in range(40)])
    assert not any(word in f" {text} ".lower() for text in formal for word in (" ti ", " hai ", " te!", "figurati"))


def test_where_no_name_is_known_none_is_missed():
    for text in propose([Wanted(n, "❤️", "it") for n in range(40)]):
        assert "{" not in text
        assert not text.startswith((",", " "))
        assert text[0].isupper()


def test_the_same_gesture_is_offered_the_same_words_again():
    assert propose([Wanted(7, "❤️", "it", "Anna")]) == propose([Wanted(7, "❤️", "it", "Anna")])


def test_where_everything_was_said_the_person_writes_their_own():
    before: list[str] = []
    for n in range(400):
        before += propose([Wanted(n, "❤️", "it")], before)
        if not before[-1]:
            break
    assert before[-1] == ""


def test_what_was_said_lately_is_the_brands_own(world):
    answered(world, sends(world, "❤️"), "sent", "Detto")
    answered(world, sends(world, "❤️", by="b"), "draft", "Non detto")
    assert gestures.lately(access.standing(world.ada)) == ["Detto"]
    assert gestures.lately(access.standing(world.zoe)) == []


# -- in which language ------------------------------------------------------------------------------


def language_of(world, conversation):
    standing = access.standing(world.ada)
    return gestures.languages(standing, gestures.these(standing, [conversation.pk]))[conversation.pk]


def test_one_word_that_could_be_anything_is_answered_in_the_brands_language(world):
    conversation = sends(world, "Poesia")
    Conversation.objects.update(language="pl")  # as it was read alone
    assert language_of(world, conversation) == "it"


def test_one_word_that_is_certain_and_three_words_say_themselves(world):
    assert language_of(world, sends(world, "Gracias!", by="a")) == "es"
    three = sends(world, "Love from Leeds", by="b")
    Conversation.objects.filter(pk=three.pk).update(language="en")
    assert language_of(world, three) == "en"


def test_a_gesture_without_a_word_is_answered_in_the_brands_language(world):
    conversation = sends(world, "❤️ @trattoria")
    Conversation.objects.update(language="en")
    assert language_of(world, conversation) == "it"


def test_one_word_under_an_english_post_is_answered_in_english(world):
    conversation = sends(world, "Super", root="menu")
    text = "Our new summer menu is here: come and taste it on the terrace."
    Post.objects.create(brand=world.brand, channel=world.rossi, key="menu", text=text)
    assert language_of(world, conversation) == "en"


def test_where_the_post_is_not_known_the_others_under_it_are_listened_to(world):
    conversation = sends(world, "Super", by="a", root="menu")
    other = world.says("Wann macht ihr am Sonntag auf?", by="b", root="menu")
    Conversation.objects.filter(pk=other.pk).update(language="de", intent="question")
    assert language_of(world, conversation) == "de"


def test_what_a_person_put_right_stays(world):
    conversation = sends(world, "Poesia")
    Conversation.objects.update(language="fr")
    Reading.objects.update(corrected=["language"], language="fr")
    assert language_of(world, conversation) == "fr"
