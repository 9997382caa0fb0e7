"""What belongs together beside a conversation: like posts of one person, and who agrees with a complaint."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act, Standing
from premura.decide import joiners, together, twins
from premura.interact import fill
from premura.web.asked import Asked
from premura.web.fragments import fragment


@dataclass(frozen=True, slots=True)
class Post:
    """One of several like posts, as it stands in the list."""

    twin: Any
    here: bool  # in the conversation that is open
    variant: str  # what we said to another, for this one


@dataclass(frozen=True, slots=True)
class Text:
    posts: tuple[Post, ...]
    answered: int


@login_required
@require_safe
def joined(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/joined/?after=…: who agrees with it"""
    standing, conversation = access.conversation(request.user, pk)
    given = _agree(standing, conversation, request.GET.get("after", ""))
    given["agree_n"] = joiners.counted(standing, conversation)
    asked = Asked.here(request)
    return fragment(request, "patterns/rows", standing=standing, conversation=conversation, asked=asked, **given)


def given(standing: Standing, conversation: Any) -> dict[str, Any]:
    """Return what stands beside a conversation, and the marks in its thread.  One query where it stands alone."""
    known = together.together(conversation)
    found = twins.posted(standing, conversation) if known.repeats else []
    found = [group for group in found if len(group.twins) > 1]
    told: dict[str, Any] = {
        "posted": [_text(standing, conversation, group) for group in found],
        "twins": {twin.message.pk: twin for group in found for twin in group.twins},
        "agrees_with": joiners.agrees_with(standing, conversation) if known.joins else None,
    }
    if known.joined:
        told |= _agree(standing, conversation, size=joiners.FEW)
        told["agree_n"] = joiners.counted(standing, conversation)
    return told


def _agree(standing: Standing, conversation: Any, after: str = "", size: int = joiners.SIZE) -> dict[str, Any]:
    found = joiners.joiners(standing, conversation, after, size)
    return {"agree": found.rows, "agree_more": urlencode({"after": found.after}) if found.after else ""}


def _text(standing: Standing, conversation: Any, group: twins.Posted) -> Text:
    return Text(tuple(_posts(standing, conversation, group)), group.answered)


def _posts(standing: Standing, conversation: Any, group: twins.Posted) -> Iterable[Post]:
    language = conversation.language if conversation.language not in ("", "und") else standing.brand.language
    name, answer = fill.first_name(conversation.identity.name), group.answer
    for n, twin in enumerate(group.twins):
        here = twin.message.conversation_id == conversation.pk
        variant = ""
        if answer and here and twin.waits and standing.may(Act.REPLY):
            number = len(group.twins) - n  # the oldest first: a new post changes no variant
            variant = twins.variant(language, name, answer.text, answer.url, number)
        yield Post(twin, here, variant)
