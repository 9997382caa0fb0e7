"""How the demo brands decide: what belongs together among what was said, and what they have agreed on.

The demo world is told, not lived: what follows each batch of a working day is done here once, over all of it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from premura.access import Standing
from premura.decide import peers, problems, triage, warm
from premura.decide.deadlines import install
from premura.interact import promise
from premura.listen import spikes
from premura.listen.patterns import avalanche, joins, repeats
from premura.management import demo_shown
from premura.models import (
    Agent,
    Allowance,
    Brand,
    Calendar,
    Conversation,
    Employee,
    KnownIssue,
    Macro,
    Membership,
    Message,
    Ownership,
    Role,
    Rule,
    SavedReply,
    SlaPolicy,
    Team,
)
from premura.prepare import queries

AT_ONCE = 500
SHOP = [[9 * 60 + 30, 13 * 60], [16 * 60, 19 * 60 + 30]]
OPEN = Conversation.State.OPEN
LISTENED = (("Bottiglie e tappi", "bottigli* OR tappo"), ("Spedizioni", "pacco OR pacchi OR corriere OR spedizion*"))
HARD_DAY = (
    "Ciao {name}, hai ragione a chiedercelo qui. Stiamo guardando che cosa è successo: entro stasera alle 18 scriviamo"
    " qui sotto, per tutti, che cosa abbiamo trovato e che cosa facciamo."
)


def do(brand: Brand, now: datetime) -> None:
    """Do it for one brand, in one transaction; then tell what the minute and the hour tell."""
    said = list(Message.objects.filter(brand=brand, identity__isnull=False).values_list("pk", flat=True))
    with transaction.atomic():
        for first in range(0, len(said), AT_ONCE):
            some = said[first : first + AT_ONCE]
            repeats.find(some)
            joins.find(some)
            avalanche.find(some, now)
            peers.find(brand.pk, some)
        _agreed(brand)
        if lead := Membership.objects.filter(brand=brand, role="lead").select_related("agent").first():
            standing = Standing(lead.agent, brand, lead.role, None)
            _known_issue(standing, now)
            _promises(brand, lead.agent, now)
            _practised(standing, now)
            demo_shown.do(standing, now)
        triage.everything(brand.pk, now)
    promise.warn(timezone.now())
    spikes.count_hours(now)
    spikes.look(now)


def _agreed(brand: Brand) -> None:
    install([brand])
    week = [[], *[SHOP] * 5, [[600, 780]]]  # as the shop's post says
    hours = Calendar.objects.create(brand=brand, name="Bottega", zone=brand.time_zone, week=week, country="IT")
    SlaPolicy.objects.filter(brand=brand, intents=["purchase"]).update(calendar=hours)
    teams = {team.name: team for team in Team.objects.filter(brand=brand)}
    owners = (("complaint", "Assistenza"), ("purchase", "Negozio"), ("praise", "Marketing"))
    Ownership.objects.bulk_create(
        Ownership(brand=brand, place=place, intent=intent, owner=teams[name])
        for place, (intent, name) in enumerate(owners)
        if name in teams
    )
    admin = Membership.objects.filter(brand=brand, role="admin").select_related("agent").first()
    if admin is None:
        return
    Employee.objects.create(brand=brand, network="bluesky", handle="elenavigna.example", name="Elena, in cantina")
    Rule.objects.create(
        brand=brand, name="Sicurezza", is_on=True, by=admin.agent, conditions=[["flag", "is", ["safety"]]],
        actions=[["label", "Sicurezza"], ["points", 40]],
    )  # fmt: skip
    Rule.objects.create(
        brand=brand, name="Dalla Germania", place=2, by=admin.agent, conditions=[["country", "is", ["DE"]]],
        actions=[["label", "Germania"]],
    )  # fmt: skip
    Macro.objects.create(
        brand=brand, name="Reso: alla spedizione", by=admin.agent,
        actions=[["take", True], ["label", "Spedizioni"], ["hold", True]],
    )  # fmt: skip


def _known_issue(lead: Standing, now: datetime) -> None:
    """The parcels that stand still: those who told of it have joined."""
    told = Conversation.objects.filter(brand=lead.brand, labels__name="Spedizioni", intent="complaint", state=OPEN)
    late = told.filter(preview__icontains="pacco").order_by("-last_at", "pk")
    if not (first := late.first()):
        return
    issue = problems.open_one(
        lead,
        problems.Said(
            title="Pacchi fermi «in partenza»",
            facts="Un lotto è rimasto in magazzino dal 9: 41 ordini. Parte tutto con l’espresso.",
            solution="I pacchi fermi sono ripartiti con l’espresso: arrivano entro domani alle 13.",
        ),
        first,
    )
    problems.join(lead, issue, list(late.values_list("pk", flat=True)[1:6]))
    _log(lead, now)


def _log(lead: Standing, now: datetime) -> None:
    """One that is grave, and a nuisance that was closed after six days: what the log of known issues shows."""
    grave = problems.open_one(
        lead,
        problems.Said(
            title="Spumante: saltano i tappi del lotto 24/117",
            facts="Due bottiglie hanno perso il tappo da ferme. Il lotto è fermo in cantina, l’enologa lo controlla.",
            severity=problems.Severity.GRAVE,
        ),
    )
    problems.move(lead, grave, "work")
    nuisance = problems.open_one(
        lead,
        problems.Said(
            title="English shop: “Pay now” in grey on iPhone",
            solution="Solved: reload it once, then pay as before.",
            severity=problems.Severity.MINOR,
        ),
    )
    KnownIssue.objects.filter(pk=nuisance.pk).update(opened_at=now - timedelta(days=6))
    problems.move(lead, nuisance, "close")


def _promises(brand: Brand, by: Agent, now: datetime) -> None:
    waiting = Conversation.objects.filter(brand=brand, state=OPEN, intent="complaint").order_by("-last_at", "pk")
    told = (("Richiamo io e dico quando parte il pacco", timedelta(minutes=40)), ("Rimborso", timedelta(days=2)))
    for conversation, (what, left) in zip(waiting[:2], told, strict=False):
        promise.make(conversation, what, now + left, by, technical=what == "Rimborso")


def _practised(lead: Standing, now: datetime) -> None:
    """What the brand listens for, who may decide what, how many kind words a week, and a line for hard days."""
    for name, words in LISTENED:
        queries.make(lead, queries.Written(name, words))
    Allowance.objects.create(brand=lead.brand, role=Role.AGENT, what=Allowance.What.REFUND, up_to=50)
    warm.aim(lead, 5)
    SavedReply.objects.create(
        brand=lead.brand, name="Siamo qui, e stiamo guardando", language="it", text=HARD_DAY, owner=lead.agent,
        for_crisis=True, approved_by=lead.agent, approved_at=now,
    )  # fmt: skip
