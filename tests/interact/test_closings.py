"""The public line after we went on in private: it can be said in every language and tone, and says how it stands."""

import pytest
from django.utils import timezone

from premura.guard.check import check
from premura.guard.contract import Context, Draft, Severity
from premura.interact import closings, windows
from premura.interact import guard as guarding
from premura.interact import reply as replying
from premura.models import Conversation, Message, Reply, Voice
from premura.networks.contract import Kind
from premura.text.labels import LANGUAGES
from premura.web import composing
from tests.guard.test_explains import ASKED
from tests.web.test_inbox import now_says

TONES = ("", "tu", "lei", "voi")


def in_private(world, conversation: Conversation, why: str = windows.WHY_PRIVATE) -> Conversation:
    """Let Ada have written to them in private, for a reason or after our public answer."""
    Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.get(identity__isnull=False),
        author=world.ada, text="A quale indirizzo la mandiamo?", private=True, state="sent", sent_at=timezone.now(),
        overrides={windows.SAID_WHY: why} if why else {},
    )  # fmt: skip
    Conversation.objects.filter(pk=conversation.pk).update(last_out_at=timezone.now(), waiting_since=None)
    return Conversation.objects.select_related("channel", "identity", "brand").get(pk=conversation.pk)


def stops(found) -> list[str]:
    return [f.rule for f in found if f.severity in (Severity.BLOCK, Severity.WARN)]


@pytest.mark.parametrize("is_solved", [False, True])
@pytest.mark.parametrize("address", TONES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_by_its_words_alone_the_line_may_stand_in_public(language, address, is_solved):
    line = closings.line(language, address, is_solved=is_solved)
    given = Draft(line, language, ASKED[language], language)
    assert not stops(check(given, Context(answered_before=True)))
    assert not stops(check(given, Context(answered_before=True, public_answer_exists=True)))
    assert language == "en" or line != closings.line("en", is_solved=is_solved)


@pytest.mark.guarded
@pytest.mark.parametrize("in_public", [False, True])
@pytest.mark.parametrize("language", ["it", "en", "es", "fr", "de", "pt"])
def test_the_line_that_is_asked_for_can_be_sent(world, language, in_public):
    asked = now_says(world, ASKED[language])
    Conversation.objects.update(language=language)
    if in_public:
        now = timezone.now()
        Message.objects.create(
            brand=world.brand, channel=world.rossi, key="ours", conversation=asked, root=asked.root, kind="comment",
            text="Domani.", written_at=now, received_at=now,
        )  # fmt: skip
    assert windows.answered_in_public(asked) is in_public
    asked = in_private(world, asked, "" if in_public else windows.WHY_PRIVATE)
    for address in TONES:
        Voice.objects.filter(brand=world.brand).update(address={"": address} if address else {})
        line = composing.closing_line(asked, language)
        assert not stops(guarding.check(asked, line, world.ada))
    assert replying.submit(asked, line, world.ada, seen=replying.seen(asked)).state == "ready"
    assert composing.closing_line(asked, language) == ""


def test_the_line_speaks_as_the_brand_does(world):
    asked = in_private(world, now_says(world, "Dov’è il mio ordine?"))
    for address, words in (("tu", "i tuoi dati"), ("lei", "i Suoi dati"), ("voi", "i vostri dati")):
        Voice.objects.filter(brand=world.brand).update(address={"": address})
        assert words in composing.closing_line(asked, "it")


def test_it_says_that_it_is_solved_once_that_is_so_in_private(world):
    asked = in_private(world, now_says(world, "Dov’è il mio ordine?"))
    assert composing.closing_line(asked, "it").startswith("Ce ne stiamo già occupando")
    chat = now_says(world, "Grazie, arrivato.", kind=Kind.DIRECT, root="chat")
    assert composing.closing_line(asked, "it").startswith("Ce ne stiamo già occupando")
    Conversation.objects.filter(pk=chat.pk).update(state="resolved", last_at=timezone.now())
    assert composing.closing_line(asked, "it").startswith("È risolto")


@pytest.mark.guarded
def test_that_others_were_closed_with_the_same_line_is_no_boilerplate(world):
    for who in ("marco", "tom"):
        other = in_private(world, now_says(world, "Dov’è il mio ordine?", by=who, root=who))
        replying.submit(other, composing.closing_line(other, "it"), world.ada)
    Reply.objects.filter(private=False).update(state="sent", sent_at=timezone.now())
    asked = in_private(world, now_says(world, "Dov’è il mio ordine?"))
    assert not stops(guarding.check(asked, composing.closing_line(asked, "it"), world.ada))


@pytest.mark.guarded
def test_personal_data_is_the_reason_on_the_public_thread_too_once_we_wrote_in_private(world):
    asked = now_says(world, "Dov’è il mio ordine?")
    line = "Ciao Chiara, ti abbiamo scritto in privato."
    assert "private_first" in stops(guarding.check(asked, line, world.ada))
    assert "private_first" in stops(guarding.check(in_private(world, asked, ""), line, world.ada))
    assert "private_first" not in stops(guarding.check(in_private(world, asked), line, world.ada))
