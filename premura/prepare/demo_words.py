"""What was said on the demo's Bluesky and Mastodon, as items: those accounts stand nowhere but here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from premura.networks.contract import Above, Counted, Item, Kind, Media, Person, Posted, Removed, Said
from premura.prepare.demo_made import Made, Told
from premura.prepare.demo_world import Published, Talk, Turn, Who

SOON = timedelta(seconds=3)  # how long after it was written it reached us
LATER = timedelta(minutes=2)


def told(made: Made) -> tuple[list[Told], list[Told]]:
    """Return what was said, and what then became of it: edited, removed, counted."""
    known: list[tuple[str, Said | Posted, list[Item]]] = [
        *((post.channel, _posted(post, made.now), list[Item]()) for post in made.house.posts),
        *((talk.channel, said, then) for talk in made.house.conversations for said, then in _talk(made, talk)),
    ]
    known = [each for each in known if each[0] not in made.pages]
    return (
        [(made.channels[place], item, item.written_at + SOON) for place, item, _ in known],
        [(made.channels[place], item, made.now) for place, _, then in known for item in then],
    )


def ago(now: datetime, minutes: int) -> datetime:
    return now - timedelta(minutes=minutes)


def person(who: Who) -> Person:
    return Person(who.key, who.handle, who.name)


def media(picture: str, alt: str) -> tuple[Media, ...]:
    return (Media(f"/static/premura/demo/{picture}", "image/svg+xml", alt),) if picture else ()


def us(made: Made, channel: str) -> Person:
    ours = made.channels[channel]
    return Person(ours.key, ours.handle, ours.name)


def _posted(post: Published, now: datetime) -> Posted:
    return Posted(post.key, post.text, ago(now, post.minutes_ago), media=media(post.picture, post.alt))


def _talk(made: Made, talk: Talk) -> Iterator[tuple[Said, list[Item]]]:
    for n, turn in talk.spoken:
        said = _said(made, talk, n, turn)
        later: list[Item] = []
        if turn.removed:
            later.append(Removed(said.key, said.written_at + LATER))
        if n == 0 and talk.likes + talk.shares:
            later.append(Counted(said.key, made.now, talk.likes, talk.shares))
        if turn.edited:  # at first the last part was missing
            later.append(replace(said, edited_at=said.written_at + LATER))
            said = replace(said, text=said.text.rpartition(",")[0] or said.text[:-1])
        yield said, later


def _said(made: Made, talk: Talk, n: int, turn: Turn) -> Said:
    ours, them = turn.by == "us", person(talk.person)
    above = _above(made, talk)
    parent = made.house.above(talk, n) or (above[-1].key if above else "")
    return Said(
        key=made.house.key(talk, n),
        kind=Kind(talk.kind),
        author=us(made, talk.channel) if ours else them,
        text=turn.text,
        written_at=ago(made.now, turn.minutes_ago),
        root=above[0].key if above else made.house.key(talk, 0),
        parent=parent,
        with_=them if ours else None,
        ours=ours,
        language=turn.lang,
        media=media(turn.picture, turn.alt),
        above=above,
    )


def _above(made: Made, talk: Talk) -> tuple[Above, ...]:
    for post in made.house.posts:
        if post.id == talk.post:
            at, pictures = ago(made.now, post.minutes_ago), media(post.picture, post.alt)
            return (Above(post.key, us(made, talk.channel), post.text, at, ours=True, media=pictures),)
    top = made.house.key(talk, 0)
    return tuple(
        Above(f"{top}-above-{n}", Person(o.handle, o.handle, o.name), o.text, ago(made.now, o.minutes_ago))
        for n, o in enumerate(talk.above)
    )
