"""Which addresses, mailboxes and numbers are our own: those that a public fact of the bank tells everybody."""

from django.db.models import F, Func, Q, TextField, Value

from premura.models import Entry, Shareable, Variant
from premura.text import personal_data

MOST = 20  # stretches of one draft


def of(brand_id: int, text: str) -> tuple[str, ...]:
    """Return what in a draft looks like personal data and is the brand's own: an account for gifts, say.

    Cost     nothing where nothing looks so; else two queries, which read the bank's public facts.
    """
    stretches = [text[find.start : find.end] for find in personal_data.find(text)][:MOST]
    if not stretches:
        return ()
    entries = Entry.objects.filter(brand=brand_id, retired_at=None, shareable=Shareable.PUBLIC)
    variants = Variant.objects.filter(entry__in=entries)
    told = [
        *entries.annotate(bare=_bare_of("facts")).filter(_any(stretches)).values_list("bare", flat=True)[:MOST],
        *variants.annotate(bare=_bare_of("text")).filter(_any(stretches)).values_list("bare", flat=True)[:MOST],
    ]
    return tuple(stretch for stretch in stretches if any(_bare(stretch) in bare for bare in told))


def _bare_of(field: str) -> Func:
    nothing = (Value("[^[:alnum:]]"), Value(""), Value("g"))
    without = Func(F(field), *nothing, function="regexp_replace", output_field=TextField())
    return Func(without, function="lower", output_field=TextField())


def _any(stretches: list[str]) -> Q:
    found = Q(pk=None)
    for stretch in stretches:
        found |= Q(bare__contains=_bare(stretch))
    return found


def _bare(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
