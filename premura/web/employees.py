"""The handles of who works for the brand: added one by one or as a list, and taken away.  P18."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from premura import access
from premura.access import Act, Standing
from premura.networks import NETWORKS
from premura.prepare import employees
from premura.templatetags.premura import network
from premura.web.pages import page

MOST_CHARACTERS = 200_000
WHY = {
    "network": gettext_lazy("there is no such network"),
    "handle": gettext_lazy("the handle is missing"),
    "many": gettext_lazy("the list is too long: paste the rest from here on"),
}


class HandleForm(forms.Form):
    """One handle."""

    network = forms.ChoiceField(label=gettext_lazy("Network"))
    handle = forms.CharField(label=gettext_lazy("Handle"), max_length=employees.MOST_HANDLE)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=employees.MOST_NAME, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["network"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, network(name)) for name in sorted(NETWORKS)]


class ListForm(forms.Form):
    """A pasted list."""

    lines = forms.CharField(
        label=gettext_lazy("A list: network, handle and name, one person a line"), max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 4, "placeholder": "bluesky @anna.example Anna Neri"}),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /deciding/employees/; POST keeps network=… handle=… name=…, or the lines of a list"""
    standing = access.standing(request.user)
    if request.method != "POST":
        return _index(request, standing)
    access.need(standing, Act.MANAGE)
    return _paste(request, standing) if "lines" in request.POST else _add(request, standing)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /deciding/employees/7/removal/"""
    standing, found = employees.employee(request.user, pk, Act.MANAGE)
    employees.remove(standing, found)
    messages.success(request, _("Taken away."))
    return redirect("employees")


def _add(request: HttpRequest, standing: Standing) -> HttpResponse:
    form = HandleForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            employees.add(standing, said["network"], said["handle"], said["name"])
        except employees.AlreadyThere:
            form.add_error("handle", _("It is in the list already."))
        except employees.NoHandle:
            form.add_error("handle", _("That is no handle: write it without blanks, as on the network."))
        else:
            messages.success(request, _("Kept. What they write is marked from now on."))
            return redirect("employees")
    return _index(request, standing, 422, form=form)


def _paste(request: HttpRequest, standing: Standing) -> HttpResponse:
    form = ListForm(request.POST)
    if not form.is_valid():
        return _index(request, standing, 422, lines=form)
    pasted = employees.paste(standing, form.cleaned_data["lines"])
    said = ngettext("%(n)s handle was kept.", "%(n)s handles were kept.", pasted.kept) % {"n": pasted.kept}
    if pasted.there:
        there = ngettext("%(n)s was there already.", "%(n)s were there already.", pasted.there)
        said += " " + there % {"n": pasted.there}
    messages.success(request, said)
    if not pasted.wrong:
        return redirect("employees")
    wrong = [(one, WHY[one.why]) for one in pasted.wrong[:100]]
    again = ListForm(initial={"lines": "\n".join(one.line for one, _why in wrong)})
    return _index(request, standing, 422, lines=again, wrong=wrong)


def _index(request: HttpRequest, standing: Standing, status: int = 200, **more: Any) -> HttpResponse:
    given = {
        "rows": employees.listed(standing), "form": HandleForm(), "lines": ListForm(),
        "may_manage": standing.may(Act.MANAGE), "here": "deciding", "part": "employees", **more,
    }  # fmt: skip
    return page(request, "employees/page", standing, status, **given)
