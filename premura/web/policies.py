"""The policies of the house: read by all who speak for the brand, written by its leads and admins."""

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
from premura.prepare import library
from premura.web.composing import number
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page

HERE = {"here": "answers", "part": "policies"}


class PolicyForm(forms.Form):
    """A policy: what it is about, and its words."""

    title = forms.CharField(
        label=gettext_lazy("Title"), required=False, max_length=library.MOST_TITLE,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=library.MOST_TEXT, widget=forms.Textarea({"rows": 14}),
        help_text=gettext_lazy("Plain text. An empty line begins a new paragraph."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def done(self, do: Callable[[library.Written, int | None], Any]) -> Any:
        """Return what `do` returns of what was typed; None where that is wrong, and the form says why."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        try:
            return do(library.Written(given["title"], given["text"]), given["version"])
        except library.NoTitle:
            self.add_error("title", _("It needs a title. Nothing was kept."))
        except library.NoText:
            self.add_error("text", _("It has no words yet. Nothing was kept."))
        except library.TitleTaken:
            self.add_error("title", _("There is one of this title already, perhaps a retired one. Nothing was kept."))
        except library.Newer:
            lost = _("Somebody changed its words while you wrote. Nothing was kept; what you wrote still stands here.")
            self.add_error(None, lost + " " + _("Open the policy anew, and put in what it lacks."))
        except library.Retired:
            self.add_error(None, _("Somebody retired it while you wrote. Nothing was kept."))
        return None


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /policies/?retired=1&after=…"""
    standing = access.need(access.standing(request.user), Act.READ)
    may_change = library.may_change(standing)
    retired, after = may_change and request.GET.get("retired") == "1", request.GET.get("after", "")
    found = library.listed(standing, after, retired=retired)
    asked = {"retired": "1"} if retired else {}
    given = {
        "rows": found.rows, "more": urlencode(asked | {"after": found.after}) if found.after else "",
        "retired": retired, "may_change": may_change, **HERE,
    }  # fmt: skip
    if wants_fragment(request) and after:
        return fragment(request, "policies/rows", standing=standing, **given)
    return page(request, "policies/page", standing, **given)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """GET /policies/new/: the form; POST publishes it"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    return _form(request, standing, PolicyForm(request.POST or None))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /policies/7/change/: the form; POST changes it"""
    standing, found = library.policy(request.user, pk, Act.APPROVE)
    kept = {"title": found.title, "text": found.text, "version": found.version}
    return _form(request, standing, PolicyForm(request.POST or None, initial=kept), found)


def _form(request: HttpRequest, standing: Standing, form: PolicyForm, found: Any = None) -> HttpResponse:
    if request.method == "POST":
        kept = form.done(lambda written, shown: library.save(standing, written, found, shown))
        if kept is not None:
            again = found is not None and kept.version != found.version
            messages.success(request, _("Kept. Everybody is asked to read it again.") if again else _("Kept."))
            return redirect("policy", kept.pk)
    return page(
        request, "policies/form", standing, 422 if form.errors else 200, form=form, policy=found, **HERE
    )  # fmt: skip


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /policies/7/"""
    standing, found = library.policy(request.user, pk)
    may_change = library.may_change(standing)
    given = {"policy": found, "read_at": library.read_at(standing, found), "may_change": may_change, **HERE}
    if may_change:
        given["readers"] = library.readers(standing, found)
    return page(request, "policies/policy", standing, **given)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /policies/7/reading/ version=2: I have read it"""
    standing, found = library.policy(request.user, pk)
    try:
        library.acknowledge(standing, found, number(request.POST.get("version", "")) or 0)
    except library.Newer:
        messages.error(request, _("Not noted: its words have changed meanwhile. Read them as they stand now."))
        return redirect("policy", pk)
    except library.Retired:
        messages.error(request, _("Not noted: it was retired meanwhile. There is nothing to do."))
    else:
        messages.success(request, _("Noted: you have read “%(title)s”.") % {"title": found.title})
    return redirect("policies")


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /policies/7/retirement/, with back=1 to bring it back"""
    standing, found = library.policy(request.user, pk, Act.APPROVE)
    if not library.retire(standing, found, back=request.POST.get("back") == "1"):
        messages.error(request, _("Somebody was faster. This is how it stands now."))
    return redirect("policy", pk)


def notice(standing: Standing) -> str:
    """Return the line on top of the inbox of who has something to read; '' where nothing waits."""
    n = library.waiting(standing)
    said = ngettext("%(n)s policy waits for you to read it.", "%(n)s policies wait for you to read them.", n)
    return said % {"n": n} if n else ""
