"""Moderation on the screen: what hiding does, the line that quotes a rule, the ledger, the netiquette for everybody."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext, override

from premura.interact import acts, boomerang, disengage, rules
from premura.models import Act, Clause, Disengagement, Message, ModerationRule, Netiquette, Reply
from premura.networks import NETWORKS
from premura.networks.contract import Can
from premura.prepare import netiquette
from premura.templatetags import moderation as words
from premura.web import hiding
from premura.web.moderation_rules import _refused as refused
from tests.interact.test_moderate import IBAN, published, said, standing_of
from tests.interact.test_moderate_rules import said as read_as
from tests.web.test_inbox import HTMX, now_says, signed_in

LATER = timedelta(minutes=11)


@pytest.fixture
def bruno(world) -> Client:
    return signed_in(world.bruno)


@pytest.fixture
def elena(world) -> Client:
    return signed_in(world.elena)


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))


def cooled(act: Act) -> None:
    Act.objects.filter(pk=act.pk).update(not_before=timezone.now() - timedelta(seconds=1))


# -- one message -----------------------------------------------------------------------------


def test_every_network_says_what_hiding_does_there_and_none_pretends():
    for name, network in NETWORKS.items():
        assert (name in words.HIDES) == (Can.HIDE in network.can), name
        assert (name in words.CANNOT) == (Can.HIDE not in network.can), name
    for name in ("facebook", "instagram", "threads", "youtube", "x", "telegram"):
        assert words.hides(name) != words.hides("no such network")


def test_one_press_hides_and_one_press_shows_again(world, bruno):
    message = said(world)
    page = bruno.post(f"/messages/{message.pk}/hidden/", {"hidden": "1"}, headers=HTMX).text
    assert "lo vede ancora solo chi l’ha scritto" in page
    assert "Bruno" in page
    assert Act.objects.get().state == "done"
    bruno.post(f"/messages/{message.pk}/hidden/", {"hidden": "0"}, headers=HTMX)
    assert (Act.objects.get().state, Message.objects.get().hidden_at) == ("undone", None)
    assert bruno.post(f"/messages/{message.pk}/hidden/", {"hidden": "0"}, headers=HTMX).status_code == 409


def test_the_rule_is_chosen_and_its_line_is_ready_in_their_language(world, bruno):
    published(world)
    message = said(world, "You are all clowns")
    Message.objects.filter(pk=message.pk).update(language="en")
    page = bruno.get(f"/messages/{message.pk}/moderation/").text
    assert "We speak with respect" in page
    assert "Parliamo con rispetto" not in page
    clause = Clause.objects.get(number=1, language="en")
    page = bruno.get(f"/messages/{message.pk}/moderation/?clause={clause.pk}").text
    line = re.search(r"<textarea[^>]*>([^<]*)<", page)[1]
    assert "rule 1 of our house rules, “We speak with respect”" in line
    assert "/rules/rossi/1/?lang=en#c1" in line


def test_the_line_goes_out_as_a_reply_and_the_clause_stands_in_the_ledger(world, bruno):
    clause = published(world)
    message = said(world)
    sent = {
        "hidden": "1",
        "clause": clause.pk,
        "tell": "1",
        "line": "Regola 1, grazie.",
        "words": "Insulto",
        "from": "page",
    }
    assert bruno.post(f"/messages/{message.pk}/hidden/", sent).status_code == 302
    assert Act.objects.get().told == Reply.objects.get()
    page = text(bruno.get("/moderation/").text)
    for found in ("regola 1, versione 1: Parliamo con rispetto", "“Insulto”", "Regola 1, grazie.", "Bruno"):
        assert found in page


def test_without_the_tick_nothing_is_said(world, bruno):
    clause = published(world)
    sent = {"hidden": "1", "clause": clause.pk, "line": "Regola 1"}
    bruno.post(f"/messages/{said(world).pk}/hidden/", sent)
    assert Act.objects.get().told is None
    assert not Reply.objects.exists()


@pytest.mark.guarded
@pytest.mark.parametrize(
    ("language", "theirs"),
    [
        ("it", "Siete dei pagliacci, vergognatevi tutti quanti"),
        ("en", "You are all clowns, shame on every one of you"),
        ("es", "Sois unos payasos, qué vergüenza dais todos vosotros"),
        ("de", "Ihr seid alle Clowns, schämt euch bitte alle"),
        ("fr", "Vous êtes tous des clowns, vous devriez avoir honte"),
        ("pt", "Vocês são uns palhaços, tenham vergonha todos"),
    ],
)  # fmt: skip
def test_the_ready_line_passes_the_guard_in_every_language(world, language, theirs):
    published(world)
    message = said(world, theirs)
    Message.objects.filter(pk=message.pk).update(language=language)
    clause = Clause.objects.get(number=1, language="en" if language == "en" else "it")
    line = hiding.line(world.brand, clause, language)
    act = acts.hide(Message.objects.get(), world.bruno, clause=clause, line=line, language=language)
    assert act.told


def test_a_line_that_is_too_long_comes_back_with_its_words_and_hides_nothing(world, bruno):
    clause = published(world)
    sent = {"hidden": "1", "clause": clause.pk, "tell": "1", "line": "Oh " * 300, "from": "page"}
    answer = bruno.post(f"/messages/{said(world).pk}/hidden/", sent)
    assert answer.status_code == 422
    assert "Oh Oh Oh" in answer.text
    assert "non è stato nascosto niente" in answer.text
    assert Message.objects.get().hidden_at is None


# -- the second step in the thread -----------------------------------------------------------


def fold(page: str, message) -> str:
    found = re.search(rf'<details class="sure" id="hiding-{message.pk}">.*?</details>', page, re.DOTALL)
    return found[0] if found else ""


def test_hiding_asks_for_the_rule_in_their_language_the_likeliest_first(world, bruno):
    published(world)
    spam = read_as(world, "Cheap loans, write to me", intent="spam")
    Message.objects.filter(pk=spam.pk).update(language="en")
    spam.reading.language = "en"
    spam.reading.save()
    found = fold(bruno.get(f"/conversations/{spam.conversation_id}/").text, spam)
    titles = re.findall(r"<option[^>]*>([^<]*)</option>", found)
    assert titles[0] == "4. No advertising and no fraud"
    assert titles[1:3] == ["1. We speak with respect", "2. No discrimination"]
    assert "Sembra una critica" not in found


def test_who_is_about_to_hide_criticism_is_warned_and_no_rule_is_chosen_for_them(world, bruno):
    published(world)
    complaint = read_as(world, "Il rimborso non arriva da un mese", intent="complaint")
    found = fold(bruno.get(f"/conversations/{complaint.conversation_id}/").text, complaint)
    assert escape(said_in_italian("It reads as criticism. Criticism stays where it is: it wants an answer.")) in found
    assert '<option value="">' in found


def said_in_italian(words_: str) -> str:
    with override("it"):
        return gettext(words_)


def test_where_a_netiquette_is_in_force_hiding_needs_a_rule_of_it_or_words(world, bruno):
    clause = published(world)
    message = said(world)
    where = f"/messages/{message.pk}/hidden/"
    assert bruno.post(where, {"hidden": "1"}, headers=HTMX).status_code == 409
    assert bruno.post(where, {"hidden": "1", "words": " "}, headers=HTMX).status_code == 409
    assert not Act.objects.exists()
    assert bruno.post(where, {"hidden": "1", "clause": clause.pk}, headers=HTMX).status_code == 200
    assert Act.objects.get().clause == clause
    other = said(world, "Ancora pagliacci")
    assert bruno.post(f"/messages/{other.pk}/hidden/", {"hidden": "1", "words": "Molesta"}).status_code == 302
    assert Act.objects.filter(words="Molesta").exists()


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_the_line_is_put_into_the_composer_and_nothing_is_sent(world, bruno, headers):
    clause = published(world)
    message = said(world)
    sent = {"hidden": "1", "clause": clause.pk, "tell": "begin"}
    page = bruno.post(f"/messages/{message.pk}/hidden/", sent, headers=headers, follow=True).text
    draft = Reply.objects.get()
    assert (draft.state, draft.to, draft.author) == ("draft", message, world.bruno)
    assert draft.text == hiding.line(world.brand, clause, "it")
    assert "Abbiamo nascosto questo commento" in page.split('id="composer"')[1]
    assert Message.objects.get().hidden_at


def test_what_was_begun_stays_as_a_draft_of_its_own(world, bruno):
    clause = published(world)
    sent = {"hidden": "1", "clause": clause.pk, "tell": "begin", "text": "Buongiorno, le", "way": "public"}
    bruno.post(f"/messages/{said(world).pk}/hidden/", sent, headers=HTMX)
    assert sorted(reply.text[:8] for reply in Reply.objects.filter(state="draft")) == ["Abbiamo ", "Buongior"]


def test_a_line_without_a_rule_hides_nothing(world, bruno):
    published(world)
    sent = {"hidden": "1", "words": "Molesta", "tell": "begin"}
    assert bruno.post(f"/messages/{said(world).pk}/hidden/", sent, headers=HTMX).status_code == 409
    assert not Act.objects.exists()
    assert not Reply.objects.exists()


def test_another_brands_clause_is_no_choice(world, bruno):
    world.zoe.memberships.update(role="admin")
    theirs = published(world, world.zoe)
    answer = bruno.post(f"/messages/{said(world).pk}/hidden/", {"hidden": "1", "clause": theirs.pk}, headers=HTMX)
    assert answer.status_code == 409
    assert not Act.objects.exists()


def test_personal_data_is_proposed_as_the_reason_and_a_second_person_deletes(world, bruno, elena):
    message = said(world, IBAN)
    page = bruno.get(f"/messages/{message.pk}/moderation/").text
    assert re.search(r'id="reason-data"[^>]* checked', page)
    assert re.search(r'id="reason-hide"[^>]* disabled', page)
    bruno.post(f"/messages/{message.pk}/deletion/", {"reason": "personal_data", "from": "page"})
    act = Act.objects.get()
    assert "dice di sì un’altra persona" in bruno.get(f"/conversations/{act.conversation_id}/").text
    assert "Deve raffreddarsi" in elena.get("/moderation/").text
    assert elena.post(f"/acts/{act.pk}/decision/", {"say": "yes"}, headers=HTMX).status_code == 409
    cooled(act)
    assert "Sì, cancellalo" in elena.get("/moderation/").text
    assert bruno.post(f"/acts/{act.pk}/decision/", {"say": "yes"}, headers=HTMX).status_code == 409
    page = elena.post(f"/acts/{act.pk}/decision/", {"say": "yes"}, headers=HTMX).text
    assert "Cancellato da noi: Bruno ha chiesto, Elena ha detto di sì" in page
    assert elena.post(f"/acts/{act.pk}/decision/", {"say": "yes"}, headers=HTMX).status_code == 409


def test_this_network_can_hide_is_said_instead_of_deleting(world, bruno):
    answer = bruno.post(f"/messages/{said(world).pk}/deletion/", {"reason": "cannot_hide", "from": "page"})
    assert answer.status_code == 422
    assert "Questa rete sa nascondere" in answer.text
    assert not Act.objects.exists()


def test_a_network_that_deletes_only_ours_says_so_and_offers_nothing(world, bruno, monkeypatch):
    from premura.networks.playground import Playground

    monkeypatch.setattr(Playground, "removes_others", False)
    page = bruno.get(f"/messages/{said(world).pk}/moderation/").text
    assert "ci lascia cancellare solo quello che scriviamo noi" in page
    assert "Chiedi di cancellarlo" not in page


def test_a_banned_person_is_marked_and_the_ban_is_lifted(world, bruno, elena):
    clause = published(world)
    message = said(world)
    bruno.post(f"/messages/{message.pk}/ban/", {"clause": clause.pk, "from": "page"})
    cooled(act := Act.objects.get())
    elena.post(f"/acts/{act.pk}/decision/", {"say": "yes"})
    assert "Al bando qui dal" in bruno.get(f"/conversations/{act.conversation_id}/").text
    bruno.post(f"/acts/{act.pk}/decision/", {"say": "undo"})
    page = bruno.get(f"/conversations/{act.conversation_id}/").text
    assert "Al bando qui dal" not in page
    assert "Bruno ha tolto il bando" in page


def test_every_network_that_bans_says_what_a_ban_does_there(world, bruno, monkeypatch):
    for name, network in NETWORKS.items():
        assert (name in words.BANS) == (Can.BAN in network.can), name
    message = said(world)
    with override("it"):
        what = escape(str(words.BANS["playground"]))
    assert what in bruno.get(f"/messages/{message.pk}/moderation/").text
    Message.objects.get(pk=message.pk).conversation.channel.__class__.objects.update(sealed=b"")
    assert what not in bruno.get(f"/messages/{message.pk}/moderation/").text  # nobody could be told


def test_what_came_back_says_so_beside_the_message(world, bruno):
    act = acts.hide(said(world, "Venite da noi, prezzi bassi"), world.bruno)
    ago = timezone.now() - timedelta(hours=2)
    Act.objects.update(asked_at=ago, done_at=ago)
    again = said(world, "Eccomi di nuovo", root="another")
    boomerang.look(world.brand.pk, [again.pk])
    assert "Torna dopo che l’abbiamo nascosto il" in bruno.get(f"/conversations/{again.conversation_id}/").text
    assert "È tornato: lo stesso autore" in bruno.get("/moderation/").text
    assert act


# -- the ledger ------------------------------------------------------------------------------


def test_the_ledger_pages_without_a_gap_and_filters(world, bruno):
    made = [acts.hide(said(world, f"Parola {n}", by=f"guest{n}"), world.bruno).pk for n in range(33)]
    acts.undo(Act.objects.get(pk=made[0]), world.elena)
    first = bruno.get("/moderation/").text
    more = first.split('hx-get="/moderation/?')[1].split('"')[0]
    rest = bruno.get(f"/moderation/?{more.replace('&amp;', '&')}", headers=HTMX).text
    found = [int(pk) for pk in re.findall(r'id="act-(\d+)"', first + rest)]
    assert found == made[::-1]
    undone = bruno.get("/moderation/?state=undone").text
    assert re.findall(r'id="act-(\d+)"', undone) == [str(made[0])]
    assert "Niente di simile" in bruno.get("/moderation/?deed=ban").text
    assert "Niente di simile" in bruno.get(f"/moderation/?who={world.elena.pk}").text


def test_the_ledger_costs_the_same_however_long_it_is(world, bruno, django_assert_max_num_queries):
    for n in range(20):
        acts.hide(said(world, f"Parola {n}", by=f"guest{n}"), world.bruno)
    with django_assert_max_num_queries(25):
        bruno.get("/moderation/")


def test_readers_read_it_and_decide_nothing(world):
    act = acts.hide(said(world), world.bruno)
    rita = signed_in(world.rita)
    page = rita.get("/moderation/").text
    assert "Siete dei pagliacci" in page
    assert "/decision/" not in page
    assert "/moderation/export/" not in page
    assert rita.get("/moderation/export/").status_code == 403
    assert rita.post(f"/acts/{act.pk}/decision/", {"say": "undo"}).status_code == 403


def test_an_agent_sees_only_the_acts_of_their_teams(world):
    acts.hide(said(world), world.bruno)
    assert "Siete dei pagliacci" in signed_in(world.ada).get("/moderation/").text
    assert "Siete dei pagliacci" not in signed_in(world.carlo).get("/moderation/").text


def test_another_brand_sees_nothing_and_decides_nothing(world):
    act = acts.hide(said(world), world.bruno)
    world.zoe.memberships.update(role="admin")
    zoe = signed_in(world.zoe)
    assert "Siete dei pagliacci" not in zoe.get("/moderation/").text
    assert zoe.get("/moderation/export/").getvalue() == b""
    assert zoe.post(f"/acts/{act.pk}/decision/", {"say": "undo"}).status_code == 404
    assert zoe.get(f"/messages/{act.message_id}/moderation/").status_code == 404


def test_the_export_holds_each_act_with_its_snapshot_and_hash(world, bruno):
    act = acts.hide(said(world), world.bruno, words="Insulto")
    response = bruno.get("/moderation/export/")
    assert re.fullmatch(r'attachment; filename="moderation-rossi-[\d-]+\.jsonl"', response["Content-Disposition"])
    (line,) = [json.loads(line) for line in response.getvalue().decode().splitlines()]
    assert (line["deed"], line["by"], line["words"], line["hash"]) == ("hide", "Bruno", "Insulto", act.hash)
    assert line["snapshot"]["text"] == "Siete dei pagliacci"


def test_what_a_rule_hid_waits_on_top_and_is_decided_there(world, bruno):
    rules.make(standing_of(world.bruno), "spam")
    rules.apply(world.brand.pk, [read_as(world, "Clicca qui", intent="spam").pk])
    page = text(bruno.get("/moderation/").text)
    assert "nascosto da una regola, da rivedere" in page
    assert "dalla regola contro spam" in page
    bruno.post(f"/acts/{Act.objects.get().pk}/decision/", {"say": "keep", "from": "ledger"})
    assert Act.objects.get().state == "done"


# -- rules that hide -------------------------------------------------------------------------


def test_a_rule_is_made_switched_and_taken_away(world, bruno):
    bruno.post("/moderation/rules/", {"catches": "words", "words": "casinò\nbonus gratis\n"})
    rule = ModerationRule.objects.get()
    assert rule.words == ["casinò", "bonus gratis"]
    assert "bonus gratis" in bruno.get("/moderation/rules/").text
    bruno.post(f"/moderation/rules/{rule.pk}/", {"do": "off"})
    assert not ModerationRule.objects.get().is_on
    bruno.post(f"/moderation/rules/{rule.pk}/", {"do": "remove"})
    assert "bonus gratis" not in bruno.get("/moderation/rules/").text


def test_a_rule_against_criticism_is_refused_with_what_it_would_have_hidden(world, bruno):
    read_as(world, "Il rimborso non arriva da un mese", intent="complaint")
    answer = bruno.post("/moderation/rules/", {"catches": "words", "words": "rimborso"})
    assert answer.status_code == 422
    assert "Il rimborso non arriva da un mese" in answer.text
    with override("it"):
        assert escape(refused(rules.Trial(1, 0, of_them=1))) in answer.text
    assert not ModerationRule.objects.exists()


def test_another_brands_rule_cannot_be_touched(world):
    rule = rules.make(standing_of(world.bruno), "spam")
    world.zoe.memberships.update(role="admin")
    assert signed_in(world.zoe).post(f"/moderation/rules/{rule.pk}/", {"do": "off"}).status_code == 404
    assert signed_in(world.ada).post(f"/moderation/rules/{rule.pk}/", {"do": "off"}).status_code == 403
    assert ModerationRule.objects.get().is_on


# -- not answering ---------------------------------------------------------------------------


def test_not_answering_is_said_with_a_reason_and_taken_back(world):
    ada = signed_in(world.ada)
    conversation = now_says(world, "bla bla")
    where = f"/conversations/{conversation.pk}/disengagement/"
    assert ada.post(where, {"reason": " "}, headers=HTMX).status_code == 409
    page = ada.post(where, {"reason": "Solo insulti"}, headers=HTMX).text
    assert "Rispondi, alla fine" in page
    assert ada.post(where, {"reason": "Ancora"}, headers=HTMX).status_code == 409
    assert "1 conversazione su 1: 100 %" in signed_in(world.bruno).get("/moderation/").text
    ada.post(where, {"end": "1"}, headers=HTMX)
    assert Disengagement.objects.get().ended_at


def test_a_rule_or_impossible_dialogue_is_reason_enough_not_to_answer(world):
    clause, ada = published(world), signed_in(world.ada)
    wheres = [now_says(world, f"bla {n}", by=f"guest{n}").pk for n in range(3)]
    given = ({"why": clause.pk}, {"why": "dialogue"}, {"why": "dialogue", "reason": "Tre volte"})
    for pk, sent in zip(wheres, given, strict=True):
        assert ada.post(f"/conversations/{pk}/disengagement/", sent, headers=HTMX).status_code == 200
    ruled, plain, told = Disengagement.objects.order_by("pk")
    assert (ruled.clause, ruled.reason) == (clause, clause.title)
    assert (plain.clause, plain.reason) == (None, said_in_italian("Dialogue is impossible"))
    assert told.reason == said_in_italian("Dialogue is impossible") + ": Tre volte"
    another = now_says(world, "bla bla bla", by="guest9").pk
    assert ada.post(f"/conversations/{another}/disengagement/", {"why": ""}, headers=HTMX).status_code == 409


def test_each_square_of_the_share_leads_to_its_conversation(world, bruno):
    conversation = now_says(world, "bla bla")
    disengage.disengage(conversation, world.ada, "Solo insulti")
    figure = bruno.get("/moderation/").text.split("<svg")[1].split("</svg>")[0]
    assert f'href="/conversations/{conversation.pk}/?view=all"' in figure
    assert "Solo insulti" in figure


# -- the netiquette --------------------------------------------------------------------------


def form(house: Netiquette, **more: str) -> dict[str, str]:
    given = {}
    for clause in house.clauses.all():
        given[f"title-{clause.number}-{clause.language}"] = clause.title
        given[f"text-{clause.number}-{clause.language}"] = clause.text
    return given | more


def test_a_brand_without_one_begins_with_eight_rules_in_two_languages(world, elena):
    assert "Comincia dalle otto regole" in elena.get("/netiquette/").text
    elena.post("/netiquette/draft/")
    elena.post("/netiquette/draft/")  # twice is once
    house = Netiquette.objects.get()
    assert (house.version, house.published_at, house.clauses.count()) == (1, None, 16)
    assert Client().get("/rules/rossi/").status_code == 404  # not before it is published


def test_rules_are_changed_moved_added_and_taken_out(world, elena):
    house = netiquette.begin(standing_of(world.elena))
    elena.post("/netiquette/clauses/", form(house, **{"title-1-it": "Con garbo", "down": "1"}))
    assert [rule.words["it"][0] for rule in netiquette.rules(house)[:2]] == ["Nessuna discriminazione", "Con garbo"]
    elena.post("/netiquette/clauses/", form(house, remove="2"))
    assert len(netiquette.rules(house)) == 7
    elena.post("/netiquette/clauses/", form(house, do="add"))
    assert len(netiquette.rules(house)) == 8


def test_what_is_published_never_changes_and_the_next_version_stands_beside_it(world, elena):
    house = netiquette.begin(standing_of(world.elena))
    elena.post("/netiquette/clauses/", form(house, do="publish"))
    house.refresh_from_db()
    assert house.published_at
    with pytest.raises(netiquette.Published):
        netiquette.save(house, [])
    elena.post("/netiquette/draft/")
    second = Netiquette.objects.get(version=2)
    elena.post("/netiquette/clauses/", form(second, **{"title-1-it": "Con garbo", "do": "publish"}))
    guest = Client()
    assert "Con garbo" in guest.get("/rules/rossi/?lang=it").text
    before = guest.get("/rules/rossi/1/?lang=it").text
    assert "Con garbo" not in before
    assert "Questa è una versione di prima" in before


def test_a_rule_without_words_in_one_language_is_not_published(world, elena):
    house = netiquette.begin(standing_of(world.elena))
    answer = elena.post("/netiquette/clauses/", form(house, **{"text-3-en": "", "do": "publish"}))
    assert answer.status_code == 422
    assert "3 (English)" in answer.text
    assert Netiquette.objects.get().published_at is None


def test_everybody_reads_the_rules_in_their_language_without_signing_in(world):
    published(world)
    guest = Client()
    english = guest.get("/rules/rossi/", headers={"Accept-Language": "en"})
    assert '<html lang="en">' in english.text
    assert 'id="c3"' in english.text
    assert "Personal data stays private" in english.text
    assert english["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in english["Vary"]
    assert "Set-Cookie" not in english.headers
    assert "I dati personali" in guest.get("/rules/rossi/?lang=it").text
    assert "I dati personali" in guest.get("/rules/rossi/", headers={"Accept-Language": "ja"}).text
    for missing in ("/rules/nobody/", "/rules/rossi/9/", "/rules/orsini/"):
        assert guest.get(missing).status_code == 404
    assert guest.post("/rules/rossi/").status_code == 405


def test_the_public_page_costs_little(world, django_assert_max_num_queries):
    published(world)
    with django_assert_max_num_queries(3):
        Client().get("/rules/rossi/")


def test_only_admins_write_the_rules(world, bruno):
    assert bruno.get("/netiquette/").status_code == 403
    assert bruno.post("/netiquette/draft/").status_code == 403
    assert not Netiquette.objects.exists()


def test_a_request_to_delete_what_its_author_then_deletes_is_nobodys_deed(world, bruno):
    message = said(world, "Il mio IBAN è IT60 X054 2811 1010 0000 0123 456")
    acts.ask_deletion(message, world.bruno, "personal_data")
    Message.objects.filter(pk=message.pk).update(removed_at=timezone.now())
    page = bruno.get(f"/conversations/{message.conversation_id}/").text
    assert "Cancellato dall’autore" in page
    assert "chiede di cancellarlo" not in page
    assert "None" not in page


def test_a_new_rule_begins_in_the_language_that_the_others_are_in(world):
    from premura.models import Brand

    Brand.objects.filter(pk=world.brand.pk).update(language="en")
    elena = signed_in(world.elena)
    elena.post("/netiquette/draft/")
    given = {"title-1-en": "Be kind", "text-1-en": "We are.", "do": "add"}
    elena.post("/netiquette/clauses/", given)
    assert {clause.language for clause in Clause.objects.all()} == {"en"}
    assert Clause.objects.get(number=2).title == "A new rule"


def test_the_line_leads_to_the_clause_it_quotes_whatever_is_published_later(world):
    clause = published(world)
    quoted = hiding.address(world.brand, clause)
    house = netiquette.begin(standing_of(world.elena))
    rules = netiquette.rules(house)
    netiquette.save(house, rules[1:] + rules[:1])
    netiquette.publish(house, world.elena)
    page = Client().get(quoted.partition(settings.PUBLIC_URL)[2].partition("#")[0]).text
    assert clause.title in page.partition('id="c1"')[2].partition("</section>")[0][:400]
