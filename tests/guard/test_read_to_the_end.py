"""Nothing leaves unread, however long it is; and the language of a reply is told from what is its own."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Context, Draft, Phrase, Severity

INSULT = "Sei una cretina, stronza."
IBAN = "Il tuo conto è IT60X0542811101000000123456."


def rules(text: str, customer: str = "", lang: str = "") -> set[str]:
    return {one.rule for one in check(Draft(text, customer_text=customer, customer_lang=lang))}


@pytest.mark.parametrize(
    "before", ["Ok.\n" * 60, "Ok.\n" * 300, "Il pacco parte domani alle nove. " * 250, "😀" * 7000]
)
def test_what_stands_behind_much_else_is_read_as_if_it_stood_alone(before):
    text = f"{before}{INSULT} {IBAN}"
    found = {one.rule: one for one in check(Draft(text, "it", "Il pacco è rotto", "it"))}
    assert "cretina" in text[found["insult"].start : found["insult"].end]
    assert "IT60" in text[found["personal_data"].start : found["personal_data"].end]


def test_an_address_of_theirs_is_theirs_in_other_signs_too():
    said = "Abito in via Roma, 12 a Milano, quando arriva?"
    assert "personal_data" in rules("La tua cassetta va in Via Roma 12, Milano.", said, "it")
    assert "personal_data" not in rules("Arriva giovedì alle 9. Ci trovi in via Garibaldi 3.", said, "it")


@pytest.mark.parametrize(
    ("reached", "ours", "lang"),
    [
        ("Conti, l'abbiamo cercata ieri alle 17:05 al 347 5582013.", "Ci siamo mancati: siamo al 347 5582013.", "it"),
        ("We rang you twice yesterday on 07700 900123.", "Your table is ready: we are on 07700 900123.", "en"),
        ("Wir haben Sie gestern unter 0151 5550123 angerufen.", "Wir sitzen am 0151 5550123.", "de"),
        ("Nous vous avons appelé hier au 06 12 34 56 78.", "La boutique a le 06 12 34 56 78.", "fr"),
        ("Te hemos llamado dos veces al +34 612 345 678.", "El local tiene el +34 612 345 678.", "es"),
        ("Ligámos-lhe ontem para o 912 345 678.", "A loja tem o 912 345 678.", "pt"),
    ],
)
def test_the_number_at_which_we_reached_them_is_theirs_though_they_never_wrote_it(reached, ours, lang):
    assert "personal_data" in rules(reached, "", lang)
    assert "personal_data" not in rules(ours, "", lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Ti abbiamo cercato ieri e ci trovi sempre al 0521 555014.", "it"),
        ("We called you yesterday but you can ring us back on 0161 496 0000.", "en"),
        ("Wir haben Sie gestern verpasst und sind für uns alle unter 0151 5550123 da.", "de"),
    ],
)
def test_the_number_at_which_they_reach_us_is_ours_though_we_rang_them_before(text, lang):
    assert "personal_data" not in rules(text, "", lang)


GERMAN = "Ihr Paket kommt morgen um neun Uhr an."


@pytest.mark.parametrize("told", ["de", "DE", "de-AT", "und", ""])
def test_however_their_language_is_told_a_reply_in_it_is_right(told):
    assert "wrong_language" not in rules(GERMAN, "Wo ist mein Paket? Ich warte seit Tagen.", told)


def test_a_thank_you_in_their_language_explains_nothing():
    own = "Il tuo ordine arriva domani mattina alle nove, davanti alla porta."
    assert "wrong_language" in rules(f"Thank you for your message. {own}", "Where is my order?", "en")
    assert "wrong_language" not in rules(f"We answer in Italian, as nobody here speaks English. {own}", "Where?", "en")


def test_the_same_answer_in_both_languages_is_in_theirs_however_it_greets():
    asked = "Bonjour, la garantie du casque est-elle valable en France ?"
    ours = "Our answer in English for the others: yes, the warranty holds in France for two years."
    answer = "Bonjour Élodie, oui, la garantie est valable en France pendant deux ans."
    assert "wrong_language" not in rules(f"{answer} {ours}", asked, "fr")
    assert "wrong_language" in rules(f"Bonjour chère Élodie, ravis de vous lire ! {ours}", asked, "fr")


@pytest.mark.parametrize(
    "text",
    ["Giulia Ferri, Marco Rossi, Anna Bianchi", "“Il nome della rosa” is on shelf three, near the window."],
)
def test_names_and_titles_are_in_no_language(text):
    assert "wrong_language" not in rules(text, "Who won the prize, and where is it?", "en")


def test_another_script_is_another_language_and_the_same_is_none():
    russian = "Где мой заказ? Я жду уже неделю."
    assert "wrong_language" in rules("Your order arrives tomorrow morning.", russian)
    assert "wrong_language" not in rules("Ваш заказ придёт завтра утром.", russian, "ru")
    assert "wrong_language" in rules("Your order arrives tomorrow morning.", "注文はどこですか？", "ja")


def test_words_of_the_brand_warn_where_the_rule_warns_and_show_where_they_stand():
    own = Context(phrases=(Phrase("in_kind", "il pacco arriva"),))
    text = "Ciao Giulia, il pacco arriva giovedì alle nove, e per il resto ti aspetta il nostro Pronto Cantina"
    (found,) = [one for one in check(Draft(text, "it"), own) if one.rule == "in_kind"]
    assert found.severity == Severity.WARN
    assert "il pacco arriva" in text[found.start : found.end]


def test_a_sign_is_no_word_of_the_brands():
    own = Context(phrases=(Phrase("insult", "'"), Phrase("insult", " * ")))
    assert not [one for one in check(Draft("L'ordine parte domani alle 9, Giulia.", "it"), own) if one.rule == "insult"]
