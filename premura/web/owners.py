"""Who owns what: the matrix, row by row, and what hangs between teams."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from premura import access
from premura.access import Act, Standing
from premura.decide import limbo, owners
from premura.decide.owners import Said
from premura.listen import corrections
from premura.measure import limbo as measured
from premura.templatetags.countries import countries
from premura.templatetags.premura import waited
from premura.templatetags.readings import read_as
from premura.web.answer_forms import chosen
from premura.web.pages import page


class RowForm(forms.Form):
    """One row of the matrix: what it is about, and which teams own it, are asked and are told."""

    intent = forms.ChoiceField(label=gettext_lazy("What they want"), required=False)
    topic = forms.CharField(
        label=gettext_lazy("Words, one of which they use"), required=False, max_length=100,
        help_text=gettext_lazy("With commas; a * at the end stands for any ending."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False,
        help_text=gettext_lazy("The channel’s; where it has none, what the network says with the language: pt-BR."),
    )  # fmt: skip
    owner = forms.ChoiceField(label=gettext_lazy("Owns it"))
    consulted = forms.MultipleChoiceField(
        label=gettext_lazy("Is asked"), required=False, widget=forms.CheckboxSelectMultiple
    )
    informed = forms.MultipleChoiceField(
        label=gettext_lazy("Is told"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, standing: Standing, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        teams = [(str(team.pk), team.name) for team in access.teams(standing)]
        channels = [(str(channel.pk), channel.name) for channel in access.channels(standing)]
        languages = [(code, read_as(code, "language")) for code in corrections.LANGUAGES if code != "und"]
        chosen(self.fields["intent"], [ANY, *((name, read_as(name, "intent")) for name in corrections.INTENTS)])
        chosen(self.fields["channel"], [ANY, *channels])
        chosen(self.fields["language"], [ANY, *languages])
        chosen(self.fields["country"], [ANY, *countries()])
        for name in ("owner", "consulted", "informed"):
            chosen(self.fields[name], teams)

    def said(self) -> Said:
        given = self.cleaned_data
        channel = int(given["channel"]) if given["channel"] else None
        others = ([int(pk) for pk in given[name]] for name in ("consulted", "informed"))
        return Said(
            int(given["owner"]), given["intent"], given["topic"], channel, given["country"], given["language"], *others
        )


ANY = ("", gettext_lazy("whatever it is"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /deciding/owners/?row=7&after=…: the matrix, with one row open to change; POST adds a row"""
    if request.method != "POST":
        return _index(request, access.need(access.standing(request.user), Act.READ))
    standing = access.need(access.standing(request.user), Act.MANAGE)
    form = RowForm(standing, request.POST)
    if not form.is_valid():
        return _index(request, standing, 422, form=form)
    try:
        owners.make(standing, form.said())
    except owners.NotARow:
        form.add_error(None, _("There are too many rows, or a team is gone. Nothing was added."))
        return _index(request, standing, 422, form=form)
    messages.success(request, _("The row is there. What comes in from now on follows it."))
    return redirect("owners")


@login_required
@require_POST
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /deciding/owners/7/ do=up, down, remove, or change with the row's fields"""
    standing, found = owners.row(request.user, pk)
    match request.POST.get("do"):
        case "up" | "down" as way:
            owners.move(standing, found, up=way == "up")
        case "remove":
            owners.remove(standing, found)
            messages.success(request, _("The row is gone. What it sent to a team stays there."))
        case "change":
            return _change(request, standing, found)
        case _:
            return _index(request, standing, 422, trouble=_("Choose what to do. Nothing was changed."))
    return redirect("owners")


def _change(request: HttpRequest, standing: Standing, found: Any) -> HttpResponse:
    form = RowForm(standing, request.POST, auto_id="row-%s")
    if not form.is_valid():
        return _index(request, standing, 422, change=form, changed=found.pk)
    try:
        owners.change(standing, found, form.said())
    except owners.NotARow:
        form.add_error(None, _("A team or channel is gone. Nothing was changed."))
        return _index(request, standing, 422, change=form, changed=found.pk)
    messages.success(request, _("Saved."))
    return redirect("owners")


def _index(request: HttpRequest, standing: Standing, status: int = 200, **more: Any) -> HttpResponse:
    now, rows = timezone.now(), owners.listed(standing)
    hanging = limbo.now(standing, request.GET.get("after", ""))
    may_change = standing.may(Act.MANAGE)
    wanted = next((each for each in rows if str(each.pk) == request.GET.get("row")), None) if may_change else None
    given = {
        "rows": rows, "may_change": may_change, "here": "deciding", "part": "owners", "hanging": hanging.rows,
        "more": urlencode({"after": hanging.after}) if hanging.after else "", "after": request.GET.get("after", ""),
        "stays": [_stay(stay, now) for stay in measured.by_team(standing, now)], "days": measured.DAYS,
        "has_teams": bool(access.teams(standing)), "form": RowForm(standing) if may_change else None,
        "changed": wanted.pk if wanted else None,
        "change": RowForm(standing, initial=_now(wanted), auto_id="row-%s") if wanted else None, **more,
    }  # fmt: skip
    return page(request, "owners/page", standing, status, **given)


def _now(row: Any) -> dict[str, Any]:
    return {
        "intent": row.intent, "topic": row.topic, "channel": row.channel_id, "country": row.country,
        "language": row.language, "owner": row.owner_id, "consulted": [str(team.pk) for team in row.consulted.all()],
        "informed": [str(team.pk) for team in row.informed.all()],
    }  # fmt: skip


def _stay(stay: measured.Stay, now: datetime) -> dict[str, Any]:
    return {
        "name": stay.name, "times": stay.times, "still": stay.still, "median": waited(now - stay.median, now),
        "longest": waited(now - stay.longest, now),
    }  # fmt: skip
