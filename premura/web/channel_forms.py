"""What is typed about a channel: what opens it, and what it is for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from premura import access
from premura.access import Standing
from premura.networks import NETWORKS
from premura.networks.contract import Can
from premura.prepare import channels
from premura.templatetags.countries import countries

# The adapters are pure and speak English; here their fields' names can be translated.
LABELS = (
    gettext_noop("Handle"), gettext_noop("App password"), gettext_noop("Server (empty: bsky.social)"),
    gettext_noop("Server"), gettext_noop("Access token"), gettext_noop("Address"), gettext_noop("Page"),
    gettext_noop("Token"),
)  # fmt: skip
HELP = {
    ("bluesky", "handle"): gettext_lazy("For example rossi.bsky.social"),
    ("bluesky", "password"): gettext_lazy(
        "In Bluesky, under Settings, Privacy and security, App passwords: make one, and allow direct messages."
    ),
    ("mastodon", "server"): gettext_lazy("For example mastodon.social"),
    ("mastodon", "token"): gettext_lazy(
        "In Mastodon, under Preferences, Development: make an application, and copy its token."
    ),
    ("playground", "page"): gettext_lazy("The page's short name, as it stands in its address"),
}  # fmt: skip
SECRET = frozenset({"password", "token"})
MAY_BE_EMPTY = frozenset({("bluesky", "host")})


class Fields(forms.Form):
    """What a person types to connect one network."""

    def __init__(self, network: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, label in NETWORKS[network].fields.items():
            attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
            widget = forms.PasswordInput(attrs) if name in SECRET else forms.TextInput(attrs)
            self.fields[name] = forms.CharField(
                label=_(label),
                required=(network, name) not in MAY_BE_EMPTY,
                max_length=4000,
                widget=widget,
                help_text=HELP.get((network, name), ""),
            )


class Settled(forms.Form):
    """What a channel is for."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"))
    promise = forms.CharField(
        label=gettext_lazy("What people there are promised"), required=False, max_length=300,
        help_text=gettext_lazy(
            "Hours and speed, in the words that stand on the page: “We answer from 9 to 19, within two hours.”"
        ),
    )  # fmt: skip
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False,
        help_text=gettext_lazy("Where this account is for one country: who owns that country owns what comes in here."),
    )  # fmt: skip
    owner = forms.ChoiceField(label=gettext_lazy("Who answers for it"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    hashtags = forms.CharField(
        label=gettext_lazy("Hashtags to listen to"), required=False, max_length=1100,
        help_text=gettext_lazy("Up to ten, with spaces between: #rossi #rossiaiuta. Public posts with them come in."),
    )  # fmt: skip
    silent = forms.BooleanField(
        label=gettext_lazy("We do not answer here"), required=False,
        help_text=gettext_lazy("Say so on the page too, and where people can write to you."),
    )  # fmt: skip

    def __init__(self, standing: Standing, channel: Any, *given: Any, **more: Any) -> None:
        initial = {
            "purpose": channel.purpose, "promise": channel.promise, "silent": not channel.answers,
            "owner": channel.owner_id or "", "team": channel.team_id or "", "country": channel.country,
            "hashtags": " ".join(f"#{tag}" for tag in channel.hashtags),
        }  # fmt: skip
        super().__init__(*given, **({"initial": initial} | more))
        self.owners = {str(agent.pk): agent for agent in access.colleagues(standing)}
        if channel.owner_id:
            self.owners.setdefault(str(channel.owner_id), channel.owner)
        self.teams = {str(team.pk): team for team in access.teams(standing)}
        self._choose("purpose", channel.Purpose.choices)
        self._choose("country", [("", _("no one country")), *countries()])
        self._choose("owner", [("", _("nobody")), *self.owners.items()])
        self._choose("team", [("", _("everybody")), *self.teams.items()])

        if Can.WATCH not in NETWORKS[channel.network].can:
            del self.fields["hashtags"]

    def clean_hashtags(self) -> list[str]:
        try:
            return channels.hashtags(self.cleaned_data["hashtags"])
        except channels.NotHashtags as error:
            raise forms.ValidationError(_("At most ten hashtags, of letters, digits and _ only.")) from error

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def answer(self) -> dict[str, Any]:
        """Return it as `channels.settle` takes it."""
        said = self.cleaned_data
        return {
            "purpose": said["purpose"], "promise": said["promise"], "answers": not said["silent"],
            "owner": self.owners.get(said["owner"]), "team": self.teams.get(said["team"]),
            "hashtags": said.get("hashtags", []), "country": said["country"],
        }  # fmt: skip
