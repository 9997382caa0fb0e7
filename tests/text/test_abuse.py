"""What counts as abuse, how bad it is, and what only looks like it."""

import tomllib
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text.abuse import NONE, features, read, read_many
from premura.text.abuse_features import COLUMNS, judged
from premura.text.abuse_fold import fold
from premura.text.abuse_lists import LANGUAGES, load, spell_out

ANY_TEXT = st.text(max_size=300) | st.text(alphabet="stronzi*@#.! 0134à\u200b\u0301ѕо🖕\ncçß", max_size=200)


def level(text: str, lang: str = "it") -> int:
    return read(text, lang).level


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("che schifo di servizio, mai più", "it"),
        ("Buongiorno, il pacco non è arrivato", "it"),
        ("Anche oggi nessuna risposta, vergogna", "it"),
        ("Domani vado a Troia in provincia di Foggia", "it"),
        ("il mio cane adora queste crocchette", "it"),
        ("finocchi gratinati buonissimi", "it"),
        ("serve un appuntamento? ecco la foto della rata", "it"),
        ("le penne all'arrabbiata erano fredde", "it"),
        ("ho gli assassini... no, Assassin's Creed non parte", "it"),
        ("My parcel went to Scunthorpe instead of Essex", "en"),
        ("Identity thieves are using your name, please call me", "en"),
        ("this bath bomb is to die for", "en"),
        ("Bitte, wo ist die Ausfahrt? Gute Fahrt!", "de"),
        ("le con de chantier? non, con leche", "es"),
        ("una camiseta de color negro, talla M", "es"),
        ("je suis en retard, mon train est raté", "fr"),
        ("o pedido ainda não chegou, é mais barata na outra loja", "pt"),
        ("", "it"),
    ],
)
def test_criticism_and_innocent_words_are_no_abuse(text, lang):
    assert read(text, lang) == NONE


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("cazzo che attesa", "it"),
        ("app di merda", "it"),
        ("mi avete rotto i coglioni", "it"),
        ("minchia due ore al telefono", "it"),
        ("bloody hell, another price rise", "en"),
        ("joder, otra vez sin internet", "es"),
        ("putain, encore en panne", "fr"),
        ("so ein Scheiß schon wieder", "de"),
        ("que merda de aplicativo", "pt"),
    ],
)
def test_a_rude_word_at_large_is_level_one(text, lang):
    assert level(text, lang) == 1


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("siete dei buffoni", "it"),
        ("LADRI!", "it"),
        ("rimborso mai arrivato, ladri", "it"),
        ("branco di incapaci", "it"),
        ("Incompetenti di merda", "it"),
        ("stronzi", "it"),
        ("figli di puttana", "it"),
        ("teste di cazzo", "it"),
        ("site na massa 'e strunz", "it"),
        ("pezzo de merda", "it"),
        ("presidente ladro", "it"),
        ("il direttore è un verme", "it"),
        ("you muppets", "en"),
        ("shower of clowns", "en"),
        ("sois unos ladrones", "es"),
        ("bande de voleurs", "fr"),
        ("ihr Betrüger", "de"),
        ("bando de ladrões", "pt"),
    ],
)
def test_an_insult_at_somebody_is_level_two(text, lang):
    assert level(text, lang) == 2


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("vi spacco la faccia", "it"),
        ("so dove abiti", "it"),
        ("spero che moriate", "it"),
        ("ti ammazzo", "it"),
        ("i'll kill you all", "en"),
        ("I know where you live", "en"),
        ("os voy a matar", "es"),
        ("je vais vous tuer", "fr"),
        ("ich bring euch um", "de"),
        ("eu vou te matar", "pt"),
    ],
)
def test_a_threat_or_a_wish_of_death_is_level_three(text, lang):
    assert level(text, lang) == 3


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("sti negri al call center", "it"),
        ("siete dei froci", "it"),
        ("zingari di merda", "it"),
        ("terroni", "it"),
        ("I musulmani sono parassiti", "it"),
        ("tutti gli immigrati fanno schifo", "it"),
        ("voi donne dovete morire", "it"),
        ("fucking pakis", "en"),
        ("all gays are a disease", "en"),
        ("los judíos son escoria", "es"),
        ("sale arabe", "fr"),
        ("Kanaken raus", "de"),
        ("seu viado", "pt"),
    ],
)
def test_who_attacks_a_protected_group_writes_hate(text, lang):
    assert read(text, lang).level == 3
    assert read(text, lang).hate


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("il ladro mi ha rubato il telefono", 0),
        ("non siete dei ladri", 0),
        ("mi avete dato del ladro davanti a tutti", 0),
        ("mi avete dato dell'imbecille", 1),
        ("il vostro operatore mi ha chiamato stronzo", 1),
        ("sono stato un coglione a fidarmi", 1),
        ('mi ha scritto "fate schifo stronzi di merda", vi pare normale?', 1),
        ("non va bene chiamare le persone froci", 1),
        ("le scarpe da donna fanno schifo", 0),
        ("Non è vero che gli immigrati sono parassiti, basta razzismo", 0),
        ("Rispettiamo i gay", 0),
    ],
)
def test_denial_report_quotation_and_counter_speech_are_no_insult(text, most):
    assert level(text) <= most
    assert not read(text, "it").hate


def test_who_denies_nothing_is_not_excused():
    assert level("non siete altro che dei ladri") == 2


@pytest.mark.parametrize(
    "text",
    [
        "v4ff4ncul0", "sei uno str0nz0", "STRONZIIII", "s t r o n z i", "s.t.r.o.n.z.i", "str***i", "c0gl10ne",
        "sтronzi", "stro\u200bnzi", "ｓｔｒｏｎｚｉ", "stro\u0301nzi", "𝐬𝐭𝐫𝐨𝐧𝐳𝐢", "cog|ioni", "b@stardi",
    ],
)  # fmt: skip
def test_a_masked_insult_is_seen(text):
    assert level(text) == 2


@pytest.mark.parametrize("text", ["m*rda", "c@zzo", "ca**o", "m3rda", "c a z z o", "cu1o", "cazzooooo", "c***o"])
def test_a_masked_rude_word_is_seen(text):
    assert level(text) == 1


@pytest.mark.parametrize(
    "text",
    ["car* tutt*, grazie", "3*4=12", "**grazie** mille", "A B C D", "IVA 4% e spedizione 0.00", "ragazz* gentilissim*"],
)
def test_stars_and_single_letters_mask_nothing_by_themselves(text):
    assert read(text, "it") == NONE


def test_a_handle_and_a_link_are_names():
    assert read("@troia_basket http://example.org/merda/ forza!", "it") == NONE


def test_a_word_innocent_in_another_language_counts_only_in_its_own():
    assert level("con", "fr") == 2
    assert level("con", "it") == level("con", "es") == level("con", "") == 0
    assert level("retard de 45 minutes", "fr") == 0


def test_where_the_language_is_not_known_all_lists_are_read():
    assert [
        read(text).level for text in ("stronzi", "wankers", "gilipollas", "connards", "arschloch", "arrombados")
    ] == [2] * 6


def test_offsets_are_of_the_text_as_written():
    text = "Ciao 👋🏽 siete degli s t r o n z i e dei c***oni, b u f f o n i!"
    found = {find.word: text[find.start : find.end] for find in read(text, "it").finds}
    assert found["stronzi"] == "s t r o n z i"
    text = "Zürich\u200b: ma che str\u200bonziiii!"
    assert [text[find.start : find.end] for find in read(text, "it").finds] == ["str\u200bonziiii"]


def test_a_batch_reads_each_message_as_if_alone():
    texts = ["stronzi", "", 'ha detto "', "siete dei ladri", '" ciao', "m*rda", "🖕", "ok", "i gay sono feccia"]
    langs = ["it"] * len(texts)
    assert read_many(texts, langs) == [read(text, "it") for text in texts]
    assert read_many([], []) == []


def test_texts_and_languages_must_be_as_many():
    with pytest.raises(ValueError):
        read_many(["ciao"], [])


@given(st.lists(st.tuples(ANY_TEXT, st.sampled_from(["it", "en", "es", "fr", "de", "pt", "", "xx"])), max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_every_find_lies_within_it(pairs):
    texts, langs = [text for text, _ in pairs], [lang for _, lang in pairs]
    for text, abuse in zip(texts, read_many(texts, langs), strict=True):
        assert 0 <= abuse.level <= 3
        assert abuse.level == max((find.level for find in abuse.finds), default=0)
        assert all(0 <= find.start < find.end <= len(text) for find in abuse.finds)
    assert features(texts, langs).shape == (len(texts), len(COLUMNS))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "🖕",
        "a",
        "* ",
        "s*",
        "a b ",
        "\x00",
        '"',
        "stronzi ",
        "i gay sono feccia. ",
        "non ",
        "\u0301",
        "st*o*zi ",
        "漢",
        "a*b c*d ",
    ],
)
def test_a_message_of_any_length_is_read_in_bounded_time(piece):
    text = (piece * 100_000)[:100_000]
    assert 0 <= read(text, "it").level <= 3
    assert features([text], ["it"]).shape == (1, len(COLUMNS))


def test_lone_surrogates_are_read():
    assert level("stronzi \ud800") == 2


def test_features_tell_an_attack_from_its_denial_and_its_report():
    texts = [
        "I gay sono feccia",
        "I gay non sono feccia",
        'Chi scrive "i gay sono feccia" è un bigotto',
        "Che bella giornata",
    ]
    abuses, rows = judged(texts, ["it"] * 4)
    column = {name: rows[:, i].tolist() for i, name in enumerate(COLUMNS)}
    assert column["beast_near"][0] == 1
    assert column["beast_denied"][1] == 1
    assert column["against"][2] == column["quotes"][2] == 1
    assert column["hate"] == [float(abuse.hate) for abuse in abuses] == [1, 0, 0, 0]
    assert not rows[3].any()
    assert rows.dtype == np.float32
    assert rows.max() <= 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_of_the_lists_is_well_written(lang):
    source = resources.files("premura.text") / "lists" / f"abuse_{lang}.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    for part in data["list"]:
        assert part["kind"] in {"abuse", "innocent", "group", "derog", "beast", "harm", "good"}
        assert part["kind"] != "abuse" or (part["level"] in (1, 2, 3) and part["target"] in ("none", "person", "group"))
        assert part["kind"] != "group" or part["group"]
        for notation in part["words"].replace("\n", ",").split(","):
            for word in spell_out(notation.strip().rstrip("~ "), data["endings"]):
                assert not set("()|/~") & set(word), (notation, word)


def test_the_lists_are_rich():
    words = {lang: set() for lang in LANGUAGES}
    for entries in load().hot_entries:
        for entry in entries:
            if entry.kind == "abuse":
                words[entry.lang].add(entry.word)
    assert len(words["it"]) > 900
    assert len(words["en"]) > 600
    assert all(len(words[lang]) > 350 for lang in ("es", "fr", "de", "pt"))


def test_folding_keeps_the_way_back():
    folded = fold(["Ciao, ÈH!", "", "«Beh»"])
    assert [folded.part(i)[1:-1] for i in range(3)] == ["ciao,eh", "", "beh"]
    assert "Ciao, ÈH!"[folded.places[folded.starts[0] + 5] - folded.begins[0]] == "È"
