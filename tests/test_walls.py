"""Every address and method, as a person of another brand, as a lesser role, and signed out."""

from dataclasses import dataclass, field

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from premura import vault
from premura.models import (
    Act,
    Attachment,
    Calendar,
    Channel,
    Employee,
    Engine,
    Entry,
    Exhibit,
    KnownIssue,
    Label,
    ListeningQuery,
    Macro,
    Membership,
    Message,
    ModerationRule,
    Ownership,
    PeerAnswer,
    Phrase,
    PileOn,
    Policy,
    Post,
    Product,
    Promise,
    Reply,
    Rule,
    SavedReply,
    SlaPolicy,
    Term,
)


@dataclass(frozen=True)
class Wall:
    """What an address is for: its method, the thing it names, and the least role that may."""

    method: str = "get"
    thing: str = ""  # what `pk` is: conversation, message, reply, channel, member
    least: str = "reader"
    data: dict[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()


WALLS = {
    "account": Wall(),
    "preferences": Wall("post"),
    "brand": Wall("post"),
    "people": Wall(least="admin"),
    "people_new": Wall("post", least="admin"),
    "member": Wall("post", "member", "admin"),
    "member_link": Wall("post", "member", "admin"),
    "member_part": Wall("post", "member", "admin"),
    "teams": Wall("post", least="admin"),
    "corrections": Wall(least="admin"),
    "corrections_export": Wall(least="admin"),
    "corrections_erasure": Wall("post", least="admin", data={"all-by": "1"}),
    "channels": Wall(),
    "channel_new": Wall(least="admin"),
    "channel_mastodon": Wall("post", least="admin"),
    "channel_playground": Wall("post", least="admin"),
    "channel_connect": Wall(least="admin", args=("bluesky",)),
    "channel_mastodon_back": Wall(least="admin"),
    "channel": Wall(thing="channel"),
    "channel_settings": Wall("post", "channel", "admin"),
    "channel_test": Wall("post", "channel", "admin"),
    "channel_reconnect": Wall("post", "channel", "admin"),
    "channel_disconnect": Wall("post", "channel", "admin"),
    "sla": Wall(),
    "sla_policy_new": Wall(least="admin"),
    "sla_policy": Wall(thing="policy", least="admin"),
    "sla_place": Wall("post", "policy", "admin"),
    "calendar_new": Wall(least="admin"),
    "calendar": Wall(thing="calendar", least="admin"),
    "weights": Wall(),
    "answers": Wall(),
    "answer_new": Wall(least="agent"),
    "answers_gaps": Wall(),
    "products": Wall(),
    "products_list": Wall("post", least="lead"),
    "product": Wall(thing="product", least="lead"),
    "product_removal": Wall("post", "product", "lead"),
    "product_line": Wall("post", "conversation", "agent"),
    "sale": Wall("post", "conversation", "agent"),
    "saved": Wall(),
    "saved_one": Wall(thing="saved", least="lead"),
    "saved_approval": Wall("post", "saved", "lead"),
    "saved_removal": Wall("post", "saved", "lead"),
    "saved_use": Wall("post", "saved", "agent"),
    "answer": Wall(thing="entry"),
    "answer_words": Wall("post", "entry", "lead", {"variant-language": "it", "variant-text": "Sì"}),
    "answer_retirement": Wall("post", "entry", "lead"),
    "voice": Wall(),
    "guard_board": Wall(least="lead"),
    "phrases": Wall(),
    "phrase_removal": Wall("post", "phrase", "lead"),
    "beside": Wall(thing="conversation"),
    "joined": Wall(thing="conversation"),
    "posts": Wall(),
    "post_check": Wall(),
    "post": Wall(thing="post"),
    "post_known": Wall("post", "post", "agent", {"title": "Quando arriva il vino?"}),
    "cycle": Wall(),
    "cycle_part": Wall(args=("decide",)),
    "figures": Wall(),
    "speed": Wall(),
    "speed_slowest": Wall(),
    "unanswered": Wall(),
    "coverage": Wall(),
    "coverage_part": Wall(args=("moved",)),
    "forecast": Wall(),
    "answers_did": Wall(),
    "answers_part": Wall(args=("asking",)),
    "start": Wall(),
    "inbox": Wall(args=("open",)),
    "search": Wall(),
    "conversation": Wall(thing="conversation"),
    "thread": Wall(thing="conversation"),
    "looking": Wall("post", "conversation"),
    "leaving": Wall("post", "conversation"),
    "left": Wall("get", "conversation", "agent"),
    "freeze": Wall("post", least="lead", data={"frozen": "1"}),
    "channel_freeze": Wall("post", "channel", "lead", {"frozen": "1"}),
    "replies": Wall("post", "conversation", "agent", {"text": "Ciao"}),
    "engines": Wall(least="admin"),
    "engine_fill": Wall("post", least="admin", args=("translate",)),
    "engine_test": Wall("post", "engine", "admin"),
    "engine_switch": Wall("post", "engine", "admin", {"on": "0"}),
    "engine_removal": Wall("post", "engine", "admin"),
    "terms": Wall("post", least="admin", data={"text": "Olio"}),
    "term_removal": Wall("post", "term", "admin"),
    "translation": Wall("post", "message", "agent"),
    "waiting_translation": Wall("post", "reply", "agent"),
    "reply_translation": Wall("post", "conversation", "agent", {"text": "Ciao"}),
    "drafting": Wall("post", "conversation", "agent"),
    "taking": Wall("post", "conversation", "agent"),
    "guard_look": Wall("post", "conversation", "agent", {"text": "Ciao"}),
    "notes": Wall("post", "conversation", "agent", {"text": "Ciao"}),
    "assignment": Wall("post", "conversation", "agent", {"to": "me"}),
    "state": Wall("post", "conversation", "agent", {"state": "resolved"}),
    "snooze": Wall("post", "conversation", "agent", {"until": "tomorrow"}),
    "labels": Wall("post", "conversation", "agent", {"name": "Vino"}),
    "label": Wall("post", "conversation", "agent"),
    "person": Wall("post", "conversation", "lead", {"handle": "nobody"}),
    "parting": Wall("post", "conversation", "lead"),
    "tier": Wall("post", "conversation", "agent", {"tier": "vip"}),
    "draft": Wall("post", "conversation", "agent"),
    "held": Wall(least="lead"),
    "held_settings": Wall(least="admin"),
    "withdrawal": Wall("post", "reply", "lead"),
    "copy": Wall("post", "reply", "agent"),
    "picture": Wall(thing="picture", least="agent"),
    "removal": Wall("post", "reply", "agent"),
    "approval": Wall("post", "reply", "lead"),
    "refusal": Wall("post", "reply", "lead"),
    "again": Wall("post", "reply", "agent"),
    "settlement": Wall("post", "reply", "agent", {"stands": "yes"}),
    "reading": Wall("post", "message", "agent", {"intent": "complaint"}),
    "like": Wall("post", "message", "agent"),
    "hidden": Wall("post", "message", "lead", {"hidden": "yes"}),
    "deletion": Wall("post", "message", "lead"),
    "ban": Wall("post", "message", "lead"),
    "moderate": Wall(thing="message", least="lead"),
    "disengagement": Wall("post", "conversation", "agent", {"reason": "Insulti"}),
    "promises": Wall(),
    "promise_settled": Wall("post", "promise", "agent", {"as": "kept"}),
    "promise_made": Wall("post", "conversation", "agent", {"what": "Chiamo", "due": "2099-01-01T09:00"}),
    "mistakes": Wall(),
    "mistake_log": Wall(least="lead"),
    "mistake": Wall("post", "conversation", "agent", {"learnt": ""}),
    "outcome": Wall("post", "conversation", "agent", {"why": "care"}),
    "context": Wall(thing="conversation"),
    "troll": Wall(thing="conversation"),
    "lead": Wall("post", "conversation", "agent", {"do": "mark"}),
    "warm": Wall(),
    "warm_weekly": Wall("post", least="lead", data={"n": "5"}),
    "owners": Wall(),
    "owner_row": Wall("post", "owner_row", "admin", {"do": "remove"}),
    "involved": Wall(),
    "next": Wall("post", least="agent"),
    "duty": Wall("post", least="agent", data={"on": "1"}),
    "escalation": Wall("post", "conversation", "agent", {"reason": "Minaccia"}),
    "takeover": Wall("post", "conversation", "lead"),
    "dispute": Wall("post", "conversation", "agent", {"reason": "Non è nostra"}),
    "allowances": Wall(),
    "policies": Wall(),
    "policy_new": Wall(least="lead"),
    "policy": Wall(thing="house_policy"),
    "policy_change": Wall(thing="house_policy", least="lead"),
    "policy_reading": Wall("post", "house_policy", data={"version": "1"}),
    "policy_retirement": Wall("post", "house_policy", "lead"),
    "queries": Wall(),
    "query_new": Wall(least="lead"),
    "query": Wall(thing="query"),
    "query_change": Wall(thing="query", least="lead"),
    "query_switch": Wall("post", "query", "lead", {"on": "0"}),
    "surges": Wall(),
    "surge": Wall(thing="pile_on"),
    "surge_over": Wall("post", "pile_on", "lead"),
    "surge_issue": Wall(thing="pile_on", least="agent"),
    "ledger": Wall(),
    "ledger_export": Wall(least="lead"),
    "moderation_rules": Wall(least="lead"),
    "moderation_rule": Wall("post", "rule", "lead", {"do": "off"}),
    "decision": Wall("post", "act", "lead", {"say": "undo"}),
    "exhibit": Wall(thing="exhibit"),
    "issues": Wall(),
    "issue_log": Wall(least="lead"),
    "issue": Wall(thing="issue"),
    "issue_change": Wall("post", "issue", "agent", {"title": "Il vino sa di tappo"}),
    "issue_state": Wall("post", "issue", "agent", {"do": "work"}),
    "issue_join": Wall("post", "issue", "agent", {"conversation": "1"}),
    "issue_leave": Wall("post", "issue", "agent", {"conversation": "1"}),
    "issue_run": Wall(thing="issue", least="agent"),
    "conversation_issue": Wall("post", "conversation", "agent", {"title": "Il vino sa di tappo"}),
    "netiquette": Wall(least="admin"),
    "netiquette_draft": Wall("post", least="admin"),
    "netiquette_clauses": Wall("post", least="admin"),
    "routing_rules": Wall(least="lead"),
    "routing_rule": Wall(thing="routing_rule", least="admin"),
    "routing_rule_trial": Wall(thing="routing_rule", least="admin"),
    "routing_rule_switch": Wall("post", "routing_rule", "admin", {"on": "0"}),
    "routing_rule_place": Wall("post", "routing_rule", "admin", {"to": "up"}),
    "macros": Wall("post", least="lead"),
    "macro": Wall(thing="macro", least="lead"),
    "macro_use": Wall("post", "conversation", "agent"),
    "gestures": Wall(),
    "gesture_send": Wall("post", least="agent"),
    "gesture_like": Wall("post", "conversation", "agent"),
    "employees": Wall(),
    "employee_removal": Wall("post", "employee", "admin"),
    "peer": Wall("post", "message", "agent", {"say": "wrong"}),
}
# For everybody, signed in or not.
OPEN = {"theme", "health", "alive", "account_welcome", "rules", "rules_version", "faq", "faq_one"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROLES = ("reader", "agent", "lead", "admin")


def ours() -> list[URLPattern]:
    """Return our own addresses; sign-in and the playground are each a house of their own, tested there."""
    return [p for p in get_resolver().url_patterns if isinstance(p, URLPattern)]


@pytest.fixture
def things(world):
    conversation = world.says("Ciao")
    message = Message.objects.get()
    about = {"brand": world.brand, "conversation": conversation, "message": message}
    PeerAnswer.objects.create(**about)
    return {
        "": 0,
        "brand": world.brand.pk,
        "conversation": conversation.pk,
        "message": message.pk,
        "reply": (
            reply := Reply.objects.create(
                brand=world.brand, conversation=conversation, to=message, author=world.ada, text="Sì", state="failed"
            )
        ).pk,
        "picture": Attachment.objects.create(brand=world.brand, reply=reply, name="a.gif", mime="image/gif").pk,
        "channel": world.rossi.pk,
        "member": Membership.objects.get(agent=world.rita).pk,
        "employee": Employee.objects.create(brand=world.brand, network="playground", handle="rita").pk,
        "parting": conversation.identity_id,
        "engine": Engine.objects.create(
            brand=world.brand, use="draft", kind="openai", url="http://127.0.0.1:9/v1", model="small"
        ).pk,
        "term": Term.objects.create(brand=world.brand, text="Rossi").pk,
        "rule": ModerationRule.objects.create(brand=world.brand, catches="spam", by=world.bruno).pk,
        "act": (act := Act.objects.create(**about, deed="hide", state="done", by=world.ada)).pk,
        "exhibit": _exhibit(act),
        "entry": Entry.objects.create(brand=world.brand, question="Aperti?", facts="Sì", owner=world.ada).pk,
        "saved": SavedReply.objects.create(brand=world.brand, name="ciao", language="it", text="Ciao").pk,
        "product": (product := Product.objects.create(brand=world.brand, name="Merla").pk),
        "product_line": product,
        "phrase": Phrase.objects.create(brand=world.brand, rule="canned", text="cordialmente", by=world.ada).pk,
        "promise": Promise.objects.create(
            brand=world.brand, conversation=conversation, owner=world.ada, what="Chiamo", due_at=timezone.now()
        ).pk,
        "policy": SlaPolicy.objects.create(brand=world.brand, name="Presto", first=10).pk,
        "house_policy": Policy.objects.create(brand=world.brand, title="Casi legali", text="Ferma", by=world.bruno).pk,
        "calendar": Calendar.objects.create(brand=world.brand, name="Sala", zone="Europe/Rome", week=[[]] * 7).pk,
        "owner_row": Ownership.objects.create(brand=world.brand, owner=world.hall).pk,
        "issue": KnownIssue.objects.create(brand=world.brand, title="Sa di tappo", owner=world.ada).pk,
        "pile_on": PileOn.objects.create(
            brand=world.brand,
            channel=world.rossi,
            root="menu",
            began_at=timezone.now(),
            at=timezone.now(),
            slope=1,
            voices=5,
            seen_at=timezone.now(),
        ).pk,
        "post": Post.objects.create(brand=world.brand, channel=world.rossi, key="menu", text="Vendemmia").pk,
        "query": ListeningQuery.objects.create(brand=world.brand, name="Vino", words="vino", by=world.bruno).pk,
        "label": Label.objects.create(brand=world.brand, name="Vino").pk,
        "routing_rule": Rule.objects.create(brand=world.brand, name="Export", by=world.elena).pk,
        "macro": (macro := Macro.objects.create(brand=world.brand, name="Rimborso", by=world.bruno).pk),
        "macro_use": macro,
    }


def _exhibit(act):
    """Return an act whose picture bears the act's own number."""
    Exhibit.objects.create(act=act, number=act.pk % 30_000, mime="image/png", data=b"\x89PNG")
    return act.pk


def ask(client, name, things):
    wall = WALLS[name]
    args = [things[wall.thing]] if wall.thing else list(wall.args)
    if name in ("label", "parting", "macro_use", "product_line", "exhibit"):
        args.append(things[name])
    data = {"brand": things["brand"]} if name == "brand" else wall.data
    return getattr(client, wall.method)(reverse(name, args=args), data)


def test_every_address_has_its_wall():
    named = {pattern.name for pattern in ours() if pattern.name}
    assert named - OPEN == set(WALLS)


@pytest.mark.parametrize("name", WALLS)
def test_signed_out_one_is_asked_to_sign_in(client, things, name):
    answer = ask(client, name, things)
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")


@pytest.mark.parametrize("name", [name for name, wall in WALLS.items() if wall.thing])
def test_a_person_of_another_brand_cannot_know_of_it(client, world, things, name):
    Membership.objects.filter(agent=world.zoe).update(role="admin")
    client.force_login(world.zoe, BACKEND)
    assert ask(client, name, things).status_code == 404


@pytest.mark.parametrize(
    ("name", "role"),
    [(name, role) for name, wall in WALLS.items() for role in ROLES[: ROLES.index(wall.least)]],
)
def test_a_lesser_role_may_not(client, world, things, name, role):
    Membership.objects.filter(agent=world.bruno).update(role=role)
    world.bruno.memberships.get().teams.set([world.hall])
    client.force_login(world.bruno, BACKEND)
    before = Message.objects.values_list("hidden_at", "removed_at", "liked_at").get()
    assert ask(client, name, things).status_code == 403
    assert Message.objects.values_list("hidden_at", "removed_at", "liked_at").get() == before
    assert Reply.objects.get().state == "failed"


@pytest.mark.parametrize("name", [n for n, w in WALLS.items() if n not in ("channel_mastodon_back",)])
def test_the_least_role_may(client, world, things, name):
    Membership.objects.filter(agent=world.bruno).update(role=WALLS[name].least)
    world.bruno.memberships.get().teams.set([world.hall])
    client.force_login(world.bruno, BACKEND)
    assert ask(client, name, things).status_code not in (401, 403, 404, 405, 500)


@pytest.mark.parametrize("name", [name for name, wall in WALLS.items() if wall.method == "post"])
def test_a_deed_is_not_done_by_looking(client, world, things, name):
    Membership.objects.filter(agent=world.bruno).update(role="admin")
    client.force_login(world.bruno, BACKEND)
    wall = WALLS[name]
    args = [things[wall.thing]] if wall.thing else list(wall.args)
    if name in ("label", "parting", "macro_use", "product_line", "exhibit"):
        args.append(things[name])
    assert client.get(reverse(name, args=args)).status_code in (200, 302, 405)
    assert Reply.objects.count() == 1
    assert Message.objects.get().liked_at is None


@pytest.mark.parametrize("name", [name for name, wall in WALLS.items() if wall.method == "post"])
def test_a_deed_without_the_forms_token_is_refused(world, things, name):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(world.elena, BACKEND)
    assert ask(client, name, things).status_code == 403


def test_a_channel_of_another_brand_is_no_filter_to_look_through(client, world):
    theirs = Channel.objects.create(
        brand=world.bookshop, network="playground", key="o", name="O", handle="o", sealed=vault.seal({"signing": "s"})
    )
    world.says("Il segreto della trattoria")
    client.force_login(world.zoe, BACKEND)
    for address in ("/inbox/all/", f"/inbox/all/?channel={world.rossi.pk}", f"/inbox/all/?channel={theirs.pk}",
                    "/search/?q=segreto"):  # fmt: skip
        assert "segreto della" not in client.get(address).text
