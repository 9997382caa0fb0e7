"""premura person"""

import getpass
import sys
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from premura.models import Agent, Brand, Membership, Role, Team
from premura.prepare import people


class Command(BaseCommand):
    help = "Add a person who signs in, or change what they are.  The first one makes the first brand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="as colleagues and customers know them")
        parser.add_argument("--brand", required=True, help="name or short name of the brand")
        parser.add_argument("--new-brand", action="store_true", help="make the brand; the first is made unasked")
        parser.add_argument("--role", choices=Role.values, default=Role.AGENT)
        parser.add_argument("--team", action="append", default=[], metavar="NAME", help="may be given more than once")
        parser.add_argument("--password-stdin", action="store_true", help="read the password's one line from stdin")

    def handle(self, *args: Any, email: str, **given: Any) -> None:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address. Nobody was added.") from None
        password = self._password(email, from_stdin=given["password_stdin"])
        with transaction.atomic():
            brand = self._brand(given["brand"], make=given["new_brand"])
            membership = self._member(brand, email, given["name"], given["role"], self._teams(brand, given["team"]))
            if password:
                self._set(membership.agent, password)
        self.stdout.write(f"{membership.agent} ({email}) is {membership.role} at {brand}.")

    def _password(self, email: str, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        agent = Agent.objects.filter(email=email).first()
        if agent is not None and agent.has_usable_password():
            return ""  # theirs stays
        if not sys.stdin.isatty():
            raise CommandError("They need a password to sign in. Nobody was added. Give it with --password-stdin.")
        first = getpass.getpass(f"A password for {email}: ")
        if first != getpass.getpass("Once more: "):
            raise CommandError("The two are not the same. Nobody was added.")
        return first

    def _brand(self, name: str, *, make: bool) -> Brand:
        found = Brand.objects.filter(Q(slug=name) | Q(name=name)).first()
        if found is not None:
            return found
        if make or not Brand.objects.exists():
            return Brand.objects.create(name=name, slug=slugify(name)[:50] or "brand")
        known = ", ".join(f"“{brand}”" for brand in Brand.objects.order_by("name")[:20])
        raise CommandError(
            f"There is no brand “{name}”. Nobody was added. There is {known}; --new-brand makes another."
        )

    def _teams(self, brand: Brand, names: Sequence[str]) -> list[Team]:
        return [people.make_team(brand, name) for name in names]

    def _member(self, brand: Brand, email: str, name: str, role: str, teams: Sequence[Team]) -> Membership:
        known = Membership.objects.select_related("agent", "brand").filter(brand=brand, agent__email=email).first()
        if known is None:
            return people.invite(brand, email, name or email.partition("@")[0].capitalize(), role, teams)
        try:
            people.change(known, role, teams or list(known.teams.all()))
        except people.LastAdmin:
            raise CommandError(f"{known.agent} is the only admin of {brand}. Nothing was changed.") from None
        if name:
            people.prefer(known.agent, name=name, language=known.agent.language)
        known.refresh_from_db()
        return known

    def _set(self, agent: Agent, password: str) -> None:
        try:
            people.set_password(agent, password)
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} Nobody was added.") from None
