"""Engines: who translates and who drafts for a brand, and its glossary.  For admins."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.networks.contract import NetworkError
from premura.prepare import engines
from premura.prepare.engines import CannotFill, Filled
from premura.web.desk import Desk
from premura.web.engine_words import told, why, wrong

LANGUAGES = ("it", "en", "de", "fr", "es", "pt")
NAMES = {"libretranslate": "LibreTranslate", "deepl": "DeepL", "openai": gettext_lazy("OpenAI-compatible")}


class Fields(forms.Form):
    """What an admin types about one engine."""

    kind = forms.ChoiceField(label=gettext_lazy("Which"))
    url = forms.CharField(label=gettext_lazy("Address"), max_length=500)
    model = forms.CharField(label=gettext_lazy("Model"), max_length=100, required=False)
    key = forms.CharField(
        label=gettext_lazy("Key"), max_length=4000, required=False,
        widget=forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, use: str, found: Any, *given: Any) -> None:
        initial = {"kind": found.kind, "url": found.url, "model": found.model} if found else {}
        super().__init__(*given, initial=initial, auto_id=f"id_{use}_%s")
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(name, NAMES[name]) for name in engines.KINDS[use]]
        self.fields["url"].help_text = _(
            "Such as https://api-free.deepl.com, or https://host/v1 for what is OpenAI-compatible; "
            "http:// only on this machine."
        )
        self.fields["model"].help_text = _("For what is OpenAI-compatible only.")
        if found and found.sealed:
            self.fields["key"].help_text = _("A key is kept, sealed. Leave this empty to go on with it.")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /engines/"""
    return _page(request, _standing(request))


@login_required
@require_POST
def fill(request: HttpRequest, use: str) -> HttpResponse:
    """POST /engines/translate/ kind=deepl url=… model=… key=…"""
    standing = _standing(request)
    if use not in engines.KINDS:
        raise Http404(f"no use {use}")
    form = Fields(use, engines.of(standing.brand).get(use), request.POST)
    if form.is_valid():
        try:
            engines.fill(standing.brand, use, Filled(**form.cleaned_data), standing.agent)
        except CannotFill as error:
            form.add_error(error.what, wrong(error))
        else:
            messages.success(request, _("Kept, and off. Test it, then switch it on."))
            return redirect("engines")
    return _page(request, standing, 422, **{use: form})


@login_required
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /engines/7/test/: one word really goes there and back"""
    _unused, found = engines.engine(request.user, pk, Act.CONNECT)
    try:
        said = engines.test(found)
    except NetworkError as error:
        messages.error(request, why(error))
    else:
        messages.success(request, _("It answers: “%(said)s”.") % {"said": said})
    return redirect("engines")


@login_required
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /engines/7/switch/ on=1, or on=0"""
    standing, found = engines.engine(request.user, pk, Act.CONNECT)
    on = request.POST.get("on") == "1"
    try:
        said = engines.switch(found, on, standing.agent)
    except NetworkError as error:
        messages.error(request, _("It stays off.") + " " + why(error))
    else:
        told = _("It answers (“%(said)s”) and is on.") % {"said": said} if on else _("It is off. Nothing goes there.")
        messages.success(request, told)
    return redirect("engines")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /engines/7/removal/"""
    standing, found = engines.engine(request.user, pk, Act.CONNECT)
    engines.remove(found, standing.agent)
    messages.success(request, _("It is gone, and its key with it."))
    return redirect("engines")


@login_required
@require_POST
def add_term(request: HttpRequest) -> HttpResponse:
    """POST /engines/terms/ text=olio nuovo in-de=…"""
    standing = _standing(request)
    text = " ".join(request.POST.get("text", "").split())[: engines.LONGEST_WORD]
    if not text:
        messages.error(request, _("Type the word first."))
        return redirect("engines")
    said = {language: request.POST.get(f"in-{language}", "") for language in LANGUAGES}
    if engines.add_term(standing.brand, text, said, standing.agent) is None:
        messages.error(request, _("The glossary is full: take a word out first."))
    return redirect("engines")


@login_required
@require_POST
def remove_term(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /engines/terms/7/removal/"""
    standing, found = engines.term(request.user, pk, Act.CONNECT)
    engines.remove_term(found, standing.agent)
    return redirect("engines")


def _standing(request: HttpRequest) -> Standing:
    return access.need(access.standing(request.user), Act.CONNECT)


def _page(request: HttpRequest, standing: Standing, status: int = 200, **forms_given: Fields) -> HttpResponse:
    found = engines.of(standing.brand)
    uses = [
        {"use": use, "engine": found.get(use), "form": forms_given.get(use) or Fields(use, found.get(use)),
         "open": use in forms_given or use not in found, "trouble": told(found[use].trouble) if use in found else ""}
        for use in engines.KINDS
    ]  # fmt: skip
    others = [language for language in LANGUAGES if language != standing.brand.language]
    given = {
        "desk": Desk(request, standing), "standing": standing, "here": "engines", "uses": uses,
        "terms": engines.terms(standing.brand.pk), "languages": others,
    }  # fmt: skip
    response = render(request, "engines/index.html", given, status=status)
    response["Cache-Control"] = "no-store"
    return response
