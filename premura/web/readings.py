"""Agents put right how a message was read."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.listen import corrections
from premura.listen.corrections import NotRead
from premura.web.conversation import answer

ONE_OF = ("language", "sentiment", "intent", "urgency")


@login_required
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/reading/ with intent=complaint and others; was-intent=question is what the form showed

    What the person did not change is not touched: a colleague may have put it right meanwhile.
    """
    standing, message = access.message(request.user, pk, Act.REPLY)
    try:
        with transaction.atomic():
            for of, became in _changed(request.POST, getattr(message, "reading", None)):
                corrections.correct(message, of, became, request.user)
    except NotRead as why:
        return answer(request, standing, message.conversation, trouble=str(why))
    _unused, conversation = access.conversation(request.user, message.conversation_id)
    return answer(request, standing, conversation)


def _changed(given: QueryDict, reading: Any) -> Iterator[tuple[str, Any]]:
    for of in ONE_OF:
        if of in given and given[of] != given.get(f"was-{of}", str(getattr(reading, of, ""))):
            yield of, int(given[of]) if of == "urgency" and given[of] in ("0", "1", "2", "3") else given[of]
    if "was-flags" in given:
        was, now = set(given["was-flags"].split()), set(given.getlist("flags"))
        if was != now:
            yield "flags", sorted((set(getattr(reading, "flags", [])) | (now - was)) - (was - now))
