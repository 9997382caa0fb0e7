"""Listening queries: what they find, what they refuse and where; thousands at once find what each finds alone."""

import io
import json
import sys
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from premura.text.query import Fault, Listener, QueryError, parse
from premura.text.query_language import SAYS


def finds(query: str, text: str, lang: str = "", network: str = "") -> list[str] | None:
    match = parse(query).matches(text, lang, network)
    return None if match is None else [text[start:end] for start, end in match.stretches]


def refused(source: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(source)
    return caught.value


# -- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("pacco", "Il PACCO non c'è", ["PACCO"]),
        ("perche", "Perché?", ["Perché"]),
        ("perché", "e perche'", ["perche"]),
        ("perché", "perche\u0301 no", ["perche\u0301"]),
        ("PERCHÉ", "perchè", ["perchè"]),
        ("assistenza", "l'assistenza e dell’ASSISTENZA", ["assistenza", "ASSISTENZA"]),
        ("tim", "ultimo tempo", None),
        ("tim", "timvision", None),
        ("tim", "TIM: che schifo", ["TIM"]),
        ("3", "3 giga, non 30", ["3"]),
        ("strasse", "straße", None),
        ("øl", "OL", ["OL"]),
        ("gratis", "𝗚𝗥𝗔𝗧𝗜𝗦 per te", ["𝗚𝗥𝗔𝗧𝗜𝗦"]),
        ("juve", "ju\u00advé", ["ju\u00advé"]),
        ("помогите", "ПОМОГИТЕ!", ["ПОМОГИТЕ"]),
        ("мир", "миф", None),
        ("coca-cola", "una Coca Cola", ["Coca Cola"]),
        ("h&m", "da H&M oggi", ["H&M"]),
        ("https://foo.it/x", "vedi https://foo.it/x", ["https://foo.it/x"]),
        ("and", "this and that", ["and"]),
    ],
)
def test_a_word_is_found_whatever_its_case_and_accents_but_only_whole(query, text, found):
    assert finds(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ('"servizio clienti"', "il servizio, clienti!", ["servizio, clienti"]),
        ('"servizio clienti"', "Servizio\n\n*clienti*", ["Servizio\n\n*clienti"]),
        ('"servizio clienti"', "clienti servizio", None),
        ('"servizio clienti"', "servizio ai clienti", None),
        ("“non va”", "non 😡 va", ["non 😡 va"]),
        ("«non va»", "non va più", ["non va"]),
        ('"a b a"', "a b a b a", ["a b a b a"]),
        ('"non funzion*"', "non funzionava", ["non funzionava"]),
        ('"buon* feste"', "Buone feste", ["Buone feste"]),
        ('"buon* feste"', "Buone le feste", None),
        ('"grazie ❤"', "grazie!! ❤️ mille", ["grazie!! ❤️"]),
        ('"grazie ❤"', "grazie mille ❤️", None),
        ('"❤ grazie"', "❤️😊 grazie", ["❤️😊 grazie"]),
        ("l'assistenza", "l’assistenza", ["l’assistenza"]),
    ],
)
def test_a_phrase_is_found_over_punctuation_and_line_breaks(query, text, found):
    assert finds(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("rimbors*", "voglio il Rimborso, rimborsatemi", ["Rimborso", "rimborsatemi"]),
        ("rimbors*", "rimbors", ["rimbors"]),
        ("rimbors*", "ilrimborso", None),
        ("#rimbors*", "rimborso #RimborsoOra", ["#RimborsoOra"]),
        ("@enel*", "@enel.energia", ["@enel.energia"]),
    ],
)
def test_a_word_may_be_left_open_at_its_end(query, text, found):
    assert finds(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("juve", "forza #Juve", ["Juve"]),
        ("#juve", "forza #Juve!", ["#Juve"]),
        ("#juve", "forza Juve", None),
        ("#juve", "#juventus", None),
        ("#juve", "#juve_milan", None),
        ("#juve_milan", "#Juve_Milan", ["#Juve_Milan"]),
        ("juve", "#juve_milan", ["juve"]),
        ("#perché", "#perche\u0301", ["#perche\u0301"]),
        ("@enel", "grazie @Enel.", ["@Enel"]),
        ("@enel", "@enel.energia", None),
        ("@enel", "mario@enel.it", None),
        ("@enel", "enel", None),
        ("enel", "@enel", ["enel"]),
        ("@mario", "@mario@mastodon.social", ["@mario@mastodon.social"]),
        ("@mario@mastodon.social", "@mario@mastodon.uno", None),
        ("@anna.rossi_x", "ciao @Anna.Rossi_X!", ["@Anna.Rossi_X"]),
    ],
)
def test_a_hashtag_finds_hashtags_alone_a_handle_handles_alone_and_a_word_finds_both(query, text, found):
    assert finds(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("😡", "bello😡😡", ["😡", "😡"]),
        ("❤️", "❤", ["❤"]),
        ("❤", "amo❤️voi", ["❤️"]),
        ("👍", "👍🏽", ["👍"]),
        ("👩‍🍳", "una 👩‍🍳 qui", ["👩‍🍳"]),
        ("🇮🇹", "forza 🇮🇹", ["🇮🇹"]),
        ("😡😡", "😡 😡", None),
        ("€", "costa 10€", ["€"]),
        ("🫨", "che 🫨", ["🫨"]),
    ],
)
def test_an_emoji_is_a_word_of_its_own(query, text, found):
    assert finds(query, text) == found


# -- AND, OR, NOT, NEAR, fields -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ("a b", "a AND b"),
        ("a b OR c", "a AND b OR c"),
        ("a (b OR c)", "a AND (b OR c)"),
        ("a NEAR/5 b c", "a NEAR/5 b AND c"),
        ("a -b NOT c", "a AND NOT b AND NOT c"),
        ("NOT NOT a", "a"),
        ("a -(b c)", "a AND NOT (b AND c)"),
        ("((a) (b AND (c)))", "a AND b AND c"),
        ("a OR a OR b", "a OR b"),
        ("(a OR b) NEAR/3 “c d”", '(a OR b) NEAR/3 "c d"'),
        ("a lang:(IT or en, es)", "a AND lang:(it OR en OR es)"),
        ("Perché lang:(IT OR en) -network:Bluesky", "perche AND lang:(it OR en) AND NOT network:bluesky"),
        ('a"b"c', "a AND b AND c"),
    ],
)
def test_a_query_has_one_normal_form_by_its_precedence(query, normal):
    assert str(parse(query)) == normal
    assert parse(normal) == parse(query)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("pacco arrivato", "arrivato il pacco", ["arrivato", "pacco"]),
        ("pacco arrivato", "il pacco", None),
        ("pacco OR lettera", "il pacco", ["pacco"]),
        ("pacco OR lettera", "pacco e lettera", ["pacco", "lettera"]),
        ("pacco -ricevuto", "pacco ricevuto", None),
        ("pacco -ricevuto", "pacco perso", ["pacco"]),
        ("pacco NOT (ricevuto OR arrivato)", "pacco arrivato", None),
        ("(pacco perso) OR lettera", "pacco e lettera", ["lettera"]),
        ("a NOT (b NOT c)", "a b c", ["a", "c"]),
        ("NOT (NOT a NOT b)", "solo b", ["b"]),
    ],
)
def test_and_or_not_find_what_they_say_and_show_what_made_it_so(query, text, found):
    assert finds(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("a NEAR/2 b", "a x y b", ["a", "b"]),
        ("a NEAR/2 b", "b, x. y! a", ["b", "a"]),
        ("a NEAR/2 b", "a x y z b", None),
        ("a NEAR/0 b", "a b", ["a", "b"]),
        ("a NEAR/0 b", "a x b", None),
        ("a NEAR/2 b", "a x x x x a b", ["a", "b"]),
        ("a NEAR/5 a", "solo a", None),
        ("a NEAR/5 a", "a e a", ["a", "a"]),
        ('"a b" NEAR/1 (c OR d)', "d x a b x x c", ["d", "a b"]),
        ('"a b" NEAR/5 b', "a b", None),
        ("a NEAR/1 b NEAR/1 c", "a x b x c", ["a", "b", "c"]),
        ("a NEAR/1 b NEAR/1 c", "a b x x b c", None),
        ("pacco NEAR/1 😡", "pacco non 😡", ["pacco", "😡"]),
        ("pacco NEAR/1 😡", "pacco non va 😡", None),
        ("#a NEAR/1 @b", "#a x @b", ["#a", "@b"]),
        ("a -(b NEAR/1 c)", "a b c", None),
        ("a -(b NEAR/1 c)", "a b x x c", ["a"]),
    ],
)
def test_near_counts_the_words_between_in_either_order(query, text, found):
    assert finds(query, text) == found


@pytest.mark.parametrize(
    ("query", "lang", "network", "holds"),
    [
        ("a lang:it", "it", "", True),
        ("a lang:it", "IT-ch", "", True),
        ("a lang:it", "", "", False),
        ("a -lang:it", "", "", True),
        ("a lang:(it OR en)", "en", "", True),
        ("a lang:(it OR en)", "fr", "", False),
        ("a network:bluesky", "", "Bluesky", True),
        ("a network:bluesky", "", "mastodon", False),
        ("(a lang:it) OR (x network:mastodon)", "it", "mastodon", True),
    ],
)
def test_language_and_network_are_asked_of_the_message_not_of_its_text(query, lang, network, holds):
    assert (finds(query, "a it bluesky", lang, network) is not None) is holds
    assert (Listener({1: parse(query)}).match_many(["a it bluesky"], [lang], [network]) == [(1,)]) is holds


def test_a_query_tells_its_terms_once_each():
    assert [str(term) for term in parse('Juve OR #juve OR (juve -"non va" rimbors*)').terms] == [
        "juve", "#juve", '"non va"', "rimbors*",
    ]  # fmt: skip


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "code", "place"),
    [
        ("", Fault.EMPTY, ""),
        (" \n", Fault.EMPTY, " \n"),
        ("a" * 5001, Fault.TOO_LONG, "a"),
        (" ".join(f"a{n}" for n in range(501)), Fault.TOO_MANY_TERMS, "a500"),
        ("(" * 51 + "a" + ")" * 51, Fault.TOO_DEEP, "("),
        ('a "b', Fault.OPEN_QUOTE, '"'),
        ("a “b", Fault.OPEN_QUOTE, "“"),
        ("a (b", Fault.OPEN_BRACKET, "("),
        ("a (", Fault.OPEN_BRACKET, "("),
        ("a lang:(it", Fault.OPEN_BRACKET, "("),
        ("a) b", Fault.STRAY_BRACKET, ")"),
        (")", Fault.STRAY_BRACKET, ")"),
        ("a ( )", Fault.EMPTY_BRACKETS, "( )"),
        ('a ""', Fault.NOTHING_TO_FIND, '""'),
        ("a !!!", Fault.NOTHING_TO_FIND, "!!!"),
        ("#", Fault.NOTHING_TO_FIND, "#"),
        ("OR a", Fault.NOTHING_LEFT, "OR"),
        ("(AND a)", Fault.NOTHING_LEFT, "AND"),
        ("NEAR/5 a", Fault.NOTHING_LEFT, "NEAR/5"),
        ("pacco perso AND", Fault.NOTHING_RIGHT, "AND"),
        ("(a OR) b", Fault.NOTHING_RIGHT, "OR"),
        ("a AND OR b", Fault.NOTHING_RIGHT, "AND"),
        ("a NOT", Fault.NOTHING_RIGHT, "NOT"),
        ("a - b", Fault.NOTHING_RIGHT, "-"),
        ("a NEAR b", Fault.NEAR_NUMBER, "NEAR"),
        ("a NEAR/x b", Fault.NEAR_NUMBER, "NEAR/x"),
        ("a NEAR5 b", Fault.NEAR_NUMBER, "NEAR5"),
        ("a NEAR/101 b", Fault.NEAR_FAR, "NEAR/101"),
        ("a NEAR/5 -b", Fault.NEAR_SIDE, "NEAR/5"),
        ("(a b) NEAR/5 c", Fault.NEAR_SIDE, "NEAR/5"),
        ("a NEAR/5 lang:it", Fault.NEAR_SIDE, "NEAR/5"),
        ("a *sso", Fault.WILDCARD_FRONT, "*"),
        ("*", Fault.WILDCARD_FRONT, "*"),
        ("rim*so", Fault.WILDCARD_INSIDE, "*"),
        ("r*", Fault.WILDCARD_SHORT, "*"),
        ("#r*", Fault.WILDCARD_SHORT, "*"),
        ("#a-b", Fault.BAD_TAG, "#a-b"),
        ("@a,", Fault.BAD_TAG, "@a,"),
        ("a lingua:it", Fault.UNKNOWN_FIELD, "lingua:"),
        ("a lang:", Fault.BAD_VALUE, "lang:"),
        ("a lang:italiano", Fault.BAD_VALUE, "lang:italiano"),
        ("a lang:(it OR)", Fault.BAD_VALUE, "lang:(it OR)"),
        ("a lang:()", Fault.BAD_VALUE, "lang:()"),
        ("-a", Fault.ONLY_NOT, "-a"),
        ("NOT a -b", Fault.ONLY_NOT, "NOT a -b"),
        ("a OR -b", Fault.ONLY_NOT, "-b"),
        ("-(a b) lang:it", Fault.ONLY_NOT, "-(a b) lang:it"),
        ("lang:it", Fault.ONLY_FIELDS, "lang:it"),
        ("lang:it network:x", Fault.ONLY_FIELDS, "lang:it network:x"),
    ],
)
def test_a_wrong_query_is_refused_with_its_place(source, code, place):
    error = refused(source)
    assert (error.code, source[error.start : error.end]) == (code, place)
    assert "{" not in str(error)
    assert not str(error).startswith("'")


def test_the_sentence_counts_characters_as_people_do():
    assert str(refused("pacco perso 😡 AND")) == "AND at character 15 has nothing on its right"
    assert "lang: and network:" in str(refused("a lingua:it"))


def test_every_fault_has_its_sentence():
    assert SAYS.keys() == set(Fault)


def test_what_is_at_the_limit_is_taken():
    parse(" ".join(f"a{n}" for n in range(500)))
    parse("(" * 50 + "a" + ")" * 50)
    parse("-" * 4998 + "aa")


# -- thousands at once -------------------------------------------------------------------------


def test_a_listener_answers_in_the_order_of_its_queries_for_each_message():
    queries = {
        name: parse(name) for name in ["pacco", "pac*", "pacco perso", '"il pacco"', "#pacco", "😡", "мир OR tim"]
    }
    texts = ["Il pacco 😡", "", "PACCO perso", "#pacco", "ultimo", "миф", "мир", "pac\0co", "\0", "ciao 😡"]
    assert Listener(queries).match_many(texts) == [
        ("pacco", "pac*", '"il pacco"', "😡"), (), ("pacco", "pac*", "pacco perso"), ("pacco", "pac*", "#pacco"),
        (), (), ("мир OR tim",), ("pac*",), (), ("😡",),
    ]  # fmt: skip


def test_no_query_reaches_from_one_message_into_the_next():
    listener = Listener({1: parse('"pacco perso"'), 2: parse("pacco perso"), 3: parse("perso")})
    assert listener.match_many(["pacco", "perso", "pacco perso"]) == [(), (3,), (1, 2, 3)]


def test_batches_of_any_size_and_listeners_without_queries_answer():
    assert Listener({}).match_many(["a"]) == [()]
    assert Listener({1: parse("a")}).match_many([]) == []
    texts = ["x" * 70_000, "a", "b"] * 1500
    assert Listener({1: parse("a")}).match_many(texts) == [(), (1,), ()] * 1500
    with pytest.raises(ValueError):
        Listener({1: parse("a")}).match_many(["a", "b"], ["it"])


WORDS = st.sampled_from(
    [
        "pacco",
        "perché",
        "PERCHE",
        "perso",
        "l'eni",
        "tim",
        "мир",
        "😡",
        "❤️",
        "a_b",
        "a",
        "b",
        "#a",
        "@a",
        "@a.b",
        "#a_b",
        "#ab_c",
    ]
)
TERMS = WORDS | st.sampled_from(["pa*", "#pa*", '"a b"', '"per* a"', '"a ❤"', "миф", "@pacco*", '"b мир"', "#ab_*"])
QUERIES = st.recursive(
    TERMS,
    lambda part: st.one_of(
        st.tuples(part, part).map("({0[0]} {0[1]})".format),
        st.tuples(part, part).map("({0[0]} OR {0[1]})".format),
        st.tuples(part, part).map("({0[0]} -{0[1]})".format),
        st.tuples(TERMS, st.integers(0, 3), TERMS).map("({0[0]} NEAR/{0[1]} {0[2]})".format),
        part.map("({} -lang:it)".format),
        st.tuples(part, part).map("-(-{0[0]} OR -{0[1]})".format),
    ),
    max_leaves=8,
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", ", ", "\n", "", ".", "\u0301 ", "\0", " 😊 "]))).map(
    lambda pieces: "".join(word + gap for word, gap in pieces)
)


@given(st.lists(QUERIES, min_size=1, max_size=6), st.lists(TEXTS | st.text(), max_size=6), st.sampled_from(["it", ""]))
def test_many_queries_at_once_find_what_each_finds_alone(sources, texts, lang):
    queries = {n: parse(source) for n, source in enumerate(sources)}
    alone = [tuple(n for n, query in queries.items() if query.matches(text, lang)) for text in texts]
    assert Listener(queries).match_many(texts, [lang] * len(texts)) == alone


@given(QUERIES)
def test_the_normal_form_says_the_same(source):
    query = parse(source)
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)


@given(QUERIES, TEXTS | st.text())
def test_stretches_lie_in_the_text_in_order_and_apart(source, text):
    match = parse(source).matches(text)
    edges = [edge for stretch in (match.stretches if match else ()) for edge in stretch]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(start < end for start, end in (match.stretches if match else ()))


def tried(source: str):
    try:
        return parse(source)
    except QueryError as error:
        return error


@given(st.text() | st.text('ab*#@-():"“ 😡/\n5ANDORTNEARlang:it', max_size=60))
def test_whatever_is_typed_is_a_query_or_refused_with_a_place(source):
    found = tried(source)
    if isinstance(found, QueryError):
        assert 0 <= found.start <= found.end <= len(source)
        assert found.code in SAYS
    else:
        assert parse(str(found)) == found


@given(st.text(min_size=1))
def test_whatever_is_in_quotation_marks_finds_itself(text):
    inner = "".join(" " if c in '"“”„«»*' else c for c in text)
    query = tried(f'"{inner}"')
    if isinstance(query, QueryError):
        assert query.code is Fault.NOTHING_TO_FIND
    else:
        assert query.matches(inner)
        assert Listener({1: query}).match_many([inner]) == [(1,)]


@pytest.mark.parametrize(
    "piece", ["a", "a ", "pacco ", "😡", "\u0301", "\x07", "@", "@a", "#", "a.", "😡a", "аБ漢", "\0", "@a@", "-.@a_"]
)
def test_a_text_of_any_shape_is_read_in_bounded_time(piece):
    text = piece * (100_000 // len(piece))
    sources = ['"a a a"', "(a OR 😡) NEAR/100 (pacco OR 😡)", '"aa* aa*"', "#a OR @a.a*", '"a 😡 a" OR "😡 😊"']
    queries = {source: parse(source) for source in sources}
    found = Listener(queries).match_many([text])[0]
    assert found == tuple(source for source, query in queries.items() if query.matches(text))


# -- the command -------------------------------------------------------------------------------


def run(*arguments: str, lines: bytes = b"") -> list[dict]:
    out = io.StringIO()
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines))):
        call_command("query", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


LINES = """\ufeff{"text": "Il pacco 😡 è perso", "id": "x7", "lang": "it", "network": "bluesky"}
{"text": "niente"}

{"text": "PACCO", "lang": null}
{"text": 12}
{broken
{"text": "\ud83d"}
{"text": "un pacco"}""".encode("utf-8", "surrogatepass")


def test_the_command_prints_what_matches_and_goes_on_over_bad_lines():
    found = run("pacco", lines=LINES)
    assert found[0] == {"id": "x7", "matches": [{"start": 3, "end": 8, "text": "pacco"}]}
    assert found[1] == {"id": 4, "matches": [{"start": 0, "end": 5, "text": "PACCO"}]}
    assert [line["line"] for line in found[2:5]] == [5, 6, 7]
    assert all(line["error"] for line in found[2:5])
    assert found[5:] == [{"id": 8, "matches": [{"start": 3, "end": 8, "text": "pacco"}]}]


def test_several_queries_say_which_of_them_matched(tmp_path):
    (first,) = (line for line in run("pacco", '"il pacco" lang:it', "perso", lines=LINES) if line.get("id") == "x7")
    assert first["queries"] == ["pacco", '"il pacco" lang:it', "perso"]
    assert [match["text"] for match in first["matches"]] == ["Il pacco", "perso"]

    file = tmp_path / "queries"
    file.write_text("perdite\tperso OR perdut*\r\n\nnetwork:bluesky pacco\n")
    (first,) = (line for line in run("--queries", str(file), lines=LINES) if line.get("id") == "x7")
    assert first["queries"] == ["perdite", "network:bluesky pacco"]


def test_a_wrong_query_is_shown_with_carets_under_its_place(tmp_path):
    with pytest.raises(CommandError) as caught:
        run("pacco AND 😡 AND")
    assert caught.value.returncode == 2
    assert str(caught.value).splitlines() == [
        "AND at character 13 has nothing on its right",
        "  pacco AND 😡 AND",
        "               ^^^",
    ]
    file = tmp_path / "queries"
    file.write_text("pacco\nx\t" + "parola " * 100 + "lingua:it " + "parola " * 100)
    with pytest.raises(CommandError, match="line 2: lingua: at character 701") as caught:
        run("--queries", str(file))
    assert max(map(len, str(caught.value).splitlines()[1:])) < 100
    with pytest.raises(CommandError, match="cannot be read"):
        run("--queries", str(tmp_path / "nothing"))
    with pytest.raises(CommandError, match="no query"):
        run()


def test_lines_are_answered_as_they_come():
    class Pipe(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            return super().read1(7)

    lines = b'{"text": "pacco"}\n' * 3 + '{"text": "l’ultimo pacco", "id": 0}'.encode()
    with mock.patch("sys.stdin", mock.Mock(buffer=Pipe(lines))):
        out = io.StringIO()
        call_command("query", "pacco", stdout=out)
    assert [json.loads(line)["id"] for line in out.getvalue().splitlines()] == [1, 2, 3, 0]
