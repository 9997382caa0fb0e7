"""What we explained under a post serves who asks the same there later."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Context, Draft, Severity
from premura.interact import beside, pointers
from premura.models import Identity, Reply
from premura.prepare import nearness
from tests.interact.test_beside import answered
from tests.web.test_inbox import now_says
from tests.web.test_readings import read

QUESTION = "Il cane può entrare?"


@pytest.fixture(autouse=True)
def encoder():
    nearness.warm(wait=True)


def under(world, by: str, theirs=QUESTION, ours="Sì, al guinzaglio. Ada", root="menu") -> Reply:
    reply = answered(world, theirs, ours, by)
    type(reply.conversation).objects.filter(pk=reply.conversation_id).update(root=root)
    return reply


def asks(world, text="Posso entrare con il mio cane?", by="zita", **more):
    conversation = now_says(world, text, by=by, **more)
    read(conversation.messages.get())
    return conversation


def look(world, conversation):
    return beside.beside(conversation, world.ada)


def test_an_answer_under_the_same_post_comes_first_with_a_line_that_points_to_it(world):
    elsewhere = under(world, "anna", theirs="Posso entrare con il mio cane?", root="another")
    here = under(world, "bea")
    found = look(world, asks(world))
    assert [one.reply for one in found.earlier] == [here, elsewhere]
    assert ([one.reply for one in found.above], [one.reply for one in found.elsewhere]) == ([here], [elsewhere])
    assert here.url in found.pointer


def test_the_line_is_in_their_language_and_calls_them_by_name(world):
    here = under(world, "bea", theirs="Can my dog come in?", ours="Yes, on a lead. Ada")
    conversation = now_says(world, "Can my dog come in?", by="tom")
    Identity.objects.filter(key="tom").update(name="Tom Baker")
    read(conversation.messages.get(), language="en")
    assert look(world, conversation).pointer == pointers.line("en", "Tom", here.url, conversation.pk)


def test_of_several_the_one_that_was_pointed_to_most_is_pointed_to_again(world):
    best, other = under(world, "anna"), under(world, "bea", theirs="Posso entrare con il mio cane?")
    assert look(world, asks(world)).above[0].reply == other
    for n in range(2):
        under(world, f"guest{n}", theirs="E il gatto?", ours=f"Guarda qui: {best.url}.")
    found = look(world, asks(world, by="yara"))
    assert (found.above[0].reply, found.above[0].pointed) == (best, 2)
    assert best.url in found.pointer


def test_a_reply_that_only_points_is_nobodys_answer(world):
    best = under(world, "anna")
    under(world, "bea", theirs="Posso entrare con il mio cane?", ours=f"È scritto qui: {best.url}")
    found = look(world, asks(world))
    assert [one.reply for one in found.above] == [best]


@pytest.mark.parametrize("change", [{"private": True}, {"state": "failed"}, {"url": ""}])
def test_what_cannot_be_read_there_is_not_pointed_to(world, change):
    Reply.objects.filter(pk=under(world, "bea").pk).update(**change)
    assert look(world, asks(world)).pointer == ""


def test_in_private_or_under_another_post_nothing_is_above(world):
    under(world, "bea")
    elsewhere = asks(world, root="another")
    assert (look(world, elsewhere).above, look(world, elsewhere).pointer) == ((), "")
    private = asks(world, by="yara")
    private.private = True
    assert look(world, private).above == ()


def test_another_brands_answer_is_not_above(world):
    Reply.objects.filter(pk=under(world, "bea").pk).update(brand=world.bookshop)
    assert look(world, asks(world)).above == ()


def test_lines_are_there_in_six_languages_and_say_nothing_without_a_way():
    for language in ("it", "en", "es", "fr", "de", "pt"):
        lines = {pointers.line(language, "Chiara", "https://x.example/1", n) for n in range(15)}
        assert len(lines) >= 3
        assert all(line.startswith("Chiara, ") and line.endswith("https://x.example/1") for line in lines)
    assert pointers.line("it", "Chiara", "", 0) == ""


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("it", QUESTION),
        ("en", "Can my dog come in?"),
        ("es", "¿Puede entrar el perro?"),
        ("fr", "Quand arrive ma commande ?"),
        ("de", "Wann kommt meine Bestellung?"),
        ("pt", "Quanto custa o vinho?"),
    ],
)
def test_the_guard_has_nothing_against_any_of_them(language, question):
    for name in ("Chiara", ""):
        for n in range(15):
            text = pointers.line(language, name, "https://piazza.example/7", n)
            draft = Draft(text, customer_text=question, customer_lang=language, network="bluesky", public=True)
            found = check(draft, Context(author="Ada", customer="Chiara"))
            assert [one.rule for one in found if one.severity in (Severity.BLOCK, Severity.WARN)] == [], text
