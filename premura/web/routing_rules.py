"""Rules of the brand that route, label and tell: written, tried on the last thirty days, switched on, put in order."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.decide import conditions, macros, rulebook, trial
from premura.decide.conditions import NotARule
from premura.decide.rulebook import NameTaken, NotTried
from premura.templatetags.routing import wrong
from premura.web.bars import bars
from premura.web.pages import page
from premura.web.rule_forms import DeedsForm, RuleForm

HERE = {"here": "deciding", "part": "rules"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /deciding/rules/: rules and macros; POST makes a rule, which is off"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    known = conditions.known(standing.brand)
    if request.method != "POST":
        return board(request, standing, known)
    access.need(standing, Act.MANAGE)
    form = RuleForm(known, request.POST)
    made = form.is_valid() and kept(form, lambda: rulebook.make(standing, form.written()))
    if not made:
        return board(request, standing, known, 422, form=form)
    messages.success(request, _("The rule is kept. It is off: look at what it would have done, then switch it on."))
    return redirect("routing_rule_trial", made.pk)


def board(request: HttpRequest, standing: Standing, known: Any, status: int = 200, **more: Any) -> HttpResponse:
    """Show the rules in their order, the macros, and a form for one more of each."""
    given = {
        "rules": rulebook.listed(standing, known), "macros": macros.listed(standing, known),
        "may_manage": standing.may(Act.MANAGE), "most": rulebook.MOST_COUNTED, **HERE,
    }  # fmt: skip
    if standing.may(Act.MANAGE):
        given["form"] = RuleForm(known)
    given["macro_form"] = DeedsForm(known, prefix="macro")
    return page(request, "routing/page", standing, status, **given | more)


def kept(form: Any, keep: Any) -> Any:
    """Return what `keep` returns, or None with the form told why not."""
    try:
        return keep()
    except NameTaken:
        form.add_error("name", _("There is one of this name already."))
    except NotARule as error:
        form.add_error(None, wrong(error))
    return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /deciding/rules/7/: the form; POST changes it, or with do=remove takes it away"""
    standing, rule = rulebook.rule(request.user, pk)
    known = conditions.known(standing.brand)
    if request.POST.get("do") == "remove":
        rulebook.remove(standing, rule)
        messages.success(request, _("Taken away."))
        return redirect("routing_rules")
    initial = {"name": rule.name, "trigger": rule.trigger}
    form = RuleForm(known, request.POST or None, conditions=rule.conditions, actions=rule.actions, initial=initial)
    if request.method == "POST" and form.is_valid() and _changed(request, standing, rule, form):
        return redirect("routing_rule_trial", pk)
    told = rulebook.told(rule, known)
    return page(request, "routing/rule", standing, 422 if form.errors else 200, form=form, told=told, **HERE)


def _changed(request: HttpRequest, standing: Standing, rule: Any, form: RuleForm) -> bool:
    off = kept(form, lambda: [rulebook.change(standing, rule, form.written())])
    if off is None:
        return False
    messages.success(request, _("Kept. The rule is off until you switch it on again.") if off[0] else _("Kept."))
    return True


@login_required
@require_safe
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /deciding/rules/7/trial/: what it would have done in the last thirty days"""
    standing, rule = rulebook.rule(request.user, pk)
    tried = trial.trial(rule)
    figure = bars(tried.days)
    given = {
        "told": rulebook.told(rule, conditions.known(standing.brand)), "trial": tried, "figure": figure,
        "says": _says(rule, tried), "mark": rulebook.mark(rule), **HERE,
    }  # fmt: skip
    return page(request, "routing/trial", standing, **given)


def _says(rule: Any, tried: trial.Trial) -> str:
    if not tried.touched:
        return _("In the last 30 days it would have touched no conversation.")
    said = ngettext(
        "In the last 30 days it would have touched %(n)s conversation.",
        "In the last 30 days it would have touched %(n)s conversations.",
        tried.touched,
    )
    return said % {"n": tried.touched}


@login_required
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /deciding/rules/7/switch/ on=1 tried=…, or on=0"""
    standing, rule = rulebook.rule(request.user, pk)
    on = request.POST.get("on") == "1"
    try:
        rulebook.switch(standing, rule, on=on, tried=request.POST.get("tried", "")[:50])
    except NotTried:
        messages.info(request, _("It is still off. This is what it would have done: look, then switch it on."))
        return redirect("routing_rule_trial", pk)
    messages.success(request, _("The rule is on.") if on else _("The rule is off."))
    return redirect("routing_rules")


@login_required
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /deciding/rules/7/place/ to=up|down"""
    standing, rule = rulebook.rule(request.user, pk)
    if request.POST.get("to") in ("up", "down"):
        rulebook.move(standing, rule, up=request.POST["to"] == "up")
    return redirect("routing_rules")
