"""Public answers: who may read what, in which words, and how many people each of them helped."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from premura import access
from premura.models import Entry, Reply
from premura.prepare import answers, faq, netiquette
from premura.prepare.answers import Said, Words
from tests.web.test_inbox import now_says

WORDS = "Certo. Il cane entra al guinzaglio in tutte le sale della trattoria."


@pytest.fixture
def entry(world) -> Entry:
    return answers.make(access.standing(world.bruno), Said("I cani entrano?", "Sì."), None, Words("it", "", WORDS))


def publish(world):
    netiquette.publish(netiquette.begin(access.standing(world.elena)), world.elena)


def sent(world, text: str, by: str, **more) -> Reply:
    conversation = now_says(world, "Il cane?", by=by, root=f"root-{by}")
    given = {"author": world.ada, "state": "sent", "sent_at": timezone.now()} | more
    return Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.first(), text=text, **given
    )


def test_a_brand_without_public_rules_has_no_public_answers(world, entry):
    assert faq.brand("rossi") is None
    publish(world)
    assert faq.brand("rossi") == world.brand
    assert faq.brand("nobody") is None


def test_only_what_everybody_may_be_told_and_holds_is_public(world, entry):
    standing = access.standing(world.bruno)
    for n, (said, retire) in enumerate([
        (Said("In privato?", "x", "direct"), False), (Said("Interno?", "x", "internal"), False),
        (Said("Vecchio?", "x", valid_until=timezone.localdate() - timedelta(days=1)), False), (Said("Via?", "x"), True),
    ]):  # fmt: skip
        made = answers.make(standing, said, None, Words("it", "", f"Parole {n}"))
        if retire:
            answers.retire(standing, made)
    answers.make(standing, Said("Senza parole?", "x"))
    assert [row.pk for row in faq.listed(world.brand, "it").rows] == [entry.pk]
    assert faq.languages(world.brand) == ["it"]
    assert faq.languages(world.bookshop) == []


def test_each_language_has_its_own_words_in_the_brands_tone(world, entry):
    from premura.prepare import voice
    from premura.prepare.voice import VoiceProfile

    standing = access.standing(world.bruno)
    answers.say(standing, entry, Words("en", "", "Of course."))
    answers.say(standing, entry, Words("it", "lei", "Certo, lo porti."))
    assert faq.languages(world.brand) == ["it", "en"]
    assert faq.listed(world.brand, "it").rows[0].text == WORDS
    voice.change(world.brand, world.elena, VoiceProfile(addresses={"": "lei"}))
    assert faq.listed(world.brand, "it").rows[0].text == "Certo, lo porti."
    assert faq.one(world.brand, entry.pk, "en").text == "Of course."
    assert faq.one(world.brand, entry.pk, "de").text


def test_a_long_list_goes_on_where_it_stopped(world, monkeypatch):
    monkeypatch.setattr(faq, "PAGE", 2)
    standing = access.standing(world.bruno)
    for n in range(5):
        answers.make(standing, Said(f"Domanda {n}?", "x"), None, Words("it", "", "Sì."))
    seen, after = [], ""
    while True:
        page = faq.listed(world.brand, "it", after)
        seen += [row.question for row in page.rows]
        if not (after := page.after):
            break
    assert seen == [f"Domanda {n}?" for n in range(5)]


# -- helped -----------------------------------------------------------------------------------------


def helped(world, entry) -> int:
    cache.clear()
    return faq.helped(world.brand).get(entry.pk, 0)


def test_who_was_answered_with_its_words_or_pointed_to_its_page_was_helped_once_each(world, entry):
    sent(world, f"Ciao Anna! {WORDS} Ada", "anna")
    sent(world, "Ciao Bea, il cane entra al guinzaglio in tutte le sale della trattoria", "bea")
    sent(world, f"È scritto qui: https://care.example/faq/rossi/{entry.pk}/?lang=it.", "carla")
    sent(world, WORDS, "carla")
    assert helped(world, entry) == 3


def test_what_says_something_else_was_never_sent_or_points_elsewhere_helped_nobody(world, entry):
    sent(world, "Il cane entra al guinzaglio solo in veranda.", "anna")
    sent(world, WORDS, "bea", state="failed")
    sent(world, f"https://care.example/faq/orsini/{entry.pk}/", "carla")
    sent(world, "https://care.example/faq/rossi/999999/", "dario")
    Reply.objects.filter(pk=sent(world, WORDS, "elio").pk).update(brand=world.bookshop)
    assert helped(world, entry) == 0


def test_the_first_answer_is_pointed_to_and_does_not_count_itself(world):
    first = sent(world, WORDS, "anna", url="https://piazza.example/7")
    made = answers.make(access.standing(world.bruno), Said("Cani?", "Sì."), first, Words("it", "", WORDS))
    sent(world, "Come abbiamo scritto qui: https://piazza.example/7.", "bea")
    assert helped(world, made) == 1


def test_counting_takes_the_same_questions_for_one_and_for_twenty(world, entry, django_assert_max_num_queries):
    for n in range(20):
        sent(world, WORDS, f"guest{n}")
    cache.clear()
    with django_assert_max_num_queries(9):  # three to count, the rest is the cache's own table
        assert faq.helped(world.brand) == {entry.pk: 20}
