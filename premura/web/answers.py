"""The bank of questions and answers: found, read, written, and retired."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.interact import retold
from premura.prepare import answers, faq
from premura.web.answer_forms import EntryForm, VariantForm
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /answers/?q=spediz&retired=1&after=…"""
    standing = access.standing(request.user)
    words, retired = request.GET.get("q", "")[:200], request.GET.get("retired") == "1"
    after = request.GET.get("after", "")
    found = answers.listed(standing, words, after, retired=retired)
    asked = {"q": words} if words else {}
    asked |= {"retired": "1"} if retired else {}
    given = {
        "rows": found.rows, "more": urlencode(asked | {"after": found.after}) if found.after else "", "q": words,
        "retired": retired, "may_make": standing.may(Act.REPLY), "here": "answers", "part": "answers",
        "today": timezone.localdate(), "soon": timezone.localdate() + answers.SOON,
    }  # fmt: skip
    if wants_fragment(request) and after:
        return fragment(request, "answers/rows", standing=standing, **given)
    given["is_public"] = faq.brand(standing.brand.slug) is not None
    given["due"] = answers.due(standing) if not words and not retired else []
    return fragment(request, "answers/page", standing=standing, **given)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """GET /answers/new/?reply=7 or ?question=…: the form; POST keeps the entry"""
    standing = access.need(access.standing(request.user), Act.REPLY)
    reply = _reply(request)
    if reply is not None:  # it may stand in another brand of theirs
        standing = access.need(access.standing(request.user, reply.brand_id), Act.REPLY)
    if request.method == "POST":
        form, variant = EntryForm(standing, request.POST), VariantForm(request.POST, prefix="variant")
        if form.is_valid() and variant.is_valid():
            made = answers.make(standing, form.said(), reply, variant.words())
            messages.success(request, _("The answer is in the bank."))
            return redirect("answer", made.pk)
        return _form(request, standing, form, variant, reply, 422)
    return _form(request, standing, *_begun(standing, reply, request.GET.get("question", "")[:300]), reply)


def _begun(standing: Standing, reply: Any, question: str) -> tuple[EntryForm, VariantForm]:
    if reply is None:
        return EntryForm(standing, initial={"question": question}), _variant(standing)
    first = retold.first_of(reply)
    said, words = answers.begun_with(first, retold.to_everybody(retold.of([first])[first.pk]))
    initial = {"question": said.question, "facts": said.facts, "shareable": said.shareable}
    return EntryForm(standing, initial=initial), _variant(standing, words.language, words.text)


def _variant(standing: Standing, language: str = "", text: str = "") -> VariantForm:
    return VariantForm(prefix="variant", initial={"language": language or standing.brand.language, "text": text})


def _form(
    request: HttpRequest, standing: Standing, form: EntryForm, variant: VariantForm, reply: Any, status: int = 200
) -> HttpResponse:
    given = {"form": form, "variant": variant, "reply": reply, "here": "answers"}
    return page(request, "answers/new", standing, status, **given)


def _reply(request: HttpRequest) -> Any:
    pk = request.POST.get("reply") or request.GET.get("reply") or ""
    return answers.sent_reply(request.user, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 16 else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /answers/7/: the entry; POST changes it"""
    if request.method == "POST":
        standing, entry = answers.entry(request.user, pk, Act.REPLY)
        form = EntryForm(standing, request.POST)
        if not form.is_valid():
            return _entry(request, standing, entry, 422, form=form)
        answers.change(standing, entry, form.said())
        messages.success(request, _("Kept."))
        return redirect("answer", pk)
    return _entry(request, *answers.entry(request.user, pk))


def _entry(request: HttpRequest, standing: Standing, entry: Any, status: int = 200, **more: Any) -> HttpResponse:
    may_change = answers.may_change(standing, entry)
    given = {
        "entry": entry, "may_change": may_change, "here": "answers", "today": timezone.localdate(),
        "soon": timezone.localdate() + answers.SOON, "variant": _variant(standing),
        "helped": faq.helped(standing.brand).get(entry.pk, 0), "public_page": _public_page(standing, entry),
    }  # fmt: skip
    if may_change:
        initial = {
            "question": entry.question, "facts": entry.facts, "shareable": entry.shareable,
            "valid_until": entry.valid_until, "owner": str(entry.owner_id or ""),
        }  # fmt: skip
        given["form"] = EntryForm(standing, initial=initial)
    return page(request, "answers/entry", standing, status, **given | more)


def _public_page(standing: Standing, entry: Any) -> str:
    """Return the address at which everybody may read an entry; '' where nobody may."""
    brand = faq.brand(standing.brand.slug)
    if brand is None or faq.one(brand, entry.pk, brand.language) is None:
        return ""
    return settings.PUBLIC_URL + reverse("faq_one", args=[brand.slug, entry.pk])


@login_required
@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /answers/7/words/ with variant-language=en&variant-tone=&variant-text=…; no text takes it away"""
    standing, entry = answers.entry(request.user, pk, Act.REPLY)
    form = VariantForm(request.POST, prefix="variant")
    if not form.is_valid():
        return _entry(request, standing, entry, 422, variant=form)
    words = form.words()
    answers.say(standing, entry, words)
    messages.success(request, _("Kept.") if words.text else _("Taken away."))
    return redirect("answer", pk)


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /answers/7/retirement/, with back=1 to offer it again"""
    standing, entry = answers.entry(request.user, pk, Act.REPLY)
    back = request.POST.get("back") == "1"
    if not answers.retire(standing, entry, back=back):
        messages.error(request, _("Somebody was faster. This is how it stands now."))
    return redirect("answer", pk)
