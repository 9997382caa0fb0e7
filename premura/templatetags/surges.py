"""Words for surges."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def about(number: float) -> str:
    """Return a number as one says it: 0.4, 6, 120."""
    return str(number_format(number, 0 if number >= 10 or float(number).is_integer() else 1))
