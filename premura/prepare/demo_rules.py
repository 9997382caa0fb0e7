"""The demo brands' netiquette: the eight rules that everybody is offered, published two weeks ago."""

from datetime import timedelta

from premura.access import Standing
from premura.models import Event, Netiquette, Role
from premura.prepare import netiquette
from premura.prepare.demo_made import Made

IN_FORCE = timedelta(days=14)


def do(made: Made) -> None:
    admin = next((p.email for p in made.house.people if p.role == Role.ADMIN), "")
    if not admin:
        return
    house = netiquette.begin(Standing(made.agents[admin], made.brand, Role.ADMIN, None))
    netiquette.publish(house, made.agents[admin])
    at = made.now - IN_FORCE
    Netiquette.objects.filter(pk=house.pk).update(published_at=at)
    Event.objects.filter(brand=made.brand, deed=Event.Deed.NETIQUETTE_PUBLISHED).update(at=at)
