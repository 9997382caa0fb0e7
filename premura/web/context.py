"""The person beside their conversation, and who may be a troll: fragments of their own, so that neither delays it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act, Standing
from premura.convert import leads
from premura.decide import trolls
from premura.decide.context import context
from premura.interact import understand
from premura.listen import tiers
from premura.web.asked import Asked
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/context/"""
    standing, conversation = access.conversation(request.user, pk)
    return shown(request, standing, conversation)


@login_required
@require_safe
def troll(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/troll/: empty where nothing speaks for one"""
    standing, conversation = access.conversation(request.user, pk)
    given = {"conversation": conversation, "signs": trolls.hint(standing, conversation), "asked": Asked.here(request)}
    return fragment(request, "trolls/hint", standing=standing, **given)


def shown(
    request: HttpRequest, standing: Standing, conversation: Any, status: int = 200, trouble: str = ""
) -> HttpResponse:
    """Show what is known of the person; `trouble` is why something was not noted."""
    may_reply = standing.may(Act.REPLY)
    given = {
        "conversation": conversation, "contact": conversation.identity.contact, "trouble": trouble,
        "known": context(standing, conversation), "asks": understand.asks(conversation),
        "proposed": leads.is_proposed(standing, conversation), "may_reply": may_reply,
        "may_take": may_reply and wants_fragment(request), "asked": Asked.here(request),
        "kinds": tiers.known(standing) if may_reply else [],
    }  # fmt: skip
    return fragment(request, "context/panel", status, standing=standing, **given)
