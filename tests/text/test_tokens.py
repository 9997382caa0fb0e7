"""A batch is cut alike whatever stands beside a message in it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text.features import features
from premura.text.tokens import LONGEST, cut


def words(text: str) -> list[str]:
    tokens = cut([text])
    return ["".join(map(chr, tokens.code[a:b])) for a, b in zip(tokens.start, tokens.end, strict=True)]


def test_words_lose_case_accents_and_drawn_out_letters():
    assert words("PERCHÉ è cosìììììì bellooooo") == ["perche", "e", "cosii", "belloo"]


def test_marks_in_a_row_are_one_token_and_each_emoji_is_its_own():
    assert words("Basta!!!! 😡😡 ok?!") == ["basta", "!!", "😡", "😡", "ok", "?", "!"]


def test_links_and_handles_are_masked_and_numbers_look_alike():
    assert words("@rossi.it vedi https://example.org/a?b=1 ordine 12345") == words(
        "@x.it vedi www.altro.it ordine 67890"
    )


def test_skin_colours_joiners_and_invisible_letters_make_no_difference():
    assert words("👍🏽 ta\u200bnto ❤️") == ["👍", "tanto", "❤"]


def test_a_token_knows_where_it_stands_in_its_own_message():
    text = "Ciao ❤️ amicissimo"
    tokens = cut(["altro", text])
    places = [tokens.within(i) for i in np.flatnonzero(tokens.message == 1).tolist()]
    assert [text[a:b] for a, b in places] == ["Ciao", "❤", "amicissimo"]


def test_equal_words_have_equal_hashes_wherever_they_stand():
    tokens = cut(["pacco", "il mio Pacco non arriva", "PACCO!"])
    assert tokens.hashed[0] == tokens.hashed[3] == tokens.hashed[6]
    assert len({int(h) for h in tokens.hashed}) == len({"pacco", "il", "mio", "non", "arriva", "!"})


def test_a_text_without_an_end_is_read_in_its_first_and_last_part():
    long = "inizio " + "a b " * 50_000 + " fine"
    read = words(long)
    assert len(read) < LONGEST
    assert (read[0], read[-1]) == ("inizio", "fine")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_a_message_has_the_same_features_alone_and_in_a_batch(texts):
    together = features(cut(texts))
    for number, text in enumerate(texts):
        assert together.of(number).tolist() == features(cut([text])).ids.tolist()


def test_surrogates_controls_and_nothing_at_all_are_cut_too():
    tokens = cut(["\ud800", "\x00\x01", "", "🏳️‍🌈", "\u202e", "a" * 100_000])
    assert tokens.count == 6
    assert len(features(tokens).begin) == 7
