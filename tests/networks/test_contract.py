"""What every network must honour, whichever it is.  A new adapter is tested here unasked."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from premura.networks import NETWORKS
from premura.networks.contract import (
    Busy,
    Can,
    Disconnected,
    Length,
    Limits,
    Network,
    NetworkError,
    Outgoing,
    Refused,
    UnknownShape,
    Unreachable,
)
from premura.networks.length import Unit

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OUT = Outgoing("0123456789abcdef", "Ciao", NOW)
CALLS = {
    Can.VOUCH: lambda n: n.vouch(b"", {}),
    Can.POLL: lambda n: n.poll(""),
    Can.WATCH: lambda n: n.watch(["vino"], ""),
    Can.STREAM: lambda n: next(iter(n.stream())),
    Can.BACKFILL: lambda n: next(iter(n.backfill(NOW))),
    Can.LOOK_UP: lambda n: n.look_up([{}], NOW),
    Can.FIND: lambda n: n.find({}, OUT),
    Can.REPLY: lambda n: n.reply({}, OUT),
    Can.REPLY_PRIVATELY: lambda n: n.reply_privately({}, OUT),
    Can.WRITE: lambda n: n.write({}, OUT),
    Can.LIKE: lambda n: n.like({}, NOW),
    Can.HIDE: lambda n: n.hide({}),
    Can.UNHIDE: lambda n: n.unhide({}),
    Can.DELETE: lambda n: n.delete({}),
    Can.BAN: lambda n: n.ban("7", NOW),
    Can.UNBAN: lambda n: n.unban("7"),
    Can.PUBLISH: lambda n: n.publish(OUT),
    Can.REFRESH: lambda n: n.refresh(),
}
CANNOT = [(network, can) for network in NETWORKS.values() for can in sorted(set(Can) - network.can)]
every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def made(network: type[Network], answer: httpx.Response | Exception) -> Network:
    """Return an adapter whose network always answers so."""

    def speak(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    # Whatever a network calls its fields, it finds something there.
    class Anything(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return "http://network.invalid" if name in ("host", "server") else "something"

    return network(Anything(host="http://network.invalid", server="http://network.invalid"),
                   httpx.Client(transport=httpx.MockTransport(speak)))  # fmt: skip


def test_every_thing_a_network_can_do_is_tried_here():
    assert set(CALLS) == set(Can)


@every_network
def test_can_learn_of_new_things_somehow(network: type[Network]):
    assert network.can & {Can.VOUCH, Can.POLL, Can.STREAM}


@every_network
def test_can_reply_and_look_whether_it_did(network: type[Network]):
    assert {Can.REPLY, Can.FIND} <= network.can


@pytest.mark.parametrize(("network", "can"), CANNOT, ids=lambda x: getattr(x, "name", x))
def test_refuses_by_name_what_it_cannot_do(network: type[Network], can: Can):
    with pytest.raises(NotImplementedError, match=f"{network.name} cannot {can}"):
        CALLS[can](network({}, httpx.Client()))


def test_a_network_that_does_less_than_it_says_does_not_load():
    with pytest.raises(TypeError, match="Boast says one thing and does another: hide"):

        class Boast(Network):
            name, can, limits = "Boast", frozenset({Can.HIDE}), Limits(Length(1, Unit.BYTES))


def test_a_network_that_does_more_than_it_says_does_not_load():
    with pytest.raises(TypeError, match="Modest says one thing and does another: hide"):

        class Modest(Network):
            name, can, limits = "Modest", frozenset(), Limits(Length(1, Unit.BYTES))

            def hide(self, ref: Any) -> None:
                """Hide it."""


@every_network
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"{}", b'{"type": "new thing"}', b"null", b'"x"'])
def test_a_body_that_it_does_not_know_is_said_to_be_unknown(network: type[Network], body: bytes):
    with pytest.raises((UnknownShape, KeyError, TypeError, ValueError)):
        assert list(network.hear(body, "me")) == [], "nothing at all is fine too"
        raise UnknownShape


@every_network
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(401, json={"error": "no"}), Disconnected),
        (httpx.Response(429, headers={"retry-after": "30"}, json={}), Busy),
        (httpx.Response(502), Unreachable),
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.ReadTimeout("silence"), Unreachable),
    ],
    ids=["401", "429", "502", "no line", "silence"],
)
def test_reading_fails_in_a_way_that_says_what_to_do_next(network, answer, expected):
    with pytest.raises(NetworkError) as caught:
        made(network, answer).account()
    assert isinstance(caught.value, expected)


@every_network
def test_what_a_person_types_is_named(network: type[Network]):
    assert network.fields
    with pytest.raises((Disconnected, Refused, Unreachable)):
        network.connect(dict.fromkeys(network.fields, ""), httpx.Client(transport=httpx.MockTransport(_nobody)))


@every_network
def test_lengths_are_counted_as_the_network_counts(network: type[Network]):
    assert network({}, httpx.Client()).length("ciao") == 4
    assert network.limits.reply.most > 0


def _nobody(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there")
