"""People: who works for the brand, in which role and teams.  For its admins."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from premura import access
from premura.access import Act, Standing
from premura.interact import approvals
from premura.prepare import people
from premura.templatetags.readings import INTENTS, LANGUAGES

HERE_NOW = gettext_lazy("%(name)s is here now, and signs in with the password they have.")
PARTED = gettext_lazy("%(name)s no longer works for %(brand)s. What they had waits for somebody else.")
NOT_OURS_ALONE = gettext_lazy(
    "%(name)s works for another brand too, so you cannot set their password. "
    "They can change it themselves under their name."
)


class Place(forms.Form):
    """Somebody's role and teams."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    teams = forms.MultipleChoiceField(label=gettext_lazy("Teams"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, standing: Standing, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.all_teams = {str(team.pk): team for team in access.teams(standing)}
        self._choose("role", people.roles())
        self._choose("teams", list(self.all_teams.items()))

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def chosen(self) -> list[Any]:
        return [self.all_teams[pk] for pk in self.cleaned_data["teams"]]


class Skills(forms.Form):
    """What somebody is given as what comes next; nothing ticked is whatever comes."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages they answer in"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, words) for code, words in LANGUAGES.items() if code != "und"],
    )  # fmt: skip
    intents = forms.MultipleChoiceField(
        label=gettext_lazy("What they take on"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(INTENTS.items()),
    )  # fmt: skip
    most_open = forms.IntegerField(
        label=gettext_lazy("Open conversations at once, at most"), required=False, min_value=1, max_value=1000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )  # fmt: skip


class Invitation(Place):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    field_order = ("name", "email", "role", "teams")


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """GET /people/"""
    return _index(request, _standing(request))


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """POST /people/new/"""
    standing = _standing(request)
    form = Invitation(standing, request.POST)
    if not form.is_valid():
        return _index(request, standing, 422, form=form)
    said = form.cleaned_data
    try:
        made = people.invite(standing.brand, said["email"], said["name"], said["role"], form.chosen())
    except people.AlreadyHere:
        form.add_error("email", _("This person is here already. Change their role in the list."))
        return _index(request, standing, 422, form=form)
    if made.agent.has_usable_password():
        messages.success(request, HERE_NOW % {"name": made.agent})
        return redirect("people")
    return _with_link(request, standing, made, 201)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /people/7/"""
    standing, found = _member(request, pk)
    form, skills = Place(standing, request.POST), Skills(request.POST)
    if not form.is_valid():
        return _index(request, standing, 422, trouble=_("There is no such role or team. Nothing was changed."))
    if not skills.is_valid():
        return _index(request, standing, 422, trouble=_not_a_skill())
    try:
        people.change(found, form.cleaned_data["role"], form.chosen())
    except people.LastAdmin:
        return _index(request, standing, 409, trouble=_last_admin())
    people.skill(found, **skills.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("people")


@login_required
@require_POST
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /people/7/part/"""
    standing, found = _member(request, pk)
    try:
        people.part(found)
    except people.LastAdmin:
        return _index(request, standing, 409, trouble=_last_admin())
    messages.success(request, PARTED % {"name": found.agent, "brand": standing.brand})
    return redirect("people")


@login_required
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /people/7/link/: a link with which they set a new password"""
    standing, found = _member(request, pk)
    return _with_link(request, standing, found)


@login_required
@require_POST
def make_team(request: HttpRequest) -> HttpResponse:
    """POST /teams/"""
    standing = _standing(request)
    name = request.POST.get("name", "").strip()
    if not name or len(name) > 100:
        return _index(request, standing, 422, trouble=_("A team needs a name of at most 100 characters."))
    people.make_team(standing.brand, name)
    messages.success(request, _("The team %(name)s is there.") % {"name": name})
    return redirect("people")


def _with_link(request: HttpRequest, standing: Standing, found: Any, status: int = 200) -> HttpResponse:
    try:
        uid, token = people.welcome(found, standing.agent)
    except people.NotOursAlone:
        return _index(request, standing, 409, trouble=NOT_OURS_ALONE % {"name": found.agent})
    url = request.build_absolute_uri(reverse("account_welcome", args=[uid, token]))
    return _index(request, standing, status, link=url, invited=found.agent)


def _index(request: HttpRequest, standing: Standing, status: int = 200, **more: Any) -> HttpResponse:
    places = [
        (
            member,
            Place(standing, prefix="", auto_id=f"member-{member.pk}-%s", initial=_now(member)),
            Skills(prefix="", auto_id=f"member-{member.pk}-%s", initial=_skills(member)),
        )
        for member in people.members(standing.brand)
    ]
    given = {
        "standing": standing, "here": "people", "places": places,
        "form": Invitation(standing, initial={"role": "agent"}), "roles": ROLES,
        "teams": access.teams(standing), "newcomers_wait": approvals.of(standing.brand.pk).newcomers, **more,
    }  # fmt: skip
    return render(request, "people/index.html", given, status=status)


ROLES = (
    (gettext_lazy("Reader"), gettext_lazy("sees everything, changes nothing")),
    (gettext_lazy("Agent"), gettext_lazy("answers what comes to their teams")),
    (gettext_lazy("Lead"), gettext_lazy("sees all teams, approves, hides and deletes")),
    (gettext_lazy("Admin"), gettext_lazy("also connects channels and manages people")),
)


def _now(member: Any) -> dict[str, Any]:
    return {"role": member.role, "teams": [str(team.pk) for team in member.teams.all()]}


def _skills(member: Any) -> dict[str, Any]:
    return {"languages": member.languages, "intents": member.intents, "most_open": member.most_open}


def _not_a_skill() -> str:
    return _(
        "Open conversations at once are 1 to 1000, languages and kinds those that are listed. Nothing was changed."
    )


def _last_admin() -> str:
    return _("This is the last admin: make somebody else an admin first. Nothing was changed.")


def _standing(request: HttpRequest) -> Standing:
    return access.need(access.standing(request.user), Act.MANAGE)


def _member(request: HttpRequest, pk: int) -> tuple[Standing, Any]:
    standing = access.standing(request.user)
    found = people.member(standing.brand, pk)
    if found is None:
        raise Http404(f"no member {pk} of {standing.brand.pk}")
    return access.need(standing, Act.MANAGE), found
