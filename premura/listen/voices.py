"""Several handles of one brand in one thread: what each of them hears is put where it belongs.

A message is answered here on behalf of another channel (`Reply.channel`), for instance by the care handle under
the brand's post.  The thread then stays one conversation, whichever of the two handles the network tells of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from premura.listen.batch import Heard, Place
from premura.listen.hear import places
from premura.models import Channel, Reply
from premura.networks import NETWORKS
from premura.networks.contract import PRIVATE, Person, Said

State = Reply.State
Thread = tuple[int, str, str]  # the channel that spoke, the root, the other person's key


def place(heard: Sequence[Heard]) -> list[Heard]:
    """Return what was heard, with our other handles' words as ours and each in its own conversation.

    What one of our handles says to another, with nobody else in it, is left out.
    """
    said = [one for one in heard if _is_public(one)]
    handles = _handles({one.place.brand_id for one in said})
    if not handles:  # as nearly always: each network has one handle of ours
        return list(heard)
    ours = [_as_ours(one, handles) if _is_public(one) else one for one in heard]
    kept = [one for one in ours if one is not None]
    homes = _homes([one for one in kept if _is_public(one)])
    return [_at_home(one, homes) if _is_public(one) else one for one in kept]


def _is_public(heard: Heard) -> bool:
    return isinstance(heard.item, Said) and heard.item.kind not in PRIVATE


Handles = Mapping[tuple[int, str, str], str]  # brand, network and key of each account of ours, and its handle


def _handles(brands: set[int]) -> Handles:
    """Return the accounts of brands that have several on one network whose messages have one key for all of them."""
    shared = [name for name, network in NETWORKS.items() if network.known_to != "account"]
    rows = Channel.objects.filter(brand__in=brands, network__in=shared)
    found: dict[tuple[int, str], dict[tuple[int, str, str], str]] = defaultdict(dict)
    for brand, network, key, handle in rows.values_list("brand_id", "network", "key", "handle"):
        found[brand, network][brand, network, key] = handle
    return {account: handle for several in found.values() if len(several) > 1 for account, handle in several.items()}


def _as_ours(heard: Heard, handles: Handles) -> Heard | None:
    said, at = cast(Said, heard.item), heard.place
    if said.ours or not _is_handle(said.author, at, handles):
        return heard
    others = [above.author for above in reversed(said.above) if not above.ours]
    whom = next((person for person in others if not _is_handle(person, at, handles)), None)
    return None if whom is None else replace(heard, item=replace(said, ours=True, with_=whom))


def _is_handle(person: Person, at: Place, handles: Handles) -> bool:
    handle = handles.get((at.brand_id, at.network, person.key))
    # Two servers may give two people one number.
    return handle is not None and (NETWORKS[at.network].known_to == "network" or handle == person.handle)


def _homes(said: Sequence[Heard]) -> dict[Thread, Place]:
    """Return where the threads belong in which a channel spoke for another."""
    spoken = Reply.objects.filter(
        channel__in={one.place.id for one in said},
        conversation__root__in={cast(Said, one.item).root for one in said},
        conversation__private=False,
    ).exclude(state__in=[State.DRAFT, State.HELD, State.FAILED])
    of = "conversation__root", "conversation__identity__key", "conversation__channel"
    threads = {(at, root, person): home for at, root, person, home in spoken.values_list("channel_id", *of).distinct()}
    at = places(threads.values())
    return {thread: at[home] for thread, home in threads.items()}


def _at_home(heard: Heard, homes: Mapping[Thread, Place]) -> Heard:
    said = cast(Said, heard.item)
    person = said.with_ if said.ours else said.author
    home = homes.get((heard.place.id, said.root, person.key)) if person else None
    return heard if home is None else replace(heard, place=home)
