"""Promises of the visible signs: what in a message says that it is urgent, and what it is about."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text import signs, signs_lists
from premura.text.signs import FLAG_OF, SIGNS, URGENT, matrix, read, read_many
from premura.train.corpus import FLAGS


def fired(text: str, lang: str = "it") -> set[str]:
    return {SIGNS[column] for column in np.flatnonzero(matrix([text], [lang])[0])}


SAYS = [
    ("legal_threat", "Da lunedì parlate col mio avvocato"),
    ("legal_threat", "vi denuncio tutti"),
    ("legal_authority", "Ho già scritto a Federconsumatori e all'AGCOM"),
    ("gas_smell", "in cucina c'e' una puzza di gas tremenda"),
    ("fire_smoke", "il caricatore ha preso fuoco sul comodino"),
    ("injury", "mio nipote è finito al pronto soccorso per la vostra sedia"),
    ("hazard", "la ringhiera balla, è pericolosissima"),
    ("food_danger", "c'era un pezzo di vetro nell'insalata"),
    ("allergy", "mia figlia è celiaca e nessuno ci ha avvisati"),
    ("violence_threat", "so dove abitate, vi spacco la faccia"),
    ("money_taken", "mi avete prelevato 90 euro due volte!!"),
    ("fraud", "account hackerato, ordini mai fatti"),
    ("refund_missing", "il rimborso non è mai arrivato"),
    ("service_down", "siamo senza luce da stamattina"),
    ("vulnerable_person", "mia madre è invalida e vive sola"),
    ("life_support", "papà è attaccato all'ossigeno"),
    ("deadline_near", "mi serve entro domani sera"),
    ("stranded", "siamo bloccati in aeroporto con la valigia persa"),
    ("locked_out", "non riesco piu ad accedere al profilo"),
    ("serious_loss", "così perdo il lavoro"),
    ("chaser_nudge", "ci sono novità sulla mia pratica?"),
    ("wrote_before", "vi ho già scritto martedì"),
    ("nth_time", "È LA TERZA VOLTA CHE VE LO DICO"),
    ("attempts_in_vain", "non so più a chi rivolgermi"),
    ("care_silent", "nn mi ha risposto nessuno, assistenza inesistente"),
    ("care_copied", "sempre la stessa risposta copia e incolla"),
    ("care_hold", "45 minuti al telefono con la musichetta"),
    ("care_deleted", "mi avete cancellato il commento di ieri"),
    ("care_blames", "il corriere dice che siete voi, voi dite che non dipende da voi"),
    ("churn", "da voi mai più, passo alla concorrenza"),
    ("churn_left", "ho già cambiato operatore"),
    ("joins", "anche a me è successo, identica situazione"),
    ("wish", "sarebbe bello avere la versione senza zucchero"),
    ("price_ask", "quanto costa la camera doppia"),
    ("availability_ask", "è ancora disponibile la taglia M"),
    ("order_book_ask", "vorrei prenotare un tavolo per sei"),
    ("info_ask", "volevo sapere se aprite anche a ferragosto"),
    ("thanks", "Grazie infinite"),
    ("praise_words", "bravissimi, servizio impeccabile"),
    ("mock_praise", "complimenti davvero per il disservizio"),
    ("spam_offer", "guadagna da casa 3000 euro al mese, link in bio"),
    ("solved", "tutto risolto grazie"),
]


@pytest.mark.parametrize(("sign", "text"), SAYS)
def test_what_a_customer_says_is_seen_in_her_words(sign: str, text: str) -> None:
    assert sign in fired(text)


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("legal_threat", "mio cugino fa l'avvocato e adora le vostre scarpe"),
        ("injury", "sono morta dal ridere"),
        ("fire_smoke", "un'esplosione di gusto, siamo tutti scoppiati a ridere"),
        ("violence_threat", "siete una bomba, vi ammazzo di baci"),
        ("joins", "anche a me piacciono tantissimo"),
        ("no_hurry", "rispondete in fretta"),
        ("churn", "mai più senza il vostro balsamo"),
        ("solved", "non avete risolto niente"),
        ("thanks", "grazie al cavolo"),
        ("allergy", "siete allergici al telefono"),
        ("chaser_nudge", "allora vengo domani con mia sorella"),
        ("gas_smell", "quanto costa passare da voi con luce e gas"),
    ],
)
def test_the_word_without_the_thing_is_no_sign(sign: str, text: str) -> None:
    assert sign not in fired(text)


@pytest.mark.parametrize(
    "text", ["è la terza volta", "E' LA TERZA VOLTA!!!", "e la  terza,  volta", "È la 3ª volta", "è la 3a voltaaaaa"]
)
def test_accents_capitals_apostrophes_numbers_and_long_drawn_letters_make_no_difference(text: str) -> None:
    assert "nth_time" in fired(text)


@pytest.mark.parametrize("text", ["allora??", "Allora? 🥺", "@brand allora", "@user.name @altro ALLORAAA!!!"])
def test_a_nudge_of_one_word_is_one_whoever_it_is_told(text: str) -> None:
    assert "chaser_nudge" in fired(text)


def test_what_is_no_word_is_seen_too() -> None:
    assert "emoji_only" in fired("😍😍")
    assert "anger" in fired("🤬")
    assert "tag_only" in fired("@anna @luca.b")
    assert "tag_only" not in fired("@anna guarda")
    assert {"link", "spam_offer", "spam_link"} <= fired("follower reali, link in bio https://x.example")
    assert "shouting" in fired("BASTA MI AVETE STANCATO")
    assert "scare_quotes" in fired("la vostra “assistenza” dorme")
    assert "greeting_only" in fired("Buongiorno a tutti")
    assert "greeting_only" not in fired("Buongiorno, quando aprite?")


def test_a_message_is_read_in_its_language_and_in_all_where_that_is_unknown() -> None:
    text = "sento puzza di gas"
    assert "gas_smell" in fired(text, "it")
    assert "gas_smell" not in fired(text, "de")
    assert "gas_smell" in fired(text, "")
    assert "gas_smell" in fired(text, "und")
    assert "gas_smell" in fired(text, "nl")
    assert (matrix([text]) == matrix([text], [""])).all()


def test_each_message_needs_its_language() -> None:
    with pytest.raises(ValueError, match="one entry for each text"):
        matrix(["a", "b"], ["it"])


def test_the_reason_is_shown_where_it_stands() -> None:
    text = "😡 Boh… è la TERZA volta che vi scrivo!"
    found = {sign.name: text[sign.start : sign.end] for sign in read(text, "it")}
    assert found["nth_time"] == "è la TERZA volta che"
    assert found["anger"] == "😡"
    (nudge,) = [sign for sign in read("@brand allora??", "it") if sign.name == "chaser_nudge"]
    assert (nudge.start, nudge.end) == (7, 13)


def test_a_wildcard_shows_the_whole_word() -> None:
    text = "siete dei truffaldini"
    assert "truffaldini" in [text[sign.start : sign.end] for sign in read(text, "it")]


def test_a_query_shows_what_made_it_match() -> None:
    text = "dal rubinetto, vi giuro, si sente un odore come di gas"
    assert [text[s.start : s.end] for s in read(text, "it") if s.name == "gas_smell"] == ["odore", "gas"]


def test_signs_that_decide_by_themselves_are_signs_and_decide_something() -> None:
    assert set(URGENT) <= set(SIGNS)
    assert set(URGENT.values()) <= {2, 3}
    assert set(FLAG_OF) <= set(SIGNS)
    assert set(FLAG_OF.values()) <= set(FLAGS)


def test_no_sign_stands_twice() -> None:
    assert len(set(SIGNS)) == len(SIGNS)


@pytest.mark.parametrize("lang", signs_lists.LANGUAGES)
def test_the_list_of_each_language_is_whole_and_not_too_long_to_load(lang: str) -> None:
    known = signs_lists.lists(lang, SIGNS)
    assert len(known.first) < 250_000
    assert known.columns.max(initial=0) < 2 * len(SIGNS)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("(ho|abbiamo scritto", "not closed"),
        ("ho) scritto", "closes nothing"),
        ("avvocat* mio", "only end"),
        ("0 euro e 50", "written 0"),
        ("{nobody} scrive", "no set"),
    ],
)
def test_an_entry_that_is_wrong_is_named(entry: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        signs_lists.spelled(entry, {})


def test_a_choice_stands_for_each_of_its_ways() -> None:
    sets = {"volte": ("due volte", "tre volte")}
    assert signs_lists.spelled("(ho (già |)|abbiamo )scritto {volte}", sets) == [
        "ho già scritto due volte", "ho già scritto tre volte", "ho scritto due volte", "ho scritto tre volte",
        "abbiamo scritto due volte", "abbiamo scritto tre volte",
    ]  # fmt: skip


def test_a_list_with_an_unknown_sign_or_an_emoji_in_a_query_is_refused() -> None:
    builder = signs_lists._Builder(SIGNS)
    with pytest.raises(ValueError, match="unknown"):
        builder.add("it", {"no_such_sign": {"phrases": "a"}})
    builder.add("it", {"anger": {"queries": "gas NEAR/2 😡"}})
    with pytest.raises(ValueError, match="emoji"):
        builder.built()


WORDS = st.sampled_from(
    ["gas", "odore", "di", "avvocato", "😡", "❤️", "@brand", "è", "e\u0300", "terza", "volta", "allora", "??", "\0",
     "\n", "\u00ad", "ﬁ", "ß", "dice", "anche", "a", "me", "12", "www.", "http://x", "«no»", "\ud800",
     "ALLORAAAA", "中文"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=80), st.lists(WORDS, max_size=20).map(" ".join), st.lists(WORDS, max_size=9).map("".join)
)
LANGS = st.sampled_from(["it", "en", "de", "", "und", "nl", "pt-BR"])


@settings(deadline=None, max_examples=150)
@given(TEXTS, LANGS)
def test_any_text_is_read_and_every_sign_lies_within_it(text: str, lang: str) -> None:
    found = read(text, lang)
    assert {sign.name for sign in found} == fired(text, lang)
    assert all(0 <= sign.start < sign.end <= len(text) for sign in found)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(TEXTS, LANGS), max_size=12))
def test_company_in_the_batch_changes_nothing(batch: list[tuple[str, str]]) -> None:
    texts, langs = [text for text, _ in batch], [lang for _, lang in batch]
    together = matrix(texts, langs)
    assert together.shape == (len(batch), len(SIGNS))
    assert together.max(initial=0) <= 1
    alone = [matrix([text], [lang])[0] for text, lang in batch]
    assert all((one == row).all() for one, row in zip(alone, together, strict=True))
    assert read_many(texts, langs) == [read(text, lang) for text, lang in batch]


@pytest.mark.parametrize(
    "text",
    ["😡" * 100_000, "a" * 100_000, "@a " * 40_000, "@a." * 30_000 + "!é", '"a' * 50_000, "dice " * 25_000,
     "\u0301" * 100_000, "\x07" * 100_000, "anche a me " * 10_000, ""],
)  # fmt: skip
def test_a_monstrous_message_is_read_in_bounded_time(text: str) -> None:
    assert matrix([text], [""]).shape == (1, len(SIGNS))
    assert len(read(text, "it")) <= signs.LONGEST * len(SIGNS)
