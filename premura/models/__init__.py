"""What there is: every table, with its constraints, questions and moves.  No deeds."""

from premura.models.agent import Agent
from premura.models.brand import Brand, Membership, Role, Team
from premura.models.channel import Channel
from premura.models.contact import Contact, Identity
from premura.models.conversation import Conversation, ConversationQuerySet, Order
from premura.models.delivery import Delivery, Quarantine, Tally, Waiting
from premura.models.event import Event
from premura.models.message import Ahead, Message, Reaction
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
    "Agent", "Ahead", "Attachment", "Brand", "Channel", "Contact", "Conversation", "ConversationQuerySet",
    "Correction", "Delivery", "Event", "Identity", "Label", "Lessons", "Membership", "Message", "Move", "Moving",
    "Note", "Order", "Plan", "PlaygroundCall", "PlaygroundChange", "PlaygroundItem", "PlaygroundLike", "PlaygroundPage",
    "PlaygroundPerson", "PlaygroundPicture", "Post", "Presence",
    "Quarantine", "Reaction", "Reading", "Reply", "Role", "Tally", "Team", "Waiting", "WrongState",
]  # fmt: skip
