"""Words for acts of moderation: what was done, how it stands, and what hiding does."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

register = template.Library()

# What hiding really does, by each network's own help; docs/networks says what our adapters do of it.
# Also networks that have no adapter here yet, so that whoever writes one finds the words.
HIDES = {
    "playground": gettext_lazy("Hidden on Piazza: only its author still sees it."),
    "facebook": gettext_lazy("Hidden on Facebook: its author and their friends still see it."),
    "instagram": gettext_lazy(
        "Hidden on Instagram: its author still sees it. It does not work on live videos, and a copy on Facebook may"
        " stay."
    ),
    "threads": gettext_lazy(
        "Hidden on Threads: it works on direct replies to a post of ours only, not on replies to replies."
    ),
    "youtube": gettext_lazy("Held for review on YouTube: nobody else sees it until somebody lets it through."),
    "tiktok": gettext_lazy("Hidden on TikTok: its author still sees it."),
    "bluesky": gettext_lazy(
        "Hidden on Bluesky under our own posts only: everybody finds it behind “hidden replies”, and it stays on its"
        " author’s page."
    ),
}
CANNOT = {
    "mastodon": gettext_lazy("Mastodon cannot hide what others wrote: everybody goes on seeing it."),
    "x": gettext_lazy("X hides replies only at its own screens."),
    "telegram": gettext_lazy("Telegram cannot hide: a group’s admin can only delete."),
    "linkedin": gettext_lazy("LinkedIn cannot hide comments."),
    "whatsapp": gettext_lazy("WhatsApp cannot hide: only you two read it."),
    "google": gettext_lazy("Google cannot hide reviews: what breaks its rules can be reported there."),
}

# What a ban really does, as docs/networks says it; whoever is not here is banned by a mark of ours alone.
BANS = {
    "playground": gettext_lazy(
        "On Piazza whoever is banned can write nothing more to this page, in public or in private. What they wrote"
        " before stays. Lifting the ban lets them write again."
    ),
    "mastodon": gettext_lazy(
        "Mastodon blocks them for our account: they cannot follow or mention us, and what they write no longer comes in"
        " here. Everybody else goes on seeing what they wrote. Lifting the ban takes the block away, but who followed"
        " whom does not come back by itself."
    ),
    "bluesky": gettext_lazy(
        "Bluesky blocks them for our account: they cannot answer us, their replies under our posts disappear for"
        " everybody, and what they write no longer comes in here. Anybody can look up whom we block. Lifting the ban"
        " takes the block away."
    ),
}

DONE = {
    "hide": pgettext_lazy("act", "Hidden"),
    "delete": pgettext_lazy("act", "Deleted"),
    "ban": pgettext_lazy("act", "Banned"),
}
NOT_DONE = {
    "hide": pgettext_lazy("act", "To be hidden?"),
    "delete": pgettext_lazy("act", "To be deleted?"),
    "ban": pgettext_lazy("act", "To be banned?"),
}
STATES = {
    "asked": pgettext_lazy("act", "waits for a second person"),
    "review": pgettext_lazy("act", "hidden by a rule, to be reviewed"),
    "done": pgettext_lazy("act", "done"),
    "undone": pgettext_lazy("act", "undone"),
    "refused": pgettext_lazy("act", "refused"),
    "failed": pgettext_lazy("act", "the network did not do it"),
}
CLOSED = {  # by nobody: its author was faster
    "changed": pgettext_lazy("act", "closed: they changed it meanwhile"),
    "removed": pgettext_lazy("act", "closed: they deleted it themselves"),
}
TOLD = {
    "sent": gettext_lazy("Said in public:"),
    "ready": gettext_lazy("On its way, to be said in public:"),
    "sending": gettext_lazy("On its way, to be said in public:"),
    "unclear": gettext_lazy("Perhaps said in public:"),
    "scheduled": gettext_lazy("Waits to be said in public:"),
    "held": gettext_lazy("Waits to be said in public:"),
}
DEEDS = {
    "hide": gettext_lazy("hidings"),
    "delete": gettext_lazy("deletions"),
    "ban": gettext_lazy("bans"),
}
CATCHES = {
    "spam": gettext_lazy("spam"),
    "slurs": gettext_lazy("slurs"),
    "words": gettext_lazy("these words"),
}


@register.filter
def act_word(act: Any) -> str:
    """Return what was done; as a question, what is asked for, or was and never happened."""
    never = act.state in ("asked", "refused", "failed")
    return str((NOT_DONE if never else DONE).get(act.deed, act.deed))


@register.filter
def act_state(state: str) -> str:
    return str(STATES.get(state, state))


@register.filter
def act_stands(act: Any) -> str:
    """Return how an act stands, also where nobody decided and nobody can any more."""
    if act.state in ("refused", "failed") and act.trouble in CLOSED:
        return str(CLOSED[act.trouble])
    if act.state == "asked" and act.deed == "delete" and act.message.removed_at:
        return str(CLOSED["removed"])
    return act_state(act.state)


@register.filter
def act_trouble(act: Any) -> str:
    """Return what the network said against an act; '' where it was over for another reason, which `act_stands` says."""
    return "" if act.state == "refused" or act.trouble in CLOSED else act.trouble


@register.filter
def told_word(told: Any) -> str:
    """Return whether the public line of an act was said; '' where it never was, and does not wait to be."""
    if told.message is not None and told.message.removed_at:
        return _("Said in public, and deleted since:")
    return str(TOLD.get(told.state, ""))


@register.filter
def act_deeds(deed: str) -> str:
    return str(DEEDS.get(deed, deed))


@register.filter
def catches(name: str) -> str:
    return str(CATCHES.get(name, name))


@register.filter
def written_by(snapshot: dict[str, Any]) -> str:
    """Return whose words a snapshot holds."""
    author = snapshot.get("author")
    return (author.get("name") or author.get("handle") or author.get("key")) if author else _("we")


@register.filter
def hides_on(conversation: Any) -> str:
    """Return what hiding does on the network of a conversation."""
    return hides(conversation.channel.network, private=conversation.private)


@register.filter
def bans(network: str) -> str:
    """Return what banning does there, '' where it is our mark alone."""
    return str(BANS.get(network, ""))


@register.filter
def cooled(act: Any) -> bool:
    """Whether the time to cool down is over."""
    return bool(act.not_before <= timezone.now())


def hides(network: str, *, private: bool = False) -> str:
    """Return what hiding does there, or that it cannot be done."""
    if private:
        return _("Nobody else reads a private message: there is nothing to hide.")
    found = HIDES.get(network) or CANNOT.get(network)
    if found is None:
        return _("This network cannot hide what others wrote.")
    return str(found)
