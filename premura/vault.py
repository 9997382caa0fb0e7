"""Encrypts and decrypts channel secrets, with key rotation.  The only place that sees them."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import httpx
import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from premura import keys
from premura.models import Channel
from premura.networks import NETWORKS
from premura.networks.contract import Disconnected, Network, Secret

TIMEOUT = httpx.Timeout(20, connect=5)


class Sealed(Exception):
    """A secret was sealed with a key that is no longer among PREMURA_KEYS."""


@cache
def _box() -> MultiFernet:
    return MultiFernet([Fernet(keys.derive(key, "vault")) for key in settings.KEYS])


def seal(secret: Secret) -> bytes:
    return _box().encrypt(msgspec.json.encode(dict(secret)))


def unseal(sealed: bytes) -> Secret:
    """Return the secret.  Raises Sealed when none of our keys opens it."""
    try:
        return msgspec.json.decode(_box().decrypt(bytes(sealed)), type=dict[str, str])
    except InvalidToken:
        raise Sealed("It was sealed with a key that is not among PREMURA_KEYS.") from None


def reseal(sealed: bytes) -> bytes:
    """Return the same secret sealed with the current key."""
    return _box().rotate(bytes(sealed))


@cache
def _trust() -> ssl.SSLContext:
    # Read once: reading whom to trust takes 40 ms, and adapters are opened many times a second.
    return httpx.create_ssl_context()


@contextmanager
def opened(channel: Channel, timeout: httpx.Timeout = TIMEOUT) -> Iterator[Network]:
    """Yield the channel's adapter with its secret and a client; a refreshed secret is kept.

    Raises Disconnected when there is no secret or it cannot be opened.
    """
    if not channel.sealed:
        raise Disconnected("the channel is not connected")
    try:
        secret = unseal(bytes(channel.sealed))
    except Sealed as error:
        raise Disconnected(str(error)) from error

    def keep(fresh: Mapping[str, str]) -> None:
        Channel.objects.filter(pk=channel.pk).update(sealed=seal(fresh))

    with httpx.Client(timeout=timeout, follow_redirects=False, verify=_trust()) as http:
        yield NETWORKS[channel.network](secret, http, keep)
