"""Search over everything that was said."""

from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from premura import access
from premura.paging import Page
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """GET /search/?q=vendemmia"""
    standing, query = access.standing(request.user), request.GET.get("q", "").strip()[:200]
    page, slow = Page([], ""), False
    try:
        page = access.search(standing, query, request.GET.get("after", ""))
    except OperationalError:
        slow = True
    given = {"query": query, "rows": page.rows, "after": page.after, "slow": slow, "here": "search"}
    leaf = "rows" if wants_fragment(request) and "after" in request.GET else "results"
    return fragment(request, f"search/{leaf}", standing=standing, **given)
