"""What is typed about policies, calendars and weights."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

import holidays
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from premura import access
from premura.access import Standing
from premura.decide import hours, policies
from premura.decide.order import POINTS
from premura.listen import corrections
from premura.templatetags.deciding import part_label
from premura.templatetags.premura import network
from premura.templatetags.readings import read_as

EVERYBODY = pgettext_lazy("policy", "everything")
NOT_HOURS = gettext_lazy("“%(words)s” says no hours. Write 9:00–13:00, 15:00–19:00, or leave it empty.")
_MOST_MINUTES = 60 * 24 * 365


class _Length(forms.CharField):
    """A length of time in minutes, typed as 45, 4 h, 2 d."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().lower().replace(",", ".")
        if not text:
            return None
        units = {"m": 1, "min": 1, "": 1, "h": 60, "ore": 60, "ora": 60, "d": 1440, "g": 1440, "giorni": 1440}
        number, unit = text.rstrip("abcdefghijklmnopqrstuvwxyz "), text.lstrip("0123456789. ").strip()
        try:
            minutes = round(float(number) * units[unit])
        except (ValueError, KeyError):
            raise forms.ValidationError(_("Write minutes, or hours and days as 4 h and 2 d.")) from None
        if not 1 <= minutes <= _MOST_MINUTES:
            raise forms.ValidationError(_("It must be between a minute and a year."))
        return minutes

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return f"{value // 1440} d" if value % 1440 == 0 else f"{value // 60} h" if value % 60 == 0 else str(value)


class PolicyForm(forms.Form):
    """One SLA policy."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    is_on = forms.BooleanField(label=gettext_lazy("It is used"), required=False, initial=True)
    networks = forms.MultipleChoiceField(
        label=gettext_lazy("Networks"), required=False, widget=forms.CheckboxSelectMultiple
    )
    where = forms.ChoiceField(
        label=gettext_lazy("Where it was said"), required=False,
        choices=[("", EVERYBODY), ("public", gettext_lazy("in public")), ("private", gettext_lazy("in private"))],
    )  # fmt: skip
    intents = forms.MultipleChoiceField(
        label=gettext_lazy("What they want"), required=False, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.TypedChoiceField(label=gettext_lazy("Urgency, at least"), coerce=int, required=False, empty_value=0)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tiers = forms.CharField(
        label=gettext_lazy("Tiers of contacts"), required=False, max_length=200,
        help_text=gettext_lazy("With commas; empty: everybody."),
    )  # fmt: skip
    pile_on = forms.BooleanField(
        label=gettext_lazy("Only during a pile-on"), required=False,
        help_text=gettext_lazy(
            "For what stands under a post or comment that many turn against just now. Who wrote before it was seen is"
            " given this time from then on."
        ),
    )  # fmt: skip
    first = _Length(label=gettext_lazy("First answer within"), required=False, help_text=gettext_lazy("45, 4 h or 2 d"))
    next = _Length(label=gettext_lazy("Each further answer within"), required=False)
    resolution = _Length(label=gettext_lazy("Resolved within"), required=False)
    same_day = forms.BooleanField(label=gettext_lazy("Answered the same day"), required=False)
    calendar = forms.ChoiceField(label=gettext_lazy("Counted in"), required=False)

    def __init__(self, standing: Standing, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._calendars = {str(one.pk): one for one in policies.calendars(standing)}
        networks = sorted({channel.network for channel in access.channels(standing)})
        self._offer("networks", [(name, network(name)) for name in networks])
        self._offer("intents", [(name, read_as(name, "intent")) for name in corrections.INTENTS])
        self._offer("languages", [(code, read_as(code, "language")) for code in corrections.LANGUAGES])
        self._offer("urgency", [(0, EVERYBODY), *((n, read_as(n, "urgency")) for n in (2, 3))])
        self._offer("calendar", [("", _("day and night")), *((pk, str(one)) for pk, one in self._calendars.items())])

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def said(self) -> dict[str, Any]:
        """Return the fields of a policy."""
        given = dict(self.cleaned_data)
        given["private"] = {"public": False, "private": True}.get(given.pop("where"))
        given["tiers"] = [word.strip().lower()[:20] for word in given["tiers"].split(",") if word.strip()]
        given["calendar"] = self._calendars.get(given["calendar"])
        return given

    @classmethod
    def of(cls, standing: Standing, policy: Any, *given: Any) -> "PolicyForm":
        names = ("name", "is_on", "networks", "intents", "urgency", "languages", "first", "next", "resolution")
        initial = {name: getattr(policy, name) for name in (*names, "pile_on", "same_day")}
        initial |= {
            "where": {None: "", True: "private", False: "public"}[policy.private],
            "tiers": ", ".join(policy.tiers), "calendar": str(policy.calendar_id or ""),
        }  # fmt: skip
        return cls(standing, *given, initial=initial)


class CalendarForm(forms.Form):
    """When people work: each day's hours as one writes them."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    country = forms.ChoiceField(label=gettext_lazy("Public holidays of"), required=False)
    region = forms.CharField(
        label=gettext_lazy("Region"), required=False, max_length=10,
        help_text=gettext_lazy("Its short name, such as BZ or BY, where its holidays differ."),
    )  # fmt: skip
    days = forms.CharField(
        label=gettext_lazy("Days that are not as usual"), required=False, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One on a line: 24/12/2026 9:00–13:00. Without hours: closed."),
    )  # fmt: skip

    def __init__(self, standing: Standing, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        zone, country = self.fields["zone"], self.fields["country"]
        assert isinstance(zone, forms.ChoiceField)
        assert isinstance(country, forms.ChoiceField)
        zone.choices = [(name, name) for name in sorted(available_timezones())]
        zone.initial = standing.brand.time_zone
        country.choices = [
            ("", _("no country")),
            *((code, code) for code in sorted(holidays.list_supported_countries())),
        ]
        for n in range(7):
            self.fields[f"day_{n}"] = forms.CharField(label=WEEKDAYS[n], required=False, max_length=100)
        self.order_fields(["name", "zone", *(f"day_{n}" for n in range(7)), "country", "region", "days"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, read in (*((f"day_{n}", hours.spans) for n in range(7)), ("days", hours.days)):
            try:
                given[name] = read(given.get(name) or "")
            except hours.NotUnderstood as error:
                self.add_error(name, NOT_HOURS % {"words": error.words[:60]})
        return given

    def said(self) -> dict[str, Any]:
        """Return the fields of a calendar."""
        given = self.cleaned_data
        week = [given[f"day_{n}"] for n in range(7)]
        plain = {name: given[name] for name in ("name", "zone", "country", "days")}
        return plain | {"region": given["region"].strip().upper(), "week": week}

    @classmethod
    def of(cls, standing: Standing, calendar: Any, *given: Any) -> "CalendarForm":
        initial = {name: getattr(calendar, name) for name in ("name", "zone", "country", "region")}
        initial |= {f"day_{n}": hours.written(spans) for n, spans in enumerate(calendar.week)}
        return cls(standing, *given, initial=initial | {"days": hours.days_written(calendar.days)})


class WeightsForm(forms.Form):
    """The points of each part of the priority."""

    def __init__(self, points: Mapping[str, int], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name in POINTS:
            self.fields[name] = forms.IntegerField(
                label=part_label(name), min_value=-200, max_value=200, initial=points[name]
            )
