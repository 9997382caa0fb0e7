"""Saved replies: the texts that one begins with."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from premura import access
from premura.access import Act, Standing
from premura.prepare import answers, saved
from premura.prepare.saved import NameTaken
from premura.templatetags.allowances import beyond_words
from premura.web.answer_forms import SavedForm
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /answers/saved/?q=spediz&after=…; POST keeps a new one"""
    standing = access.standing(request.user)
    if request.method == "POST":
        access.need(standing, Act.REPLY)
        form = SavedForm(request.POST)
        if form.is_valid() and _kept(form, lambda given: saved.make(standing, **given)):
            messages.success(request, _("Kept."))
            return redirect("saved")
        return _index(request, standing, form, 422)
    return _index(request, standing, SavedForm(initial={"language": standing.brand.language}))


def _index(request: HttpRequest, standing: Standing, form: SavedForm, status: int = 200) -> HttpResponse:
    words, after = request.GET.get("q", "")[:200], request.GET.get("after", "")
    found = saved.listed(standing, words, after)
    given = {
        "rows": found.rows, "q": words, "form": form, "may_make": standing.may(Act.REPLY), "here": "answers",
        "part": "saved", "mine": [row.pk for row in found.rows if saved.may_change(standing, row)],
        "approvable": saved.approvable(standing, found.rows),
        "today": timezone.localdate(), "soon": timezone.localdate() + answers.SOON,
        "more": urlencode({"q": words, "after": found.after}) if found.after else "",
    }  # fmt: skip
    if wants_fragment(request) and after:
        return fragment(request, "answers/saved_rows", standing=standing, **given)
    return page(request, "answers/saved", standing, status, **given)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /answers/saved/7/: the form; POST changes it"""
    standing, found = saved.saved(request.user, pk, Act.REPLY, change=True)
    form = SavedForm(request.POST or None, initial={name: getattr(found, name) for name in SavedForm.base_fields})
    done = request.method == "POST" and form.is_valid()
    if done and _kept(form, lambda given: saved.change(standing, found, **given)):
        messages.success(request, _("Kept."))
        return redirect("saved")
    status = 422 if form.errors else 200
    return page(request, "answers/saved_one", standing, status, form=form, saved=found, here="answers", part="saved")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /answers/saved/7/removal/"""
    standing, found = saved.saved(request.user, pk, Act.REPLY, change=True)
    saved.remove(standing, found)
    messages.success(request, _("Taken away."))
    return redirect("saved")


@login_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /answers/saved/7/approval/ text=…: the words that were read"""
    standing, found = saved.saved(request.user, pk, Act.APPROVE)
    try:
        saved.approve(standing, found, request.POST.get("text", ""))
    except saved.OwnWords:
        messages.error(request, _("Not approved: these words are your own. Another lead says yes to them."))
    except saved.WordsChanged:
        messages.error(request, _("Not approved: the line has changed since. Read it as it stands now."))
    except saved.TooMuch as error:
        why = ", ".join(beyond_words(one) for one in error.wants)
        messages.error(request, _("Not approved: %(why)s. An admin says yes to it.") % {"why": why})
    else:
        messages.success(request, _("Approved. On hard days it leaves without a second person."))
    return redirect("saved")


@login_required
@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /answers/saved/7/use/: somebody began with it"""
    _standing, found = saved.saved(request.user, pk, Act.REPLY)
    saved.use(found)
    return HttpResponse(status=204)


def _kept(form: SavedForm, keep: Any) -> bool:
    try:
        keep(form.said())
    except NameTaken:
        form.add_error("name", _("There is one of this name in this language and tone already."))
        return False
    return True
