"""A draft is kept on the server for its author, seen by colleagues, and gone when it is sent."""

import pytest
from django.utils import timezone

from premura.interact import drafts, leaving
from premura.interact.drafts import Written
from premura.interact.reply import Besides, submit
from premura.models import Attachment, Channel, Reply, Voice


@pytest.fixture
def asked(world):
    return world.says("Aperti?")


def test_what_is_written_is_one_draft_however_often_it_is_kept(world, asked):
    begun = timezone.now()
    first = drafts.keep(asked, world.ada, Written("S", begun_at=begun))
    drafts.keep(asked, world.ada, Written("Sì, da", begun_at=begun))
    drafts.keep(asked, world.ada, Written("Sì, da mezzogiorno", draft=first.pk, our_mistake=True))
    (draft,) = drafts.mine(asked, world.ada)
    assert (draft.text, draft.our_mistake, draft.state) == ("Sì, da mezzogiorno", True, "draft")
    assert drafts.mine(asked, world.bruno) == []
    assert [open_one.text for open_one in drafts.open_in(asked)] == ["Sì, da mezzogiorno"]


def test_an_emptied_draft_is_gone_and_takes_no_other_with_it(world, asked):
    one = drafts.keep(asked, world.ada, Written("Uno", begun_at=timezone.now()))
    two = drafts.keep(asked, world.ada, Written("Due", begun_at=timezone.now()))
    assert drafts.keep(asked, world.ada, Written("", begun_at=timezone.now())) is None
    drafts.keep(asked, world.ada, Written("  ", draft=one.pk))
    assert [draft.pk for draft in drafts.mine(asked, world.ada)] == [two.pk]


def test_what_is_kept_aside_never_takes_the_place_of_what_is_in_the_composer(world, asked):
    drafts.keep(asked, world.ada, Written("Aside and alone", begun_at=timezone.now(), aside=True))
    drafts.keep(asked, world.ada, Written("In the composer", begun_at=timezone.now()))
    begun = timezone.now()
    for text in ("From a tab", "From a tab whose line was down"):
        drafts.keep(asked, world.ada, Written(text, begun_at=begun, aside=True))
    found = [draft.text for draft in drafts.mine(asked, world.ada)]
    assert found == ["In the composer", "From a tab whose line was down", "Aside and alone"]


def test_nobody_writes_in_a_colleagues_draft(world, asked):
    theirs = drafts.keep(asked, world.bruno, Written("Di Bruno"))
    drafts.keep(asked, world.ada, Written("Di Ada", draft=theirs.pk))
    assert set(Reply.objects.values_list("author__name", "text")) == {("Bruno", "Di Bruno"), ("Ada", "Di Ada")}


def test_a_colleagues_draft_is_taken_over_as_a_copy(world, asked):
    theirs = drafts.keep(asked, world.bruno, Written("Ciao Chiara"))
    drafts.take_over(theirs, world.ada)
    assert [draft.text for draft in drafts.mine(asked, world.ada)] == ["Ciao Chiara"]
    assert [draft.author for draft in drafts.open_in(asked)] == [world.ada, world.bruno]


def test_a_sent_reply_clears_its_draft_and_what_was_kept_too_late_does_not_bring_it_back(world, asked):
    begun = timezone.now()
    drafts.keep(asked, world.ada, Written("Sì", begun_at=begun))
    submit(asked, "Sì.", by=world.ada, besides=Besides(begun_at=begun))
    assert drafts.keep(asked, world.ada, Written("Sì.", begun_at=begun)) is None
    assert drafts.mine(asked, world.ada) == []


def test_a_draft_is_no_answer_that_came_in_between(world, asked):
    from premura.interact import reply as replying

    seen = replying.seen(asked)
    drafts.keep(asked, world.bruno, Written("Forse"))
    submit(asked, "Sì.", by=world.ada, seen=seen)


def test_the_pictures_of_a_reply_that_was_called_back_go_out_with_it_the_second_time(world, asked):
    from premura.networks.contract import Upload

    Voice.objects.update(undo_s=10)
    picture = Upload("a.gif", "image/gif", b"GIF89a", "una pizza")
    reply = submit(asked, "Ecco.", by=world.ada, uploads=[picture])
    leaving.withdraw(reply, world.ada)
    kept = tuple(Attachment.objects.values_list("pk", flat=True))
    again = submit(asked, "Ecco qui.", by=world.ada, besides=Besides(draft=reply.pk, kept=kept))
    assert [(a.name, a.alt) for a in again.attachments.all()] == [("a.gif", "una pizza")]
    assert Reply.objects.get() == again


def test_what_is_called_back_keeps_its_handle_and_why_it_began_in_private(world, asked):
    Voice.objects.filter(brand=world.brand).update(undo_s=10)
    other = Channel.objects.create(
        brand=world.brand, network="playground", key="cantina", name="Cantina", handle="cantina",
        sealed=bytes(world.rossi.sealed),
    )  # fmt: skip
    reply = submit(asked, "Sì.", by=world.ada)
    Reply.objects.filter(pk=reply.pk).update(channel=other)
    back = leaving.withdraw(Reply.objects.get(pk=reply.pk), world.ada)
    drafts.keep(asked, world.ada, Written("Sì, dalle 12.", draft=back.pk, voice=other, private_reason=True))
    (draft,) = drafts.mine(asked, world.ada)
    assert (draft.channel, draft.overrides) == (other, {"private_first": "personal data or safety"})
    copied = drafts.take_over(draft, world.bruno)
    assert (copied.channel, copied.overrides) == (other, draft.overrides)
    drafts.keep(asked, world.ada, Written("Sì, dalle 12.", draft=back.pk))
    (draft,) = drafts.mine(asked, world.ada)
    assert (draft.channel, draft.overrides) == (None, {})
