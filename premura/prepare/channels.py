"""Channels: connecting, testing, disconnecting, and how each of them is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from django.db import transaction
from django.utils import timezone

from premura import journal, vault
from premura.models import Agent, Brand, Channel, Event, Team
from premura.networks import NETWORKS
from premura.networks.contract import Account, Disconnected, NetworkError, Secret

Deed = Event.Deed
MOST_HASHTAGS = 10


class AnotherAccount(Exception):
    """What was typed opens another account than the channel's.  Nothing was changed."""

    def __init__(self, channel: Channel, account: Account) -> None:
        super().__init__(f"{account.handle} is not {channel.handle}")
        self.channel, self.account = channel, account


class NotHashtags(Exception):
    """What was typed is not up to ten hashtags."""


class NothingTyped(Exception):
    """A field that the network needs is empty."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def connect(
    brand: Brand, network: str, typed: Mapping[str, str], by: Agent | None, team: Team | None = None
) -> Channel:
    """Connect the account that `typed` opens, or connect it again: an account has one channel and one history.

    Raises NothingTyped; NetworkError, of which Disconnected when what was typed is wrong.
    """
    secret, account = knock(network, typed)
    with transaction.atomic():
        channel, fresh = Channel.objects.select_for_update().get_or_create(
            brand=brand,
            network=network,
            key=account.key,
            defaults={"owner": by, "team": team, "name": account.name or account.handle, "handle": account.handle},
        )
        _open(channel, secret, account)
        if team is not None:
            _change(channel, team=team)
        journal.write(Deed.CHANNEL_CONNECTED, channel, by, handle=account.handle, again=not fresh)
    return channel


def reconnect(channel: Channel, typed: Mapping[str, str], by: Agent | None) -> None:
    """Open the channel's own account anew.  Raises AnotherAccount, and what `connect` raises."""
    secret, account = knock(channel.network, typed)
    if account.key != channel.key:
        raise AnotherAccount(channel, account)
    with transaction.atomic():
        _open(channel, secret, account)
        journal.write(Deed.CHANNEL_CONNECTED, channel, by, handle=account.handle, again=True)


def knock(network: str, typed: Mapping[str, str]) -> tuple[Secret, Account]:
    """Return the secret that `typed` is traded for, and the account it opens.  Changes nothing of ours."""
    adapter = NETWORKS[network]
    with httpx.Client(timeout=vault.TIMEOUT, follow_redirects=False) as http:
        try:
            secret = adapter.connect(typed, http)
        except KeyError as error:
            raise NothingTyped(str(error.args[0])) from error
        kept = [secret]  # an adapter may refresh its secret at the first call
        account = adapter(secret, http, kept.append).account()
    return kept[-1], account


def test(channel: Channel) -> Account:
    """Ask the network who we are there, and note the answer.  Raises NetworkError."""
    try:
        with vault.opened(channel) as network:
            account = network.account()
    except Disconnected as error:
        lost(channel, str(error))
        raise
    _change(channel, asked_at=timezone.now(), trouble="", trouble_since=None, **_looks(account))
    return account


def disconnect(channel: Channel, by: Agent) -> None:
    """Forget the channel's secret.  Its history stays, and it can be connected again."""
    with transaction.atomic():
        _change(channel, sealed=b"", trouble="", trouble_since=None, wait_until=None)
        journal.write(Deed.CHANNEL_LOST, channel, by, why="disconnected by hand")


def lost(channel: Channel, why: str) -> None:
    """Note, once, that the network no longer accepts our credentials."""
    with transaction.atomic():
        noted = Channel.objects.filter(pk=channel.pk, trouble="").update(trouble=why, trouble_since=timezone.now())
        if noted:
            journal.write(Deed.CHANNEL_LOST, channel, why=why)
    channel.refresh_from_db(fields=["trouble", "trouble_since"])


def settle(
    channel: Channel, *, purpose: str, promise: str, answers: bool, owner: Agent | None, team: Team | None,
    hashtags: Sequence[str] = (), country: str = "",
) -> None:  # fmt: skip
    """Say what the channel is for, what people there are promised, who answers for it, and which hashtags it hears.

    Takes    country: two capital letters, where the account is for one country; "" where it is for everybody.
    """
    _change(
        channel, purpose=Channel.Purpose(purpose), promise=promise.strip()[:300], answers=answers,
        owner=owner, team=team, hashtags=list(hashtags), country=country,
    )  # fmt: skip


def hashtags(typed: str) -> list[str]:
    """Return the hashtags that a person typed, with or without #, in lower case.  Raises NotHashtags.

    >>> hashtags("#Vino, rossi_aiuta #vino")
    ['vino', 'rossi_aiuta']
    """
    words = [word.strip("#").casefold() for word in re.split(r"[\s,;]+", typed) if word.strip("#")]
    found = list(dict.fromkeys(words))
    if len(found) > MOST_HASHTAGS or any(not re.fullmatch(r"\w{1,100}", word) or word.isdigit() for word in found):
        raise NotHashtags(typed)
    return found


def _open(channel: Channel, secret: Secret, account: Account) -> None:
    now = timezone.now()
    _change(
        channel, sealed=vault.seal(secret), connected_at=now, asked_at=now, trouble="", trouble_since=None,
        wait_until=None, streams=account.streams, limits=_limits(account), **_looks(account),
    )  # fmt: skip


def _looks(account: Account) -> dict[str, str]:
    name = account.name or account.handle
    return {"name": name[:200], "handle": account.handle[:300], "avatar": account.avatar, "url": account.url}


def _limits(account: Account) -> dict[str, int]:
    if (limits := account.limits) is None:
        return {}
    lengths = {"reply": limits.reply, "direct": limits.direct, "publish": limits.publish}
    return {name: length.most for name, length in lengths.items() if length}


def _change(channel: Channel, **changes: Any) -> None:
    Channel.objects.filter(pk=channel.pk).update(**changes)
    for name, value in changes.items():
        setattr(channel, name, value)


__all__ = [
    "AnotherAccount", "NetworkError", "NotHashtags", "NothingTyped", "connect", "disconnect", "hashtags", "knock",
    "lost", "reconnect", "settle", "test",
]  # fmt: skip
