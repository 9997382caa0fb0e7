"""Known issues: one problem that many have.  The list, one issue with everybody it concerns, and what changes it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premura import access
from premura.access import Act, Standing, WrongState
from premura.decide import affected, problems
from premura.web.composing import number
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page
from premura.web.problem_forms import GRAVITY, IssueForm

ADDRESS = re.compile(r"(?:/conversations/|(?<![\w/]))(\d{1,15})\b")
Deed = Callable[[Standing, Any, list[int]], int]


@dataclass(frozen=True, slots=True)
class Bar:
    """A share as the server draws it, and in words.  Its width is written as SVG wants it, whatever the language."""

    words: str
    width: str


# -- the list -----------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /issues/?closed=1&severity=3&owner=7&after=…; POST opens one"""
    standing = access.standing(request.user)
    if request.method == "POST":
        form = IssueForm(access.need(standing, Act.REPLY), request.POST)
        if not form.is_valid():
            return _list(request, standing, form, 422)
        made = problems.open_one(standing, form.said())
        messages.success(request, _("The problem is known now. Who tells the same is being looked for."))
        return redirect("issue", made.pk)
    return _list(request, standing, IssueForm(standing))


def _list(request: HttpRequest, standing: Standing, form: IssueForm, status: int = 200) -> HttpResponse:
    closed = request.GET.get("closed") == "1"
    asked = {name: number(request.GET.get(name, "")) for name in ("severity", "owner")}
    found = problems.listed(standing, request.GET.get("after", ""), closed=closed, **asked)
    kept = {name: value for name, value in asked.items() if value} | ({"closed": 1} if closed else {})
    given: dict[str, Any] = {
        "rows": found.rows, "more": urlencode(kept | {"after": found.after}) if found.after else "", "closed": closed,
        **asked, "form": form, "may_reply": standing.may(Act.REPLY), "here": "deciding", "part": "issues",
    }  # fmt: skip
    if wants_fragment(request) and "after" in request.GET:
        return fragment(request, "problems/rows", standing=standing, **given)
    given |= {
        "gravity": GRAVITY, "owners": problems.owners(standing), "filtered": any(asked.values()),
        "may_export": standing.may(Act.APPROVE),
    }  # fmt: skip
    return page(request, "problems/page", standing, status, **given)


# -- one issue ----------------------------------------------------------------------------------


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /issues/7/?after=31"""
    standing, issue = problems.issue(request.user, pk)
    return _issue(request, standing, issue)


def _issue(
    request: HttpRequest, standing: Standing, issue: Any, form: IssueForm | None = None, trouble: str = ""
) -> HttpResponse:
    covered = affected.coverage(standing, issue)
    problems.note_closing([issue])
    joined = affected.joined(standing, issue, number(request.GET.get("after", "")) or 0)
    given = {
        "issue": issue, "joined": joined.rows, "after": joined.after, "covered": covered, "bars": bars(covered),
        "proposed": affected.proposed(standing, issue), "answers": affected.public_answers(standing, issue),
        "moves": [verb for verb in problems.VERBS if issue.may(verb)], "form": form or IssueForm(standing, issue=issue),
        "may_reply": standing.may(Act.REPLY), "trouble": trouble, "here": "deciding", "part": "issues",
    }  # fmt: skip
    return page(request, "problems/issue", standing, 422 if form or trouble else 200, **given)


def bars(covered: affected.Coverage) -> list[Bar]:
    """Return how far everybody is served, each share drawn and said."""
    of = covered.people
    answered = ngettext("%(n)s of %(of)s person answered", "%(n)s of %(of)s people answered", of)
    told = ngettext(
        "%(n)s of %(of)s person knows how it stands now", "%(n)s of %(of)s people know how it stands now", of
    )
    given = ((answered, covered.answered), (told, covered.told))
    return [Bar(words % {"n": n, "of": of}, f"{100 * n / of:.2f}%") for words, n in given if of]


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /issues/7/change/ with the form's fields, or with answer=31: that reply of ours is the public solution"""
    standing, issue = problems.issue(request.user, pk, Act.REPLY)
    if "answer" in request.POST:
        said = _answered_by(standing, issue, request.POST["answer"])
        if said is None:
            return _issue(request, standing, issue, trouble=_("That reply is not here any more. Nothing was changed."))
    else:
        form = IssueForm(standing, request.POST, issue=issue)
        if not form.is_valid():
            return _issue(request, standing, issue, form)
        said = form.said()
    changed = problems.change(standing, issue, said)
    if problems.PUBLIC & set(changed):
        messages.success(request, _("Kept. Everybody affected is now to be told again."))
    else:
        messages.success(request, _("Kept."))
    return redirect("issue", pk)


def _answered_by(standing: Standing, issue: Any, chosen: str) -> problems.Said | None:
    for reply in affected.public_answers(standing, issue):
        if str(reply.pk) == chosen:
            return problems.Said(
                issue.title, issue.facts, reply.text, reply.url, issue.owner_id, issue.joins_from
            )  # fmt: skip
    return None


@login_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /issues/7/state/ do=work|solve|close"""
    standing, issue = problems.issue(request.user, pk, Act.REPLY)
    verb = request.POST.get("do", "")
    if verb not in problems.VERBS:
        return _issue(request, standing, issue, trouble=_("Choose how it stands. Nothing was changed."))
    try:
        problems.move(standing, issue, verb)
    except WrongState:
        messages.error(request, _("Somebody was faster. This is how it stands now."))
    return redirect("issue", pk)


@login_required
@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /issues/7/joining/ conversation=31&conversation=32, or by=https://…/conversations/31/"""
    return _both(request, pk, problems.join)


@login_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /issues/7/leaving/ conversation=31&conversation=32"""
    return _both(request, pk, problems.leave)


def _both(request: HttpRequest, pk: int, deed: Deed) -> HttpResponse:
    standing, issue = problems.issue(request.user, pk, Act.REPLY)
    chosen = wanted(request)
    if not chosen:
        return _issue(request, standing, issue, trouble=_("Choose at least one conversation. Nothing was changed."))
    n = deed(standing, issue, chosen)
    if not n:
        messages.warning(request, _("Nothing was changed: that is how it stands already, or it is out of your sight."))
    elif deed is problems.join:
        said = ngettext("%(n)s conversation belongs to it now.", "%(n)s conversations belong to it now.", n)
        messages.success(request, said % {"n": n})
    else:
        said = ngettext("%(n)s conversation does not belong to it.", "%(n)s conversations do not belong to it.", n)
        messages.success(request, said % {"n": n})
    return redirect("issue", pk)


def wanted(request: HttpRequest) -> list[int]:
    """Return the conversations that a form means: ticked, or by their addresses."""
    ticked = request.POST.getlist("conversation")[: problems.MOST_AT_ONCE]
    typed = ADDRESS.findall(request.POST.get("by", "")[:20_000])[: problems.MOST_AT_ONCE]
    return [pk for given in (*ticked, *typed) if (pk := number(given)) is not None]


# -- beside a conversation --------------------------------------------------------------------------


def beside(standing: Standing, conversation: Any) -> dict[str, Any]:
    """Return what a conversation's side panel says of known issues: what it belongs to, what it may belong to.

    Cost     two queries.
    """
    found = affected.of_conversation(conversation)
    joined = [row.issue for row in found if row.state == "joined"]
    perhaps = [row.issue for row in found if row.state == "proposed"][:3]
    known = {issue.pk for issue in (*joined, *perhaps)}
    others = problems.offered(standing) if standing.may(Act.REPLY) else []
    return {
        "issues": joined,
        "issues_perhaps": perhaps,
        "issues_offered": [issue for issue in others if issue.pk not in known],
    }
