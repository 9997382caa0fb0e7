"""What the guard says, in one plain sentence each: in the language of whoever reads it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premura.guard.contract import Finding, Severity

WORDS = {
    "insult": gettext_lazy("This insults or threatens. Whoever they are, and whatever they wrote, answer kindly."),
    "in_kind": gettext_lazy("This answers in kind: blame or sarcasm. Say what happens now instead."),
    "shouting": gettext_lazy("Words in capitals read as shouting."),
    "deflection": gettext_lazy("This sends them to a phone, a mailbox or a form. Answer here, where they asked."),
    "only_social_team": gettext_lazy(
        "They wrote to the company, not to a department. Say who takes it, and by when."
    ),
    "go_local": gettext_lazy(
        "This sends them to the shop or the dealer. Hand it over yourself, and say who will write."
    ),
    "private_first": gettext_lazy(
        "Answer in public first: others look for the same. Then write in private for their data."
    ),
    "personal_data": gettext_lazy(
        "This asks for or shows personal data in public. Take it out, or write in private."
    ),
    "shows_personal_data": gettext_lazy("It shows personal data in public. Take it out, or write in private."),
    "wrong_language": gettext_lazy(
        "They write in another language. Answer in theirs, or add a translation or a line that explains."
    ),
    "question_unanswered": gettext_lazy(
        "This question has no answer yet: “%(question)s”. Answer it, or say by when."
    ),
    "answer_not_first": gettext_lazy("The answer comes late. Put it first, right after the greeting."),
    "canned": gettext_lazy("This sounds ready-made. Say it as you would to their face."),
    "same_as_before": gettext_lazy(
        "The team told others nearly the same. Add a name, or a detail of what they wrote."
    ),
    "no_personal_trace": gettext_lazy(
        "Nothing in it is theirs: a name or a detail of the message makes it personal."
    ),
    "missing_apology": gettext_lazy("The mistake was ours: the apology is missing."),
    "missing_both": gettext_lazy("The mistake was ours: the apology and the thank-you are missing."),
    "missing_thanks": gettext_lazy("The mistake was ours: the thank-you is missing."),
    "vague_promise": gettext_lazy("A promise without a day or an hour. Say by when, or attach the promise."),
    "begging": gettext_lazy("This asks for likes, shares or follows. Invite an opinion or a story instead."),
    "shaming": gettext_lazy("This scolds the people who read us. Leave it out."),
    "internal_fact": gettext_lazy("This must not be told outside: “%(fact)s”. An expert can agree to it."),
    "heat": gettext_lazy("The thread is hot. It will leave in ten minutes, or at once when somebody else agrees."),
    "link_cost": gettext_lazy("A link on X costs 0.20 dollars a post. Leave it out if the words are enough."),
    "shortener": gettext_lazy("A short link hides where it leads. Use the full address."),
    "window_closed": gettext_lazy("The network takes no answer any more: its time is over."),
    "private_once": gettext_lazy("To this comment one can answer in private only once, and that was done."),
    "something_came_in": gettext_lazy("Something came in while you wrote. Read it first."),
    "colleague_answered": gettext_lazy("A colleague answered while you wrote. Read it first."),
    "avoided_word": gettext_lazy("We do not say “%(word)s”."),
    "address": gettext_lazy("Here we say %(wanted)s; this says %(found)s."),
}  # fmt: skip
RULES = {
    "insult": gettext_lazy("insult"),
    "in_kind": gettext_lazy("answering in kind"),
    "deflection": gettext_lazy("sent elsewhere"),
    "only_social_team": gettext_lazy("“only the social team”"),
    "go_local": gettext_lazy("sent to the shop"),
    "private_first": gettext_lazy("private before public"),
    "personal_data": gettext_lazy("personal data"),
    "wrong_language": gettext_lazy("wrong language"),
    "question_unanswered": gettext_lazy("question left open"),
    "answer_not_first": gettext_lazy("answer comes late"),
    "canned": gettext_lazy("ready-made"),
    "no_personal_trace": gettext_lazy("nothing personal"),
    "missing_apology": gettext_lazy("apology missing"),
    "vague_promise": gettext_lazy("promise without a date"),
    "begging": gettext_lazy("begging"),
    "shaming": gettext_lazy("shaming"),
    "internal_fact": gettext_lazy("internal fact"),
    "heat": gettext_lazy("heat"),
    "link_cost": gettext_lazy("link"),
    "window_closed": gettext_lazy("window closed"),
    "collision": gettext_lazy("collision"),
    "voice": gettext_lazy("our voice"),
}


def words(finding: Finding) -> str:
    """Return why, in one sentence, in the language that is active."""
    return str(WORDS[finding.because or finding.rule]) % dict(finding.facts)


def kinds() -> dict[Severity, str]:
    """Return what each finding does to a reply, in a word, the gravest first."""
    return {
        Severity.BLOCK: _("Stops"), Severity.DELAY: _("Waits"), Severity.WARN: _("Careful"), Severity.HINT: _("Hint"),
    }  # fmt: skip


def rule(name: str) -> str:
    """Return what a rule is called."""
    return str(RULES.get(name, name))


def fix(finding: Finding) -> str:
    """Return what the fix does; "" where there is none."""
    if finding.fix is None:
        return ""
    match finding.rule:
        case "missing_apology":
            return _("Add it")
        case "wrong_language":
            return _("Add a line that explains")
        case "vague_promise":
            return _("Say “%(by)s”") % {"by": finding.fix}
        case "in_kind" if finding.because == "shouting":
            return _("Write it small")
    return _("Take it out")
