"""People: who works for a brand, in which role and teams."""

from collections.abc import Sequence

from django.contrib.auth import password_validation
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from premura import access
from premura.models import Agent, Brand, Conversation, Membership, Role, Team


class AlreadyHere(Exception):
    """This person works for the brand already.  Nothing was changed."""


class LastAdmin(Exception):
    """Nobody could change anything any more.  Nothing was changed."""


class NotOursAlone(Exception):
    """They also work for a brand that is not yours, so you cannot set their password."""


def members(brand: Brand) -> list[Membership]:
    """Return everybody who works for the brand, by name."""
    found = Membership.objects.filter(brand=brand).select_related("agent").prefetch_related("teams")
    return list(found.order_by("agent__name", "agent__email")[:1000])


def member(brand: Brand, pk: int) -> Membership | None:
    return Membership.objects.filter(brand=brand, pk=pk).select_related("agent", "brand").first()


def roles() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Role.choices]


def invite(brand: Brand, email: str, name: str, role: str, teams: Sequence[Team] = ()) -> Membership:
    """Let somebody work for the brand: as a newcomer, where there is anybody to say yes to their replies.

    Who is new signs in first by their `welcome`.  Raises AlreadyHere.
    """
    email = email.strip().lower()
    with transaction.atomic():
        agent = Agent.objects.select_for_update().filter(email=email).first()
        agent = agent or Agent.objects.create_user(email, None, name=name.strip()[:100], language=brand.language)
        given = {"role": Role(role), "is_newcomer": _somebody_approves(brand)}
        membership, fresh = Membership.objects.get_or_create(agent=agent, brand=brand, defaults=given)
        if not fresh:
            raise AlreadyHere(email)
        if not agent.is_active:  # they were here before
            Agent.objects.filter(pk=agent.pk).update(is_active=True)
        membership.teams.set(teams)
    return membership


def _somebody_approves(brand: Brand) -> bool:
    roles = [role for role, acts in access.ALLOWED.items() if access.Act.APPROVE in acts]
    return Membership.objects.filter(brand=brand, role__in=roles, agent__is_active=True).exists()


def change(membership: Membership, role: str, teams: Sequence[Team]) -> None:
    """Give a person another role and other teams.  Raises LastAdmin."""
    with transaction.atomic():
        if role != Role.ADMIN:
            _keep_an_admin(membership)
        Membership.objects.filter(pk=membership.pk).update(role=Role(role))
        membership.teams.set(teams)


def skill(membership: Membership, languages: Sequence[str], intents: Sequence[str], most_open: int | None) -> None:
    """Say which languages and intents somebody is given, and how many conversations at once; nothing said is any."""
    rows = Membership.objects.filter(pk=membership.pk)
    rows.update(languages=list(languages), intents=list(intents), most_open=most_open)


def part(membership: Membership) -> None:
    """Let a person go: they see nothing of the brand any more, and what they had waits for somebody else.

    Who works for no other brand cannot sign in any more.  Raises LastAdmin.
    """
    agent = membership.agent
    with transaction.atomic():
        _keep_an_admin(membership)
        theirs = Conversation.objects.filter(brand=membership.brand, assignee=agent)
        theirs.exclude(state=Conversation.State.RESOLVED).update(assignee=None)
        Membership.objects.filter(pk=membership.pk).delete()
        if not Membership.objects.filter(agent=agent).exists():
            Agent.objects.filter(pk=agent.pk).update(is_active=False)


def make_team(brand: Brand, name: str) -> Team:
    return Team.objects.get_or_create(brand=brand, name=name.strip()[:100])[0]


def look_at(agent: Agent, brand: Brand) -> None:
    """Note which brand a person works on now."""
    Agent.objects.filter(pk=agent.pk).update(brand=brand)


def prefer(agent: Agent, *, name: str, language: str) -> None:
    Agent.objects.filter(pk=agent.pk).update(name=name.strip()[:100] or agent.name, language=language)


# -- the first password ------------------------------------------------------------------------


def welcome(membership: Membership, by: Agent) -> tuple[str, str]:
    """Return the two halves of a link with which a person sets their password, once, within three days.

    Raises NotOursAlone: an admin of one brand must not become somebody of another.
    """
    theirs = set(Membership.objects.filter(agent=membership.agent).values_list("brand", flat=True))
    mine = Membership.objects.filter(agent=by, role=Role.ADMIN).values_list("brand", flat=True)
    if theirs - set(mine):
        raise NotOursAlone(membership.agent.email)
    agent = membership.agent
    return urlsafe_base64_encode(force_bytes(agent.pk)), default_token_generator.make_token(agent)


def welcomed(uid: str, token: str) -> Agent | None:
    """Return whose link this is, None when it is used up, too old or made up."""
    try:
        agent = Agent.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return agent if agent and default_token_generator.check_token(agent, token) else None


def set_password(agent: Agent, password: str) -> None:
    """Set it.  Raises ValidationError when it is easy to guess.  The link that led here is used up."""
    password_validation.validate_password(password, agent)
    agent.set_password(password)
    agent.save(update_fields=["password"])


def _keep_an_admin(leaving: Membership) -> None:
    # One after another, so that two admins who let each other go at once do not both succeed.
    Brand.objects.select_for_update().get(pk=leaving.brand_id)
    others = Membership.objects.filter(brand=leaving.brand_id, role=Role.ADMIN, agent__is_active=True)
    was_admin = Membership.objects.filter(pk=leaving.pk, role=Role.ADMIN).exists()
    if was_admin and not others.exclude(pk=leaving.pk).exists():
        raise LastAdmin(str(leaving))
