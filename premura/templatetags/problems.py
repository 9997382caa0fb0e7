"""Words for known issues."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from premura.templatetags.outcomes import lasted
from premura.templatetags.premura import full

register = template.Library()


@register.filter
def closing(issue: Any) -> str:
    """Return when an issue was closed, by whom and after how long, for a line; "" while it is open."""
    if issue.closed_at is None:
        return ""
    told = {"at": full(issue.closed_at), "time": lasted(issue.took)}
    if by := getattr(issue, "closed_by", None):
        return _("closed %(at)s by %(by)s, after %(time)s") % (told | {"by": by})
    return _("closed %(at)s, after %(time)s") % told
