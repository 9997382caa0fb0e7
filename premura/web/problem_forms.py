"""What is typed about a known issue."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premura import access
from premura.access import Act, Standing
from premura.decide import problems
from premura.web.answer_forms import chosen
from premura.web.composing import number

MOST_CHARACTERS = 10_000
# How alike: what a lead may choose from.
JOINS_FROM = (
    ("", gettext_lazy("never: people say who belongs to it")),
    ("0.95", gettext_lazy("who tells nearly the same")),
    ("0.85", gettext_lazy("who is very alike")),
    ("0.7", gettext_lazy("who is alike")),
)


GRAVITY = tuple((str(value), words) for value, words in problems.Severity.choices)


class IssueForm(forms.Form):
    """One known issue.  Who is no lead finds no threshold in it."""

    title = forms.CharField(
        label=gettext_lazy("The problem, in a few words"), max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    severity = forms.ChoiceField(
        label=gettext_lazy("How grave it is"), required=False, choices=GRAVITY,
        help_text=gettext_lazy("Grave ones stand on top of the list. What comes first in the inbox does not change."),
    )  # fmt: skip
    facts = forms.CharField(
        label=gettext_lazy("What we know"), required=False, max_length=MOST_CHARACTERS,
        help_text=gettext_lazy("For us: since when, whom it hits, who works on it."),
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    solution = forms.CharField(
        label=gettext_lazy("The public solution"), required=False, max_length=MOST_CHARACTERS,
        help_text=gettext_lazy("What we say to everybody. When it changes, everybody affected is to be told again."),
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    permalink = forms.URLField(
        label=gettext_lazy("Where it stands"), required=False, max_length=2_000, assume_scheme="https",
        help_text=gettext_lazy("The address of the public answer: the others get a line that points to it."),
        widget=forms.URLInput({"autocomplete": "off"}),
    )  # fmt: skip
    owner = forms.ChoiceField(label=gettext_lazy("Who owns it"), required=False)
    joins_from = forms.ChoiceField(label=gettext_lazy("Who joins by themselves"), required=False)

    def __init__(self, standing: Standing, data: Any = None, *, issue: Any = None) -> None:
        super().__init__(data, initial=_kept(standing, issue))
        agents = [(str(agent.pk), str(agent)) for agent in access.colleagues(standing)]
        owner = issue.owner if issue else None
        if owner is not None and str(owner.pk) not in dict(agents):  # they may not reply any more
            agents.append((str(owner.pk), str(owner)))
        chosen(self.fields["owner"], agents)
        if standing.may(Act.APPROVE):
            chosen(self.fields["joins_from"], _thresholds(issue))
        else:
            del self.fields["joins_from"]

    def said(self) -> problems.Said:
        given = self.cleaned_data
        owner, joins = given["owner"], given.get("joins_from")
        return problems.Said(
            given["title"], given["facts"], given["solution"], given["permalink"], int(owner) if owner else None,
            float(joins) if joins else None, number(given["severity"]),
        )  # fmt: skip


def _kept(standing: Standing, issue: Any) -> dict[str, str]:
    if issue is None:
        return {"owner": str(standing.agent.pk), "severity": str(problems.Severity.SERIOUS.value)}
    return {
        "title": issue.title, "facts": issue.facts, "solution": issue.solution, "permalink": issue.permalink,
        "severity": str(issue.severity), "owner": str(issue.owner_id),
        "joins_from": "" if issue.joins_from is None else str(issue.joins_from),
    }  # fmt: skip


def _thresholds(issue: Any) -> list[tuple[str, Any]]:
    kept = "" if issue is None or issue.joins_from is None else str(issue.joins_from)
    other = [] if kept in dict(JOINS_FROM) else [(kept, _("from %(score)s of 1") % {"score": kept})]
    return [*JOINS_FROM, *other]
