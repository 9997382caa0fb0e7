"""What we said to one, as a start for another or for everybody: whole, and without those whom it names."""

import pytest
from django.utils import timezone

from premura.interact import beside, retold
from premura.interact.retold import Told
from premura.models import Identity, Message, Reply
from premura.prepare import nearness
from tests.interact.test_beside import answered
from tests.web.test_inbox import HTMX, now_says, signed_in

ASKED = "Quanto dura la visita alla bottaia?"
BRUNO = {"author": ("Bruno Sala", "Bruno"), "theirs": ("Rinaldo Ferri",), "handle": "rinaldo_82"}


@pytest.fixture(autouse=True)
def encoder():
    nearness.warm(wait=True)


def goes_on(first: Reply, *texts: str, **more) -> list[Reply]:
    """Let further parts follow a sent reply."""
    made = [first]
    for text in texts:
        made.append(
            Reply.objects.create(
                brand=first.brand, conversation=first.conversation, to=first.to, author=first.author, language="it",
                text=text, follows=made[-1], sent_at=timezone.now(), **{"state": "sent"} | more,
            )
        )  # fmt: skip
    return made[1:]


def test_who_begins_with_an_earlier_answer_has_their_own_customers_name_and_nobodys_signature(world):
    like = answered(world, ASKED, "Rinaldo, due ore. Un posto è di Rinaldo Ferri. – Ada", "rinaldo")
    Identity.objects.filter(key="rinaldo").update(name="Rinaldo Ferri")
    asked = now_says(world, "Quanto dura la vostra visita alla bottaia?")
    (found,) = beside.beside(asked, world.bruno).earlier
    assert found.start == "Chiara, due ore. Un posto è di Chiara."
    page = signed_in(world.bruno).get(f"/conversations/{asked.pk}/beside/", headers=HTMX).text
    assert 'data-inserts="Chiara, due ore.' in page
    assert "Rinaldo, due ore. Un posto è di Rinaldo Ferri. – Ada</p>" in page  # as it stands there
    assert like.url in page


def test_where_nobody_knows_how_to_call_them_the_others_name_is_a_gap_that_keeps_it_from_leaving(world):
    answered(world, ASKED, "Ciao Rinaldo, due ore. – Ada", "rinaldo")
    asked = now_says(world, "Quanto dura la vostra visita alla bottaia?", by="giulia")
    Identity.objects.filter(key="giulia").update(name="giulia_82")
    (found,) = beside.beside(asked, world.ada).earlier
    assert found.start == "Ciao «nome?», due ore."
    assert beside.gaps(found.start)


def test_a_thread_is_begun_from_as_a_whole_and_without_what_counts_its_parts(world):
    first = answered(world, ASKED, "Rinaldo, la visita alla bottaia dura due ore. 1/3", "rinaldo")
    goes_on(first, "Servono scarpe chiuse. 2/3", "A presto! – Ada 3/3")
    (found,) = beside.beside(now_says(world, ASKED), world.ada).earlier
    assert found.start == "Chiara, la visita alla bottaia dura due ore. Servono scarpe chiuse. A presto!"
    assert found.reply.text.endswith("1/3")


def test_what_was_taken_away_of_a_thread_or_never_left_is_told_to_nobody_again(world):
    first = answered(world, ASKED, "Dura due ore. 1/3", "rinaldo")
    hidden, _ = goes_on(first, "Servono tacchi. 2/3", "A presto! 3/3")
    said = Message.objects.create(
        brand=world.brand, channel=world.rossi, key="tacchi", conversation=first.conversation, root="menu",
        kind="comment", text=hidden.text, written_at=timezone.now(), received_at=timezone.now(),
        removed_at=timezone.now(),
    )  # fmt: skip
    Reply.objects.filter(pk=hidden.pk).update(message=said)
    assert retold.of([first])[first.pk].text == "Dura due ore. A presto!"
    Reply.objects.filter(text__startswith="A presto").update(state="failed")
    assert retold.of([first])[first.pk].text == "Dura due ore."


@pytest.mark.parametrize(
    ("said", "begun"),
    [
        ("Gentile Sig. Ferri, il tavolo è pronto. Un saluto, Bruno", "Gentile Chiara, il tavolo è pronto. Un saluto"),
        ("Ciao rinaldo, va bene. Chiedi di Bruno", "Ciao Chiara, va bene. Chiedi di Bruno"),
        ("Ciao Dino! Domani sì.\nBruno del Ponte Rossi 🌿", "Ciao Chiara! Domani sì."),  # as his friends call him
        ("@rinaldo_82 sì, certo.", "Chiara sì, certo."),
        (
            "Siamo in via Rinaldo-Neri, https://x.example/Rinaldo",
            "Siamo in via Rinaldo-Neri, https://x.example/Rinaldo",
        ),
    ],
)
def test_another_customer_is_called_as_they_are_however_the_first_was(said, begun):
    told = Told(said, "it", ours=("Ponte Rossi",), **BRUNO)
    assert retold.to_another(told, "Chiara") == begun


def test_a_customer_who_is_called_like_our_brand_does_not_take_its_name_away():
    told = Told("Rossi, la Trattoria Rossi è chiusa.", "it", theirs=("Mario Rossi",), ours=("Trattoria Rossi",))
    assert retold.to_another(told, "Chiara") == "Chiara, la Trattoria Rossi è chiusa."


@pytest.mark.parametrize(
    ("said", "for_all"),
    [
        ("Ciao Rinaldo! Grazie Rinaldo, il 7 siamo aperti. – Bruno", "Grazie, il 7 siamo aperti."),
        ("Sì. Rinaldo, domani apriamo alle 9, Rinaldo!", "Sì. Domani apriamo alle 9!"),
        ("Ciao, @rinaldo_82: alle 9. Bruno Sala", "Alle 9."),
        ("Il tavolo è a nome Ferri.", "Il tavolo è a nome «nome?»."),
        ("Ciao Rinaldo!", ""),
    ],
)
def test_what_everybody_may_hear_greets_nobody_and_names_nobody(said, for_all):
    assert retold.to_everybody(Told(said, "it", **BRUNO)) == for_all
