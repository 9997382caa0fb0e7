"""What a fix leaves: a draft that can be sent as it is."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Context, Draft, Finding
from premura.guard.taken_out import greeted

PARCEL = "Il mio pacco non arriva, quando arriva?"
BOTH = "Grazie di avercelo fatto notare."
OURS = "l'errore è nostro."
ASKED = {
    "it": PARCEL,
    "en": "My parcel is lost, what now?",
    "es": "Mi paquete no llega, ¿qué hago?",
    "fr": "Mon colis est perdu, que faire ?",
    "de": "Mein Paket ist weg, was nun?",
    "pt": "A minha encomenda não chega, o que faço?",
    "nl": "Goedemorgen, mijn pakket is nog niet aangekomen. Wanneer krijg ik het?",
    "pl": "Dzień dobry, moja paczka jeszcze nie dotarła. Kiedy ją otrzymam?",
    "ro": "Bună ziua, coletul meu nu a ajuns încă. Când îl primesc?",
}


def fixes(text: str, rule: str, lang: str = "it", *, post: bool = False, context: Context | None = None):
    theirs = "" if post else ASKED[lang]
    found = check(Draft(text, lang, theirs, post=post), context)
    return [one for one in found if one.rule == rule]


def mended(text: str, rule: str, lang: str = "it", **given) -> str | None:
    """Return the draft after the first fix of a rule; None where there is none."""
    one: Finding
    for one in fixes(text, rule, lang, **given):
        if one.fix is not None:
            return text[: one.start] + one.fix + text[one.end :]
    return None


def sorry(text: str, lang: str = "it", address: str = "") -> str | None:
    context = Context(our_mistake=True, address=address)
    said = mended(text, "missing_apology", lang, context=context)
    assert said is None or not fixes(said, "missing_apology", lang, context=context)
    return said


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("Ciao Giulia,\nil tuo pacco arriva domani.", "it",
         f"Ciao Giulia,\nscusaci, {OURS} {BOTH} Il tuo pacco arriva domani."),
        ("Ciao Giulia, il tuo pacco arriva domani.", "it",
         f"Ciao Giulia, scusaci, {OURS} {BOTH} Il tuo pacco arriva domani."),
        ("Ciao Giulia!\n\nIl pacco arriva domani.", "it",
         f"Ciao Giulia!\n\nScusaci, {OURS} {BOTH} Il pacco arriva domani."),
        ("Ciao Giulia,", "it", f"Ciao Giulia, scusaci, {OURS} {BOTH}"),
        ("Hallo Anna,\ndein Paket kommt morgen.", "de",
         "Hallo Anna,\nEntschuldigung, der Fehler liegt bei uns. Danke, dass du uns darauf hingewiesen hast. "
         "Dein Paket kommt morgen."),
        ("Bonjour Anne,\nvotre colis arrive demain.", "fr",
         "Bonjour Anne,\ntoutes nos excuses, l'erreur vient de nous. Merci de nous l'avoir signalé. "
         "Votre colis arrive demain."),
        ("Dear Julia,\nYour parcel arrives tomorrow.", "en",
         "Dear Julia,\nWe are sorry, the mistake was ours. Thank you for pointing it out. "
         "Your parcel arrives tomorrow."),
        ("Hola Ana:\nTu paquete llega mañana.", "es",
         "Hola Ana:\nPerdona, el error es nuestro. Gracias por decírnoslo. Tu paquete llega mañana."),
    ],
)  # fmt: skip
def test_the_apology_stands_behind_the_greeting_and_the_draft_goes_on_with_a_capital(text, lang, said):
    assert sorry(text, lang) == said


def test_the_apology_comes_first_where_nobody_is_greeted_whatever_the_sentence_ends_with():
    lines = f"Ci scusi, {OURS} {BOTH}"
    assert sorry("Il pacco arriva domani 😔") == f"{lines} Il pacco arriva domani 😔"
    said = "«Il pacco arriva domani.» ha detto il corriere"
    assert sorry(said) == f"{lines} {said}"
    listed = "1) Il pacco arriva domani.\n2) Il rimborso è partito."
    assert sorry(listed) == f"{lines}\n{listed}"


def test_the_thanks_alone_stand_behind_the_apology():
    assert sorry("Scusa Giulia,\nil pacco arriva domani") == f"Scusa Giulia,\nil pacco arriva domani. {BOTH}"


def test_a_draft_that_is_only_a_link_is_mended_in_the_customers_language():
    assert sorry("https://www.cantina.example/ordini") == f"Ci scusi, {OURS} {BOTH} https://www.cantina.example/ordini"


@pytest.mark.parametrize("lang", ASKED)
@pytest.mark.parametrize("address", ["", "tu", "lei", "voi"])
def test_the_apology_of_every_language_and_tone_is_one_to_the_guard(lang, address):
    text = {"nl": "Hallo Anna,\nuw pakket komt morgen aan.", "pl": "Dzień dobry, paczka dotrze jutro o dziesiątej.",
            "ro": "Bună Ana, coletul ajunge mâine la ora zece."}.get(lang, "https://cantina.example/1")  # fmt: skip
    assert sorry(text, lang, address)


def test_a_fix_speaks_as_the_brand_does_or_else_as_the_draft_does_or_else_formally():
    text = "Il pacco arriva domani."
    for address, begins in {"tu": "Scusaci", "lei": "Ci scusi", "voi": "Scusateci", "": "Ci scusi"}.items():
        assert str(sorry(text, address=address)).startswith(begins)
    assert "scusaci" in str(sorry("Ciao Giulia, il tuo pacco arriva domani."))
    assert "Scusateci" in str(sorry("Il vostro pacco arriva domani."))
    assert "ci scusi" in str(sorry("Gentile Giulia, il Suo pacco arriva domani."))
    assert "du uns" in str(sorry("Hallo Anna, das Paket kommt morgen.", "de", "tu"))
    assert "Sie uns" in str(sorry("Hallo Anna, Ihr Paket kommt morgen.", "de"))
    assert "perdona" in str(sorry("Hola Ana, tu paquete llega mañana.", "es"))
    assert "disculpe" in str(sorry("Hola Ana, su paquete llega mañana.", "es"))


@pytest.mark.parametrize(
    ("lang", "call", "answer", "left"),
    [
        ("it", "Ciao Giulia, chiama il numero verde 📞 800 123 456 e ti aiutano subito.",
         "Il pacco arriva domani alle 10.", "Ciao Giulia, il pacco arriva domani alle 10."),
        ("en", "Hi Julia, please call our hotline ☎️ 0800 123 456 and they will help you.",
         "Your parcel arrives tomorrow at 10.", "Hi Julia, your parcel arrives tomorrow at 10."),
        ("de", "Hallo Anna, rufen Sie bitte unsere Hotline 📞 0800 123 456 an, man hilft Ihnen.",
         "Ihr Paket kommt morgen um 10 Uhr.", "Hallo Anna, Ihr Paket kommt morgen um 10 Uhr."),
        ("fr", "Bonjour Anne, appelez notre service client 📞 0800 123 456 et on vous aidera.",
         "Votre colis arrive demain à 10 h.", "Bonjour Anne, votre colis arrive demain à 10 h."),
        ("es", "Hola Ana, llame a nuestro teléfono 📞 900 123 456 y le ayudarán.",
         "Su paquete llega mañana a las 10.", "Hola Ana, su paquete llega mañana a las 10."),
        ("pt", "Olá Ana, ligue para a nossa linha 📞 800 123 456 e ajudam-na.",
         "A sua encomenda chega amanhã às 10.", "Olá Ana, a sua encomenda chega amanhã às 10."),
    ],
)  # fmt: skip
def test_a_sentence_goes_to_its_end_over_an_emoji_and_its_greeting_stays(lang, call, answer, left):
    assert mended(f"{call} {answer}", "deflection", lang) == left
    assert fixes(call, "deflection", lang)
    assert mended(call, "deflection", lang) is None  # nothing but the greeting would be left


@pytest.mark.parametrize(
    ("lang", "text", "left"),
    [
        ("it", "Siamo solo il team social. Ma il pacco arriva domani alle 10.", "Il pacco arriva domani alle 10."),
        ("en", "We are only the social media team. But your parcel arrives tomorrow at 10.",
         "Your parcel arrives tomorrow at 10."),
        ("es", "Solo somos el equipo de redes sociales. Pero su paquete llega mañana.", "Su paquete llega mañana."),
        ("de", "Wir sind nur das Social-Media-Team. Aber Ihr Paket kommt morgen um 10 Uhr.",
         "Ihr Paket kommt morgen um 10 Uhr."),
        ("fr", "Nous ne sommes que l'équipe réseaux sociaux. Mais votre colis arrive demain.",
         "Votre colis arrive demain."),
        ("pt", "Somos apenas a equipa das redes sociais. Mas a sua encomenda chega amanhã.",
         "A sua encomenda chega amanhã."),
    ],
)  # fmt: skip
def test_a_but_goes_with_the_sentence_that_it_contradicts(lang, text, left):
    assert mended(text, "only_social_team", lang) == left


@pytest.mark.parametrize(
    "text",
    ["Ciao Giulia,\nscrivici in DM", "Ciao Giulia! Scrivici in DM. Grazie!", "Scrivici in DM.\nMarta di Cantina"],
)
def test_nothing_is_taken_out_where_only_a_greeting_or_a_signature_would_be_left(text):
    assert fixes(text, "private_first")
    assert mended(text, "private_first") is None


def test_a_post_does_not_become_a_greeting():
    assert fixes("Ciao! Condividi con gli amici!", "begging", post=True)
    assert mended("Ciao! Condividi con gli amici!", "begging", post=True) is None


def test_a_line_that_goes_leaves_no_blank_one():
    call = "Chiama il numero verde 800 123 456."
    assert mended(f"Il pacco arriva domani.\n{call}\nA presto", "deflection") == "Il pacco arriva domani.\nA presto"
    assert mended(f"Il pacco arriva domani.\n\n{call}", "deflection") == "Il pacco arriva domani."


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("CIAO GIULIA, IL PACCO PER BARI ARRIVA DOMANI: VEDI https://Cantina.example/Ordini O SCRIVI A @CantinaSole.",
         "Ciao Giulia, il pacco per Bari arriva domani: vedi https://Cantina.example/Ordini o scrivi a @CantinaSole."),
        ("SCUSATECI!!! TORNEREMO!!! PRESTO!!! GRAZIE!!!", "Scusateci!!! Torneremo!!! Presto!!! Grazie!!!"),
        ("Il pacco ARRIVA DOMANI ALLE DIECI da Giulia con DHL.",
         "Il pacco arriva domani alle dieci da Giulia con DHL."),
    ],
)  # fmt: skip
def test_shouting_is_written_small_but_for_names_links_and_abbreviations(text, quiet):
    (found,) = [one for one in check(Draft(text, "it", "Sono a Bari, quando arriva?")) if one.rule == "in_kind"]
    assert found.because == "shouting"
    assert text[: found.start] + str(found.fix) + text[found.end :] == quiet


@pytest.mark.parametrize(
    "text", ["Apriamo ore 9, IVA inclusa, IBAN PDF USB GPS", "L'IVA, l'IRPEF, l'INPS e l'INAIL sono uguali"]
)
def test_abbreviations_do_not_shout(text):
    assert not fixes(text, "in_kind")


@pytest.mark.parametrize(
    ("lang", "text", "dated"),
    [
        ("it", "Ti rispondiamo il prima possibile.", "Ti rispondiamo entro domani alle 12."),
        ("it", "Ti faremo sapere al più presto.", "Ti faremo sapere entro domani alle 12."),
        ("en", "We will get back to you as soon as possible.", "We will get back to you by tomorrow at 12."),
        ("en", "We'll let you know soon.", "We'll let you know by tomorrow at 12."),
        ("en", "Soon we will get back to you.", "By tomorrow at 12 we will get back to you."),
        ("es", "Te escribiremos lo antes posible.", "Te escribiremos antes de mañana a las 12."),
        ("fr", "Nous reviendrons vers vous dès que possible.", "Nous reviendrons vers vous d'ici demain midi."),
        ("de", "Wir melden uns so bald wie möglich bei Ihnen.", "Wir melden uns bis morgen um 12 Uhr bei Ihnen."),
        ("pt", "Responderemos em breve.", "Responderemos até amanhã às 12h."),
    ],
)
def test_soon_becomes_a_day_and_an_hour(lang, text, dated):
    assert mended(text, "vague_promise", lang) == dated
    assert not fixes(dated, "vague_promise", lang)


def test_a_promise_whose_words_are_no_time_gets_no_day_in_their_place():
    assert fixes("We'll write to you as soon as I hear from them.", "vague_promise", "en")
    assert mended("We'll write to you as soon as I hear from them.", "vague_promise", "en") is None


def test_a_greeting_ends_where_its_sign_is():
    assert greeted("Ciao Giulia, il pacco") == len("Ciao Giulia, ")
    assert not greeted("Cara la nostra pazienza finisce.")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Il pacco arriva domani. Sei una cretina 😀. Ti rispondiamo entro le 18.",
         "Il pacco arriva domani. Ti rispondiamo entro le 18."),
        ("Sei una cretina 😀😀!!! Il pacco arriva domani.", "Il pacco arriva domani."),
        ("Il pacco arriva domani.\nSei una cretina 😀.\nGrazie mille, a domani.",
         "Il pacco arriva domani.\nGrazie mille, a domani."),
        ("Il pacco arriva domani. Sei una cretina 😀, ma ti rispondiamo entro le 18.",
         "Il pacco arriva domani. Ti rispondiamo entro le 18."),
        ("Sei una cretina 😀; il pacco arriva domani.", "Il pacco arriva domani."),
        ("Sei una cretina. :) Il pacco arriva domani.", ":) Il pacco arriva domani."),
    ],
)  # fmt: skip
def test_the_sign_behind_an_emoji_goes_with_the_sentence_that_it_ended(text, left):
    assert mended(text, "insult") == left
