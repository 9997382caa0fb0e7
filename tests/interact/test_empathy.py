"""A line that is close to why they write: with their own words, in the brand's tone, and the guard lets it pass."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Draft, Severity
from premura.interact import beside, empathy
from premura.models import Conversation, Voice
from premura.prepare import nearness
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_readings import read

SAID = {
    "harm": {
        "it": "Dopo la cena siamo stati male tutta la notte", "en": "We both got sick after your oysters",
        "es": "Anoche nos sentó mal la cena a los dos", "fr": "Ma fille a été malade toute la nuit",
        "de": "Meine Tochter ist nach dem Essen krank geworden", "pt": "Passámos mal a noite toda depois do jantar",
    },
    "treated": {
        "it": "Il cameriere è stato maleducato con mia madre", "en": "Your waiter was rude to my mother",
        "es": "El camarero fue muy borde con mi madre", "fr": "Le serveur a été impoli avec ma mère",
        "de": "Der Kellner war unfreundlich zu meiner Mutter", "pt": "O empregado foi malcriado com a minha mãe",
    },
    "again": {
        "it": "È la terza volta che vi scrivo", "en": "This is the third time I write to you",
        "es": "Es la tercera vez que os escribo", "fr": "C'est la troisième fois que je vous écris",
        "de": "Ich schreibe euch jetzt zum dritten Mal", "pt": "É a terceira vez que vos escrevo",
    },
    "unheard": {
        "it": "Vi ho scritto due mail e nessuno risponde", "en": "I sent two mails and nobody answers",
        "es": "He mandado dos correos y nadie responde", "fr": "J'ai envoyé deux mails et personne ne répond",
        "de": "Ich habe zwei Mails geschrieben und niemand antwortet", "pt": "Mandei dois emails e ninguém responde",
    },
    "money": {
        "it": "Mi avete addebitato la caparra due volte", "en": "You charged me twice for the deposit",
        "es": "Me habéis cobrado la señal dos veces", "fr": "Vous avez prélevé l'acompte deux fois",
        "de": "Ihr habt die Anzahlung zweimal abgebucht", "pt": "Cobraram-me o sinal duas vezes",
    },
    "broken": {
        "it": "La bottiglia è arrivata rotta", "en": "The bottle arrived broken",
        "es": "La botella ha llegado rota", "fr": "La bouteille est arrivée cassée",
        "de": "Die Flasche ist kaputt angekommen", "pt": "A garrafa chegou partida",
    },
    "stuck": {
        "it": "La pagina si blocca quando prenoto", "en": "The page crashes when I book a table",
        "es": "La página se bloquea cuando reservo", "fr": "La page se bloque quand je réserve",
        "de": "Die Seite stürzt ab wenn ich buche", "pt": "A página bloqueia quando reservo",
    },
    "wait": {
        "it": "Aspetto il pacco da dieci giorni ed è in ritardo", "en": "I have been waiting for ten days",
        "es": "Llevo diez días esperando el paquete", "fr": "J'attends le colis depuis dix jours",
        "de": "Ich warte seit zehn Tagen auf das Paket", "pt": "Estou à espera da encomenda há dez dias",
    },
}  # fmt: skip
ANSWER = {
    "it": "La nuova parte stasera e arriva mercoledì 12 entro le 18. Ada",
    "en": "The new one leaves tonight and arrives on Wednesday 12 by 6 pm. Ada",
    "es": "El nuevo sale esta noche y llega el miércoles 12 antes de las 18. Ada",
    "fr": "Le nouveau part ce soir et arrive mercredi 12 avant 18 h. Ada",
    "de": "Das neue geht heute Abend los und kommt am Mittwoch, dem 12., bis 18 Uhr an. Ada",
    "pt": "O novo sai hoje à noite e chega na quarta-feira 12 até às 18. Ada",
}
EACH = [(motive, language) for motive, texts in SAID.items() for language in texts]


@pytest.mark.parametrize(("motive", "language"), EACH)
def test_why_they_write_is_found_in_their_own_words(motive, language):
    theirs = SAID[motive][language]
    assert empathy.told(f"{theirs}! ???", language) == (motive, theirs)


@pytest.mark.parametrize(("motive", "language"), EACH)
def test_before_an_answer_the_line_passes_the_guard_in_every_tone(motive, language):
    theirs = SAID[motive][language]
    for address in ("", "tu", "lei", "voi"):
        line = empathy.worded(motive, theirs, language, address, "Chiara")
        found = check(Draft(f"{line} {ANSWER[language]}", language, theirs, language))
        assert [f.rule for f in found if f.severity in (Severity.BLOCK, Severity.WARN)] == [], line


@pytest.mark.parametrize(
    "text",
    [
        "Siete i peggiori, vergogna",  # does not say why
        "È rotta",  # too little to be said back
        "La bottiglia ordinata da Chiara Neri in via Garibaldi 12 a Torino è arrivata rotta, chiamatemi al 347 1234567",
        "Guardate https://piazza.example/1 come è arrivata rotta",
        "LA BOTTIGLIA È ARRIVATA ROTTA",
        "La bottiglia non è rotta ma non mi piace",
        "Una brutta esperienza per due persone",
    ],
)
def test_without_a_reason_in_words_that_one_would_say_back_there_is_no_line(text):
    assert empathy.told(text, "it") is None


@pytest.fixture
def complaint(world) -> Conversation:
    nearness.warm(wait=True)
    Voice.objects.filter(brand=world.brand).update(address={"": "lei"})
    conversation = now_says(world, "Buongiorno, la bottiglia è arrivata rotta. Che cosa devo fare?")
    read(conversation.messages.get(), sentiment="negative", intent="complaint")
    return conversation


def test_beside_the_answer_it_stands_in_the_brands_tone_with_the_words_that_it_comes_from(world, complaint):
    found = beside.beside(complaint, world.ada).near
    assert (found.motive, found.words) == ("broken", "la bottiglia è arrivata rotta")
    assert found.text == "Chiara, «la bottiglia è arrivata rotta»: ci contava, e trovarlo così delude."
    page = signed_in(world.ada).get(f"/conversations/{complaint.pk}/beside/", headers=HTMX).text
    assert f'data-inserts="{found.text} "' in page
    assert "<q>la bottiglia è arrivata rotta</q>" in page
    assert "data-inserts" not in signed_in(world.rita).get(f"/conversations/{complaint.pk}/beside/", headers=HTMX).text


@pytest.mark.parametrize(
    "reading", [{"sentiment": "neutral", "intent": "question"}, {"intent": "spam"}, {"abuse": 2}, {"hate": True}]
)
def test_who_does_not_complain_or_insults_is_told_nothing_of_the_kind(world, complaint, reading):
    type(complaint.messages.get().reading).objects.update(**reading)
    assert beside.beside(complaint, world.ada).near is None


def test_once_we_have_answered_it_is_no_longer_offered(world, complaint):
    complaint.waiting_since = None
    assert beside.beside(complaint, world.ada).near is None
