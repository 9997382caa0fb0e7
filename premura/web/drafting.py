"""A draft from a language model: what would be sent is shown first; what comes back is shown with the guard's word."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act
from premura.interact import drafting
from premura.interact import reply as replying
from premura.interact.drafting import Asked, SomethingChanged
from premura.web import guard
from premura.web.engine_words import FAILURES, why
from premura.web.fragments import fragment


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/drafting/?way=public&our_mistake=1: what would be sent; POST shown=…: send it"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    said = request.POST if request.method == "POST" else request.GET
    private = said.get("way") == "private" or conversation.private
    most = replying.fits(conversation.channel, private)
    asked = Asked(private, most.most if most else 0, said.get("our_mistake") == "1")
    given: dict[str, Any] = {"conversation": conversation, "way": "private" if private else "public", "of": asked}
    try:
        if request.method == "POST":
            drafted = drafting.draft(conversation, standing.agent, said.get("shown", ""), asked)
            given |= {"drafted": drafted, "findings": guard.shown(drafted.looked.findings, drafted.text)}
        else:
            given["prompt"] = drafting.prompt(conversation, asked)
    except FAILURES as error:
        given["trouble"] = why(error)
        if isinstance(error, SomethingChanged):
            given["prompt"] = drafting.prompt(conversation, asked)
    status = 422 if "trouble" in given and request.method == "POST" else 200
    return fragment(request, "drafting/panel", status, standing=standing, **given)
