"""Listening queries: what a brand listens for, what it found, and one tried out before it is kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.prepare import queries
from premura.prepare.queries import Written
from premura.templatetags.listening import wrong
from premura.text.query import QueryError
from premura.web.bars import bars
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page

HERE = {"here": "deciding", "part": "queries"}


class QueryForm(forms.Form):
    """What a query is called, and its words.  It may be tried before it has a name."""

    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=queries.MOST_NAME,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=20_000, strip=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip

    def written(self) -> Written:
        return Written(self.cleaned_data["name"], self.cleaned_data["words"])

    def done(self, do: Callable[[Written], Any]) -> Any:
        """Return what `do` returns of what was typed; None where that is wrong, and the form says why."""
        if not self.is_valid():
            return None
        try:
            return do(self.written())
        except QueryError as error:
            self.add_error("words", wrong(error))
        except queries.NoName:
            self.add_error("name", _("It needs a name. Nothing was kept."))
        except queries.NameTaken:
            self.add_error("name", _("There is one of this name already."))
        except queries.TooMany:
            most = {"n": queries.MOST}
            self.add_error(None, _("There are %(n)s already, which is the most. Nothing was kept. Delete one.") % most)
        return None


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /queries/"""
    standing = access.need(access.standing(request.user), Act.READ)
    rows = [(one, bars(one.days), _lately(one.hits)) for one in queries.listed(standing)]
    return page(request, "queries/page", standing, rows=rows, may_change=standing.may(Act.APPROVE), **HERE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """GET /queries/new/: the form; POST keeps a query, or with do=try says what it would have found"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    if request.method == "POST":
        return _post(request, standing)
    return _form(request, standing, QueryForm())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /queries/7/change/: the form; POST changes it, with do=try tries it out, with do=remove deletes it"""
    standing, found = queries.query(request.user, pk, Act.APPROVE)
    if request.POST.get("do") == "remove":
        if queries.remove(standing, found):
            messages.success(request, _("The query is deleted, with the list of what it found. No message is gone."))
        return redirect("queries")
    if request.method == "POST":
        return _post(request, standing, found)
    return _form(request, standing, QueryForm(initial={"name": found.name, "words": found.words}), found)


def _post(request: HttpRequest, standing: Standing, found: Any = None) -> HttpResponse:
    form = QueryForm(request.POST)
    if request.POST.get("do") == "try":
        trial = form.done(lambda written: queries.try_out(standing, written.words))
        return _form(request, standing, form, found, trial)
    kept = form.done(lambda written: _kept(standing, found, written))
    if kept is None:
        return _form(request, standing, form, found)
    messages.success(request, _("Kept. What it finds in the last 30 days comes in over the next minutes."))
    return redirect("query", kept)


def _kept(standing: Standing, found: Any, written: Written) -> int:
    if found is not None and queries.change(standing, found, written):
        return int(found.pk)
    return queries.make(standing, written).pk  # a new one, or one that somebody deleted while this was typed


def _form(
    request: HttpRequest, standing: Standing, form: QueryForm, found: Any = None, trial: queries.Trial | None = None
) -> HttpResponse:
    given = {"form": form, "query": found, "trial": trial, **HERE}
    if trial is not None:
        given |= {"figure": bars(trial.days), "says": _would(trial.found)}
    status = 422 if form.errors else 200
    if wants_fragment(request):
        return fragment(request, "queries/trial", status, standing=standing, **given)
    return page(request, "queries/query_form", standing, status, **given)


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /queries/7/?after=…: what it found, the newest first"""
    standing, found = queries.query(request.user, pk)
    hits = queries.hits(standing, found, request.GET.get("after", ""))
    given = {
        "query": found, "rows": hits.rows, "more": urlencode({"after": hits.after}) if hits.after else "",
        "may_change": standing.may(Act.APPROVE), **HERE,
    }  # fmt: skip
    if wants_fragment(request):
        return fragment(request, "queries/hits", standing=standing, **given)
    return page(request, "queries/query", standing, **given)


@login_required
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /queries/7/switch/ on=1, or on=0"""
    standing, found = queries.query(request.user, pk, Act.APPROVE)
    on = request.POST.get("on") == "1"
    queries.switch(standing, found, on=on)
    messages.success(request, _("The query listens.") if on else _("The query listens no more. What it found stays."))
    return redirect("queries")


def _lately(n: int) -> str:
    return ngettext("%(n)s message in 7 days", "%(n)s messages in 7 days", n) % {"n": n}


def _would(n: int) -> str:
    if not n:
        return _("In the last 30 days it would have found nothing.")
    said = ngettext(
        "In the last 30 days it would have found %(n)s message.",
        "In the last 30 days it would have found %(n)s messages.",
        n,
    )
    return said % {"n": n}
