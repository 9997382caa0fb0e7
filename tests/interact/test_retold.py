"""What we said to one, as a start for another or for everybody: whole, and without those whom it names."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from premura.interact import beside, retold
from premura.interact.retold import Told
from premura.models import Entry, Identity, Message, Product, Reply, Term
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


@pytest.mark.parametrize(
    ("theirs", "said", "begun"),
    [
        ("Rosa Neri", "Ciao Rosa, il Rosa di Maggio c'è.", "Ciao Marco, il Rosa di Maggio c'è."),
        ("Domenica Bo", "Domenica siamo aperti", "Domenica siamo aperti"),
        ("Domenica Bo", "Domenica, siamo aperti", "Marco, siamo aperti"),
        ("Luca Bo", "Siamo in via Luca Giordano.", "Siamo in via Luca Giordano."),
        ("Anna Giordano", "Siamo in via Luca Giordano.", "Siamo in via Luca Giordano."),
        ("Vittoria Bo", "Piazza Vittoria, Vittoria!", "Piazza Vittoria, «nome?»!"),  # the square, or a town
        ("Alba Bo", "L'Alba 2019 è per Alba.", "L'Alba 2019 è per Marco."),
        ("Rosa Neri", "Rosa è finita. Chiedi a Rosa Bruni.", "«nome?» è finita. Chiedi a «nome?»."),
    ],
)
def test_what_only_is_called_like_a_customer_keeps_its_name_and_what_may_be_is_a_gap(theirs, said, begun):
    assert retold.to_another(Told(said, "it", theirs=(theirs,)), "Marco") == begun


@pytest.mark.parametrize(
    ("theirs", "said", "begun", "for_all"),
    [
        ("Antonio De Luca", "Gentile sig. De Luca, va bene.", "Gentile Marco, va bene.", "Va bene."),
        ("Carla Di Stefano", "Signora Di Stefano, va bene.", "Marco, va bene.", "Va bene."),
        ("李明", "Ciao 李明, ok.", "Ciao Marco, ok.", "Ok."),
        ("Ольга", "Ciao Ольга, certo", "Ciao Marco, certo", "Certo"),
    ],
)
def test_a_name_is_taken_whole_in_whatever_letters_it_is_written(theirs, said, begun, for_all):
    told = Told(said, "it", theirs=(theirs,))
    assert (retold.to_another(told, "Marco"), retold.to_everybody(told)) == (begun, for_all)


def test_products_and_names_of_the_glossary_and_the_bank_stay_at_the_cost_of_one_query(world):
    Product.objects.create(brand=world.brand, name="Rosa di Maggio", words="Rosa Antico")
    Term.objects.create(brand=world.brand, text="Bottaia", translations={"en": "Rosa Barrels"})
    Entry.objects.create(brand=world.brand, question="Che cos'è?", facts="Si chiede della Cena Rosa.")
    Product.objects.create(brand=world.bookshop, name="Rosa Altrui")
    said = "Rosa di Maggio e Rosa Antico, Rosa Barrels, Cena Rosa, Rosa Altrui"
    sent = [answered(world, ASKED, said, by) for by in ("rosa", "rinaldo")]
    Identity.objects.filter(key="rosa").update(name="Rosa Neri")
    Identity.objects.filter(key="rinaldo").update(name="Rinaldo Ferri")
    replies = list(Reply.objects.filter(pk__in=[each.pk for each in sent]).select_related(*beside.WITH_IT))
    with CaptureQueriesContext(connection) as queries:
        told = retold.of(replies)
    assert sum("premura_product" in query["sql"] for query in queries) == 1
    assert retold.to_another(told[sent[0].pk], "Marco") == (
        "Rosa di Maggio e Rosa Antico, Rosa Barrels, Cena Rosa, «nome?»"
    )
