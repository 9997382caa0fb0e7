"""Drafts: what somebody is still writing, kept for them on any device and seen by their colleagues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access
from premura.interact import signing, windows
from premura.interact.refusals import TooManyPictures, WrongPicture
from premura.models import Act, Agent, Attachment, Channel, Conversation, Message, Reply
from premura.networks import NETWORKS
from premura.networks.contract import Upload

State = Reply.State
MOST = 20_000
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the composer."""

    text: str
    private: bool | None = False  # None: as the draft has it
    to: Message | None = None
    our_mistake: bool = False
    promised_for: datetime | None = None
    answered_later: tuple[str, ...] = ()
    begun_at: datetime | None = None
    edits: int = 0
    draft: int | None = None  # the one it was opened with
    voice: Channel | None = None  # another handle of ours that is to say it
    private_reason: bool = False  # personal data or safety: it may begin in private
    aside: bool = False  # other words are in the composer


def keep(conversation: Conversation, by: Agent, written: Written, *, pictured: bool = False) -> Reply | None:
    """Keep what `by` has written so far: one draft for all that was begun at once.  None: nothing is left.

    `pictured`: pictures are about to be kept with it, so it is a draft even without a word.
    """
    text = written.text[:MOST]
    with transaction.atomic():
        # Two tabs that save at once come here one after the other.
        Conversation.objects.select_for_update().get(pk=conversation.pk)
        if _is_out(conversation, by, written.begun_at):
            return None  # it came after the reply that it is a draft of
        own = _own(conversation, by)
        found = own.filter(pk=written.draft or 0).first()
        if found is None and written.begun_at:
            found = own.filter(begun_at=written.begun_at).first()
        if not (text.strip() or pictured or (found is not None and found.attachments.exists())):
            if found is not None:
                found.delete()
            return None
        to = written.to or _latest(conversation)
        if to is None:
            return None
        values = {
            "text": text, "private": conversation.private or _is_private(found, written), "to": to,
            "our_mistake": written.our_mistake, "promised_for": written.promised_for, "edits": written.edits,
            "begun_at": written.begun_at, "answered_later": list(written.answered_later),
            "changed_at": _placed(own, found, written),
            "channel": written.voice, "overrides": _overrides(found, written.private_reason),
        }  # fmt: skip
        if found is None:
            return Reply.objects.create(brand_id=conversation.brand_id, conversation=conversation, author=by, **values)
        Reply.objects.filter(pk=found.pk, state=State.DRAFT).update(**values)
        found.refresh_from_db()
        return found


def reword(conversation: Conversation, by: Agent, draft: int, text: str, *, private: bool) -> Reply | None:
    """Give one's draft other words, and leave all else of it as it is.  None: it is no draft of theirs."""
    own = Reply.objects.filter(pk=draft, conversation=conversation, author=by, state=State.DRAFT)
    own.update(text=text[:MOST], private=private or conversation.private, changed_at=timezone.now())
    return own.first()


def of_other_words(conversation: Conversation, by: Agent, draft: int | None, text: str, *, private: bool) -> bool:
    """Whether one's draft has words for the other way, which these are not: they are no more of it than its own."""
    own = conversation.replies.filter(author=by, state=State.DRAFT).exclude(private=private).filter(pk=draft or 0)
    has = own.values_list("text", flat=True).first() or ""
    return bool(has.strip()) and has.split() != text.split()


def mine(conversation: Conversation, by: Agent) -> list[Reply]:
    """Return what `by` has not sent yet, the newest first."""
    return list(_own(conversation, by).select_related("to__identity", "author")[:MOST_SHOWN])


def open_in(conversation: Conversation) -> list[Reply]:
    """Return everybody's drafts, the newest first, each with how many `pictures` it has."""
    found = conversation.replies.filter(state=State.DRAFT).select_related("author")
    found = found.annotate(pictures=Count("attachments"))
    return list(found.order_by("-changed_at", "-pk")[:MOST_SHOWN])


def take_over(draft: Reply, by: Agent) -> Reply:
    """Copy a colleague's draft into one of `by`'s own, which is then the newest; what they had stays too.

    Where it came back with its author's name at the end, the copy has none: `by` signs with their own.
    """
    now = timezone.now()
    copy = Reply.objects.create(
        brand_id=draft.brand_id, conversation=draft.conversation, to=draft.to, author=by,
        text=signing.unsigned(draft.text, draft.author.first_name),
        private=draft.private, our_mistake=draft.our_mistake, promised_for=draft.promised_for, channel=draft.channel,
        overrides={rule: why for rule, why in draft.overrides.items() if rule == windows.SAID_WHY},
        answered_later=draft.answered_later, begun_at=now, changed_at=now,
        known_issue=draft.known_issue, issue=draft.issue,
    )  # fmt: skip
    Act.objects.filter(told=draft).update(told=copy)
    attach(copy, [_upload(a) for a in draft.attachments.order_by("pk")[:MOST_SHOWN]])
    return copy


def line_of_a_run(conversation: Conversation, by: Agent, draft: int | None) -> Reply | None:
    """Return one's draft where it came back from a known issue's run; None for any other."""
    if not draft:
        return None
    own = conversation.replies.filter(author=by, state=State.DRAFT, known_issue=True)
    return own.filter(pk=draft).select_related("issue").first()


def touch(draft: Reply) -> None:
    """Make a draft the newest: the one that is in the composer."""
    Reply.objects.filter(pk=draft.pk, state=State.DRAFT).update(changed_at=timezone.now())


def drop(draft: Reply) -> None:
    """Throw a draft away, and nothing that is more than a draft."""
    Reply.objects.filter(pk=draft.pk, state=State.DRAFT).delete()


def sent(reply: Reply, draft: int | None) -> None:
    """Take away what was the draft of a reply that is on its way.  Call it in the same transaction.

    Where it was to be the public line of an act, the reply is that now.
    """
    own = Reply.objects.filter(conversation=reply.conversation_id, author=reply.author_id, state=State.DRAFT)
    which = Q(pk=draft or 0) | Q(begun_at=reply.begun_at, begun_at__isnull=False)
    was = own.exclude(pk=reply.pk).filter(which)
    if not reply.private:
        Act.objects.filter(told__in=was).update(told=reply)
    was.delete()


def pictures_fit(channel: Channel, *, private: bool) -> int:
    """Return how many pictures go into one message there."""
    limits = NETWORKS[channel.network].limits
    return limits.media if not private or limits.direct_media is None else limits.direct_media


def check_pictures(channel: Channel, uploads: Sequence[Upload], already: int = 0, *, private: bool = False) -> None:
    """Raise TooManyPictures or WrongPicture where a channel would not take these besides those that are there."""
    limits, most = NETWORKS[channel.network].limits, pictures_fit(channel, private=private)
    if uploads and len(uploads) + already > most:
        raise TooManyPictures(most)
    for upload in uploads:
        if upload.mime not in limits.media_types or len(upload.data) > limits.media_bytes:
            raise WrongPicture(upload.name)


def attach(reply: Reply, uploads: Sequence[Upload]) -> list[Attachment]:
    """Keep pictures with a reply or a draft, and return them in their order."""
    return Attachment.objects.bulk_create(
        Attachment(brand_id=reply.brand_id, reply=reply, name=u.name, mime=u.mime, alt=u.alt, data=u.data)
        for u in uploads
    )


def add_pictures(draft: Reply, uploads: Sequence[Upload]) -> list[Attachment]:
    """Keep pictures with one's draft.  Raises as `check_pictures`, and then keeps none of them."""
    with transaction.atomic():
        # Two tabs that add at once come here one after the other.
        Reply.objects.select_for_update().get(pk=draft.pk)
        check_pictures(draft.voice, uploads, draft.attachments.count(), private=draft.private)
        return attach(draft, uploads)


def change_pictures(draft: Reply, alts: Mapping[int, str], dropped: Sequence[int]) -> None:
    """Give pictures of a draft their descriptions, and take out those that were dropped."""
    own = draft.attachments.filter(reply__state=State.DRAFT)
    if dropped:
        own.filter(pk__in=dropped).delete()
    said = list(own.filter(pk__in=alts).defer("data"))
    for one in said:
        one.alt = alts[one.pk]
    Attachment.objects.bulk_update(said, ["alt"])


def picture(agent: Agent, pk: int) -> Attachment:
    """Return a picture of a reply or a draft.  Raises as `access.reply` does."""
    found = Attachment.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(f"no picture {pk}")
    access.reply(agent, found.reply_id)
    return found


def pictures(
    conversation: Conversation, by: Agent, draft: int | None, kept: Sequence[int], alts: Mapping[int, str]
) -> list[Upload]:
    """Return those of a draft's pictures that are to go out with the reply made of it, as they are described now."""
    if not draft or not kept:
        return []
    own = Attachment.objects.filter(
        pk__in=kept, reply=draft, reply__author=by, reply__conversation=conversation, reply__state=State.DRAFT
    )
    return [_upload(a, alts.get(a.pk)) for a in own.order_by("pk")[:20]]


def _upload(kept: Attachment, alt: str | None = None) -> Upload:
    return Upload(kept.name, kept.mime, bytes(kept.data), kept.alt if alt is None else alt)


def _own(conversation: Conversation, by: Agent) -> QuerySet[Reply]:
    return conversation.replies.filter(author=by, state=State.DRAFT).order_by("-changed_at", "-pk")


def _placed(own: QuerySet[Reply], draft: Reply | None, written: Written) -> datetime:
    """Return when it counts as changed: the newest is the one in the composer, and what is kept aside stands behind."""
    if not written.aside:
        return timezone.now()
    newest = own.exclude(pk=draft.pk if draft else 0).values_list("changed_at", flat=True).first()
    return newest - timedelta(milliseconds=1) if newest else timezone.now()


def _is_private(draft: Reply | None, written: Written) -> bool:
    return (draft is not None and draft.private) if written.private is None else written.private


def _overrides(draft: Reply | None, private_reason: bool) -> dict[str, str]:
    """Return a draft's reasons, with why it begins in private, or without."""
    kept = {rule: why for rule, why in (draft.overrides if draft else {}).items() if rule != windows.SAID_WHY}
    return kept | ({windows.SAID_WHY: windows.WHY_PRIVATE} if private_reason else {})


def _is_out(conversation: Conversation, by: Agent, begun_at: datetime | None) -> bool:
    if begun_at is None:
        return False
    return conversation.replies.filter(author=by, begun_at=begun_at).exclude(state=State.DRAFT).exists()


def _latest(conversation: Conversation) -> Message | None:
    return conversation.messages.filter(identity__isnull=False).order_by("-written_at", "-pk").first()
