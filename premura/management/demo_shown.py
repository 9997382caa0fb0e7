"""What the people of the demo's first brand did with some of it, so that each pattern can be seen once.

Done with the deeds that the screens use; what is not there, as in the bookshop, is left out.
"""

from datetime import datetime, timedelta

from premura.access import Standing
from premura.convert import outcome
from premura.decide import assign, owners
from premura.interact import promise
from premura.listen import tiers
from premura.listen.patterns import care_alarm
from premura.models import Conversation, Message, Outcome

ASKED = "Gli abbiamo detto «oggi stesso» e il frantoio non mi risponde: chi decide il giorno del ritiro?"
TASTED = "La Riserva 2018 sapeva di tappo: sostituita"


def do(lead: Standing, now: datetime) -> None:
    """Do it for one brand, inside the transaction that decides about it."""
    said = Message.objects.filter(brand=lead.brand, identity__isnull=False)
    care_alarm.find(list(said.filter(written_at__gte=now - care_alarm.WITHIN).values_list("pk", flat=True)), now)
    _between_teams(lead)
    _waits_for_a_lead(lead, now)
    if wine := _of(lead, "martacon", state="resolved"):
        how = outcome.Said(Outcome.Why.PRODUCT, TASTED, True, need=Outcome.Need.FIX, need_met=True)
        outcome.note(wine, wine.assignee or lead.agent, how)
    if critic := _of(lead, "harriet"):
        tiers.give(critic, "stampa", lead.agent)


def _between_teams(lead: Standing) -> None:
    """Who complains where marketing speaks goes to who owns complaints; nobody has looked at it there yet."""
    told = Conversation.objects.filter(brand=lead.brand, post__key="demo-m-tavola", intent="complaint", state="open")
    owners.route(lead.brand.pk, list(told.values_list("pk", flat=True)))


def _waits_for_a_lead(lead: Standing, now: datetime) -> None:
    """A promise runs out in a few minutes, and who made it asks a lead."""
    waits = _of(lead, "tiberio", state="open")
    if waits is None or waits.assignee is None:
        return
    promise.make(waits, "Dire a Tiberio il giorno del ritiro", now + timedelta(minutes=25), waits.assignee)
    assign.escalate(waits, waits.assignee, ASKED)


def _of(lead: Standing, key: str, **more: str) -> Conversation | None:
    found = Conversation.objects.filter(brand=lead.brand, identity__key=key, **more)
    return found.select_related("identity__contact", "channel", "assignee").order_by("pk").first()
