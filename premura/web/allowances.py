"""Who may decide what: seen by all, changed by admins.  P69."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act, Standing
from premura.prepare import allowances
from premura.prepare.allowances import MEASURED, NO_LIMIT, ROLES, WHAT, Limit
from premura.web.amounts import NumberField
from premura.web.pages import page

FREE, UP_TO, NEVER = "", "up to", "never"
WORDS = {
    FREE: gettext_lazy("without a limit"), UP_TO: gettext_lazy("up to"), NEVER: gettext_lazy("asks somebody above"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One role's limit of one thing, and the fields that change it where somebody may."""

    role: Any
    limit: Limit
    how: Any = None
    most: Any = None


class TableForm(forms.Form):
    """The whole table: for each role and thing how far, and a number where it has one."""

    def __init__(self, table: allowances.Table, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.table = table
        for role, what in _keys():
            self._add(role, what, table.get((role, what), NO_LIMIT))

    def _add(self, role: Any, what: Any, limit: Limit) -> None:
        label = f"{what.label}, {role.label}"
        ways = WORDS if what in MEASURED else {way: WORDS[way] for way in (FREE, NEVER)}
        now = NEVER if not limit.may else UP_TO if limit.up_to is not None else FREE
        self.fields[f"{role}-{what}"] = forms.ChoiceField(
            label=label, choices=list(ways.items()), required=False, initial=now
        )
        if what in MEASURED:
            places = 0 if what == "date" else 2
            self.fields[f"{role}-{what}-most"] = NumberField(
                label=_("%(what)s: how many days") % {"what": label} if what == "date"
                else _("%(what)s: how many euros") % {"what": label},
                required=False, min_value=0, max_digits=8 + places, decimal_places=places,
                initial=limit.up_to if limit.up_to is None or limit.up_to % 1 else int(limit.up_to),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for role, what in _keys():
            most = f"{role}-{what}-most"
            if given.get(f"{role}-{what}") == UP_TO and given.get(most) is None and most not in self.errors:
                self.add_error(most, _("Say up to how much."))
        return given

    def limits(self) -> dict[tuple[str, str], Limit]:
        return {(str(role), str(what)): self._limit(f"{role}-{what}") for role, what in _keys()}

    def _limit(self, name: str) -> Limit:
        how = self.cleaned_data[name]
        most: Decimal | None = self.cleaned_data.get(f"{name}-most") if how == UP_TO else None
        return Limit(how != NEVER, most)

    def rows(self) -> list[tuple[Any, list[Cell]]]:
        return [(what, [self._cell(role, what) for role in ROLES]) for what in WHAT]

    def _cell(self, role: Any, what: Any) -> Cell:
        name = f"{role}-{what}"
        most = self[f"{name}-most"] if what in MEASURED else None
        return Cell(role, self.table.get((role, what), NO_LIMIT), self[name], most)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /allowances/; POST agent-refund=up to, agent-refund-most=50 and so on sets the whole table"""
    standing = access.standing(request.user)
    if request.method != "POST":
        return _index(request, standing, TableForm(allowances.table(standing.brand.pk)))
    access.need(standing, Act.MANAGE)
    form = TableForm(allowances.table(standing.brand.pk), request.POST)
    if not form.is_valid():
        return _index(request, standing, form, 422)
    changed = allowances.settle(standing, form.limits())
    messages.success(request, _("Kept. It holds from the next reply on.") if changed else _("Nothing was changed."))
    return redirect("allowances")


def _index(request: HttpRequest, standing: Standing, form: TableForm, status: int = 200) -> HttpResponse:
    given = {
        "form": form, "rows": form.rows(), "roles": ROLES, "may_manage": standing.may(Act.MANAGE), "here": "deciding",
        "part": "allowances",
    }  # fmt: skip
    return page(request, "allowances/page", standing, status, **given)


def _keys() -> list[tuple[Any, Any]]:
    return [(role, what) for role in ROLES for what in WHAT]
