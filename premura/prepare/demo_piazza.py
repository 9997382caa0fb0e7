"""What was said on Piazza: it stands there, for the newcomer to see, and is told as Piazza tells it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from premura.models import PlaygroundItem, PlaygroundLike, PlaygroundPage, PlaygroundPerson, PlaygroundPicture
from premura.networks.contract import Item
from premura.networks.playground import Playground
from premura.prepare import playground_words as words
from premura.prepare.demo_made import Made, Told
from premura.prepare.demo_words import SOON, ago
from premura.prepare.demo_world import PICTURES, Published, Talk, Turn, Who, world

Kind = PlaygroundItem.Kind
Placed = tuple[str, str, PlaygroundItem]  # channel, key of what it stands under, itself
LATER = timedelta(minutes=2)


def told(made: Made) -> tuple[list[Told], list[Told]]:
    """Put everything on Piazza; return what was said, and the likes that followed."""
    if not made.pages:
        return [], []
    people = _people()
    placed = [*_posts(made), *_said(made, people)]
    _keep(placed)
    _pictures(made, [item for _, _, item in placed])
    likes = _likes(made, people, {item.key: item for _, _, item in placed})
    place = {item.key: made.channels[channel] for channel, _, item in placed}
    return (
        [(place[i.key], heard, i.written_at + SOON) for _, _, i in placed for heard in hear(i.page, words.said(i))],
        [(place[like.item.key], heard, like.at + SOON) for like in likes
         for heard in hear(like.item.page, words.liked(like, undone=False))],
    )  # fmt: skip


def hear(page: PlaygroundPage, told: words.Words) -> Iterable[Item]:
    return Playground.hear(msgspec.json.encode({"page": page.key, "items": [told]}), page.key)


def be(who: Who) -> PlaygroundPerson:
    """Return the person on Piazza, there from now on."""
    return PlaygroundPerson.objects.get_or_create(handle=who.handle, defaults={"name": who.name})[0]


def _people() -> dict[str, PlaygroundPerson]:
    """Return everybody who speaks on Piazza, by handle, there from now on."""
    pages = {a.id for house in world().brands for a in house.channels if a.network == "playground"}
    there = {t.person.handle: t.person.name for h in world().brands for t in h.conversations if t.channel in pages}
    there |= {coming.person.handle: coming.person.name for coming in world().live if coming.channel in pages}
    PlaygroundPerson.objects.bulk_create(
        [PlaygroundPerson(handle=handle, name=name) for handle, name in there.items()], ignore_conflicts=True
    )
    return {p.handle: p for p in PlaygroundPerson.objects.filter(handle__in=there)}


def _posts(made: Made) -> Iterable[Placed]:
    for post in made.house.posts:
        if post.channel in made.pages:
            yield post.channel, "", PlaygroundItem(
                page=made.pages[post.channel], key=post.key, kind=Kind.POST, text=post.text,
                written_at=ago(made.now, post.minutes_ago),
            )  # fmt: skip


def _said(made: Made, people: dict[str, PlaygroundPerson]) -> Iterable[Placed]:
    for talk in made.house.conversations:
        if talk.channel in made.pages:
            who = people[talk.person.handle]
            for n, turn in talk.spoken:
                yield talk.channel, made.house.above(talk, n), _item(made, talk, n, turn, who)


def _item(made: Made, talk: Talk, n: int, turn: Turn, who: PlaygroundPerson) -> PlaygroundItem:
    private = talk.kind == Kind.DIRECT
    at = ago(made.now, turn.minutes_ago)
    return PlaygroundItem(
        page=made.pages[talk.channel],
        key=made.house.key(talk, n),
        kind=talk.kind if private or n == 0 else Kind.COMMENT,
        author=None if turn.by == "us" else who,
        chat=who if private else None,
        text=turn.text,
        stars=talk.stars if n == 0 else None,
        written_at=at,
        edited_at=at + LATER if turn.edited else None,
        removed_at=at + LATER if turn.removed else None,
    )


def _keep(placed: list[Placed]) -> None:
    """Put the items there, each after what it stands under."""
    there: dict[str, PlaygroundItem] = {}
    waiting = placed
    while waiting:
        ready = [(under, item) for _, under, item in waiting if not under or under in there]
        if not ready:
            raise ValueError(f"{len(waiting)} things on Piazza answer what is not there")
        for under, item in ready:
            item.parent = there[under] if under else None
        PlaygroundItem.objects.bulk_create([item for _, item in ready])
        there |= {item.key: item for _, item in ready}
        waiting = [one for one in waiting if one[2].key not in there]


def _pictures(made: Made, items: list[PlaygroundItem]) -> None:
    shown: dict[str, Published | Turn] = {p.key: p for p in made.house.posts if p.picture}
    for talk in made.house.conversations:
        shown |= {made.house.key(talk, n): turn for n, turn in talk.spoken if turn.picture}
    PlaygroundPicture.objects.bulk_create(
        PlaygroundPicture(
            item=item, mime="image/svg+xml", alt=shown[item.key].alt,
            data=(PICTURES / shown[item.key].picture).read_bytes(),
        )
        for item in items if item.key in shown
    )  # fmt: skip


def _likes(made: Made, people: dict[str, PlaygroundPerson], items: dict[str, PlaygroundItem]) -> list[PlaygroundLike]:
    everybody, likes = list(people.values()), list[PlaygroundLike]()
    for n, talk in enumerate(made.house.conversations):
        item = items.get(made.house.key(talk, 0))
        if item is None:
            continue
        turned = everybody[n % len(everybody) :] + everybody[: n % len(everybody)]
        by = [somebody for somebody in turned if somebody != item.author][: talk.likes]
        likes += [PlaygroundLike(item=item, person=p, at=_when(item, i, len(by), made.now)) for i, p in enumerate(by)]
    return PlaygroundLike.objects.bulk_create(likes)


def _when(item: PlaygroundItem, nth: int, of: int, now: datetime) -> datetime:
    # Most come soon, the last ones late: as it is.
    return item.written_at + (now - item.written_at) * ((nth + 1) / (of + 1)) ** 3
