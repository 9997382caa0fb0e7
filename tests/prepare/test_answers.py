"""The bank of answers, saved replies, the voice, the gaps, and the guard's own words."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from premura import access
from premura.guard.contract import Draft, Phrase
from premura.models import Entry, Event, Message, Reply, SavedReply, Voice
from premura.prepare import answers, gaps, nearness, phrases, saved, voice
from premura.prepare.answers import Said, Words
from premura.prepare.voice import VoiceProfile
from tests.web.test_inbox import now_says
from tests.web.test_readings import read


def entry(world, by, question="Spedite in Germania?", facts="Sì, 14,90 €.", **more) -> Entry:
    return answers.make(access.standing(by), Said(question, facts, **more))


def sent(world, text, to="È aperto?", by=None, **more) -> Reply:
    conversation = now_says(world, to, by=f"guest{Reply.objects.count()}")
    return Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=by or world.ada,
        text=text, language="it", state="sent", sent_at=timezone.now(), url="https://piazza.example/1", **more,
    )  # fmt: skip


# -- the bank ---------------------------------------------------------------------------------


def test_who_makes_an_entry_owns_it_and_the_journal_says_so(world):
    made = entry(world, world.ada, owner=world.bruno.pk)
    assert made.owner == world.ada  # an agent cannot hand it to somebody else
    line = Event.objects.get(deed="entry made")
    assert (line.by, line.facts["how"], line.facts["what"]) == (world.ada, "made", "Spedite in Germania?")


def test_a_lead_names_who_keeps_it_right(world):
    assert entry(world, world.bruno, owner=world.carlo.pk).owner == world.carlo


def test_a_word_is_found_in_any_language_and_by_its_beginning(world):
    found, other = entry(world, world.ada), entry(world, world.ada, "Siete aperti?", "Fino alle 19.")
    standing = access.standing(world.ada)
    answers.say(standing, found, Words("en", "", "We ship to Germany for 14.90"))
    assert answers.listed(standing, "germ").rows == [found]
    assert answers.listed(standing, "ship Germany").rows == [found]
    assert answers.listed(standing, "19").rows == [other]
    assert answers.listed(standing, "'; DROP & | !").rows == []


def test_pages_follow_without_a_gap_also_where_questions_are_the_same(world):
    made = {entry(world, world.ada, f"Domanda {n % 3}").pk for n in range(answers.PAGE + 3)}
    first = answers.listed(access.standing(world.ada))
    rest = answers.listed(access.standing(world.ada), after=first.after)
    assert len(first.rows) == answers.PAGE
    assert rest.after == ""
    assert {row.pk for row in first.rows} | {row.pk for row in rest.rows} == made


def test_what_ends_soon_stands_first_for_its_owner_alone(world):
    today = timezone.localdate()
    old = entry(world, world.ada, valid_until=today - timedelta(days=1))
    soon = entry(world, world.ada, valid_until=today + timedelta(days=3))
    entry(world, world.ada, valid_until=today + timedelta(days=90))
    assert answers.due(access.standing(world.ada)) == [old, soon]
    assert answers.due(access.standing(world.carlo)) == []


def test_an_agent_changes_their_own_entries_and_a_lead_all(world):
    made = entry(world, world.ada)
    assert answers.entry(world.bruno, made.pk, access.Act.REPLY)[1] == made
    with pytest.raises(PermissionDenied):
        answers.entry(world.carlo, made.pk, access.Act.REPLY)
    with pytest.raises(Http404):
        answers.entry(world.zoe, made.pk)


def test_an_entry_is_retired_once_and_can_come_back(world):
    made, standing = entry(world, world.ada), access.standing(world.ada)
    assert answers.retire(standing, made)
    assert not answers.retire(standing, made)
    assert answers.listed(standing).rows == []
    assert answers.listed(standing, retired=True).rows == [made]
    assert answers.retire(standing, made, back=True)
    assert answers.listed(standing).rows == [made]


def test_what_is_out_of_date_or_retired_no_longer_holds(world):
    held = entry(world, world.ada, valid_until=date(2026, 11, 20))
    assert list(answers.valid(world.brand.pk, today=date(2026, 11, 20))) == [held]
    assert list(answers.valid(world.brand.pk, today=date(2026, 11, 21))) == []


def test_an_answer_has_one_variant_a_language_and_tone_and_an_empty_one_goes(world):
    made, standing = entry(world, world.ada), access.standing(world.ada)
    answers.say(standing, made, Words("it", "tu", "Ti spediamo tutto."))
    answers.say(standing, made, Words("it", "tu", "Spediamo."))
    assert [variant.text for variant in made.variants.all()] == ["Spediamo."]
    answers.say(standing, made, Words("it", "tu", ""))
    assert not made.variants.exists()


def test_an_entry_made_of_a_reply_begins_with_their_question_and_our_words(world):
    theirs = "Che bella bottega! A che ora chiudete stasera?"
    reply = sent(world, "Sì, fino alle 19.", to=theirs)
    read(reply.to, details={"questions": [[theirs.index("A che"), len(theirs)]]})
    reply = answers.sent_reply(world.ada, reply.pk)
    said, words = answers.begun_with(reply, reply.text)
    assert said.question == "A che ora chiudete stasera?"
    assert (said.facts, said.shareable) == ("Sì, fino alle 19.", "public")
    assert words == Words("it", "", "Sì, fino alle 19.")


def test_what_was_said_in_private_begins_as_for_private_only(world):
    reply = sent(world, "Ti rendo 12 €", private=True)
    assert answers.begun_with(reply, reply.text)[0].shareable == "direct"


def test_a_reply_that_was_not_sent_becomes_no_entry(world):
    reply = sent(world, "Forse")
    Reply.objects.update(state="failed")
    with pytest.raises(Http404):
        answers.sent_reply(world.ada, reply.pk)


# -- saved replies ------------------------------------------------------------------------------


def test_a_saved_reply_has_its_name_once_a_language(world):
    standing = access.standing(world.ada)
    saved.make(standing, "ciao", "it", "Ciao {name}")
    saved.make(standing, "ciao", "en", "Hi {name}")
    with pytest.raises(saved.NameTaken):
        saved.make(standing, "ciao", "it", "Salve")
    assert SavedReply.objects.count() == 2


def test_what_is_used_most_is_offered_first_and_in_its_language(world):
    standing = access.standing(world.ada)
    saved.make(standing, "raro", "it", "…")
    often = saved.make(standing, "spesso", "it", "…")
    saved.make(standing, "often", "en", "…")
    saved.use(often)
    assert [row.name for row in saved.offered(world.brand.pk, "it")] == ["spesso", "raro"]


# -- the voice ----------------------------------------------------------------------------------


def test_a_brand_without_a_voice_has_the_plain_one(world):
    Voice.objects.all().delete()
    assert voice.of(world.brand) == VoiceProfile(undo_s=10)


def test_a_network_without_an_address_of_its_own_takes_the_common_one(world):
    voice.change(world.brand, world.elena, VoiceProfile(addresses={"": "tu", "email": "lei"}, undo_s=20))
    kept = voice.of(world.brand.pk)
    assert (kept.address("email"), kept.address("bluesky"), kept.undo_s) == ("lei", "tu", 20)
    assert Event.objects.get(deed="entry made").facts["of"] == "voice"


def test_words_are_typed_with_commas_or_one_a_line():
    assert voice.words_in("gentile cliente,  disguido\na breve,\n\ndisguido") == (
        "gentile cliente", "disguido", "a breve"
    )  # fmt: skip


# -- gaps ---------------------------------------------------------------------------------------


def ask(world, *texts):
    for n, text in enumerate(texts):
        message = now_says(world, text, by=f"asker{n}", root=f"root{n}").messages.get()
        read(message, flags=["asks_question"], details={"questions": [[0, len(text)]]})


def test_a_question_without_an_entry_is_a_gap_asked_so_many_times(world):
    nearness.warm(wait=True)
    ask(world, "Dove sono le mie bottiglie?", "Ma dove sono le bottiglie?", "Il cane può entrare in sala?")
    found = gaps.report(access.standing(world.bruno))
    assert [(gap.count, len(gap.examples)) for gap in found.gaps] == [(2, 2), (1, 1)]
    assert "bottiglie" in found.gaps[0].question


def test_an_entry_closes_its_gap_at_once_and_a_retired_one_opens_it(world):
    nearness.warm(wait=True)
    ask(world, "Il cane può entrare in sala?")
    standing = access.standing(world.bruno)
    assert len(gaps.report(standing).gaps) == 1
    made = entry(world, world.bruno, "I cani possono entrare?", "Sì")
    assert gaps.report(standing).gaps == ()
    answers.retire(standing, made)
    assert len(gaps.report(standing).gaps) == 1


def test_what_is_kept_of_a_report_are_places_and_no_words(world):
    ask(world, "Il cane può entrare in sala?")
    standing = access.standing(world.bruno)
    gaps.report(standing)
    Message.objects.update(removed_at=timezone.now())
    assert gaps.report(standing).gaps == ()


def test_an_agent_sees_the_gaps_of_their_teams_alone(world):
    ask(world, "Il cane può entrare in sala?")
    assert gaps.report(access.standing(world.carlo)).gaps == ()
    assert len(gaps.report(access.standing(world.ada)).gaps) == 1


# -- the guard's own words ------------------------------------------------------------------------


def test_a_phrase_fires_its_rule_in_the_draft_and_in_the_replies_that_were_sent(world):
    hit = sent(world, "Ciao Chiara, il corriere misterioso arriva domani alle 10.")
    sent(world, "Ciao Marco, arriva domani alle 10.")
    own, draft = Phrase("canned", "corriere misterioso"), Draft("Anna, il corriere misterioso è da te domani alle 9.")
    trial = phrases.try_out(access.standing(world.bruno), own, draft)
    assert "canned" not in {finding.rule for finding in trial.without}
    assert "canned" in {finding.rule for finding in trial.given}
    assert (trial.looked_at, trial.count, trial.hits[0].reply) == (2, 1, hit)
    assert phrases.of(world.brand) == ()  # nothing was kept


def test_a_phrase_that_never_fires_lets_through_what_the_rule_met(world):
    sent(world, "La ringraziamo per averci contattato. Cordiali saluti.")
    standing = access.standing(world.bruno)
    phrases.add(standing, Phrase("canned", "ringraziamo per averci contattato"))
    own = Phrase("canned", "la ringraziamo per averci contattato", allows=True)
    trial = phrases.try_out(standing, own, Draft("La ringraziamo per averci contattato."))
    assert "canned" in {finding.rule for finding in trial.without}
    assert "canned" not in {finding.rule for finding in trial.given}
    assert trial.count == 1


def test_no_words_switch_off_what_nobody_may_send_against(world):
    standing = access.standing(world.elena)
    with pytest.raises(phrases.NotForThisRule):
        phrases.add(standing, Phrase("insult", "scemo", allows=True))
    with pytest.raises(phrases.NotForThisRule):
        phrases.add(standing, Phrase("collision", "scemo"))


def test_a_phrase_is_kept_once_and_taken_away_once(world):
    standing = access.standing(world.bruno)
    made = phrases.add(standing, Phrase("canned", "cordialmente", "it"))
    with pytest.raises(phrases.AlreadyThere):
        phrases.add(standing, Phrase("canned", "cordialmente"))
    assert phrases.of(world.brand) == (Phrase("canned", "cordialmente", "it"),)
    assert phrases.remove(standing, made)
    assert not phrases.remove(standing, made)
    assert [line.facts["how"] for line in Event.objects.filter(deed="entry made").order_by("pk")] == ["made", "removed"]


def test_what_was_sent_against_the_guard_is_counted_with_its_reasons(world):
    sent(world, "Uno", overrides={"canned": "è il loro tono"})
    sent(world, "Due", overrides={"canned": "va bene", "vague_promise": "non si sa"})
    sent(world, "Tre")
    old = sent(world, "Vecchia", overrides={"canned": "tempo fa"})
    Reply.objects.filter(pk=old.pk).update(written_at=timezone.now() - timedelta(days=91))
    found = phrases.overridden(access.standing(world.bruno))
    assert [(one.rule, one.count) for one in found] == [("canned", 2), ("vague_promise", 1)]
    assert found[0].newest[0].why == "va bene"


def test_words_of_one_language_do_not_fire_in_another(world):
    english, italian = Phrase("canned", "corriere misterioso", "en"), Phrase("canned", "corriere misterioso", "it")
    draft = Draft("Anna, il corriere misterioso è da te domani alle 9 con il pacco.")
    standing = access.standing(world.bruno)
    assert "canned" not in {finding.rule for finding in phrases.try_out(standing, english, draft).given}
    assert "canned" in {finding.rule for finding in phrases.try_out(standing, italian, draft).given}
