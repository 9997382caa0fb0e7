"""The mood of words, by our own lists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text import lexicon, lexicon_lists
from premura.text.lexicon import COLUMNS, matrix, read, score
from premura.text.tokens import cut

ENOUGH = {"it": 3500, "en": 2500, "es": 1800, "fr": 1800, "de": 1800, "pt": 1800}


def rows(texts, langs):
    return [dict(zip(COLUMNS, row, strict=True)) for row in matrix(cut(texts), texts, langs)]


def row(text, lang="it"):
    return rows([text], [lang])[0]


@pytest.mark.parametrize(
    ("lang", "good", "bad"),
    [
        ("it", "personale gentilissimo, rimborso immediato", "disservizio continuo, operatori incompetenti"),
        ("it", "che bomba il concerto di ieri", "il mio treno è di nuovo in ritardo, che schifo"),
        ("en", "can't wait to see you guys, love this", "waste of money, the worst company ever"),
        ("es", "me encanta, muchísimas gracias", "qué asco de servicio, nadie contesta"),
        ("fr", "trop hâte, ce film est une tuerie", "c'est nul, toujours en panne"),
        ("de", "freu mich riesig, das Essen war lecker", "geht gar nicht, nie wieder"),
        ("pt", "amei demais, vale a pena", "péssimo atendimento, um lixo"),
        ("it", "❤️❤️", "😡😡"),
        ("nl", "top 😍", "😡 :("),
    ],
)
def test_loved_and_hated_things_are_told_apart(lang, good, bad):
    assert score(good, lang) > 0.3
    assert score(bad, lang) < -0.3


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("non è un bel posto", "it"),
        ("non sono affatto contento", "it"),
        ("niente di bello", "it"),
        ("I don't really like it", "en"),
        ("dont love this", "en"),
        ("no es bueno", "es"),
        ("ce n'est pas bon", "fr"),
        ("ce n'est pas fiable", "fr"),
        ("j'apprécie pas", "fr"),
        ("das Essen schmeckt mir nicht gut", "de"),
        ("ich freue mich nicht", "de"),
        ("não é bonito", "pt"),
    ],
)
def test_what_is_denied_turns_round(text, lang):
    assert score(text, lang) < 0


def test_a_denial_ends_with_its_clause():
    assert row("Non c'ero. Bello!")["positive"] > 0
    assert row("no, è bello")["negative"] < row("non è bello")["negative"]


@pytest.mark.parametrize("text", ["non male", "non vedo l'ora", "nessun problema", "mai avuto problemi"])
def test_a_phrase_says_more_than_its_words(text):
    assert score(text, "it") > 0


def test_a_longer_phrase_wins_and_counts_once():
    found = read("lascia molto a desiderare", "it")
    assert [(f.start, f.end) for f in found] == [(0, 25)]
    assert found[0].strength < 0


def test_words_of_mixed_sense_follow_their_company():
    assert score("che bel casino", "it") < 0 < score("che bel film", "it")
    assert score("muoio dal ridere", "it") > 0 > score("è morto mio nonno", "it")
    assert score("cordiali saluti", "it") == 0


def test_emphasis_strengthens_and_a_little_weakens():
    weights = [row(text)["best"] for text in ("un po' carino", "carino", "molto carino")]
    assert weights == sorted(set(weights))
    assert row("mi diverto tantissimo")["best"] > row("mi diverto")["best"]


def test_what_follows_a_but_weighs_more():
    assert score("bello ma scomodo", "it") < score("scomodo ma bello", "it")
    assert row("bello ma scomodo")["after_but"] < 0 == row("bello, scomodo")["after_but"]


def test_a_wish_and_a_question_weigh_less_than_a_statement():
    assert row("sarebbe bello")["positive"] < row("è bello")["positive"]
    assert row("sarebbe bello")["wished"] > 0
    assert row("è bello?")["positive"] < row("è bello")["positive"]
    assert row("com'è? bello")["positive"] == row("bello")["positive"]


def test_drawn_out_and_shouted_words_are_known_wherever_they_stand():
    assert row("BELLISSIMOOOO")["positive"] > row("bellissimo")["positive"] > 0
    assert score("bruttooooo assai", "it") < 0
    assert [f.end for f in read("belloooo", "it")] == [8]
    assert score("penna", "it") == 0, "a letter that is double by nature is not drawn out"


def test_emoticons_are_seen_where_their_marks_touch():
    assert score("arrivato :)", "it") > 0 > score("arrivato :'(", "it")
    assert score("nota: (vedi foto)", "it") == 0
    assert score("<3", "und") > 0
    assert row("ciao 👍🏿")["pictures_positive"] == row("ciao 👍")["pictures_positive"] > 0


def test_an_apostrophe_or_an_umlaut_may_be_spelled_otherwise():
    assert score("cant wait", "en") == score("can't wait", "en") > 0
    assert score("cest nul", "fr") == score("c’est nul", "fr") < 0
    assert score("unverschaemt", "de") == score("unverschämt", "de") < 0


def test_a_language_that_is_not_known_is_looked_up_in_all():
    assert score("servizio pessimo", "") < 0 < score("wunderbar", "und")
    assert score("servizio pessimo", "de") == 0
    mixed = rows(["servizio pessimo", "wonderful", ""], ["it", "", "und"])
    assert mixed[0] == row("servizio pessimo")
    assert mixed[1]["balance"] == pytest.approx(score("wonderful", "und"))


def test_a_message_weighs_the_same_in_any_company():
    texts = ["bello :)", "", "non male ma caro", "I love it!!", "😡", "x" * 50, "schön, oder?", "bello", "bellooo"]
    langs = ["it", "it", "it", "en", "und", "", "de", "pt-BR", "it"]
    together = matrix(cut(texts), texts, langs)
    alone = np.concatenate([matrix(cut([t]), [t], [lang]) for t, lang in zip(texts, langs, strict=True)])
    assert np.allclose(together, alone)


def test_nothing_known_is_all_zero():
    assert not matrix(cut(["", "xyzzy 123", "http://a.b @user"]), ["", "", ""], ["it", "en", "und"]).any()
    assert matrix(cut([]), [], []).shape == (0, len(COLUMNS))
    assert read("xyzzy", "it") == read("", "") == ()


def test_texts_tokens_and_languages_must_be_as_many():
    with pytest.raises(ValueError, match="1 messages, 1 texts and 2 languages"):
        matrix(cut(["a"]), ["a"], ["it", "it"])


def test_finds_point_into_the_whole_of_a_long_message():
    text = "bello " + "x " * 5000 + "pessimo"
    assert [text[f.start : f.end] for f in read(text, "it")] == ["bello", "pessimo"]


@pytest.mark.parametrize("lang", ENOUGH)
def test_every_language_has_a_list_of_some_length_and_of_both_moods(lang):
    weighed = [e.role.strength for e in lexicon_lists.entries(lang, 0) if e.role.strength]
    assert len(weighed) >= ENOUGH[lang]
    assert min(sum(w > 0 for w in weighed), sum(w < 0 for w in weighed)) > len(weighed) / 4


@pytest.mark.parametrize("line", ["bello", "bello\t7", "bello\tgood", "bell/qq\t3", "ma\tnot"])
def test_a_line_that_cannot_be_read_names_its_place(line, monkeypatch, tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "sentiment_it.txt").write_text(f"# a list\n{line}\n")
    monkeypatch.setattr(lexicon_lists.resources, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"sentiment_it.txt, line 2"):
        lexicon_lists.entries("it", 0)


ODD = st.text(
    st.one_of(st.characters(), st.sampled_from("aàoO !?:()'’.,-<3️‍😍😡🏿\x00\n\t"), st.sampled_from("eilnst ")),
    max_size=300,
)
SOME = st.sampled_from(["non ", "bello ", "ma ", "very ", "bad", ":(", "nicht ", "❤️", "à désirer ", "lascia a "])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(ODD | st.lists(SOME).map("".join), st.sampled_from(["it", "de", "", "und", "nl", "fr-CA"])),
        max_size=6,
    )
)
def test_whatever_is_written_it_weighs_something_between_its_bounds(some):
    texts, langs = [text for text, _ in some], [lang for _, lang in some]
    out = matrix(cut(texts), texts, langs)
    assert out.shape == (len(texts), len(COLUMNS))
    assert np.isfinite(out).all()
    assert (abs(out) <= 1.25).all()
    for text, lang in some:
        for found in read(text, lang):
            assert 0 <= found.start < found.end <= len(text)
            assert -1 <= found.strength <= 1


@pytest.mark.parametrize(
    "text", ["😍" * 100_000, "\x00" * 100_000, "non " * 25_000, ":(" * 50_000, "a" * 100_000, "'" * 100_000]
)
def test_a_very_long_message_is_read_like_any_other(text):
    assert np.isfinite(matrix(cut([text]), [text], ["und"])).all()
    assert len(read(text, "it")) <= 4_000


def test_the_lists_are_read_when_the_first_message_comes():
    assert lexicon.load is lexicon_lists.load
    assert lexicon_lists.load() is lexicon_lists.load()
