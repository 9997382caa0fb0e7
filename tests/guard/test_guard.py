"""The guard's promises, each on a plain example.  How often it is right is measured by `premura bench guard`."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from premura.guard.check import check, check_many
from premura.guard.contract import NEVER, RULES, Context, Draft, Phrase, Severity, is_ok
from premura.guard.heads import named
from premura.guard.seen import HEAD, HEADS

PARCEL = "Il mio pacco è fermo a Bari da cinque giorni, quando arriva?"
GOOD = "Ciao Giulia, hai ragione: il pacco riparte stasera da Bari e arriva mercoledì. Ti scrivo qui all'arrivo. Marta"


NOTHING = Context()


def rules(text: str, customer: str = PARCEL, context: Context = NOTHING, **more: object) -> set[str]:
    found = check(Draft(text, customer_text=customer, customer_lang="it", **more), context)  # type: ignore[arg-type]
    return {one.rule for one in found if one.severity in (Severity.BLOCK, Severity.WARN)}


def test_a_good_reply_is_left_alone():
    assert rules(GOOD) == set()


def test_sending_people_to_the_phone_stops_in_public_and_not_in_private():
    text = "Ciao Giulia, arriva mercoledì. Per altre informazioni chiama il numero verde 800 123 456."
    assert "deflection" in rules(text)
    assert "deflection" not in rules(text, public=False)
    assert "deflection" not in rules(text, network="whatsapp")
    assert "deflection" not in rules(text, context=Context(customer_asked_for_phone=True))


@pytest.mark.parametrize(
    "text", ["Chiami il numero verde 800 123456.", "Ci chiami all'800 123 456.", "Call us on 800 123 456."]
)
def test_a_bare_command_to_call_stops_whatever_else_was_said_before_and_not_in_an_emergency(text):
    spoken = Context(public_answer_exists=True, promise_attached=True)
    assert "deflection" in rules(text, context=spoken)
    assert "deflection" not in rules(
        "Apra le finestre e chiami subito il numero verde 800 123456.", "Sento odore di gas!"
    )


def test_we_are_only_the_social_team_stops_unless_a_hand_over_is_attached():
    text = "Ciao Giulia, noi siamo solo il team social, se ne occupa un altro reparto."
    assert "only_social_team" in rules(text)
    assert "only_social_team" not in rules(text, context=Context(handover_attached=True))


def test_private_before_public_stops_until_a_public_answer_stands():
    text = "Ciao Giulia, scrivici in DM."
    assert "private_first" in rules(text)
    assert "private_first" not in rules(text, context=Context(public_answer_exists=True))
    assert "private_first" not in rules(text, context=Context(private_reason=True))


def test_who_answers_here_and_asks_for_a_message_besides_keeps_nothing_from_the_others():
    asked = "Was kostet die Gravur auf dem Ring und wie lange dauert das?"
    besides = "Wenn die Gravur eine Überraschung bleiben soll, schick uns den Text gern per DM."
    assert "private_first" not in rules(f"25 Euro bis zwölf Zeichen, fertig in drei Werktagen. {besides}", asked)
    assert "private_first" in rules(besides, asked)


def test_who_only_leads_to_an_open_page_sends_nobody_into_private():
    ask = "Dove compro sei bottiglie?"
    led = "Ciao Chiara, le compri direttamente qui:\nMerla, 18 €: https://rossi.example/merla\nAda"
    assert "private_first" not in rules(led, ask)
    assert "private_first" in rules("Ciao Chiara, scrivici in DM qui: https://wa.me/39055", ask)


def test_an_insult_stops_whoever_writes_it():
    assert "insult" in rules("Senti, sei un cretino.")
    assert {"insult", "personal_data", "begging", "shaming"} <= NEVER


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Il codice si scrive tutto minuscolo e senza spazi, 1d10ta.", "Il codice sconto non va."),
        ("Snow on the points at Didcot, 1d10t. We moved off at 8:51.", "Twenty minutes stuck outside Didcot."),
    ],
)
def test_a_masked_insult_stops_however_useful_the_rest_is_but_their_own_word_quoted_does_not(text, said):
    assert "insult" in rules(text, said)
    assert "insult" not in rules("«1d10ta» me lo tengo, Anna: il codice va scritto minuscolo. Marta", "1d10ta!!")


def test_a_card_number_is_one_even_mistyped():
    assert "personal_data" in rules("Fatto alle 9.40: 64,90 € sulla tua carta 4929 1180 3341 7765.", "Il rimborso?")
    assert "personal_data" not in rules("Il tuo pacco 4929 è partito alle 11.80, arriva giovedì alle 7.")


@pytest.mark.parametrize(
    "text",
    [
        "Ciao Giulia, lasci qui sotto codice fiscale e numero di cellulare: la chiamo io domani alle 9:30.",
        "Grazie, Giulia: scriva in un commento il Suo IBAN e il bonifico parte domani.",
    ],
)
def test_asking_for_their_data_where_all_can_read_stops_and_asking_not_to_does_not(text):
    assert "personal_data" in rules(text)
    kept = text.replace("lasci qui", "non lasci qui").replace("scriva in", "non scriva in")
    assert "personal_data" not in rules(kept)


@pytest.mark.parametrize(
    ("lang", "kept", "asks"),
    [
        ("it", "Non scriva qui il Suo IBAN.", "Non lasci il nome qui sotto, ma solo il Suo IBAN."),
        ("es", "No escribas aquí tu número de tarjeta.", "No dejes aquí tu nombre, solo tu número de tarjeta."),
    ],
)
def test_asking_to_keep_one_thing_out_and_write_another_stops(lang, kept, asks):
    assert "personal_data" not in rules(kept, lang=lang)
    assert "personal_data" in rules(asks, lang=lang)


def test_a_bank_account_in_public_stops_and_in_private_does_not():
    text = "Ciao Giulia, rimborsiamo domani sull'IBAN IT60X0542811101000000123456."
    (found,) = [one for one in check(Draft(text, customer_text=PARCEL)) if one.rule == "personal_data"]
    assert text[found.start : found.end] == "IT60X0542811101000000123456"
    assert found.severity == Severity.BLOCK
    assert "personal_data" not in rules(text, public=False)


def test_another_language_stops_unless_a_line_explains_it():
    text = "Hi Giulia, your parcel leaves Bari tonight and will arrive on Wednesday morning."
    assert "wrong_language" in rules(text)
    explained = f"Scusa se ti rispondiamo in inglese, oggi nessuno qui parla italiano.\n{text}"
    assert "wrong_language" not in rules(explained)
    assert "wrong_language" not in rules(text, context=Context(translation_attached=True))
    in_one_breath = (
        "Oggi nessuno di noi parla italiano, ti rispondiamo in inglese: your parcel will arrive on Wednesday."
    )
    assert "wrong_language" not in rules(in_one_breath)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Ciao Giulia, il pacco arriva mercoledì.", "missing_both"),
        ("Ciao Giulia, scusaci: il pacco arriva mercoledì.", "missing_thanks"),
        ("Ciao Giulia, grazie di avercelo detto: il pacco arriva mercoledì.", "missing_apology"),
    ],
)
def test_our_mistake_wants_both_an_apology_and_a_thank_you_and_the_fix_brings_what_is_missing(text, missing):
    (found,) = [one for one in check(Draft(text), Context(our_mistake=True)) if one.rule == "missing_apology"]
    assert found.because == missing
    mended = text[: found.start] + found.fix + text[found.end :]
    assert "missing_apology" not in {one.rule for one in check(Draft(mended), Context(our_mistake=True))}


@pytest.mark.parametrize(
    ("lang", "good"),
    [
        ("it", "Ci dispiace, errore nostro, e grazie di avercelo scritto. Lo ripariamo domani."),
        ("en", "We are sorry, our mistake, and thank you for telling us. It is mended tomorrow."),
        ("es", "Lo sentimos, fallo nuestro, y gracias por avisarnos. Mañana queda resuelto."),
        ("fr", "Toutes nos excuses, l'erreur est de notre côté, et merci de nous l'avoir dit. C'est réglé demain."),
        ("de", "Es tut uns leid, unser Fehler, und danke für den Hinweis. Morgen ist es behoben."),
        ("pt", "Pedimos desculpa, erro nosso, e obrigado por avisar. Amanhã fica resolvido."),
    ],
)
def test_an_apology_and_a_thank_you_are_heard_in_every_language(lang, good):
    found = check(Draft(good, lang=lang, customer_lang=lang), Context(our_mistake=True))
    assert "missing_apology" not in {one.rule for one in found}


def test_begging_for_likes_stops_a_post_and_inviting_a_story_does_not():
    begs = check(Draft("Foto bellissima, vero? Metti mi piace e condividi se la vuoi in salotto!", post=True))
    invites = check(Draft("La vendemmia è finita: qual è il vino che aprite quando vincete a carte?", post=True))
    assert "begging" in {one.rule for one in begs}
    assert is_ok(invites)


def test_almost_the_same_reply_as_to_others_is_noticed_whatever_the_name():
    said = (
        "Ciao Anna, il pacco riparte stasera da Bari e arriva mercoledì, ti scrivo io qui appena è in consegna. Marta"
    )
    same = said.replace("Anna", "Giulia")
    assert "canned" in rules(same, context=Context(recent_replies=(said,)))
    assert "canned" not in rules(same, context=Context(recent_replies=(said,), known_issue=True))


def test_an_internal_fact_stops_word_for_word_whatever_the_sentence_sounds_like():
    secret = Context(internal_facts=("Il forno nuovo apre in via Po il 3 maggio",))
    party = "Una sorpresa per voi: il forno nuovo apre in via Po il 3 maggio!"
    assert "internal_fact" in rules(party, "", secret, post=True)
    asked = "È vero che il forno nuovo apre in via Po il 3 maggio?"
    assert "internal_fact" not in rules("Ciao Chiara, ne parliamo appena possiamo dirlo: il 2 marzo.", asked, secret)


def test_an_internal_fact_stops_in_the_same_words_or_nearly():
    secret = Context(internal_facts=("il deposito di Bari è allagato dal 3 novembre",))
    text = "Ciao Giulia, arriva mercoledì. Purtroppo il nostro deposito di Bari si è allagato."
    assert "internal_fact" in rules(text, context=secret)
    assert "internal_fact" not in rules(GOOD, context=secret)


def test_mockery_that_shouts_is_no_less_plain_and_is_first_written_small():
    text = "SEI PROPRIO UN GENIO EH, COMPLIMENTI DAVVERO!"
    (loud,) = [one for one in check(Draft(text, "it", "Non trovo il codice.")) if one.rule == "in_kind"]
    assert (loud.because, loud.severity) == ("shouting", Severity.BLOCK)
    assert "in_kind" in rules(str(loud.fix), "Non trovo il codice.")


@pytest.mark.parametrize(
    ("fact", "text", "silent"),
    [
        ("Own-brand yoghurt is produced by Dalefresh; confidential", "Dalefresh do, Giulia, and they'd be chuffed.",
         "Whether it is Dalefresh we can't say, Giulia: ours comes in on Tuesday."),
        ("Non nominare Neteka in pubblico", "La rete è tornata alle 11, lo deve a quelli della Neteka.",
         "Su Neteka non possiamo dire niente, Giulia: la rete è tornata alle 11."),
    ],
)  # fmt: skip
def test_a_name_that_is_the_secret_stops_unless_they_named_it_and_nothing_is_confirmed(fact, text, silent):
    secret = Context(internal_facts=(fact,))
    assert "internal_fact" in rules(text, "Chi è?", secret)
    assert "internal_fact" in rules(silent, "Chi è?", secret)
    assert "internal_fact" not in rules(silent, "È Neteka o Dalefresh?", secret)


@pytest.mark.parametrize(
    "text",
    [
        "La Sua segnalazione è importante per noi e verrà presa in carico quanto prima.",
        "La ringrazio per la pazienza: al più presto sistemeremo tutto.",
        "Rest assured that your concerns have been noted and we will be in touch at the earliest opportunity.",
    ],
)
def test_soon_is_no_day_whatever_else_the_sentence_says(text):
    found = [one for one in check(Draft(text, customer_text=PARCEL)) if one.rule == "vague_promise"]
    assert len(found) == 1
    assert found[0].fix is not None


@pytest.mark.parametrize(
    "text",
    [
        "Siamo a breve distanza dal mare, ombrellone compreso.",
        "Hai ragione, “quanto prima” non dice niente.",
        "Le rispondiamo al più presto. Al massimo domani alle 12.",
    ],
)
def test_words_for_soon_that_promise_nothing_or_are_followed_by_a_day_are_let_be(text):
    assert "vague_promise" not in rules(text)


def test_no_exit_lets_pass_what_the_brand_itself_forbids():
    ours = (Phrase("vague_promise", "breve distanza"), Phrase("personal_data", "scriva qui"))
    context = Context(phrases=ours)
    assert "vague_promise" in rules("Siamo a breve distanza dal mare, ombrellone compreso.", context=context)
    assert "personal_data" in rules("Non scriva qui il Suo IBAN.", context=context)


def test_who_says_that_nothing_can_be_said_yet_tells_nothing_and_who_hints_all_the_same_does():
    secret = Context(internal_facts=("Collezione primavera ispirata alle saline di Trapani: riservato",))
    silent = "Sulla collezione di primavera non posso dire ancora nulla, ne parliamo qui il 15 febbraio."
    told = "Non posso dire nulla: la collezione di primavera è ispirata alle saline di Trapani."
    assert "internal_fact" not in rules(silent, "Rifate la giacca di lino?", secret)
    assert "internal_fact" in rules(told, "Rifate la giacca di lino?", secret)


@pytest.mark.parametrize(
    ("asked", "text", "is_open"),
    [
        ("Il Rosa di Maggio si abbina al tonno?", "Ciao Giulia, il Rosa di Maggio si abbina al tonno.", False),
        ("Il Rosa di Maggio si abbina al tonno?", "Giulia, non so se il Rosa di Maggio si abbina al tonno.", True),
    ],
)
def test_who_states_what_was_asked_has_answered_it(asked, text, is_open):
    assert ("question_unanswered" in rules(text, asked)) is is_open


def test_behind_a_dated_answer_we_may_write_to_them_for_their_data():
    asked, mends = (
        "La mia fattura ha il nome di un altro",
        "Ciao Ugo, ci scusiamo: quella giusta esce oggi entro le 18.",
    )
    assert "private_first" not in rules(f"{mends} Ti scriviamo noi in privato per i dati.", asked)
    assert "private_first" in rules("Ciao Ugo, ci scusiamo. Ti scriviamo noi in privato per i dati.", asked)
    assert "private_first" in rules(f"{mends} Scrivici tu in privato per il resto.", asked)


def test_what_came_in_meanwhile_and_a_closed_window_stop():
    assert "collision" in rules(GOOD, context=Context(newer=1))
    assert "collision" in rules(GOOD, context=Context(other_replies=1))
    assert "window_closed" in rules(GOOD, context=Context(window_left=timedelta(minutes=-1)))
    assert "window_closed" not in rules(GOOD, context=Context(window_left=timedelta(minutes=1)))


def test_a_hot_thread_at_night_waits_and_a_second_person_cools_it():
    hot = {"hostility": 1.0, "hour": 23, "written_in": timedelta(seconds=3)}
    found = check(Draft(GOOD, customer_text=PARCEL), Context(**hot))
    assert [one.severity for one in found if one.rule == "heat"] == [Severity.DELAY]
    assert not [one for one in check(Draft(GOOD), Context(**hot, second_person=True)) if one.rule == "heat"]


def test_a_link_on_x_and_a_short_link_are_hints_only():
    text = "Ciao Giulia, arriva mercoledì: https://bit.ly/3abc"
    hints = [one for one in check(Draft(text, network="x")) if one.rule == "link_cost"]
    assert [one.severity for one in hints] == [Severity.HINT]
    assert [one.because for one in check(Draft("Su https://esempio.example/a", network="x")) if one.rule == "link_cost"]
    assert not [
        one for one in check(Draft("Su https://esempio.example/a", network="bluesky")) if one.rule == "link_cost"
    ]


def test_a_brand_adds_words_of_its_own_and_allows_others():
    own = Context(phrases=(Phrase("canned", "sempre al vostro fianco"),))
    text = "Ciao Giulia, arriva mercoledì. Sempre al vostro fianco!"
    assert "canned" in rules(text, context=own)
    assert "canned" in rules(text.replace("!", " 😊"), context=own)
    phone = "Ciao Giulia, arriva mercoledì. Chiama il numero verde 800 123 456."
    allowed = Context(phrases=(Phrase("deflection", "numero verde", allows=True),))
    assert "deflection" not in rules(phone, context=allowed)


def test_the_voice_is_a_hint():
    found = check(
        Draft("Gentile cliente, la ringraziamo. Le scriviamo domani.", lang="it"),
        Context(address="tu", avoid=("gentile cliente",)),
    )
    assert {one.because for one in found if one.rule == "voice"} == {"avoided_word", "address"}
    assert all(one.severity == Severity.HINT for one in found if one.rule == "voice")


def test_every_finding_stands_within_its_draft_and_has_its_words():
    from premura.interact.guard_words import RULES as NAMES
    from premura.interact.guard_words import WORDS

    texts = [
        "",
        " ",
        "😊",
        "a" * 9000,
        "Chiama!\n\n\nChiama l'800 1234567?? CHIAMA SUBITO IL NUMERO",
        "\x00\ud800",
        GOOD * 40,
    ]
    for text, found in zip(
        texts, check_many([(Draft(t, customer_text=PARCEL), Context()) for t in texts]), strict=True
    ):
        for one in found:
            assert 0 <= one.start < one.end <= len(text)
            assert (one.because or one.rule) in WORDS
    assert set(NAMES) == set(RULES)


def test_a_batch_says_what_each_draft_says_alone():
    drafts = [
        (Draft(GOOD, customer_text=PARCEL), Context()),
        (Draft("Scrivici in DM.", customer_text=PARCEL), Context()),
    ]
    together = check_many(drafts)
    assert [{one.rule for one in found} for found in together] == [
        {one.rule for one in check(*draft)} for draft in drafts
    ]


def test_the_command_answers_line_by_line_and_goes_on_after_a_bad_one(run_guard):
    lines = [
        json.dumps({"text": "Senti, sei un cretino.", "id": 7}),
        "{broken",
        json.dumps({"text": GOOD, "customer_text": PARCEL, "context": {"our_mistake": None}}),
        json.dumps({"post": True, "text": "Metti mi piace e condividi!", "lang": "it"}),
    ]
    first, second, third, fourth = run_guard("\n".join(lines), "it")
    assert (first["id"], first["ok"]) == (7, False)
    assert second["line"] == 2
    assert third["ok"] is True
    assert fourth["findings"][0]["rule"] == "begging"
    assert "mi piace" in fourth["findings"][0]["why"]


@pytest.fixture
def run_guard(monkeypatch, capsys):
    import io
    import sys

    from django.core.management import call_command

    def run(text: str, lang: str) -> list[dict]:
        stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(text.encode())))
        monkeypatch.setattr(sys, "stdin", stream)
        call_command("guard", lang=lang)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_a_question_is_put_off_only_to_a_day_that_is_named():
    price = "Quanto costa la spedizione in Svizzera?"
    off = Context(answered_later=(price,))
    colour = "Buongiorno, il colore è quello del catalogo, verde bosco. Ada"
    assert "question_unanswered" in rules(colour, price, context=off)
    assert "question_unanswered" not in rules(colour, price, context=replace(off, promise_attached=True))


def test_a_yes_or_a_no_answers_and_a_word_that_only_looks_like_one_does_not():
    ask = "Il rosato ce l'avete?"
    assert "question_unanswered" not in rules("Ciao Chiara, sì.", ask)
    assert "question_unanswered" not in rules("Chiara, il rosato sì.", ask)
    # "non" is a no only in French
    assert "question_unanswered" in rules("Grazie del messaggio, Chiara, non mancheremo di leggerlo.", ask)


def test_a_number_of_what_was_asked_for_answers_how_many():
    ask = "Quanti ettari di vigna avete?"
    assert "question_unanswered" not in rules("Ciao Anna, sono diciotto ettari, tutti a Montepulciano. Ada", ask)
    assert "question_unanswered" in rules("Ciao Anna, siamo a Montepulciano dal 1954, vieni a trovarci. Ada", ask)


def test_their_own_insult_may_be_quoted_and_not_returned():
    ask = "Imbecilli, la pasta era fredda"
    assert (
        rules("Chiara, ci hai chiamato «imbecilli»: la pasta era fredda e ci dispiace. Domani la rifacciamo.", ask)
        == set()
    )
    assert "insult" in rules("Chiara, imbecille è chi scrive certe cose: la pasta era calda.", ask)


def test_a_clause_that_is_nothing_but_a_name_for_them_is_an_insult():
    assert "insult" in rules("Il pacco arriva mercoledì. Taccagna.")
    text = "Torna pure domani, razza di cialtrone, che il pacco arriva mercoledì."
    (found,) = [one for one in check(Draft(text, customer_text=PARCEL)) if one.rule == "insult"]
    assert "cialtrone" in text[found.start : found.end]
    assert "insult" not in rules("Ciao Giulia, i cialtroni siamo stati noi: il pacco riparte stasera.")


def test_what_has_its_answer_need_not_be_answered_again():
    besides = "Chiara, eccoci anche qui: ti teniamo da parte la torta di mele."
    ask = "A che ora chiudete stasera?"
    assert "question_unanswered" in rules(besides, ask)
    assert "question_unanswered" not in rules(besides, ask, Context(answered_before=True))


def test_an_answer_that_comes_at_once_may_go_on_for_long():
    dishes = "Le orecchiette di grano saraceno le facciamo con le cime di rapa, e il risotto con la zucca. " * 3
    asked = "Ci sono piatti senza glutine?"
    late = "Ciao Chiara, da noi la cucina è una cosa seria, e la tradizione di famiglia conta più di ogni altra. " * 4
    assert "answer_not_first" not in rules(f"Sì, Chiara: stasera sette. {dishes}", asked)
    assert "answer_not_first" in rules(f"{late} Piatti senza glutine ne abbiamo sette.", asked)
    assert "answer_not_first" not in rules(late, asked, Context(answered_before=True))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Buongiorno, se avesse letto il contratto prima di firmarlo non saremmo qui a parlarne.", "in_kind"),
        ("Il ladro sarà Lei, signor Neri. Il pacco arriva mercoledì.", "in_kind"),
        ("Lei è un povero ignorante, signor Neri. Il pacco arriva mercoledì.", "insult"),
        ("Stia attento a quello che scrive: sappiamo dove abita.", "insult"),
    ],
)
def test_what_somebody_is_called_is_an_insult_and_what_they_did_is_answered_in_kind(text, name):
    assert rules(text, "Siete dei ladri, il pacco è fermo.") & {"insult", "in_kind"} == {name}


def test_a_sentence_bears_one_of_the_names_of_being_unkind_and_all_that_speaks_for_it():
    likely = np.zeros((2, len(HEADS)), np.float32)
    likely[0, [HEAD["insult"], HEAD["in_kind"]]] = 0.6, 0.5
    likely[1, HEAD["deflection"]] = 0.9
    found = named(likely)
    assert found[0, HEAD["insult"]] == pytest.approx(0.8)
    assert found[0, HEAD["in_kind"]] <= 0.5
    assert (found[1] == likely[1]).all()
