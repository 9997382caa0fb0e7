"""What languages are called."""

from django import template
from django.utils.translation import get_language, get_language_info

register = template.Library()
CAPITALS = ("en", "de")  # languages that write the names of languages so


@register.filter
def language_name(code: str) -> str:
    """Return what a language is called in the language that is active; its code where nobody knows.

    >>> language_name("xx")
    'xx'
    """
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
    return name if (get_language() or "en").startswith(CAPITALS) else name.lower()
