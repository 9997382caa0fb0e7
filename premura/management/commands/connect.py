"""premura connect: connect an account from the command line."""

import argparse
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from premura.models import Brand, Team
from premura.networks import NETWORKS
from premura.networks.contract import Disconnected, NetworkError, Refused
from premura.prepare import channels, playground

SECRET = frozenset({"password", "token"})
WITHOUT = {("bluesky", "host"): ""}  # what a field is when nothing is given, so that nobody is asked for it


class Command(BaseCommand):
    help = "Connect an account, or connect it again; its history stays.  What is not given is asked for."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("network", choices=sorted(NETWORKS))
        parser.add_argument("--brand", default="", help="the brand's short name; not needed where there is one brand")
        parser.add_argument("--team", default="", help="the team that answers there")
        for name in sorted({name for network in NETWORKS.values() for name in network.fields}):
            where = ", ".join(key for key, network in NETWORKS.items() if name in network.fields)
            parser.add_argument(f"--{name}", help=f"for {where}")

    def handle(self, *_args: Any, **options: Any) -> None:
        brand = self._brand(options["brand"])
        network = options["network"]
        typed = self._typed(network, brand, options)
        try:
            channel = channels.connect(brand, network, typed, None, self._team(brand, options["team"]))
        except Disconnected as error:
            raise CommandError(f"It was not let in: {error}. Nothing was changed. Look at what was typed.") from error
        except Refused as error:
            raise CommandError(f"The network says no: {error}. Nothing was changed.") from error
        except NetworkError as error:
            raise CommandError(f"The network could not be asked: {error}. Nothing was changed.") from error
        self.stdout.write(f"{channel.name} ({channel.handle}) is connected to {brand.name}.")

    def _brand(self, slug: str) -> Brand:
        found = Brand.objects.filter(slug=slug) if slug else Brand.objects.all()
        brands = list(found.order_by("slug")[:100])
        if len(brands) == 1:
            return brands[0]
        known = ", ".join(Brand.objects.order_by("slug").values_list("slug", flat=True)[:100]) or "none yet"
        raise CommandError(f"Which brand? Say --brand and one of: {known}.")

    def _team(self, brand: Brand, name: str) -> Team | None:
        if not name:
            return None
        team = Team.objects.filter(brand=brand, name=name).first()
        if team is None:
            known = ", ".join(Team.objects.filter(brand=brand).values_list("name", flat=True)[:100]) or "none yet"
            raise CommandError(f"{brand.name} has no team {name}. Its teams: {known}.")
        return team

    def _typed(self, network: str, brand: Brand, options: dict[str, Any]) -> dict[str, str]:
        given = {name: options[name] for name in NETWORKS[network].fields if options[name] is not None}
        if network == "playground":
            given = self._page(brand, given)
        return {name: self._one(network, name, label, given) for name, label in NETWORKS[network].fields.items()}

    def _one(self, network: str, name: str, label: str, given: dict[str, str]) -> str:
        if name in given:
            return given[name]
        if (network, name) in WITHOUT:
            return WITHOUT[network, name]
        return getpass(f"{label}: ") if name in SECRET else input(f"{label}: ")

    def _page(self, brand: Brand, given: dict[str, str]) -> dict[str, str]:
        # Piazza lives here: where no token is given, the page is ours to open.
        given.setdefault("host", settings.PUBLIC_URL)
        if "token" not in given and given["host"] == settings.PUBLIC_URL:
            page = playground.make_page(given.get("page", brand.slug), brand.name)
            given |= {"page": page.key, "token": page.token}
        return given
