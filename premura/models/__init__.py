"""What there is: every table, with its constraints, questions and moves.  No deeds."""

from premura.models.agent import Agent
from premura.models.answers import (
    Approvals,
    Engine,
    Entry,
    Phrase,
    SavedReply,
    Shareable,
    Term,
    Translated,
    Variant,
    Voice,
)
from premura.models.brand import Brand, Membership, Role, Team
from premura.models.channel import Channel
from premura.models.contact import Contact, Identity
from premura.models.conversation import Conversation, ConversationQuerySet, Order
from premura.models.delivery import Delivery, Quarantine, Tally, Waiting
from premura.models.event import Event
from premura.models.message import Ahead, Message, Reaction
from premura.models.moderation import Act, Boomerang, Clause, Disengagement, ModerationRule, Netiquette
from premura.models.moves import Move, Moving, WrongState
from premura.models.playground import (
    PlaygroundCall,
    PlaygroundChange,
    PlaygroundItem,
    PlaygroundLike,
    PlaygroundPage,
    PlaygroundPerson,
    PlaygroundPicture,
)
from premura.models.post import Plan, Post
from premura.models.reading import Correction, Lessons, Reading
from premura.models.reply import Attachment, Reply
from premura.models.teamwork import Label, Note, Presence

__all__ = [
    "Act", "Agent", "Ahead", "Approvals", "Attachment", "Boomerang", "Brand", "Channel", "Clause", "Contact",
    "Conversation", "ConversationQuerySet", "Correction", "Delivery", "Disengagement", "Engine", "Entry", "Event",
    "Identity", "Label", "Lessons", "Membership", "Message", "ModerationRule", "Move", "Moving", "Netiquette", "Note",
    "Order", "Phrase", "Plan", "PlaygroundCall", "PlaygroundChange", "PlaygroundItem", "PlaygroundLike",
    "PlaygroundPage", "PlaygroundPerson", "PlaygroundPicture", "Post", "Presence", "Quarantine", "Reaction", "Reading",
    "Reply", "Role", "SavedReply", "Shareable", "Tally", "Team", "Term", "Translated", "Variant", "Voice", "Waiting",
    "WrongState",
]  # fmt: skip
