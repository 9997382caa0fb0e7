"""Filling an empty database with the demo world.

What customers and we said is not written into the tables here: it is told, and taken in on the
one path that all messages take (`take_in`, from a room further on).  Here is what no network
tells: who works where, and what we did with it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from premura import vault
from premura.models import Agent, Brand, Channel, Label, Membership, PlaygroundChange, PlaygroundPage, Team
from premura.prepare import (
    demo_after,
    demo_again,
    demo_answers,
    demo_piazza,
    demo_policies,
    demo_products,
    demo_rules,
    demo_words,
)
from premura.prepare import playground as piazza
from premura.prepare.demo_made import Made, Told
from premura.prepare.demo_world import Account, House, world

PASSWORD = "bellosguardo"  # noqa: S105  everybody may know it: these people are invented
TWO_WEEKS = timedelta(days=15)
TakeIn = Callable[[Sequence[Told]], None]


class NotEmpty(Exception):
    """There is a brand already.  Nothing was filled."""


def fill(take_in: TakeIn, now: datetime | None = None, *, again: bool = False) -> list[Brand]:
    """Fill the demo world, all of it or nothing.  Raises NotEmpty unless `again`: then the old one goes first.

    `take_in` stores items in the order given; it is called more than once.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if again:
            demo_again.forget()
        elif Brand.objects.exists():
            raise NotEmpty
        hashed = make_password(PASSWORD)  # once: it takes half a second, as it should
        return [_fill(house, hashed, take_in, now) for house in world().brands]


def _fill(house: House, hashed: str, take_in: TakeIn, now: datetime) -> Brand:
    brand = Brand.objects.create(
        name=house.name, slug=house.slug, language=house.language, time_zone=house.time_zone
    )  # fmt: skip
    made = Made(house, brand, now)
    teams = {name: Team.objects.create(brand=brand, name=name) for name in house.teams}
    made.labels = {name: Label.objects.create(brand=brand, name=name) for name in house.labels}
    _people(made, teams, hashed)
    for account in house.channels:
        made.channels[account.id] = _channel(made, account, teams[account.team])
    first, then = demo_words.told(made)
    public, liked = demo_piazza.told(made)
    take_in(first + public)
    take_in(then + liked)  # edits, removals and likes speak of what is there
    demo_after.do(made)
    demo_answers.do(made)
    demo_policies.do(made)
    demo_products.do(made)
    demo_rules.do(made)
    return brand


def _people(made: Made, teams: dict[str, Team], hashed: str) -> None:
    for person in made.house.people:
        agent, _ = Agent.objects.update_or_create(
            email=person.email,
            defaults={"name": person.name, "language": person.language, "is_active": True, "password": hashed},
            create_defaults={
                "name": person.name, "language": person.language, "password": hashed, "brand": made.brand,
            },
        )  # fmt: skip
        membership = Membership.objects.create(agent=agent, brand=made.brand, role=person.role)
        membership.teams.set(teams[name] for name in person.teams)
        made.agents[person.email] = agent


def _channel(made: Made, account: Account, team: Team) -> Channel:
    is_piazza = account.network == "playground"
    handle = account.handle
    channel = Channel(
        brand=made.brand, team=team, network=account.network, name=account.name, handle=handle,
        key=handle if is_piazza else f"demo:{handle}", purpose=account.purpose, promise=account.promise,
        owner=next((made.agents[p.email] for p in made.house.people if account.team in p.teams), None),
        connected_at=made.now - TWO_WEEKS, heard_at=made.now,
    )  # fmt: skip
    if is_piazza:
        made.pages[account.id] = page = piazza.make_page(handle, made.house.name, account.promise)
        _connect(channel, page, made.now)
    channel.save()
    return channel


def _connect(channel: Channel, page: PlaygroundPage, now: datetime) -> None:
    channel.sealed = vault.seal(piazza.secret_of(page, settings.PUBLIC_URL))
    channel.asked_at = now
    channel.cursor = str(PlaygroundChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
    channel.url = f"{settings.PUBLIC_URL}/playground/{page.key}/"
