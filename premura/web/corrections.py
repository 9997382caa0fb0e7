"""What agents put right in the readings: for a brand's admins to look at, take along, and erase."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.listen import corrections
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /corrections/?by=7&after=…"""
    standing, by = _standing(request), _number(request.GET.get("by", ""))
    page = corrections.listed(standing, request.GET.get("after", ""), by)
    people = corrections.correctors(standing)
    given = {
        "rows": page.rows, "more": urlencode({"after": page.after} | ({"by": by} if by else {})) if page.after else "",
        "people": people, "by": by, "count": sum(times for agent, times in people if by in (None, agent.pk)),
        "who": next((agent for agent, _times in people if agent.pk == by), None), "here": "corrections",
    }  # fmt: skip
    leaf = "rows" if wants_fragment(request) and "after" in request.GET else "page"
    return fragment(request, f"corrections/{leaf}", standing=standing, **given)


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """GET /corrections/export/: one JSON object a line, oldest first"""
    standing = _standing(request)
    response = StreamingHttpResponse(_lines(standing), content_type="application/jsonl; charset=utf-8")
    name = f"corrections-{standing.brand.slug}-{timezone.localdate():%Y-%m-%d}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """POST /corrections/erasure/ with id=4&id=7, or by=7 for all of one person"""
    standing, by = _standing(request), _number(request.POST.get("all-by", ""))
    chosen = [pk for pk in map(_number, request.POST.getlist("id")) if pk]
    gone = corrections.forget(corrections.all_by(standing, by) if by else chosen, standing.brand.pk)
    if gone:
        said = ngettext("%(n)s correction is erased.", "%(n)s corrections are erased.", gone) % {"n": gone}
        messages.success(request, said)
    else:
        messages.error(request, _("Nothing was chosen, so nothing was erased."))
    stays = _number(request.POST.get("by", ""))
    return redirect(reverse("corrections") + (f"?by={stays}" if stays and not by else ""))


def _lines(standing: Standing) -> Iterator[str]:
    for one in corrections.exported(standing.brand.pk):
        yield json.dumps(one, ensure_ascii=False) + "\n"


def _standing(request: HttpRequest) -> Standing:
    return access.need(access.standing(request.user), Act.MANAGE)


def _number(given: str) -> Any:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
