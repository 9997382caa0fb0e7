"""What a visitor sees on Piazza: the page's wall, its reviews, and their own messages with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from premura.models.playground import (
    PlaygroundChange,
    PlaygroundItem,
    PlaygroundLike,
    PlaygroundPage,
    PlaygroundPerson,
    PlaygroundPicture,
)

Kind = PlaygroundItem.Kind
MANY = 30
DEEP = 8
PLACES = {"wall": (Kind.POST, Kind.VISITOR_POST, Kind.MENTION), "reviews": (Kind.REVIEW,)}


@dataclass(frozen=True, slots=True)
class Shown:
    """One item as one person sees it."""

    item: PlaygroundItem
    depth: int
    likes: int
    liked: bool  # by them
    mine: bool

    @property
    def gone(self) -> bool:
        return self.item.removed_at is not None


def pages() -> list[PlaygroundPage]:
    return list(PlaygroundPage.objects.order_by("name")[:100])


def page(key: str) -> PlaygroundPage | None:
    return PlaygroundPage.objects.filter(key=key).first()


def people() -> list[PlaygroundPerson]:
    return list(PlaygroundPerson.objects.order_by("pk")[:60])


def person(key: str) -> PlaygroundPerson | None:
    return PlaygroundPerson.objects.filter(key=key).first()


def name_of(handle: str) -> str:
    """Return the name of the person or page with this handle, the handle itself where there is none."""
    for model, field in ((PlaygroundPerson, "handle"), (PlaygroundPage, "key")):
        if found := model._default_manager.filter(**{field: handle}).values_list("name", flat=True).first():
            return str(found)
    return handle


def picture(key: str) -> PlaygroundPicture | None:
    return PlaygroundPicture.objects.select_related("item").filter(key=key).first()


def item(key: str, me: PlaygroundPerson | None) -> PlaygroundItem | None:
    """Return what stands there under `key` if `me` may see it."""
    found = PlaygroundItem.objects.filter(key=key, removed_at=None).filter(_visible(me))
    return found.select_related("page", "author", "chat", "parent").first()


def stand(page: PlaygroundPage) -> int:
    """Return a number that changes whenever anything on the page does."""
    return PlaygroundChange.objects.filter(page=page).order_by("-pk").values_list("pk", flat=True).first() or 0


def shown(page: PlaygroundPage, place: str, me: PlaygroundPerson | None) -> list[Shown]:
    """Return what stands on the wall, among the reviews, or in the messages of `me` with the page."""
    if place == "messages":
        return chat(page, me) if me else []
    return feed(page, place, me)


def feed(page: PlaygroundPage, place: str, me: PlaygroundPerson | None) -> list[Shown]:
    """Return the newest of a place, each with the answers under it."""
    tops = _items(page, me).filter(kind__in=PLACES[place]).order_by("-written_at", "-pk")[:MANY]
    return _shown(page, list(tops), me)


def chat(page: PlaygroundPage, me: PlaygroundPerson) -> list[Shown]:
    """Return what the page and `me` wrote to each other in private, oldest first."""
    found = list(_items(page, me).filter(kind=Kind.DIRECT, chat=me).order_by("-written_at", "-pk")[:200])
    liked = _liked(found, me)
    return [_as(row, 0, liked, me) for row in reversed(found) if not row.removed_at]


def _shown(page: PlaygroundPage, tops: list[PlaygroundItem], me: PlaygroundPerson | None) -> list[Shown]:
    under: dict[int, list[PlaygroundItem]] = {}
    level, everything = tops, list(tops)
    for _ in range(DEEP):
        answers = _items(page, me).filter(parent__in=level, kind=Kind.COMMENT).order_by("written_at", "pk")
        level = list(answers[:1000])
        everything += level
        for answer in level:
            under.setdefault(answer.parent_id or 0, []).append(answer)
        if not level:
            break
    liked = _liked(everything, me)
    return [_as(row, depth, liked, me) for top in tops for row, depth in _walk(top, 0, under)]


def _walk(
    item: PlaygroundItem, depth: int, under: dict[int, list[PlaygroundItem]]
) -> Iterator[tuple[PlaygroundItem, int]]:
    below = [row for answer in under.get(item.pk, ()) for row in _walk(answer, depth + 1, under)]
    if below or not item.removed_at:  # what was deleted keeps its place while something answers it
        yield item, depth
        yield from below


def _items(page: PlaygroundPage, me: PlaygroundPerson | None) -> QuerySet[PlaygroundItem]:
    found = PlaygroundItem.objects.filter(page=page).filter(_visible(me))
    found = found.select_related("author", "chat").prefetch_related("pictures")
    return found.annotate(n_likes=Count("likes"))


def _visible(me: PlaygroundPerson | None) -> Q:
    # What the page hid is seen by its author alone, who is not told; as on the real networks.
    hidden = Q(hidden_at=None) | (Q(author=me) if me else Q(pk=None))
    return hidden & (Q(chat=None) | (Q(chat=me) if me else Q(pk=None)))


def _liked(items: list[PlaygroundItem], me: PlaygroundPerson | None) -> set[int]:
    if me is None:
        return set()
    return set(PlaygroundLike.objects.filter(item__in=items, person=me).values_list("item", flat=True))


def _as(item: PlaygroundItem, depth: int, liked: set[int], me: PlaygroundPerson | None) -> Shown:
    mine = me is not None and item.author_id == me.pk
    return Shown(item, min(depth, 4), getattr(item, "n_likes", 0), item.pk in liked, mine)
