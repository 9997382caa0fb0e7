"""What the demo world promises to whoever looks around in it for the first time."""

import json
import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from pathlib import Path
from xml.etree import ElementTree

import pytest

import premura
from premura.networks.contract import Kind
from premura.networks.length import Unit, measure

HOME = Path(premura.__file__).parent / "prepare"
PICTURES = Path(premura.__file__).parent / "static/premura/demo"
WORLD = json.loads((HOME / "demo_world.json").read_text(encoding="utf-8"))
BELLOSGUARDO, ORSINI = WORLD["brands"]
LIVE = WORLD["live"]
DAY = 24 * 60
FITS = {"bluesky": 300, "mastodon": 500, "playground": 2000}  # graphemes, more strictly than Mastodon counts
STATES = {"open", "pending", "on_hold", "snoozed", "resolved"}


def conversations(brand=None):
    return [c for b in WORLD["brands"] if b is brand or brand is None for c in b["conversations"]]


def turns(*by, brand=None):
    return [(c, t) for c in conversations(brand) for t in c["turns"] if t["by"] in by]


def spoken(conversation):
    """The turns that stand on the network: all but the notes."""
    return [t for t in conversation["turns"] if t["by"] != "note"]


def by(key, brand=BELLOSGUARDO):
    return [c for c in conversations(brand) if c["person"]["key"] == key]


def labelled(label):
    return [c for c in conversations(BELLOSGUARDO) if label in c["labels"]]


def pile():
    """The complaint that others join, and those who join it."""
    joined = defaultdict(list)
    for c in conversations(BELLOSGUARDO):
        if "answers" in c:
            joined[c["answers"]].append(c)
    key, most = max(joined.items(), key=lambda pair: len(pair[1]))
    (first,) = (c for c in by(key) if c["post"] == most[0]["post"])
    return first, most


def alike(one, other):
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


# -- the shape, which others read ------------------------------------------------------


def test_there_are_two_brands_that_share_only_their_admin():
    first, second = ({p["email"]: p["role"] for p in b["people"]} for b in WORLD["brands"])
    assert [b["slug"] for b in WORLD["brands"]] == ["bellosguardo", "orsini"]
    assert {e: first[e] for e in first.keys() & second.keys()} == {"elena@bellosguardo.example": "admin"}
    assert set(first.values()) == {"agent", "lead", "reader", "admin"}


def test_bellosguardo_speaks_on_three_networks_and_every_team_has_one_of_them():
    channels = BELLOSGUARDO["channels"]
    assert [c["network"] for c in channels] == ["bluesky", "mastodon", "playground"]
    assert [c["team"] for c in channels] == ["Assistenza", "Marketing", "Negozio"]
    assert all(c["promise"] and c["purpose"] in {"care", "brand", "both"} for c in channels)


@pytest.mark.parametrize("brand", WORLD["brands"], ids=lambda b: b["slug"])
def test_whatever_is_named_is_there(brand):
    channels = {c["id"] for c in brand["channels"]}
    posts = {p["id"]: p for p in brand["posts"]}
    people = {p["email"] for p in brand["people"]}

    assert {p["channel"] for p in posts.values()} <= channels
    for c in brand["conversations"]:
        assert c["channel"] in channels
        assert c["state"] in STATES
        assert c["kind"] in set(Kind)
        assert c["assignee"] in people | {None}
        assert set(c["labels"]) <= set(brand["labels"])
        assert {t["agent"] for t in c["turns"] if t["by"] != "customer"} <= people
        if c["kind"] == "comment":
            assert posts[c["post"]]["channel"] == c["channel"]
        else:
            assert c["post"] is None
        if "answers" in c:
            assert any(o["post"] == c["post"] for o in by(c["answers"], brand))


def test_channels_and_posts_have_names_of_their_own_in_all_the_world():
    for things in ("channels", "posts"):
        names = [x["id"] for b in WORLD["brands"] for x in b[things]]
        assert len(names) == len(set(names))


def test_one_key_is_one_person_on_one_channel():
    known = defaultdict(set)
    for c in [*conversations(), *LIVE]:
        who = c["person"]
        known[c["channel"], who["key"]].add((who["name"], who["handle"]))
    assert [k for k, names in known.items() if len(names) > 1] == []


def test_time_runs_forward():
    posted = {p["id"]: p["minutes_ago"] for b in WORLD["brands"] for p in b["posts"]}
    for c in conversations():
        at = [t["minutes_ago"] for t in [*c["above"], *c["turns"]]]
        assert at == sorted(set(at), reverse=True), c["person"]
        assert at[-1] > 0
        assert at[0] < posted.get(c["post"], 14 * DAY + 1)
        assert c["turns"][0]["by"] == "customer"
        assert all(0 <= t.get("under", 0) < max(i, 1) for i, t in enumerate(c["turns"]))


def test_an_answer_to_an_answer_comes_after_what_it_answers():
    for c in conversations():
        if "answers" in c:
            start = min(o["turns"][0]["minutes_ago"] for o in by(c["answers"]) if o["post"] == c["post"])
            assert c["turns"][0]["minutes_ago"] < start


def test_every_text_fits_its_network():
    network = {c["id"]: c["network"] for b in WORLD["brands"] for c in b["channels"]}
    said = [(c["channel"], t["text"]) for c, t in turns("customer", "us")]
    said += [(m["channel"], m["text"]) for m in [*LIVE, *(p for b in WORLD["brands"] for p in b["posts"])]]
    too_long = [text for ch, text in said if measure(text, Unit.GRAPHEMES) > FITS[network[ch]]]
    assert too_long == []


def test_a_mention_names_us_and_a_review_has_stars():
    handles = {c["id"]: "@" + c["handle"] for b in WORLD["brands"] for c in b["channels"]}
    for m in [*conversations(), *LIVE]:
        texts = [t["text"] for t in m["turns"] if t["by"] == "customer"] if "turns" in m else [m["text"]]
        assert (m["kind"] == "review") == (m.get("stars") in range(1, 6))
        if m["kind"] == "mention":
            assert handles[m["channel"]] in texts[0]


@pytest.mark.parametrize("picture", sorted(PICTURES.glob("*.svg")), ids=lambda p: p.name)
def test_a_picture_is_plain_drawing_and_somebody_shows_it(picture):
    tags = {e.tag.split("}")[1] for e in ElementTree.parse(picture).iter()}
    shown = [p for b in WORLD["brands"] for p in b["posts"]] + [t for _, t in turns("customer")]

    assert tags <= {"svg", "title", "rect", "circle", "ellipse", "path"}  # no script, nothing fetched
    assert any(x.get("picture") == picture.name for x in shown)


def test_every_picture_is_there_and_described():
    shown = [p for b in WORLD["brands"] for p in b["posts"]] + [t for _, t in turns("customer", "us")]
    with_picture = [x for x in shown if "picture" in x]
    assert {x["picture"] for x in with_picture} <= {p.name for p in PICTURES.iterdir()}
    assert all(len(x["alt"]) > 15 for x in with_picture)
    assert any(t.get("picture") for _, t in turns("customer"))


# -- the promises: how much, in which languages, in which state --------------------------


def test_there_are_about_170_conversations_in_three_languages():
    languages = Counter(c["turns"][0]["lang"] for c in conversations(BELLOSGUARDO))
    total = languages.total()
    assert 155 <= total <= 185
    shares = {language: n / total for language, n in languages.items()}
    assert shares == pytest.approx({"it": 0.70, "en": 0.20, "de": 0.10}, abs=0.05)


def test_half_is_done_and_a_third_waits():
    states = Counter(c["state"] for c in conversations(BELLOSGUARDO))
    shares = {s: states[s] / states.total() for s in ("resolved", "open", "pending")}
    assert shares == pytest.approx({"resolved": 0.5, "open": 0.32, "pending": 0.13}, abs=0.05)
    assert states["on_hold"] >= 4
    assert states["snoozed"] >= 3


def test_who_spoke_last_fits_the_state():
    for c in conversations():
        last = spoken(c)[-1]["by"]
        if c["state"] == "open":
            assert last == "customer", c["person"]
        if c["state"] in {"pending", "on_hold"}:
            assert (last, bool(c["assignee"])) == ("us", True), c["person"]
        if c["state"] == "resolved" and last == "customer":  # thanked, disposed of with a note, or never
            assert len(c["turns"]) > 1, c["person"]


def test_some_are_fresh_and_some_are_late():
    waiting = [spoken(c)[-1]["minutes_ago"] for c in conversations(BELLOSGUARDO) if c["state"] == "open"]
    assert sum(m < 60 for m in waiting) >= 6
    assert sum(120 <= m < DAY for m in waiting) >= 8
    assert sum(m > DAY for m in waiting) >= 3


def test_the_two_weeks_are_full_and_the_nights_quiet():
    ago = [t["minutes_ago"] for _, t in turns("customer", brand=BELLOSGUARDO)]
    hours = [(18 * 60 - m) % DAY // 60 for m in ago]  # written as if now were six in the evening
    assert {m // DAY for m in ago} == set(range(14))
    assert sum(h < 7 for h in hours) < 0.03 * len(hours)
    assert sum(h >= 18 for h in hours) > 0.2 * len(hours)


def test_all_kinds_of_message_are_there():
    assert {c["kind"] for c in conversations(BELLOSGUARDO)} == set(Kind) - {"story_reply"}
    assert any(t.get("edited") for _, t in turns("customer"))
    assert any(t.get("removed") for _, t in turns("customer"))
    assert len(turns("note")) >= 10
    assert sum(bool(c["above"]) for c in conversations()) >= 3
    assert sum(len(spoken(c)) >= 4 for c in conversations()) >= 15


# -- the stories -----------------------------------------------------------------------


def test_one_customer_posts_one_complaint_under_five_posts_and_not_all_are_answered():
    by_person = defaultdict(list)
    for c in conversations(BELLOSGUARDO):
        by_person[c["channel"], c["person"]["key"]].append(c)
    five = max(by_person.values(), key=len)
    texts = [c["turns"][0]["text"] for c in five]

    assert len({c["post"] for c in five}) == len(five) == len(set(texts)) == 5
    assert all("18 giorni" in t or "diciotto giorni" in t for t in texts)
    assert min(max(alike(t, o) for o in texts if o is not t) for t in texts) > 0.4
    assert {len(spoken(c)) > 1 for c in five} == {True, False}


def test_some_25_join_a_complaint_under_the_harvest_post_and_its_likes_grow():
    first, joined = pile()
    (post,) = (p for p in BELLOSGUARDO["posts"] if p["id"] == first["post"])

    assert "Vendemmia" in post["text"]
    assert 24 <= len(joined) <= 28
    assert len({c["person"]["key"] for c in joined}) == len(joined)
    assert sum("anch" in c["turns"][0]["text"].casefold() for c in joined) >= 10
    assert first["likes"] > 50
    assert sum(c["likes"] for c in joined) > 100
    assert min(c["turns"][0]["minutes_ago"] for c in joined) < 10
    assert {"open", "pending", "resolved"} <= {c["state"] for c in joined}
    assert any(m["post"] == first["post"] and m["lang"] == "it" for m in LIVE)


def test_a_troll_comes_twice_and_one_stays_unanswered():
    walter = by("walter")
    assert all("Troll" in c["labels"] for c in walter)
    assert {c["state"] for c in walter} == {"resolved", "open"}


def test_spam_gets_no_answer():
    spam = labelled("Spam")
    assert len(spam) >= 3
    assert all(len(spoken(c)) == 1 and c["state"] == "resolved" for c in spam)


def test_what_was_not_settled_in_private_spills_into_the_open():
    private, public = sorted(by("martina"), key=lambda c: c["kind"] != "direct")
    assert private["kind"] == "direct"
    assert public["kind"] == "comment"
    assert private["state"] == public["state"] == "open"
    assert public["turns"][0]["minutes_ago"] < spoken(private)[-1]["minutes_ago"]


def test_somebody_asks_again_because_nobody_answered():
    assert any(len(spoken(c)) >= 3 and {t["by"] for t in spoken(c)} == {"customer"} for c in conversations())


def test_a_customer_answers_another_before_we_do():
    (lucia,), (gino,) = by("lucia"), by("gino")
    ours = next(t for t in spoken(lucia) if t["by"] == "us")
    assert gino["answers"] == "lucia"
    assert gino["turns"][0]["minutes_ago"] > ours["minutes_ago"]
    assert "Gino" in ours["text"]
    assert "Grazie" in spoken(gino)[1]["text"]


def test_danger_is_answered_within_minutes_or_waits_where_all_can_see_it():
    answered = [c for c in labelled("Sicurezza") if len(spoken(c)) > 1]
    waiting = [c for c in labelled("Sicurezza") if c["state"] == "open"]
    assert all(c["turns"][0]["minutes_ago"] - c["turns"][1]["minutes_ago"] <= 5 for c in answered)
    assert all("112" in c["turns"][1]["text"] for c in answered)
    assert answered
    assert waiting


def test_every_label_of_daily_work_is_used():
    used = {label for c in conversations(BELLOSGUARDO) for label in c["labels"]}
    assert used == set(BELLOSGUARDO["labels"])
    assert {"Spedizioni", "Rotture", "Allergeni", "Newsletter", "Gesti", "Pagamenti", "Regali"} <= used


def test_the_bookshop_is_tiny():
    assert len(conversations(ORSINI)) == 6
    assert {t["agent"] for _, t in turns("us", brand=ORSINI)} == {"zoe@orsini.example"}


# -- how we speak ----------------------------------------------------------------------

DEFLECTS = (
    r"chiam\w+ (il|lo) \d|numero verde|call (us|our)|assistenza@|scriv(a|eteci|ici) (a|in) |in DM|DM us|rufen Sie"
)
ORG_SPEAK = r"servizio clienti|ticket|team social|altro reparto|si rivolga|wenden Sie sich|department"
VAGUE = r"a breve|il prima possibile|appena possibile|quanto prima|soon\b|asap\b|in Kürze"
CANNED = r"averci contattat|per averci scritto\b|thank you for (contacting|reaching)|Ihre Anfrage"
BAD = {"deflects": DEFLECTS, "speaks of the house": ORG_SPEAK, "vague": VAGUE, "canned": CANNED}
SORRY = re.compile(r"scus|dispiace|peccato|sorry|tut uns leid|Entschuldigung", re.IGNORECASE)


def test_every_reply_is_signed_by_the_first_name_of_the_one_who_wrote_it():
    first = {p["email"]: p["name"].split()[0] for b in WORLD["brands"] for p in b["people"]}
    unsigned = [t["text"] for _, t in turns("us") if not t["text"].endswith(f" {first[t['agent']]}")]
    assert unsigned == []


def test_only_agents_leads_and_admins_write_and_only_where_their_team_is():
    for brand in WORLD["brands"]:
        who = {p["email"]: p for p in brand["people"]}
        team = {c["id"]: c["team"] for c in brand["channels"]}
        for c, t in turns("us", "note", brand=brand):
            assert who[t["agent"]]["role"] != "reader"
            assert team[c["channel"]] in who[t["agent"]]["teams"], t["text"]
        for c in brand["conversations"]:
            assert c["assignee"] is None or team[c["channel"]] in who[c["assignee"]]["teams"]


@pytest.mark.parametrize("pattern", BAD.values(), ids=BAD)
def test_no_reply_of_ours_is_a_bad_example(pattern):
    assert [t["text"] for _, t in turns("us") if re.search(rf"\b({pattern})", t["text"], re.IGNORECASE)] == []


def test_we_say_sorry_when_bottles_break_and_money_goes_missing():
    for c in labelled("Rotture") + labelled("Pagamenti"):
        ours = [t for t in spoken(c) if t["by"] == "us"]
        if ours and ours[0]["agent"] != "zoe@orsini.example" and c["kind"] != "review":
            assert SORRY.search(" ".join(t["text"] for t in ours)), c["person"]


def test_we_answer_in_the_language_of_the_customer_and_do_not_shout():
    for c, t in turns("us"):
        assert t["lang"] == c["turns"][0]["lang"]
        assert t["text"].count("!") <= 1, t["text"]


def test_a_private_word_in_public_follows_a_public_answer():
    for c, t in turns("us"):
        if c["kind"] != "direct" and "in privato" in t["text"]:
            assert t["text"].index("in privato") > 40, t["text"]


def test_nothing_is_said_twice():
    said = Counter(t["text"].casefold() for _, t in turns("customer", "us", "note"))
    said.update(m["text"].casefold() for m in LIVE)
    assert [text for text, n in said.items() if n > 1 and len(text) > 3] == []


def test_no_reply_of_ours_is_a_form_letter():
    ours = [(t["text"], set(re.findall(r"\w+", t["text"].casefold()))) for _, t in turns("us")]
    pairs = [(a, b) for i, (a, x) in enumerate(ours) for b, y in ours[:i] if len(x & y) / len(x | y) > 0.5]
    assert pairs == []


def test_everybody_is_invented():
    handles = [c["person"]["handle"] for c in [*conversations(), *LIVE]]
    handles += [a["handle"] for c in conversations() for a in c["above"]]
    assert [h for h in handles if "." in h and not h.endswith(".example")] == []
    text = json.dumps(WORLD, ensure_ascii=False)
    assert re.findall(r"\b[\w-]+\.(?:com|it|net|org|de|uk)\b", text) == []
    assert re.findall(r"\+?\d[\d ]{8,}\d", text) == []


# -- what trickles in ------------------------------------------------------------------


def test_at_least_60_more_messages_wait_to_trickle_in():
    assert len(LIVE) >= 60
    assert {m["lang"] for m in LIVE} == {"it", "en", "de"}
    assert {m["brand"] for m in LIVE} == {"bellosguardo", "orsini"}


def test_what_trickles_in_has_a_place_to_go():
    for m in LIVE:
        (brand,) = (b for b in WORLD["brands"] if b["slug"] == m["brand"])
        assert m["channel"] in {c["id"] for c in brand["channels"]}
        assert m["kind"] in set(Kind)
        posts = {p["id"] for p in brand["posts"] if p["channel"] == m["channel"]}
        assert m["post"] in posts if m["kind"] == "comment" else m["post"] is None


def test_some_of_it_goes_on_where_a_conversation_stands():
    talking = {(c["channel"], c["person"]["key"], c["post"]) for c in conversations()}
    going_on = [m for m in LIVE if (m["channel"], m["person"]["key"], m["post"]) in talking]
    assert len(going_on) >= 15
