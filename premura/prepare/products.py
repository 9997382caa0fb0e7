"""What the brand sells: what each thing is called, what it costs and where it is bought.  P98."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Brand, Event, Product
from premura.paging import Page
from premura.prepare import product_list
from premura.prepare.product_list import MOST_LINES, Line
from premura.text import named

PAGE = 50
MOST = 2_000  # products of a brand
MOST_FOUND = 5
LONGEST = {"name": 150, "words": 2_000, "price": 60, "link": 2_000, "note": 300}
_is_link = URLValidator(schemes=["http", "https"])


class Unfit(ValueError):
    """It cannot be kept as it was typed, and nothing was changed.

    `field` says where, `why` what is wrong: missing, long, link, taken (there is one of this name), many, twice or
    quotes (both only in a list).
    """

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Said:
    """What a person typed about one product."""

    name: str
    words: str = ""  # what else it is called, with commas
    price: str = ""
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of a list that was not kept: which, what it says, and what is wrong where."""

    number: int
    line: str
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a list."""

    made: int
    changed: int
    same: int  # said nothing new
    wrong: tuple[Wrong, ...]
    head: str = ""  # the line that names the columns

    @property
    def left(self) -> str:
        """What was not kept, as a list to put right and give again."""
        return "\n".join(filter(None, (self.head, *(one.line for one in self.wrong))))


# -- looking ----------------------------------------------------------------------------------


def listed(standing: Standing, words: str = "", after: str = "") -> Page[Product]:
    """Return the brand's products by name; with `words` those in whose names or notes each of them stands."""
    found = Product.objects.filter(brand=standing.brand)
    for word in words.replace("\0", "").split()[:8]:
        found = found.filter(name__icontains=word) | found.filter(words__icontains=word) | found.filter(
            note__icontains=word
        )  # fmt: skip
    pk, _, name = after.replace("\0", "").partition("-")
    if name and pk.isascii() and pk.isdigit() and len(pk) < 16:
        found = found.filter(name__gte=name).exclude(name=name, pk__lte=int(pk))
    rows = list(found.order_by("name", "pk")[: PAGE + 1])
    return Page(rows[:PAGE], f"{rows[PAGE - 1].pk}-{rows[PAGE - 1].name}" if len(rows) > PAGE else "")


def product(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Product]:
    """Return one product to do `act` on.  Raises Http404, PermissionDenied."""
    found = Product.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(f"no product {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


def line(found: Product) -> str:
    """Return what is said of a product in a reply, in any language: name, price and link."""
    told = ", ".join(filter(None, (found.name, found.price)))
    return ": ".join(filter(None, (told, found.link)))


# -- which are spoken of ------------------------------------------------------------------------


def found_in(brand_id: int, texts: Iterable[str]) -> list[Product]:
    """Return the products of a brand that these texts speak of, the longest name first; at most five.

    Their names are made ready once, and again when one of them changes.
    Cost     two queries, three the first time; for two thousand products 70 ms then, and later 2 ms a text at most.
    """
    own = Product.objects.filter(brand=brand_id)
    stamp = own.aggregate(n=Count("pk"), at=Max("changed_at"), all=Sum("pk"))
    if not stamp["n"]:
        return []
    found = named.spoken_of(texts, _names(brand_id, *stamp.values()))[:MOST_FOUND]
    by_pk = own.in_bulk(found) if found else {}
    return [by_pk[pk] for pk in found if pk in by_pk]


@lru_cache(maxsize=64)
def _names(brand_id: int, *_stamp: object) -> named.Names:
    rows = Product.objects.filter(brand=brand_id).order_by("pk").values_list("pk", "name", "words")[:MOST]
    return named.ready((pk, [name, *words.split(",")]) for pk, name, words in rows)


# -- doing ------------------------------------------------------------------------------------


def save(standing: Standing, said: Said, found: Product | None = None) -> Product:
    """Keep a new product, or say one otherwise (`found`).  What is the same already is not journaled.

    Raises   Unfit; PermissionDenied for all but leads and admins.
    """
    access.need(standing, Act.APPROVE)
    said = _fit(said)
    with transaction.atomic():
        _one_at_a_time(standing)
        own = Product.objects.filter(brand=standing.brand)
        kept = own.filter(pk=found.pk).first() if found else None  # or somebody took it away while this was typed
        if own.filter(name__iexact=said.name).exclude(pk=kept.pk if kept else 0).exists():
            raise Unfit("name", "taken")
        if kept is None:
            if own.count() >= MOST:
                raise Unfit("name", "many")
            kept = Product.objects.create(brand=standing.brand, **asdict(said))
            _write(standing, "made", product=kept.pk, name=kept.name)
        elif changed := _put(kept, said):
            kept.save(update_fields=[*changed, "changed_at"])
            _write(standing, "changed", product=kept.pk, name=kept.name, fields=changed)
    return kept


def remove(standing: Standing, found: Product) -> bool:
    """Take a product away.  False where somebody was faster.  Raises PermissionDenied as `save` does."""
    access.need(standing, Act.APPROVE)
    with transaction.atomic():
        _one_at_a_time(standing)
        if not Product.objects.filter(pk=found.pk, brand=standing.brand).delete()[0]:
            return False
        _write(standing, "removed", product=found.pk, name=found.name)
    return True


def take_list(standing: Standing, text: str) -> Taken:
    """Keep the products of a list: new ones, and what it says otherwise of those that are there.

    An empty cell changes nothing.  What is wrong with a line is told, and the others are kept all the same.
    Raises   PermissionDenied as `save` does.
    Cost     four statements, however long the list is.
    """
    access.need(standing, Act.APPROVE)
    head, said = product_list.lines(text)
    given, wrong = _read(said)
    with transaction.atomic():
        _one_at_a_time(standing)
        known = {_key(row.name): row for row in Product.objects.filter(brand=standing.brand)[:MOST]}
        new = [at for key, at in given.items() if key not in known]
        over = new[MOST - len(known) :] if len(known) + len(new) > MOST else []
        wrong += [_wrong(line, "name", "many") for line, _one in over]
        made = [Product(brand=standing.brand, **asdict(one)) for _line, one in new[: len(new) - len(over)]]
        there = [(known[key], one) for key, (_line, one) in given.items() if key in known]
        changed = [row for row, one in there if _put(row, _filled(row, one))]
        _keep(standing, made, changed)
    wrong.sort(key=lambda one: one.number)
    return Taken(len(made), len(changed), len(there) - len(changed), tuple(wrong), head)


def _keep(standing: Standing, made: Sequence[Product], changed: Sequence[Product]) -> None:
    for row in changed:
        row.changed_at = timezone.now()
    Product.objects.bulk_create(made, batch_size=500)
    Product.objects.bulk_update(changed, [*LONGEST.keys() - {"name"}, "changed_at"], batch_size=500)
    if made or changed:
        names = [row.name for row in (*made, *changed)][:20]
        _write(standing, "list", made=len(made), changed=len(changed), names=names)


def _read(said: Sequence[Line]) -> tuple[dict[str, tuple[Line, Said]], list[Wrong]]:
    """Return what the lines say by the key of their names, and what is wrong with the others."""
    given: dict[str, tuple[Line, Said]] = {}
    wrong = [_wrong(line, "name", "many") for line in said[MOST_LINES:]]
    for line in said[:MOST_LINES]:
        try:
            one = _of(line.cells)
            if _key(one.name) in given:
                raise Unfit("name", "twice")
        except Unfit as error:
            wrong.append(_wrong(line, error.field, error.why))
        else:
            given[_key(one.name)] = line, one
    return given, wrong


def _of(cells: Mapping[str, str] | None) -> Said:
    if cells is None:
        raise Unfit("name", "quotes")
    return _fit(Said(**{"name": "", **cells}))


def _wrong(line: Line, field: str, why: str) -> Wrong:
    return Wrong(line.number, line.text, field, why)


def _filled(row: Product, said: Said) -> Said:
    """Return what a line says of a product that is there: its empty cells, and its name, as they were."""
    kept = {field: value for field, value in asdict(said).items() if value}
    return replace(Said(row.name, row.words, row.price, row.link, row.note), **kept | {"name": row.name})


def _put(row: Product, said: Said) -> list[str]:
    """Let a row say this, without keeping it yet.  Return which fields are others."""
    changed = [field for field, value in asdict(said).items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, getattr(said, field))
    return changed


def _fit(said: Said) -> Said:
    """Return it tidied.  Raises Unfit."""
    tidy = {field: " ".join(value.replace("\0", "").split()) for field, value in asdict(said).items()}
    tidy["words"] = ", ".join(dict.fromkeys(word for part in tidy["words"].split(",") if (word := part.strip())))
    if not any(sign.isalnum() for sign in tidy["name"]):
        raise Unfit("name", "missing")
    for field, most in LONGEST.items():
        if len(tidy[field]) > most:
            raise Unfit(field, "long")
    try:
        if tidy["link"]:
            _is_link(tidy["link"])
    except ValidationError as error:
        raise Unfit("link", "link") from error
    return Said(**tidy)


def _key(name: str) -> str:
    return name.casefold()


def _one_at_a_time(standing: Standing) -> None:
    # Of two leads one comes after the other: no name twice, no more than the most, and each change with a later time.
    Brand.objects.select_for_update(no_key=True).get(pk=standing.brand.pk)


def _write(standing: Standing, how: str, **facts: object) -> None:
    journal.write(Event.Deed.PRODUCT_CHANGED, standing.brand, standing.agent, how=how, **facts)
