"""How soon: the brand's SLA policies and calendars.  Everybody reads them, admins write them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.decide import policies
from premura.web.pages import page
from premura.web.sla_forms import CalendarForm, PolicyForm


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /deciding/sla/"""
    standing = access.standing(request.user)
    given = {
        "policies": policies.policies(standing), "calendars": policies.calendars(standing),
        "may_change": standing.may(Act.MANAGE), "here": "deciding", "part": "sla",
    }  # fmt: skip
    return page(request, "deciding/sla", standing, **given)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """GET /deciding/sla/policies/7/ or …/new/; POST keeps it"""
    standing = access.need(access.standing(request.user), Act.MANAGE)
    kept = policies.policy(standing, pk) if pk else None
    return _one(request, standing, kept, PolicyForm, policies.save_policy)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """GET /deciding/sla/calendars/7/ or …/new/; POST keeps it"""
    standing = access.need(access.standing(request.user), Act.MANAGE)
    kept = policies.calendar(standing, pk) if pk else None
    return _one(request, standing, kept, CalendarForm, policies.save_calendar)


def _one(request: HttpRequest, standing: Standing, kept: Any, of: Any, save: Callable[..., Any]) -> HttpResponse:
    """Show one policy or calendar in its form, or keep what was typed."""
    data = request.POST or None
    form = of.of(standing, kept, data) if kept else of(standing, data)
    if request.method == "POST" and form.is_valid():
        try:
            save(standing, kept, form.said())
        except policies.WrongHours:
            form.add_error("region", _("This country has no such region. Nothing was changed."))
        except policies.NameTaken:
            form.add_error("name", _("There is one of this name. Nothing was changed: choose another."))
        else:
            messages.success(request, _("Kept. What is open is given its times anew."))
            return redirect("sla")
    status = 422 if form.errors else 200
    return page(request, "deciding/one", standing, status, form=form, kept=kept, here="deciding", part="sla")


@login_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /deciding/sla/policies/7/place/: up or down"""
    standing = access.need(access.standing(request.user), Act.MANAGE)
    policies.move(standing, policies.policy(standing, pk), request.POST.get("to") == "up")
    return redirect("sla")
