"""From a conversation: it belongs to a known issue, or to none of those, or makes a new one known."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing
from premura.decide import problems
from premura.web.composing import number
from premura.web.conversation import answer


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/issue/ issue=3, issue=3&do=leave, or title=…"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    trouble = ""
    if chosen := number(request.POST.get("issue", "")):
        trouble = _put(request, standing, conversation, chosen)
    else:
        try:
            problems.open_one(standing, problems.Said(request.POST.get("title", "")), conversation)
        except problems.NoTitle:
            trouble = _("Choose a known issue, or say in a few words what the problem is. Nothing was changed.")
    return answer(request, standing, conversation, trouble=trouble)


def _put(request: HttpRequest, standing: Standing, conversation: Any, chosen: int) -> str:
    """Join or leave; return why it was not done."""
    theirs, issue = problems.issue(request.user, chosen, Act.REPLY)
    if theirs.brand.pk != standing.brand.pk:
        return _("That is known to another brand. Nothing was changed.")
    deed = problems.leave if request.POST.get("do") == "leave" else problems.join
    return "" if deed(standing, issue, [conversation.pk]) else _("Somebody was faster. This is how it stands now.")
