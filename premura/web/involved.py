"""To know of: what our teams are asked or told about though another team owns it, and what a rule told us.  P125."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act
from premura.decide import involved
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /involved/?how=asked&after=…: asked, told, or both, the newest first"""
    standing = access.need(access.standing(request.user), Act.READ)
    how, after = request.GET.get("how", ""), request.GET.get("after", "")
    how = how if how in involved.HOWS else ""
    found = involved.listed(standing, how, after)
    more = urlencode({"how": how, "after": found.after} if how else {"after": found.after}) if found.after else ""
    given = {"rows": found.rows, "more": more, "how": how, "here": "involved"}
    if wants_fragment(request) and after:
        return fragment(request, "involved/rows", standing=standing, **given)
    runs = involved.by_rules(standing) if not after and how != "asked" else []
    return page(request, "involved/page", standing, runs=runs, **given)
