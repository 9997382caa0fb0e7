"""What comes first: the points of each part, and what a change would move."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act
from premura.decide import weights
from premura.web.pages import page
from premura.web.sla_forms import WeightsForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """GET /deciding/weights/?chaser=20&try=1 shows what it would move; POST keeps it"""
    standing = access.standing(request.user)
    points = weights.points_of([standing.brand.pk])[standing.brand.pk]
    form = WeightsForm(points, request.POST or (request.GET if "try" in request.GET else None))
    if request.method == "POST":
        access.need(standing, Act.MANAGE)
        if form.is_valid():
            weights.change(standing, form.cleaned_data)
            messages.success(request, _("Kept. What is open is ordered anew."))
            return redirect("weights")
    tried = form.cleaned_data if form.is_bound and form.is_valid() else None
    given = {
        "form": form, "moved": weights.preview(standing, tried or points), "tried": tried is not None,
        "may_change": standing.may(Act.MANAGE), "here": "deciding", "part": "weights",
    }  # fmt: skip
    return page(request, "deciding/weights", standing, 422 if form.errors else 200, **given)
