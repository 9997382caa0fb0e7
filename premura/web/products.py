"""What the brand sells: the list, one product, a whole list at once; and its line in an answer, its way to sales."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from premura import access
from premura.access import Act, Standing
from premura.interact import selling
from premura.prepare import product_list, products
from premura.prepare.products import LONGEST, Said, Taken, Unfit
from premura.web.conversation import answer
from premura.web.drafts import opened
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page

HERE = {"here": "answers", "part": "products"}
MOST_TOLD = 100  # lines of a list that were not kept
WHY = {
    "missing": gettext_lazy("It needs a name."),
    "long": gettext_lazy("It is too long."),
    "link": gettext_lazy("A link begins with https:// or http:// and has no blanks."),
    "taken": gettext_lazy("There is one of this name already."),
    "many": gettext_lazy("There are as many as there can be."),
    "twice": gettext_lazy("This name stands further up in the list."),
    "quotes": gettext_lazy("It has more than five columns, or a quotation mark that is never closed."),
}
FIELDS = {
    "name": gettext_lazy("Name"), "words": gettext_lazy("What else it is called"), "price": gettext_lazy("Price"),
    "link": gettext_lazy("Link"), "note": gettext_lazy("Note"),
}  # fmt: skip


class ProductForm(forms.Form):
    """One product."""

    name = forms.CharField(
        label=FIELDS["name"], max_length=LONGEST["name"], widget=forms.TextInput({"autocomplete": "off"})
    )
    words = forms.CharField(
        label=FIELDS["words"], required=False, max_length=LONGEST["words"],
        help_text=gettext_lazy("With commas, also in other languages: it is found under each of them."),
    )  # fmt: skip
    price = forms.CharField(
        label=FIELDS["price"], required=False, max_length=LONGEST["price"],
        help_text=gettext_lazy("As you would say it: 18 €, from 9.90 € a month."),
    )  # fmt: skip
    link = forms.CharField(
        label=FIELDS["link"], required=False, max_length=LONGEST["link"],
        help_text=gettext_lazy("Straight to where it is bought."),
        widget=forms.TextInput({"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    note = forms.CharField(
        label=FIELDS["note"], required=False, max_length=LONGEST["note"],
        help_text=gettext_lazy("For who answers; customers may be told. In stock until when, which sizes."),
    )  # fmt: skip

    def kept(self, keep: Callable[[Said], Any]) -> bool:
        """Whether what was typed is kept; where not, the form says why."""
        if not self.is_valid():
            return False
        try:
            keep(Said(**self.cleaned_data))
        except Unfit as error:
            self.add_error(error.field, WHY[error.why])
            return False
        return True


class ListForm(forms.Form):
    """A list, pasted or in a file."""

    lines = forms.CharField(
        label=gettext_lazy("One product a line"), required=False, max_length=product_list.MOST_BYTES, strip=False,
        help_text=gettext_lazy("name; other words; price; link; note. Or with a first line that names the columns."),
        widget=forms.Textarea({"rows": 5, "placeholder": "Merla 2022; merlot, rosso; 18 €; https://…; …"}),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"), required=False, widget=forms.FileInput({"accept": ".csv,.txt,.tsv"})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file = given.get("file")
        if file and file.size > product_list.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than a megabyte. Nothing was kept. Send it in parts."))
        given["text"] = product_list.decoded(file.read()) if file else given.get("lines", "")
        if not given["text"].strip() and not self.errors:
            raise forms.ValidationError(_("There is no line in it. Nothing was kept."))
        return given


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /products/?q=merla&after=…; POST keeps a new one"""
    standing = access.need(access.standing(request.user), Act.READ)
    if request.method != "POST":
        return _index(request, standing)
    access.need(standing, Act.APPROVE)
    form = ProductForm(request.POST)
    if form.kept(lambda said: products.save(standing, said)):
        messages.success(request, _("Kept."))
        return redirect("products")
    return _index(request, standing, 422, form=form)


def _index(request: HttpRequest, standing: Standing, status: int = 200, **more: Any) -> HttpResponse:
    words, after = request.GET.get("q", "")[:200], request.GET.get("after", "")
    found = products.listed(standing, words, after)
    given: dict[str, Any] = {
        "rows": found.rows, "q": words, "may_change": standing.may(Act.APPROVE), "form": ProductForm(),
        "lines": ListForm(), "more": urlencode({"q": words, "after": found.after}) if found.after else "",
    }  # fmt: skip
    if wants_fragment(request) and after:
        return fragment(request, "products/rows", standing=standing, **given)
    return page(request, "products/page", standing, status, **given | HERE | more)


@login_required
@require_POST
def take_list(request: HttpRequest) -> HttpResponse:
    """POST /products/list/ lines=…, or a file"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _index(request, standing, 422, lines=form)
    taken = products.take_list(standing, form.cleaned_data["text"])
    if said := _said(taken):
        messages.success(request, said)
    if not taken.wrong:
        return redirect("products")
    wrong = [(one, FIELDS[one.field], WHY[one.why]) for one in taken.wrong[:MOST_TOLD]]
    more = {"wrong": wrong, "wrong_in_all": len(taken.wrong), "lines": ListForm(initial={"lines": taken.left})}
    return _index(request, standing, 422, **more)


def _said(taken: Taken) -> str:
    told = (
        (taken.made, ngettext("%(n)s product was added.", "%(n)s products were added.", taken.made)),
        (taken.changed, ngettext("%(n)s was changed.", "%(n)s were changed.", taken.changed)),
        (taken.same, ngettext("%(n)s was the same already.", "%(n)s were the same already.", taken.same)),
    )
    return " ".join(words % {"n": n} for n, words in told if n)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /products/7/: the form; POST changes it"""
    standing, found = products.product(request.user, pk, Act.APPROVE)
    form = ProductForm(request.POST or None, initial={field: getattr(found, field) for field in LONGEST})
    if request.method == "POST" and form.kept(lambda said: products.save(standing, said, found)):
        messages.success(request, _("Kept."))
        return redirect("products")
    return page(request, "products/one", standing, 422 if form.errors else 200, form=form, product=found, **HERE)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /products/7/removal/"""
    standing, found = products.product(request.user, pk, Act.APPROVE)
    products.remove(standing, found)
    messages.success(request, _("Taken away."))
    return redirect("products")


# -- beside a conversation ----------------------------------------------------------------------


@login_required
@require_POST
def begin(request: HttpRequest, pk: int, product: int) -> HttpResponse:
    """POST /conversations/7/products/3/: put its line into one's own answer; nothing is sent"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    _theirs, found = products.product(request.user, product)
    if found.brand_id != standing.brand.pk:
        raise Http404(f"no product {product} of {standing.brand}")
    if selling.begin(conversation, request.user, found) is None:
        return answer(request, standing, conversation, trouble=_("They have written nothing yet: nobody to answer."))
    return opened(request, standing, conversation)


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/sale/: give it to the team that sells"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    what = ", ".join(offer.product.name for offer in selling.selling(conversation).offers)
    reason = _("they want to buy (%(what)s)") % {"what": what} if what else _("they want to buy")
    team = selling.hand_over(conversation, request.user, reason)
    if team is None:
        return answer(request, standing, conversation, trouble=_("It is with who sells already, or nobody is named."))
    messages.success(request, _("It is with %(team)s now.") % {"team": team})
    return redirect("inbox", "mine")  # it may no longer be theirs to see
