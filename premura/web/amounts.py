"""Numbers as people type them: the marks between the thousands are read as in the reader's language."""

import re
from typing import Any

from django import forms
from django.utils.formats import get_format


class NumberField(forms.DecimalField):
    """A number with its decimals, shown and read as the reader's language writes it: 1.000,50 or 1,000.50."""

    def __init__(self, **more: Any) -> None:
        super().__init__(localize=True, **more)

    def to_python(self, value: Any) -> Any:
        return super().to_python(ungrouped(value) if isinstance(value, str) else value)


def ungrouped(written: str) -> str:
    """Return a number without the marks between its thousands; as it is where they are none.

    >>> from django.utils import translation
    >>> with translation.override("it"):
    ...     [ungrouped(written) for written in ("1.000,50", "12 000", "1000,50", "150.50", "1,000.50")]
    ['1000,50', '12000', '1000,50', '150.50', '1,000.50']
    >>> with translation.override("en"):
    ...     [ungrouped(written) for written in ("1,000.50", "1000.50", "1.000,50")]
    ['1000.50', '1000.50', '1.000,50']
    """
    written = written.strip()
    mark, point = (re.escape(get_format(name)) for name in ("THOUSAND_SEPARATOR", "DECIMAL_SEPARATOR"))
    # One and the same mark all through: Django alone reads them only where it also writes them.
    if found := re.fullmatch(rf"(\d{{1,3}}(?:({mark}|\s)\d{{3}})(?:\2\d{{3}})*)({point}\d*)?", written):
        return re.sub(r"\D", "", found[1]) + (found[3] or "")
    return written
