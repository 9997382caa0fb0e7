"""Questions that customers ask, and to which the bank has no answer."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act
from premura.prepare import gaps
from premura.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """GET /answers/gaps/; POST counts them again"""
    standing = access.standing(request.user)
    if request.method == "POST":
        gaps.report(standing, again=True)
        return redirect("answers_gaps")
    given = {"report": gaps.report(standing), "may_make": standing.may(Act.REPLY), "here": "answers", "part": "gaps"}
    return page(request, "answers/gaps", standing, **given)
