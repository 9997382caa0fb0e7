"""Which stretches of a message want an answer, and which only look so."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text.questions import Stretch, find, find_many
from premura.text.sentences import clauses, lowered


def asked(text: str, lang: str = "it") -> list[str]:
    return [text[found.start : found.end] for found in find(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("it", "Buonasera, quanto costa il ritiro a domicilio? Grazie mille", "quanto costa il ritiro a domicilio?"),
        ("it", "@brand avete ancora la taglia 46?", "avete ancora la taglia 46?"),
        ("it", "Bello! 😍 quando riapre il negozio di Lecce??? 😍", "quando riapre il negozio di Lecce???"),
        ("en", "Lovely coat. Do you ship it to Malta? Thanks", "Do you ship it to Malta?"),
        ("es", "Hola, ¿cuánto tarda el envío a Sevilla? Gracias", "¿cuánto tarda el envío a Sevilla?"),
        ("fr", "Bonjour, combien coûte la livraison ? Merci", "combien coûte la livraison ?"),
        ("de", "Guten Tag, wann öffnet die Filiale am Montag? Danke", "wann öffnet die Filiale am Montag?"),
        ("pt", "Boa tarde, quanto custa a entrega no Porto? Obrigada", "quanto custa a entrega no Porto?"),
    ],
)
def test_a_question_goes_from_its_first_word_to_its_mark(lang, text, wanted):
    assert asked(text, lang) == [wanted]


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("it", "quanto costa il biglietto per i bambini", "quanto costa il biglietto per i bambini"),
        ("it", "salve, come si fa a cambiare la password", "come si fa a cambiare la password"),
        ("it", "posso pagare con la carta", "posso pagare con la carta"),
        ("en", "how much is delivery to the islands", "how much is delivery to the islands"),
        ("es", "cuanto cuesta el plato grande", "cuanto cuesta el plato grande"),
        ("fr", "combien coute le petit modele", "combien coute le petit modele"),
        ("de", "was kostet die kleine Tasche", "was kostet die kleine Tasche"),
        ("pt", "quanto custa o modelo pequeno", "quanto custa o modelo pequeno"),
    ],
)
def test_a_question_needs_no_mark(lang, text, wanted):
    assert asked(text, lang) == [wanted]


@pytest.mark.parametrize(
    ("lang", "text", "inside"),
    [
        ("it", "Ieri sono passata ed era chiuso. Vorrei sapere se sabato siete aperti.", "se sabato siete aperti"),
        (
            "it",
            "Ho visto la vetrina, bella. Fatemi sapere quando arriva la giacca verde",
            "quando arriva la giacca verde",
        ),
        ("en", "Nice place. I was wondering whether you take dogs.", "whether you take dogs"),
        ("de", "Schöner Laden. Ich wollte fragen, ob Sie auch sonntags geöffnet haben.", "ob Sie auch sonntags"),
    ],
)
def test_an_indirect_question_is_one(lang, text, inside):
    assert any(inside in found for found in asked(text, lang))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("it", "Tre settimane di attesa e nessuna risposta. Vi sembra normale?"),
        ("it", "Ma leggete almeno quello che scriviamo? Vergognatevi"),
        ("it", "E questo sarebbe un servizio? Ladri"),
        ("en", "Two hours on hold. Are you kidding me?"),
        ("it", "Consegna puntuale, tutto perfetto, grazie!"),
        ("it", "Quando sono entrata mi hanno accolta benissimo"),
        ("it", "@user stasera?"),
    ],
)
def test_what_wants_no_answer_is_left_alone(lang, text):
    assert asked(text, lang) == []


def test_two_questions_are_two():
    assert asked("Quanto costa la borsa rossa? E quando arriva quella blu?") == [
        "Quanto costa la borsa rossa?",
        "E quando arriva quella blu?",
    ]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("it", "E chi paga?"),
        ("it", "E chi paga la dogana?"),
        ("it", "Ma chi mi rimborsa la spedizione?"),
        ("it", "E chi se ne occupa?"),
        ("it", "Ma quando arriva?"),
        ("en", "And who pays for shipping?"),
        ("en", "But who refunds me?"),
    ],
)
def test_a_short_question_after_and_or_but_is_one(lang, text):
    assert asked(text, lang) == [text]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("it", "Ma chi vi credete di essere?"),
        ("it", "E chi se ne importa?"),
        ("it", "E chi vi compra più?"),
        ("it", "Ma chi ve lo ha chiesto?"),
        ("en", "And who cares?"),
        ("en", "Who do you think you are?"),
    ],
)
def test_a_short_question_that_means_nobody_is_none(lang, text):
    assert asked(text, lang) == []


def test_a_question_after_a_long_story_and_another_is_not_lost():
    story = "Ciao, ho ordinato un Chianti Riserva per mia mamma a Lucca e sabato 14 è arrivata la bottiglia rotta."
    two = ["Quando me ne mandate un'altra?", "E chi paga la spedizione?"]
    assert asked(" ".join([story, *two])) == two


def test_two_indirect_questions_in_one_breath_are_two():
    assert asked("volevo sapere se siete aperti domenica e quanto costa")[1:] == ["e quanto costa"]
    assert asked("I wanted to know if you open on Sunday and how much it costs", "en") == [
        "if you open on Sunday", "and how much it costs",
    ]  # fmt: skip


def test_an_address_before_a_question_is_no_part_of_it():
    assert asked("Sono Zita Mancuso, via Roma 12, Lucca, tel 333 1234567: fate sconti?") == ["fate sconti?"]
    assert asked("Il pacco per via Roma 12 quando arriva?") == ["Il pacco per via Roma 12 quando arriva?"]


def test_without_a_language_the_words_say_which_it_is():
    for lang, text in (("it", "Quanto costa la spedizione a Nuoro?"), ("en", "How much is the shipping to Leeds?")):
        assert asked(text, "") == asked(text, lang) == [text]


def test_many_are_read_as_one_by_one():
    texts = ["Quanto costa?", "", "Grazie!", "avete il 42", "How much is it?", "🙂" * 50]
    langs = ["it", "", "it", "it", "en", "und"]
    assert find_many(texts, langs) == [find(text, lang) for text, lang in zip(texts, langs, strict=True)]


def test_langs_of_another_length_are_refused():
    with pytest.raises(ValueError, match="one entry"):
        find_many(["a", "b"], ["it"])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["it", "en", "es", "fr", "de", "pt", "", "und"]))
def test_no_text_makes_it_fail_and_all_stretches_lie_in_it(text, lang):
    last = 0
    for found in find(text, lang):
        assert isinstance(found, Stretch)
        assert last <= found.start < found.end <= len(text)
        assert text[found.start : found.end].strip() == text[found.start : found.end]
        last = found.end


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_lowering_keeps_the_length(text):
    assert len(lowered(text)) == len(text)
    parts = clauses(lowered(text))
    assert all(one.asked_to <= two.start for one, two in pairwise(parts))


@pytest.mark.parametrize("unit", ["?", "a", "😀", "! ", "come ", "\x00", " ", "se ", "¿", "n. ", "- ", "@a ", "come, "])
def test_a_text_without_end_is_read_in_bounded_time(unit):
    start = time.process_time()
    find((unit * 100_000)[:100_000], "it")
    assert time.process_time() - start < 5


def test_what_the_weights_say_stays_as_it_was():
    """Golden: a changed dependency, list or weight is noticed here; look before you change it."""
    text = (
        "Buongiorno, ho comprato una lampada da voi a maggio e funziona bene, complimenti. Volevo però chiedervi due "
        "cose: la garanzia vale anche se la porto in montagna? E i ricambi quanto costano? Ieri in negozio non c'era "
        "nessuno, ma vi sembra serio?? Fatemi sapere, grazie 😊"
    )
    assert asked(text) == ["la garanzia vale anche se la porto in montagna?", "E i ricambi quanto costano?"]
