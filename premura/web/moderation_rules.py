"""Rules of the brand that hide by themselves: made, switched, taken away; and refused, with what they would hide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from premura import access
from premura.access import Act, Standing
from premura.interact import rules
from premura.prepare import netiquette
from premura.web.fragments import fragment

MOST_CHARACTERS = 20_000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /moderation/rules/, POST with catches=words words=… clause=3"""
    standing = access.need(access.standing(request.user), Act.MODERATE)
    if request.method != "POST":
        return _page(request, standing)
    words = request.POST.get("words", "")[:MOST_CHARACTERS].splitlines()
    try:
        clause = netiquette.clause(standing.brand, request.POST.get("clause", ""))
        rules.make(standing, request.POST.get("catches", ""), words, clause)
    except rules.HidesOthers as error:
        return _page(request, standing, error.trial)
    except (rules.NotARule, LookupError):
        return _page(request, standing, trouble=_("Write the words, one a line, at most 200. No rule was made."))
    messages.success(request, _("The rule is on. What it hides waits for you in the ledger."))
    return redirect("moderation_rules")


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /moderation/rules/7/ do=on|off|remove"""
    standing, rule = rules.rule(request.user, pk)
    try:
        match request.POST.get("do"):
            case "remove":
                rules.remove(rule, standing.agent)
            case "on" | "off" as do:
                rules.switch(rule, standing.agent, on=do == "on")
            case _:
                return _page(request, standing, trouble=_("Choose what to do. Nothing was changed."))
    except rules.HidesOthers as error:
        return _page(request, standing, error.trial)
    return redirect("moderation_rules")


def _page(
    request: HttpRequest, standing: Standing, trial: rules.Trial | None = None, trouble: str = ""
) -> HttpResponse:
    given: dict[str, Any] = {
        "rules": rules.listed(standing), "catches": rules.Catches.choices, "trial": trial, "trouble": trouble,
        "draft": request.POST, "clauses": netiquette.clauses(standing.brand, standing.brand.language),
        "here": "moderation", "refused": _refused(trial) if trial else "",
    }  # fmt: skip
    return fragment(request, "rules/page", 422 if trial or trouble else 200, standing=standing, **given)


def _refused(trial: rules.Trial) -> str:
    said = ngettext(
        "The rule is not on. Of the last %(all)s messages its words stand in %(n)s that is neither spam nor abuse.",
        "The rule is not on. Of the last %(all)s messages its words stand in %(n)s that are neither spam nor abuse.",
        trial.of_them,
    )
    return said % {"all": trial.looked_at, "n": trial.of_them}
