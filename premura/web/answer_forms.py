"""What is typed about answers, saved replies, the voice and the guard's phrases."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from premura import access
from premura.access import Act, Standing
from premura.guard.contract import NEVER, Draft
from premura.guard.contract import Phrase as Own
from premura.interact import guard_words
from premura.prepare import answers, phrases, voice
from premura.prepare.saved import Terms
from premura.prepare.voice import VoiceProfile
from premura.templatetags.premura import network
from premura.templatetags.readings import read_as

MOST_CHARACTERS = 10_000
PUBLIC = Terms().shareable
ALL_LANGUAGES = ("", pgettext_lazy("language", "all"))
NOBODY_SAYS = ("", pgettext_lazy("address", "as it comes"))
ADDRESSES = (NOBODY_SAYS, ("tu", "tu"), ("lei", "Lei"), ("voi", "voi"))


def languages() -> list[tuple[str, str]]:
    return [(code, str(read_as(code, "language"))) for code in answers.LANGUAGES]


def tones() -> list[tuple[str, str]]:
    return sorted(((tone.value, str(tone.label)) for tone in answers.TONES), key=lambda tone: tone[0])


def chosen(field: forms.Field, choices: Any) -> None:
    """Let a field offer what is known only when the form is made."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class EntryForm(forms.Form):
    """One question with its facts."""

    question = forms.CharField(label=gettext_lazy("The question, as customers ask it"), max_length=300)
    facts = forms.CharField(
        label=gettext_lazy("What was approved to be said"), max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 5}),
    )  # fmt: skip
    shareable = forms.ChoiceField(
        label=gettext_lazy("Who may be told"), initial="public",
        help_text=gettext_lazy("What nobody outside may be told, the guard stops in every reply."),
    )  # fmt: skip
    valid_until = forms.DateField(
        label=gettext_lazy("Holds until"), required=False,
        help_text=gettext_lazy("After that day it is no longer offered. Its owner is reminded two weeks before."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    owner = forms.ChoiceField(label=gettext_lazy("Who keeps it right"), required=False)

    def __init__(self, standing: Standing, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        chosen(self.fields["shareable"], [(each.value, each.label) for each in answers.SHAREABLE])
        if standing.may(Act.APPROVE):
            agents = [(str(agent.pk), str(agent)) for agent in access.colleagues(standing)]
            chosen(self.fields["owner"], [("", _("nobody")), *agents])
            self.fields["owner"].initial = str(standing.agent.pk)
        else:
            del self.fields["owner"]

    def said(self) -> answers.Said:
        given = self.cleaned_data
        owner = given.get("owner")
        return answers.Said(
            " ".join(given["question"].split()), given["facts"].strip(), given["shareable"],
            int(owner) if owner else None, given["valid_until"],
        )  # fmt: skip


class VariantForm(forms.Form):
    """The answer in one language and tone."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))
    tone = forms.ChoiceField(label=gettext_lazy("Tone"), required=False)
    text = forms.CharField(
        label=gettext_lazy("In these words"), max_length=MOST_CHARACTERS, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        chosen(self.fields["language"], languages())
        chosen(self.fields["tone"], tones())

    def words(self) -> answers.Words:
        given = self.cleaned_data
        return answers.Words(given["language"], given["tone"], given["text"].strip())


class SavedForm(forms.Form):
    """A text to begin with."""

    name = forms.RegexField(
        r"^[\w-]+$", label=gettext_lazy("Short name"), max_length=60,
        help_text=gettext_lazy("One word: in the answer one types / and this name."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("{name} {product} {place} {date} {agent} are filled from the message."),
    )  # fmt: skip
    tone = forms.ChoiceField(
        label=gettext_lazy("Tone"), required=False,
        help_text=gettext_lazy("Where the voice of the brand sets a tone, only that one and “any” are offered."),
    )  # fmt: skip
    shareable = forms.ChoiceField(
        label=gettext_lazy("Who may be told"), required=False, initial=PUBLIC,
        help_text=gettext_lazy("What is only for private is offered in private alone, what is internal nowhere."),
    )  # fmt: skip
    valid_until = forms.DateField(
        label=gettext_lazy("Holds until"), required=False,
        help_text=gettext_lazy("After that day it is no longer offered."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    for_crisis = forms.BooleanField(
        label=gettext_lazy("A line for hard days"), required=False,
        help_text=gettext_lazy(
            "Once a lead has approved its very words, it needs no second person while many turn against one item."
        ),
    )  # fmt: skip

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        chosen(self.fields["language"], languages())
        chosen(self.fields["tone"], tones())
        chosen(self.fields["shareable"], [(each.value, each.label) for each in answers.SHAREABLE])

    def said(self) -> dict[str, Any]:
        """Return what was typed as `saved.make` and `saved.change` take it."""
        given = dict(self.cleaned_data)
        shareable = given.pop("shareable") or PUBLIC
        return given | {"terms": Terms(given.pop("tone"), shareable, given.pop("valid_until"))}


class VoiceForm(forms.Form):
    """How the brand speaks."""

    values = forms.CharField(
        label=gettext_lazy("What we stand for"), required=False, max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    words_we_use = forms.CharField(
        label=gettext_lazy("Words we use"), required=False, max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 3}), help_text=gettext_lazy("With commas, or one a line."),
    )  # fmt: skip
    words_we_avoid = forms.CharField(
        label=gettext_lazy("Words we avoid"), required=False, max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 3}), help_text=gettext_lazy("The guard points at them in a reply."),
    )  # fmt: skip
    examples = forms.CharField(
        label=gettext_lazy("Replies that sound like us"), required=False, max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy(
            "A model that drafts, where you have one on, is given the first 1,500 characters as an example of the "
            "tone. Leave out the names of customers."
        ),
    )  # fmt: skip
    signs = forms.BooleanField(label=gettext_lazy("Replies end with the agent's first name"), required=False)
    undo_s = forms.IntegerField(
        label=gettext_lazy("Seconds in which a reply can be called back"), min_value=0, max_value=120
    )
    team_repeats = forms.IntegerField(
        label=gettext_lazy("Replies of the team that a new one must differ from"), min_value=0, max_value=500
    )

    def __init__(self, profile: VoiceProfile, networks: list[str], *given: Any, **more: Any) -> None:
        kept = {
            "values": profile.values, "examples": profile.examples, "signs": profile.signs, "undo_s": profile.undo_s,
            "team_repeats": profile.team_repeats, "words_we_use": ", ".join(profile.words_we_use),
            "words_we_avoid": ", ".join(profile.words_we_avoid),
        }  # fmt: skip
        super().__init__(*given, initial=kept, **more)
        self.networks = ["", *networks]
        for name in self.networks:
            label = network(name) if name else _("Everywhere else")
            self.fields[f"address-{name}"] = forms.ChoiceField(
                label=label, choices=ADDRESSES, required=False, initial=profile.addresses.get(name, "")
            )

    def addressed(self) -> list[Any]:
        return [self[f"address-{name}"] for name in self.networks]

    def plain(self) -> list[Any]:
        return [field for field in self if not field.name.startswith("address-")]

    def said(self) -> VoiceProfile:
        given = self.cleaned_data
        addresses = {name: given[f"address-{name}"] for name in self.networks if given[f"address-{name}"]}
        return VoiceProfile(
            given["values"].strip(), voice.words_in(given["words_we_use"]), voice.words_in(given["words_we_avoid"]),
            addresses, given["examples"].strip(), given["signs"], given["undo_s"], given["team_repeats"],
        )  # fmt: skip


class PhraseForm(forms.Form):
    """Words of the brand's own for a rule, and a draft to try them on."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"))
    allows = forms.ChoiceField(label=gettext_lazy("What it does"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Words"), max_length=200, required=False,
        help_text=gettext_lazy("Whole words; a * at the end stands for any ending."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    draft = forms.CharField(
        label=gettext_lazy("A reply or a post to try it on"), required=False, max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    customer = forms.CharField(
        label=gettext_lazy("What the customer wrote"), required=False, max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    network = forms.ChoiceField(label=gettext_lazy("Network"), required=False)
    post = forms.BooleanField(label=gettext_lazy("It is a post that we plan"), required=False)
    private = forms.BooleanField(label=gettext_lazy("In private"), required=False)
    our_mistake = forms.BooleanField(label=gettext_lazy("It was our mistake"), required=False)

    def __init__(self, networks: list[str], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        chosen(self.fields["network"], [("", _("any of them")), *((name, network(name)) for name in networks)])
        chosen(self.fields["rule"], [(rule, guard_words.rule(rule)) for rule in phrases.OWN_RULES])
        chosen(self.fields["allows"], [("", _("fires the rule")), ("1", _("never fires it"))])
        chosen(self.fields["language"], [ALL_LANGUAGES, *languages()])

    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        if not text and "try" in self.data and self.data.get("draft", "").strip():
            return text  # what the guard says as it is
        if not text.strip("* "):
            raise forms.ValidationError(_("Words are missing."))
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("text") and given.get("allows") and given.get("rule") in NEVER:
            self.add_error("rule", _("No words switch this rule off: nobody may send against it."))
        return given

    def ticks(self) -> list[Any]:
        return [self[name] for name in ("post", "private", "our_mistake")]

    def own(self) -> Own | None:
        """Return the words with their rule; None where only a draft is tried."""
        given = self.cleaned_data
        return Own(given["rule"], given["text"], given["language"], given["allows"] == "1") if given["text"] else None

    def drafted(self) -> Draft | None:
        given = self.cleaned_data
        text = given["draft"].strip()
        if not text:
            return None
        if given["post"]:
            return Draft(text, network=given["network"], post=True)
        return Draft(text, "", given["customer"].strip(), network=given["network"], public=not given["private"])
