"""Mistakes: what we learnt from them; noted beside a conversation, listed, and to take along."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.convert import mistakes
from premura.web.composing import number
from premura.web.conversation import answer
from premura.web.fragments import fragment
from premura.web.tables import table


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /mistakes/?after=…"""
    standing = access.standing(request.user)
    found = mistakes.listed(standing, request.GET.get("after", ""))
    given: dict[str, Any] = {
        "rows": found.rows, "more": urlencode({"after": found.after}) if found.after else "", "here": "cycle",
        "may_export": standing.may(Act.APPROVE),
    }  # fmt: skip
    return fragment(request, "mistakes/rows", standing=standing, **given)


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/mistake/ reply=31 learnt=…"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    reply, trouble = number(request.POST.get("reply", "")) or 0, ""
    try:
        if not mistakes.note(conversation, standing.agent, reply, request.POST.get("learnt", "")):
            trouble = _("Somebody was faster. This is how it stands now.")
    except mistakes.NothingLearnt:
        trouble = _("Say in a few words what we learn from it. Nothing was noted.")
    return answer(request, standing, conversation, trouble=trouble)


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """GET /mistakes/log.csv: one mistake a line, the oldest first"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    name = f"mistakes-{standing.brand.slug}-{timezone.localdate():%Y-%m-%d}"
    # The words are made now: when the lines are read, the language of who asked is not that of the thread any more.
    headings = [
        pgettext("heading", "when"), pgettext("heading", "what we learnt"), pgettext("heading", "noted by"),
        pgettext("heading", "network"), pgettext("heading", "address here"),
    ]  # fmt: skip
    base = request.build_absolute_uri("/")[:-1]
    return table(_rows(standing, headings, base), name)


def _rows(standing: Standing, headings: list[str], base: str) -> Iterator[list[Any]]:
    zone = ZoneInfo(standing.brand.time_zone)

    def at(when: datetime) -> str:
        return f"{when.astimezone(zone):%Y-%m-%d %H:%M}"

    yield headings
    for one in mistakes.lines(standing):
        address = base + reverse("conversation", args=[one.conversation_id])
        yield [at(one.at), one.learnt, str(one.by), one.conversation.channel.network, address]
