"""What countries are called."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import holidays
import phonenumbers
from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def country_name(code: str) -> str:
    """Return what a country is called in the language that is active; its code where nobody knows.

    >>> country_name("XX")
    'XX'
    """
    of = _names().get(code, {})
    name = of.get((get_language() or "en")[:2]) or of.get("en", code)
    return of[name[1:]] if name.startswith("*") else name  # "*fr": as it is called in French


def countries() -> list[tuple[str, str]]:
    """Return each country's code and name, by name in the language that is active."""
    known = {code for code in holidays.list_supported_countries(include_aliases=False) if code in _names()}
    return sorted(((code, country_name(code)) for code in known), key=lambda each: each[1])


@cache
def _names() -> dict[str, dict[str, str]]:
    # A file of the package for telephone numbers.  Imported by its name it would load all places of all numbers
    # besides, a hundred megabytes; alone it is four.
    path = Path(phonenumbers.__path__[0]) / "geodata" / "locale.py"
    spec = spec_from_file_location("phonenumbers.names.locale", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, dict[str, str]] = module.LOCALE_DATA
    return names
