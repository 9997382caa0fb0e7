"""What is typed about rules and macros.  A field that is left alone is no condition, and no action."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from premura.decide.conditions import (
    EITHER,
    FIELDS,
    IS,
    MOST_MINUTES,
    NO_TEAM,
    NOBODY,
    NOT,
    SOMEBODY,
    Known,
)
from premura.decide.rulebook import Trigger, Written
from premura.listen import corrections
from premura.networks import NETWORKS
from premura.networks.contract import Kind
from premura.templatetags.countries import countries
from premura.templatetags.routing import OF, WHEN, value_word

ANY = ("", gettext_lazy("any"))
HOWS = ((IS, pgettext_lazy("how", "one of these")), (NOT, pgettext_lazy("how", "none of these")))
CODES: dict[str, Sequence[Any]] = {
    "network": tuple(NETWORKS), "kind": tuple(Kind), "language": corrections.LANGUAGES, "intent": corrections.INTENTS,
    "sentiment": corrections.SENTIMENTS, "flag": corrections.FLAGS,
}  # fmt: skip
NUMBERS = {"waits": (1, MOST_MINUTES), "stars": (1, 5)}
FREE = {
    "tier": gettext_lazy("As it stands with the customer: vip, press. With commas."),
    "label": gettext_lazy("With commas."),
    "words": gettext_lazy("Whole words or phrases, one a line or with commas; case and accents make no difference."),
}
MOST_CHARACTERS = 20_000


def _lines(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]


class DeedsForm(forms.Form):
    """What is done.  Those of a macro may do a little more, for a person clicks it."""

    name = forms.CharField(label=OF["name"], max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    do_team = forms.ChoiceField(label=gettext_lazy("To the team"), required=False)
    do_agent = forms.ChoiceField(label=gettext_lazy("Give it to"), required=False)
    do_label = forms.CharField(
        label=gettext_lazy("Put these labels on"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("With commas."),
    )
    do_unlabel = forms.CharField(
        label=gettext_lazy("Take labels off"), required=False, max_length=600, help_text=gettext_lazy("With commas.")
    )
    do_notify = forms.MultipleChoiceField(
        label=gettext_lazy("Leave a note for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    do_points = forms.IntegerField(
        label=gettext_lazy("Points above or below"), required=False, min_value=-200, max_value=200
    )
    do_policy = forms.ChoiceField(label=gettext_lazy("Answered as under"), required=False)
    do_snooze = forms.IntegerField(
        label=gettext_lazy("Snooze for so many minutes"), required=False, min_value=1, max_value=MOST_MINUTES
    )
    do_hold = forms.BooleanField(label=gettext_lazy("Put on hold"), required=False)
    do_resolve = forms.BooleanField(label=gettext_lazy("Resolve"), required=False)
    do_reply = forms.ChoiceField(
        label=gettext_lazy("Begin the answer with the saved reply"), required=False,
        help_text=gettext_lazy("It is put into the composer. Nothing is sent."),
    )  # fmt: skip
    macro = True

    def __init__(self, known: Known, *given: Any, actions: Sequence[Any] = (), **more: Any) -> None:
        more["initial"] = _initial_deeds(actions) | more.get("initial", {})
        super().__init__(*given, **more)
        none = ("", pgettext_lazy("action", "no"))
        people = [(str(pk), name) for pk, name in known.agents.items()]
        me = [("me", _("who uses it"))] if self.macro else []
        _offer(self, "do_team", [none, *_numbered(known.teams)])
        _offer(self, "do_agent", [none, *me, *people])
        whom = [(f"team {pk}", name) for pk, name in known.teams.items()]
        _offer(self, "do_notify", [*whom, *((f"agent {pk}", name) for pk, name in known.agents.items())])
        _offer(self, "do_policy", [none, *_numbered(known.policies)])
        _offer(self, "do_reply", [none, *_numbered(known.replies)])
        if not self.macro:
            del self.fields["do_resolve"], self.fields["do_reply"]

    def deeds(self) -> list[Any]:
        """Return the actions, in the order in which they are done."""
        given = self.cleaned_data
        return list(_deeds(given))

    def does(self) -> list[Any]:
        return [field for field in self if field.name.startswith("do_")]


def _deeds(given: Mapping[str, Any]) -> Iterator[list[Any]]:
    if given["do_team"]:
        yield ["team", int(given["do_team"])]
    if given["do_agent"]:
        yield ["take", True] if given["do_agent"] == "me" else ["agent", int(given["do_agent"])]
    for deed in ("label", "unlabel"):
        yield from ([deed, name] for name in _lines(given[f"do_{deed}"]))
    for whom in given["do_notify"]:
        sort, _blank, pk = whom.partition(" ")
        yield ["notify", [sort, int(pk)]]
    if given["do_points"]:
        yield ["points", given["do_points"]]
    if given["do_policy"]:
        yield ["policy", int(given["do_policy"])]
    if given["do_snooze"]:
        yield ["snooze", given["do_snooze"]]
    if given["do_hold"]:
        yield ["hold", True]
    if given.get("do_resolve"):
        yield ["resolve", True]
    if given.get("do_reply"):
        yield ["reply", int(given["do_reply"])]


def _initial_deeds(actions: Sequence[Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for deed, value in actions:
        match deed:
            case "label" | "unlabel":
                kept[f"do_{deed}"] = ", ".join(filter(None, [kept.get(f"do_{deed}", ""), value]))
            case "notify":
                kept.setdefault("do_notify", []).append(f"{value[0]} {value[1]}")
            case "take":
                kept["do_agent"] = "me"
            case _:
                kept[f"do_{deed}"] = value
    return kept


class RuleForm(DeedsForm):
    """A rule: when, on what conditions, and what it does."""

    trigger = forms.ChoiceField(
        label=OF["trigger"], choices=[(value, WHEN[value]) for value in Trigger.values], initial="came in",
        widget=forms.RadioSelect,
    )  # fmt: skip
    macro = False

    def __init__(self, known: Known, *given: Any, conditions: Sequence[Any] = (), **more: Any) -> None:
        more["initial"] = _initial_conditions(conditions) | more.get("initial", {})
        super().__init__(known, *given, **more)
        ids = {"channel": known.channels, "team": {NO_TEAM: value_word(NOBODY, "team")} | dict(known.teams)}
        for name, field in FIELDS.items():
            self.fields[name] = _asked(name, ids)
            if field.hows == EITHER:
                self.fields[f"{name}-how"] = forms.ChoiceField(
                    label=gettext_lazy("How"), choices=HOWS, required=False, widget=forms.RadioSelect, initial=IS
                )

    def asks(self) -> list[tuple[Any, Any, bool]]:
        """Return each condition's field, the field that says how it is asked (or None), and whether it is set."""
        hows = {name: self[f"{name}-how"] if f"{name}-how" in self.fields else None for name in FIELDS}
        return [(self[name], hows[name], self[name].value() not in (None, "", [])) for name in FIELDS]

    def written(self) -> Written:
        given = self.cleaned_data
        asked = [
            [name, given.get(f"{name}-how") or field.hows[0], _value(name, given[name])]
            for name, field in FIELDS.items() if given[name] not in (None, "", [])
        ]  # fmt: skip
        return Written(given["name"], given["trigger"], asked, self.deeds())


def _asked(name: str, ids: Mapping[str, Mapping[int, str]]) -> forms.Field:
    more: dict[str, Any] = {"label": OF[name], "required": False}
    if name in NUMBERS:
        least, most = NUMBERS[name]
        help_text = gettext_lazy("More than so many minutes.") if name == "waits" else gettext_lazy("At most so many.")
        return forms.IntegerField(min_value=least, max_value=most, help_text=help_text, **more)
    if name == "urgency":
        levels = [(str(n), value_word(n, "urgency")) for n in (1, 2, 3)]
        return forms.ChoiceField(choices=[ANY, *levels], help_text=gettext_lazy("At least."), **more)
    if name == "private":
        return forms.ChoiceField(choices=[ANY, ("no", _("in public")), ("yes", _("in private"))], **more)
    if name == "assignee":
        return forms.ChoiceField(choices=[ANY, *((v, value_word(v, name)) for v in (NOBODY, SOMEBODY))], **more)
    if name in FREE or name == "query":
        rows = 3 if name == "words" else 1
        help_text = FREE.get(name, gettext_lazy("As for listening: pacco (perso OR rotto) -grazie"))
        widget = forms.Textarea({"rows": rows}) if name in ("words", "query") else forms.TextInput()
        return forms.CharField(max_length=MOST_CHARACTERS, help_text=help_text, widget=widget, **more)
    if name == "country":
        choices = countries()
        more["help_text"] = gettext_lazy(
            "The channel’s; where it has none, what the network says with the language: pt-BR."
        )
    else:
        choices = _numbered(ids[name]) if name in ids else [(str(code), value_word(code, name)) for code in CODES[name]]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **more)


def _value(name: str, value: Any) -> Any:
    if name in ("channel", "team"):
        return [int(one) for one in value]
    if name == "urgency":
        return int(value)
    if name == "private":
        return value == "yes"
    return _lines(value) if name in FREE else value


def _initial_conditions(conditions: Sequence[Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, how, value in conditions:
        kept[f"{name}-how"] = how
        if name in FREE:
            kept[name] = ("\n" if name == "words" else ", ").join(value)
        elif name == "private":
            kept[name] = "yes" if value else "no"
        else:
            kept[name] = [str(one) for one in value] if isinstance(value, list) else str(value)
    return kept


def _numbered(names: Mapping[int, str]) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in names.items()]


def _offer(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
