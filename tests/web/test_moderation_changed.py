"""The screens of moderation where something changed meanwhile: words, lines, drafts; and the rule that was chosen."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from premura.interact import acts, rules, snapshots
from premura.interact import reply as replying
from premura.models import Act, Clause, Message, Reply
from premura.networks.contract import Kind
from premura.networks.failures import Gone
from premura.prepare import netiquette
from premura.templatetags.premura import soon_at
from premura.web import hiding
from tests.interact.test_moderate import IBAN, Deaf, published, said, standing_of, step
from tests.interact.test_moderate_changed import GOOD, edited, moved
from tests.interact.test_moderate_rules import said as read_as
from tests.web.test_inbox import HTMX
from tests.web.test_moderation import bruno, cooled, elena, fold, form, said_in_italian  # noqa: F401

LINE = "Abbiamo nascosto questo commento: regola 1."


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def shows(page: str, english: str) -> bool:
    return escape(said_in_italian(english)) in page


def left(act: Act) -> Message:
    """Let the public line of an act arrive on the network."""
    line = Message.objects.create(
        brand_id=act.brand_id, channel=act.conversation.channel, conversation=act.conversation, key="line",
        root=act.message.root, kind="comment", text=LINE, written_at=timezone.now(), received_at=timezone.now(),
    )  # fmt: skip
    Reply.objects.filter(pk=act.told_id).update(state="sent", message=line)
    return line


@pytest.mark.parametrize("where", ["thread", "page"])
def test_what_is_hidden_is_what_was_seen(world, bruno, where):  # noqa: F811
    clause, message = published(world), said(world)
    page = bruno.get(f"/conversations/{message.conversation_id}/").text
    sent = {"hidden": "1", "clause": clause.pk, "seen": seen(fold(page, message))}
    edited(message, GOOD)
    plain = where == "page"
    more = {"from": "page"} if plain else {}
    answer = bruno.post(f"/messages/{message.pk}/hidden/", sent | more, headers={} if plain else HTMX)
    assert answer.status_code == 409
    assert GOOD in answer.text
    assert Message.objects.get().hidden_at is None
    assert seen(answer.text) == snapshots.stamp(Message.objects.get())
    sent["seen"] = seen(answer.text)
    assert bruno.post(f"/messages/{message.pk}/hidden/", sent, headers=HTMX).status_code == 200
    assert Act.objects.get().snapshot["text"] == GOOD


def test_the_second_person_reads_the_new_words_beside_the_old_and_no_yes_deletes_them(world, bruno, elena):  # noqa: F811
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    cooled(act)
    edited(act.message, GOOD)
    card = elena.get("/moderation/").text.split(f'id="wait-{act.pk}"')[1].split("</li>")[0]
    assert IBAN in card
    assert GOOD in card
    assert 'value="yes"' not in card
    answer = elena.post(f"/acts/{act.pk}/decision/", {"say": "yes"}, headers=HTMX)  # from a page opened before
    assert answer.status_code == 409
    assert GOOD in answer.text
    assert Message.objects.get().removed_at is None
    page = elena.get("/moderation/").text
    assert shows(page, "Decide on what it says now")
    assert f'id="wait-{act.pk}"' not in page


def test_in_private_personal_data_is_the_one_reason_and_is_not_ticked_without_any(world, bruno):  # noqa: F811
    message = said(world, "Il vostro vino sapeva di tappo", kind=Kind.DIRECT)
    page = bruno.get(f"/messages/{message.pk}/moderation/").text
    assert re.findall(r'name="reason" value="(\w+)"', page) == ["personal_data"]
    assert not re.search(r'id="reason-data"[^>]* checked', page)
    sent = {"reason": "cannot_hide", "from": "page"}
    assert bruno.post(f"/messages/{message.pk}/deletion/", sent).status_code == 422
    assert not Act.objects.exists()


def test_criticism_is_called_so_where_it_would_be_deleted_and_where_the_second_person_decides(world, bruno, elena):  # noqa: F811
    complaint = read_as(world, IBAN, intent="complaint", sentiment="negative")
    criticism = "It reads as criticism. Criticism stays where it is: it wants an answer."
    page = bruno.get(f"/messages/{complaint.pk}/moderation/").text
    assert shows(page.split('id="delete-title"')[1].split("</section>")[0], criticism)
    bruno.post(f"/messages/{complaint.pk}/deletion/", {"reason": "personal_data"})
    assert shows(elena.get("/moderation/").text.split('id="wait-')[1], criticism)
    assert shows(elena.get(f"/conversations/{complaint.conversation_id}/").text.split('class="notice"')[1], criticism)


def test_a_line_that_goes_on_saying_so_is_told_in_the_answer_the_thread_and_the_ledger(world, bruno, elena):  # noqa: F811
    act = acts.hide(said(world), world.bruno, clause=published(world), line=LINE, language="it")
    line = left(act)
    answer = elena.post(f"/acts/{act.pk}/decision/", {"say": "undo"}, headers=HTMX)
    assert answer.status_code == 200
    told = "It is shown again, but our line that says it is hidden stands in public. Delete that line below it."
    assert shows(answer.text, told)
    assert shows(answer.text, "What this line calls hidden is shown again. Delete the line, or say under it how it is.")
    page = elena.get("/moderation/").text
    assert "Elena" in page.split(f'id="act-{act.pk}"')[1].split("</li>")[0]
    assert f'action="/messages/{line.pk}/deletion/"' in page
    elena.post(f"/messages/{line.pk}/deletion/")
    page = elena.get("/moderation/").text
    assert f'action="/messages/{line.pk}/deletion/"' not in page
    assert shows(page, "Said in public, and deleted since:")


def test_showing_again_in_the_thread_tells_of_the_line_too(world, bruno):  # noqa: F811
    act = acts.hide(said(world), world.bruno, clause=published(world), line=LINE, language="it")
    left(act)
    answer = bruno.post(f"/messages/{act.message_id}/hidden/", {"hidden": "0"}, follow=True)
    assert shows(
        answer.text,
        "It is shown again, but our line that says it is hidden stands in public. Delete that line below it.",
    )


def test_a_line_that_never_left_is_not_said_to_have_been_said(world, bruno):  # noqa: F811
    act = acts.hide(said(world), world.bruno, clause=published(world), line=LINE, language="it")
    Reply.objects.update(state="sent")
    assert LINE in bruno.get("/moderation/").text
    Reply.objects.update(state="scheduled")
    bruno.post(f"/acts/{act.pk}/decision/", {"say": "undo"})
    page = bruno.get("/moderation/").text
    assert LINE not in page
    assert not shows(page, "Said in public:")


def test_the_ledger_says_who_undid_it_even_where_nobody_else_had_a_hand_in_it(world, bruno, elena):  # noqa: F811
    act = acts.hide(said(world), world.bruno)
    elena.post(f"/acts/{act.pk}/decision/", {"say": "undo"})
    card = bruno.get("/moderation/").text.split(f'id="act-{act.pk}"')[1].split('class="act__snapshot"')[0]
    assert "Elena" in card


def test_what_its_author_took_away_waits_for_nobody_in_the_list_either(world, bruno, elena):  # noqa: F811
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    cooled(act)
    Message.objects.update(removed_at=timezone.now())
    page = elena.get("/moderation/").text
    assert f'id="act-{act.pk}"' in page
    assert 'value="yes"' not in page
    elena.post(f"/acts/{act.pk}/decision/", {"say": "yes"})  # from a page opened before
    assert (Act.objects.get().state, Act.objects.get().trouble) == ("refused", "removed")


def test_the_rule_that_was_chosen_counts_without_another_button(world, bruno):  # noqa: F811
    published(world)
    message = said(world)
    page = bruno.get(f"/messages/{message.pk}/moderation/").text
    for where in ("hidden", "deletion", "ban"):
        section = page.split(f'action="/messages/{message.pk}/{where}/"')[1].split("</form>")[0]
        assert '<select id="' in section
        assert 'name="clause"' in section
    clause = Clause.objects.get(number=2, language="it")
    sent = {"hidden": "1", "clause": clause.pk, "seen": seen(page), "from": "page"}
    bruno.post(f"/messages/{message.pk}/hidden/", sent)
    assert Act.objects.get().clause == clause


def test_the_line_is_written_for_the_rule_that_was_chosen_and_keeps_what_was_typed(world, bruno):  # noqa: F811
    published(world)
    first, second = Clause.objects.filter(language="it", number__lte=2).order_by("number")
    message = said(world)
    where = f"/messages/{message.pk}/moderation/"
    page = bruno.post(where, {"clause": first.pk, "words": "Molesta tutti"}).text
    assert "Molesta tutti" in page
    assert escape(hiding.line(world.brand, first, "it")) in page
    sent = {"hidden": "1", "clause": second.pk, "quotes": first.pk, "tell": "1", "line": LINE, "from": "page"}
    answer = bruno.post(f"/messages/{message.pk}/hidden/", sent)
    assert answer.status_code == 422
    assert escape(hiding.line(world.brand, second, "it")) in answer.text
    assert not Act.objects.exists()
    assert not Reply.objects.exists()


def test_of_two_tabs_with_one_draft_the_second_is_refused_with_both_on_the_screen(world, elena):  # noqa: F811
    house = netiquette.begin(standing_of(world.elena))
    stamp = re.search(r'name="stamp" value="(\w+)"', elena.get("/netiquette/").text)[1]
    elena.post("/netiquette/clauses/", form(house, stamp=stamp, **{"title-1-it": "La prima scheda"}))
    second = form(house, stamp=stamp, **{"title-1-it": "La seconda scheda"})
    answer = elena.post("/netiquette/clauses/", second)
    assert answer.status_code == 409
    assert "La prima scheda" in answer.text.split('id="kept-title"')[1]
    assert "La seconda scheda" in answer.text.split('id="draft"')[1].split("</form>")[0]
    assert netiquette.rules(house)[0].words["it"][0] == "La prima scheda"
    again = re.search(r'name="stamp" value="(\w+)"', answer.text)[1]
    elena.post("/netiquette/clauses/", second | {"stamp": again})
    assert netiquette.rules(house)[0].words["it"][0] == "La seconda scheda"
    assert isinstance(elena, Client)


def test_a_line_begun_in_the_thread_and_sent_from_there_is_told_of_when_it_is_shown_again(world, bruno, elena):  # noqa: F811
    message = said(world)
    bruno.post(f"/messages/{message.pk}/hidden/", {"hidden": "1", "clause": published(world).pk, "tell": "begin"})
    act, draft = Act.objects.get(), Reply.objects.get()
    assert act.told == draft
    read = str(replying.seen(message.conversation))
    sent = {"text": draft.text, "draft": draft.pk, "to": message.pk, "way": "public", "seen": read}
    bruno.post(f"/conversations/{message.conversation_id}/replies/", sent)
    act.refresh_from_db()
    assert (act.told.text, act.told.pk == draft.pk) == (draft.text, False)
    left(act)
    answer = elena.post(f"/acts/{act.pk}/decision/", {"say": "undo"}, headers=HTMX)
    told = "It is shown again, but our line that says it is hidden stands in public. Delete that line below it."
    assert shows(answer.text, told)
    assert shows(answer.text, "What this line calls hidden is shown again. Delete the line, or say under it how it is.")


def test_the_page_of_rules_shows_the_clause_that_will_be_quoted_and_says_where_it_is_gone(world, bruno):  # noqa: F811
    first = published(world)
    second = netiquette.clauses(world.brand, "it")[1]
    for clause in (first, second):
        rules.make(standing_of(world.bruno), "spam", clause=clause)
    moved(world, 3, 4, 1)
    kept, gone = re.findall(r'<li><div class="list__main">.*?</li>', bruno.get("/moderation/rules/").text, re.DOTALL)
    assert f"3. {first.title}" in kept
    assert 'class="word--ochre"' not in kept
    assert f"2. {second.title}" not in gone
    assert escape(second.title) in gone.split('class="word--ochre"')[1]


def test_the_page_of_a_message_says_what_is_asked_for_already_by_whom_and_from_when(world, bruno):  # noqa: F811
    clause, message = published(world), said(world, IBAN)
    page = bruno.get(f"/messages/{message.pk}/moderation/").text
    deletes, bans = f'action="/messages/{message.pk}/deletion/"', f'action="/messages/{message.pk}/ban/"'
    assert deletes in page
    assert bans in page
    asked = [acts.ask_deletion(message, world.elena, "personal_data"), acts.ask_ban(message, world.elena, clause)]
    page = bruno.get(f"/messages/{message.pk}/moderation/").text
    assert deletes not in page
    assert bans not in page
    for title, act in zip(("delete-title", "ban-title"), asked, strict=True):
        notice = page.split(f'id="{title}"')[1].split('class="notice"')[1].split("</div>")[0]
        assert "Elena" in notice
        assert soon_at(act.not_before) in notice
        assert f"#wait-{act.pk}" in notice
    edited(message, GOOD)  # for other words it can be asked anew
    assert deletes in bruno.get(f"/messages/{message.pk}/moderation/").text


@pytest.mark.parametrize("deed", ["hidden", "unhidden"])
def test_what_was_gone_on_the_network_is_said_in_our_words_and_not_in_the_networks(world, bruno, monkeypatch, deed):  # noqa: F811
    act = acts.hide(said(world), world.bruno)
    if deed == "unhidden":
        acts.undo(act, world.elena)
    step(deed, Deaf(Gone("127.0.0.1 answered 404: It is not there")), monkeypatch)
    for page in ("/moderation/", f"/conversations/{act.conversation_id}/?view=all"):
        text = bruno.get(page).text
        assert "answered 404" not in text
        assert "removed" not in re.sub(r"<[^>]*>", "", text.split("<main")[1])
    assert shows(text, "Deleted by its author. Only we still see it.")
