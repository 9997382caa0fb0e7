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
from premura.models.brand import Allowance, Brand, Membership, Role, Team
from premura.models.channel import Channel
from premura.models.contact import Contact, Identity
from premura.models.conversation import Conversation, ConversationQuerySet, Order
from premura.models.deciding import Calendar, SlaPolicy, Triage, Weights
from premura.models.delivery import Delivery, Quarantine, Tally, Waiting
from premura.models.event import Event
from premura.models.library import Policy, PolicyRead, Product
from premura.models.message import Ahead, Message, Reaction
from premura.models.moderation import Act, Boomerang, Clause, Disengagement, Exhibit, ModerationRule, Netiquette
from premura.models.moves import Move, Moving, WrongState
from premura.models.patterns import (
    Agreement,
    Employee,
    Hourly,
    ListeningQuery,
    PeerAnswer,
    PileOn,
    QueryHit,
    Repeat,
    Spike,
    Spill,
)
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
from premura.models.problems import Affected, KnownIssue, Mistake, Outcome, Promise
from premura.models.reading import Correction, Lessons, Reading
from premura.models.reply import Attachment, Reply
from premura.models.routing import Involved, Macro, Ownership, Rule, RuleRun
from premura.models.teamwork import Label, Note, Presence

__all__ = [
    "Act", "Affected", "Agent", "Agreement", "Ahead", "Allowance", "Approvals", "Attachment", "Boomerang", "Brand",
    "Calendar", "Channel", "Clause", "Contact", "Conversation", "ConversationQuerySet", "Correction", "Delivery",
    "Disengagement", "Employee", "Engine", "Entry", "Event", "Exhibit", "Hourly", "Identity", "Involved",
    "KnownIssue", "Label", "Lessons", "ListeningQuery", "Macro", "Membership", "Message", "Mistake",
    "ModerationRule", "Move", "Moving", "Netiquette", "Note", "Order", "Outcome", "Ownership", "PeerAnswer",
    "Phrase", "PileOn", "Plan", "PlaygroundCall", "PlaygroundChange", "PlaygroundItem", "PlaygroundLike",
    "PlaygroundPage", "PlaygroundPerson", "PlaygroundPicture", "Policy", "PolicyRead", "Post", "Presence",
    "Product", "Promise", "Quarantine", "QueryHit", "Reaction", "Reading", "Repeat", "Reply", "Role", "Rule",
    "RuleRun", "SavedReply", "Shareable", "SlaPolicy", "Spike", "Spill", "Tally", "Team", "Term", "Translated",
    "Triage", "Variant", "Voice", "Waiting", "Weights", "WrongState",
]  # fmt: skip
