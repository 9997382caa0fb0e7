"""What stands beside the composer: what we said to the like, what we know, and texts that fill themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from premura import access
from premura.interact import beside, fill
from premura.interact.fill import Told
from premura.models import Identity, Message, Product, Reply, Term
from premura.prepare import answers, nearness, saved, topics, voice
from premura.prepare.answers import Said, Words
from premura.prepare.voice import VoiceProfile
from premura.text import questions
from premura.text.aspects import fold
from tests.web.test_inbox import now_says
from tests.web.test_readings import read


@pytest.fixture(autouse=True)
def encoder():
    nearness.warm(wait=True)


def answered(world, theirs: str, ours: str, by: str, **more) -> Reply:
    conversation = now_says(world, theirs, by=by, root=f"root-{by}", **more)
    return Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.ada, text=ours,
        language="it", state="sent", sent_at=timezone.now(), url=f"https://piazza.example/{by}",
    )  # fmt: skip


# -- what we said to others -----------------------------------------------------------------------


def test_who_asks_the_like_is_shown_what_we_answered_in_public_with_its_link(world):
    like = answered(world, "ma il cane può entrare? è grande", "Sì, al guinzaglio. Ada", "polenta")
    answered(world, "Che bella foto della vigna", "Grazie. Ada", "rosa")
    found = beside.beside(now_says(world, "Posso entrare con il cane?"), world.ada)
    assert [one.reply for one in found.earlier] == [like]
    assert found.earlier[0].asked == "ma il cane può entrare? è grande"
    assert "cane" in found.earlier[0].shared


def test_what_was_said_in_private_or_never_sent_is_not_shown(world):
    for n, change in enumerate(({"private": True}, {"state": "failed"}, {"state": "draft"})):
        reply = answered(world, "Il cane può entrare?", "Sì. Ada", f"guest{n}")
        Reply.objects.filter(pk=reply.pk).update(**change)
    assert beside.beside(now_says(world, "Il cane può entrare?"), world.ada).earlier == ()


def test_another_brands_answers_are_not_ours(world):
    reply = answered(world, "Il cane può entrare?", "Sì. Zoe", "polenta")
    Reply.objects.filter(pk=reply.pk).update(brand=world.bookshop)
    assert beside.beside(now_says(world, "Il cane può entrare?"), world.ada).earlier == ()


@pytest.mark.parametrize("gone", ["removed_at", "hidden_at"])
def test_an_answer_that_we_took_away_or_hid_is_neither_offered_nor_pointed_to(world, gone):
    now = timezone.now()
    for root in ("menu", "another"):
        reply = answered(world, "Il cane può entrare?", "No, mai. Ada", root)
        said = Message.objects.create(
            brand=world.brand, channel=world.rossi, key=root, conversation=reply.conversation, root=root,
            kind="comment", text=reply.text, written_at=now, received_at=now,
        )  # fmt: skip
        Reply.objects.filter(pk=reply.pk).update(message=said)
        type(reply.conversation).objects.filter(pk=reply.conversation_id).update(root=root)
    asked = now_says(world, "Posso entrare con il cane?")
    found = beside.beside(asked, world.ada)
    assert (len(found.above), len(found.elsewhere), bool(found.pointer)) == (1, 1, True)
    Message.objects.filter(identity=None).update(**{gone: now})
    found = beside.beside(asked, world.ada)
    assert (found.earlier, found.pointer) == ((), "")


def test_the_question_in_a_long_message_is_what_counts(world):
    like = answered(world, "Il cane può entrare?", "Sì, al guinzaglio. Ada", "polenta")
    text = "Buongiorno, siamo in viaggio da Trento con due bambini e tanta fame. Il cane entra in sala?"
    conversation = now_says(world, text)
    read(conversation.messages.get(), details={"questions": [[text.index("Il cane"), len(text)]]})
    found = beside.beside(conversation, world.ada)
    assert found.asked == "Il cane entra in sala?"
    assert [one.reply for one in found.earlier] == [like]


# -- what we know -----------------------------------------------------------------------------------


def test_an_entry_is_offered_in_the_language_and_tone_that_fit(world):
    standing = access.standing(world.bruno)
    made = answers.make(standing, Said("I cani possono entrare?", "Sì, al guinzaglio."))
    for words in (
        Words("it", "tu", "Certo, portalo."),
        Words("it", "lei", "Certo, lo porti."),
        Words("en", "", "Sure."),
    ):
        answers.say(standing, made, words)
    voice.change(world.brand, world.elena, VoiceProfile(addresses={"": "lei"}))
    conversation = now_says(world, "Il mio cane può entrare?")
    read(conversation.messages.get())
    known = beside.beside(conversation, world.ada).known
    assert [(one.entry, one.text, one.may_copy) for one in known] == [(made, "Certo, lo porti.", True)]


@pytest.mark.parametrize(("shareable", "copy", "private"), [("internal", False, False), ("direct", True, True)])
def test_what_may_not_be_told_to_everybody_says_so(world, shareable, copy, private):
    answers.make(access.standing(world.bruno), Said("I cani possono entrare?", "Sì, di nascosto.", shareable))
    (known,) = beside.beside(now_says(world, "Il cane può entrare?"), world.ada).known
    assert (known.may_copy, known.only_private) == (copy, private)


def test_what_was_retired_is_not_offered(world):
    standing = access.standing(world.bruno)
    answers.retire(standing, answers.make(standing, Said("I cani possono entrare?", "Sì.")))
    assert beside.beside(now_says(world, "Il cane può entrare?"), world.ada).known == ()


SHIPS = ("Spedite all'estero? Quanto costa?", "Italia 7,90 €. Germania e Austria 14,90 €, quattro giorni lavorativi.")
OPEN = ("Quando è aperta la bottega?", "Da martedì a sabato 9.30-13 e 16-19.30. Il lunedì si riposa.")
DOGS = ("I cani possono entrare?", "Sì, al guinzaglio: in corte, in vigna e in sala.")
CALLED_OFF = (
    "La degustazione è annullata, come avere il rimborso?",
    "Rimborsiamo la degustazione annullata in tre giorni.",
)
VEGAN = ("I vini sono vegani? C'è uovo?", "Scalzacane, Merla e Rosa di Maggio sono vegani.")


@pytest.mark.parametrize(
    ("text", "language", "entries"),
    [
        ("Vorrei ordinare due bottiglie di Olio Nuovo a Torino entro il 12 dicembre, si può?", "it", []),
        ("Abbiamo un labrador, può venire con noi in vigna?", "it", [DOGS]),
        ("can you ship the Vin Santo to Berlin by 12 December?", "en", [SHIPS]),
        ("What are your opening hours?", "en", [OPEN]),
        ("¿Hacen envíos a Madrid?", "es", [SHIPS]),
        ("livrez-vous le vin santo à Lyon avant le 20 décembre ?", "fr", [SHIPS]),
        ("liefern Sie den Rosato bis 24. Dezember nach München?", "de", [SHIPS]),
        ("Quanto costa il magnum?", "it", []),
        ("Which wine goes with lamb?", "en", []),
        ("Quando tornano le scatole regalo?", "it", []),
        ("Wo ist mein Paket?", "de", []),
        ("Il Rosa di Maggio sa di tappo, l'ho aperto ieri sera a Lecce", "it", []),
        ("Siete aperti la domenica?", "it", [OPEN]),
        ("My bottle of Scalzacane smells of cork. Can I get a refund?", "en", []),
        ("You cancelled our tasting, can I get a refund?", "en", [CALLED_OFF]),
    ],
)
def test_what_we_know_is_offered_across_languages_and_rather_nothing_than_what_is_off_topic(
    world, text, language, entries
):
    for question, facts in (SHIPS, OPEN, DOGS, VEGAN, CALLED_OFF):
        answers.make(access.standing(world.bruno), Said(question, facts))
    conversation = now_says(world, text)
    stretches = [[found.start, found.end] for found in questions.find(text, language)]
    read(conversation.messages.get(), language=language, details={"questions": stretches})
    known = beside.beside(conversation, world.ada).known
    assert [(one.entry.question, one.entry.facts) for one in known] == entries


def test_who_had_a_bad_bottle_is_not_shown_what_we_told_of_a_tasting_called_off(world):
    answered(world, "You cancelled the tasting, can I get a refund?", "Yes, we refund the tasting. Ada", "polenta")
    like = answered(world, "My bottle was corked, can I get a refund?", "Yes, of course. Ada", "rosa")
    asked = now_says(world, "My bottle of Scalzacane smells of cork. Can I get a refund?")
    assert [one.reply for one in beside.beside(asked, world.ada).earlier] == [like]


@pytest.mark.parametrize(
    ("text", "about_hours"),
    [
        ("Siete aperti?", True), ("aperto la domenica?", True), ("Quando aprite?", True), ("l'ho aperto ieri", False),
        ("abbiamo aperto la bottiglia", False), ("aperta la bottiglia, sapeva di tappo", False),
        ("I opened the bottle", False), ("when opening the bottle", False), ("ho aperto il vino, siete aperti?", True),
    ],
)  # fmt: skip
def test_what_somebody_opened_is_no_question_about_hours(text, about_hours):
    assert ("hours" in topics.topics_of(fold(text))) == about_hours


def test_without_the_encoder_words_that_every_question_has_are_not_the_same_question(world, monkeypatch):
    monkeypatch.setattr("premura.prepare.nearness.warm", lambda: False)
    standing = access.standing(world.bruno)
    answers.make(standing, Said("Quanto costa la degustazione?", "Venti euro."))
    dogs = answers.make(standing, Said(*DOGS))
    assert beside.known(now_says(world, "x"), "Quanto costa il magnum?", "it") == ()
    assert [one.entry for one in beside.known(now_says(world, "y"), "Possono entrare i cani?", "it")] == [dogs]


def test_an_entry_is_found_by_how_it_is_said_in_their_language_too(world):
    standing = access.standing(world.bruno)
    made = answers.make(standing, Said("Domenica?", "9-13"))
    asked = now_says(world, "Is the farm shop open on Sundays?")
    read(asked.messages.get(), language="en")
    assert beside.beside(asked, world.ada).known == ()
    answers.say(standing, made, Words("en", "", "The farm shop is open on Sundays from nine to one."))
    assert [one.text for one in beside.beside(asked, world.ada).known] == [
        "The farm shop is open on Sundays from nine to one."
    ]


def test_what_is_looked_for_costs_no_more_queries_with_more_entries(world):
    standing = access.standing(world.bruno)
    asked = now_says(world, "Il cane può entrare?")
    counts = []
    for n in range(3):
        for more in range(n * 3):
            made = answers.make(standing, Said(f"Il cane può entrare in sala {n}{more}?", "Sì."))
            answers.say(standing, made, Words("it", "tu", "Certo."))
        with CaptureQueriesContext(connection) as queries:
            beside.known(asked, "Il cane può entrare?", "it")
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_a_message_without_words_wants_nothing(world):
    assert beside.beside(now_says(world, "❤️"), world.ada).earlier == ()


# -- texts that fill themselves -----------------------------------------------------------------------


def test_the_fields_come_from_the_message_itself(world):
    Product.objects.create(brand=world.brand, name="Riserva 2019")
    saved.make(access.standing(world.ada), "spedita", "it", "{name}, {product} arriva a {place} {date}. {agent}")
    conversation = now_says(world, "La Riserva 2019 arriva a Bologna entro venerdì?", by="giulia")
    Identity.objects.filter(key="giulia").update(name="Giulia Ferri")
    read(conversation.messages.get())
    (ready,) = beside.beside(conversation, world.ada).saved
    assert ready.filled.text == "Giulia, Riserva 2019 arriva a Bologna venerdì. Ada"
    assert [piece.field for piece in ready.filled.pieces if piece.field] == [
        "name",
        "product",
        "place",
        "date",
        "agent",
    ]
    assert not ready.filled.has_gaps


def test_what_the_message_does_not_say_stays_a_gap_that_everybody_sees(world):
    saved.make(access.standing(world.ada), "spedita", "it", "{product} arriva {date}")
    conversation = now_says(world, "A che punto siamo?")
    read(conversation.messages.get())
    (ready,) = beside.beside(conversation, world.ada).saved
    assert ready.filled.text == "«prodotto?» arriva «data?»"
    assert beside.gaps(ready.filled.text) == ("«prodotto?»", "«data?»")


def test_somebodys_words_between_quotation_marks_are_no_gap():
    assert beside.gaps("Ci scrivi «quando arriva?»: domani. «Vanni» saluta.") == ()


def test_a_product_of_the_glossary_is_known_also_in_small_letters(world):
    Term.objects.create(brand=world.brand, text="scatola regalo")
    saved.make(access.standing(world.ada), "x", "it", "{product}")
    conversation = now_says(world, "quanto costa la scatola regalo?")
    read(conversation.messages.get())
    (ready,) = beside.beside(conversation, world.ada).saved
    assert ready.filled.text == "scatola regalo"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("avete ancora il vermentino riserva?", "Ciao Chiara, Vermentino Riserva torna «data?»."),
        ("C'è il bianco della casa?", "Ciao Chiara, Vermentino Riserva torna «data?»."),
        ("Il Vostro comportamento è vergognoso, aspetto dal 3 marzo", "Ciao Chiara, «prodotto?» torna «data?»."),
        ("Meglio il vermentino riserva o il Rosato?", "Ciao Chiara, «prodotto?» torna «data?»."),
    ],
)
def test_a_product_is_named_as_the_brand_calls_it_and_only_where_it_is_known_which_is_meant(world, text, said):
    Product.objects.create(brand=world.brand, name="Vermentino Riserva", words="bianco della casa")
    Product.objects.create(brand=world.brand, name="Rosato")
    Product.objects.create(brand=world.bookshop, name="Comportamento")
    saved.make(access.standing(world.ada), "torna", "it", "Ciao {name}, {product} torna {date}.")
    conversation = now_says(world, text)
    read(conversation.messages.get())
    (ready,) = beside.beside(conversation, world.ada).saved
    assert ready.filled.text == said


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Porto indietro i vuoti", "it", {}),
        ("Abito a Porto", "it", {"place": "Porto"}),
        ("Grazie a Vanni per la visita", "it", {}),
        ("Abito a Castelvento, spedite?", "it", {"place": "Castelvento"}),
        ("Spedite a Castelvento? Ho chiesto a Giulia e ad Alba", "it", {}),
        ("il Chianti Riserva del 12 marzo non è arrivato a Torino", "it", {"place": "Torino"}),
        ("una bottiglia di Chianti", "it", {}),
        ("Vivo in via Roma, spedite da Milano a Siena?", "it", {}),
        ("Do you ship to Leeds by Tuesday?", "en", {"place": "Leeds", "date": "Tuesday"}),
        ("¿Envían a Sevilla el 12 de octubre?", "es", {"place": "Sevilla", "date": "12 de octubre"}),
        ("Livrez-vous à Lyon lundi ?", "fr", {"place": "Lyon", "date": "lundi"}),
        (
            "Was kostet der Versand für 12 Flaschen nach München am Freitag?",
            "de",
            {"place": "München", "date": "Freitag"},
        ),
        ("Enviam para Lisboa amanhã?", "pt", {"place": "Lisboa", "date": "amanhã"}),
        ("Via delle Ginestre 12, lunedì 3 marzo", "it", {"date": "lunedì 3 marzo"}),
        ("la Festa della Vendemmia c'è?", "it", {}),
        ("Il Vostro comportamento è vergognoso. Una Vergogna!", "it", {}),
        ("Where is my Order?", "en", {}),
        ("THIS is the END", "en", {}),
        ("Il pacco di Ada", "it", {}),
    ],
)
def test_places_and_days_are_found_as_people_write_them_and_no_product_is_guessed(text, language, found):
    assert fill.found_in(Told(text, language, ours=("Ada",))) == found


@pytest.mark.parametrize(
    ("name", "first"),
    [("Giulia Ferri", "Giulia"), ("giulia_82", ""), ("MARCO", "Marco"), ("", ""), ("D'Angelo", "D'Angelo")],
)
def test_only_a_name_is_a_name(name, first):
    assert fill.first_name(name) == first
