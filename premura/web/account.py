"""Signing in, and what each person chooses for themselves."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from premura import access
from premura.prepare import people
from premura.web.desk import THEMES

A_YEAR_S = 365 * 24 * 3600


class NobodySignsUpByThemselves(DefaultAccountAdapter):
    """People are invited by an admin of their brand."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def who_tries(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return who somebody says they are when they sign in: what django-axes counts failures by."""
    given = (credentials or {}).get("email") or (credentials or {}).get("login") or request.POST.get("login", "")
    return str(given).strip().lower()[:255]


class Preferences(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"), required=False,
        choices=[("", gettext_lazy("as the system")), ("light", gettext_lazy("light")), ("dark", gettext_lazy("dark"))],
    )  # fmt: skip


class NewPassword(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("New password"), max_length=500, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters. A sentence is easier to keep in mind than a word with signs."),
    )  # fmt: skip


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """GET /account/"""
    return _overview(request)


@login_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """POST /account/preferences/"""
    form = Preferences(request.POST)
    if not form.is_valid():
        return _overview(request, form, 422)
    said = form.cleaned_data
    people.prefer(request.user, name=said["name"], language=said["language"])
    with translation.override(said["language"]):
        messages.success(request, _("Saved."))
    response = redirect("account")
    _keep(request, response, settings.LANGUAGE_COOKIE_NAME, said["language"])
    _keep(request, response, "theme", said["theme"])
    return response


@login_required
@require_POST
def brand(request: HttpRequest) -> HttpResponse:
    """POST /brand/: work on another brand of mine"""
    wanted = request.POST.get("brand", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        raise Http404("no such brand")
    standing = access.standing(request.user, int(wanted))
    people.look_at(standing.agent, standing.brand)
    return redirect("/")


@sensitive_post_parameters("password")
@never_cache
def welcome(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """GET /account/welcome/Mg/c1…/: a person's first password, or a new one; POST sets it"""
    agent = people.welcomed(uid, token)
    if agent is None:
        return render(request, "account/used_up.html", status=404)
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.set_password(agent, form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
        else:
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("account_login")
    given = {"agent": agent, "form": form}
    return render(request, "account/welcome.html", given, status=422 if form.errors else 200)


@require_GET
def lost_password(request: HttpRequest) -> HttpResponse:
    """GET /account/password/reset/: Premura sends no mail; an admin gives a new link"""
    return render(request, "account/lost_password.html")


def gone(request: HttpRequest, *_what: str) -> HttpResponse:
    """Pages of django-allauth that make no sense where people are invited."""
    raise Http404("not here")


def _overview(request: HttpRequest, form: Preferences | None = None, status: int = 200) -> HttpResponse:
    agent = request.user
    theme = request.COOKIES.get("theme", "")
    now = {"name": agent.name, "language": agent.language, "theme": theme if theme in THEMES else ""}
    given = {"form": form or Preferences(initial=now), "standings": access.standings(agent), "here": "account"}
    return render(request, "account/overview.html", given, status=status)


def _keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    if value:
        response.set_cookie(name, value, max_age=A_YEAR_S, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(name)
