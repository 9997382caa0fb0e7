"""The ledger of moderation, what waits for a second person, and who is left without an answer on purpose."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.interact import disengage, ledger
from premura.prepare import netiquette
from premura.web import figures
from premura.web.conversation import answer
from premura.web.fragments import fragment, wants_fragment

DEEDS = ("hide", "delete", "ban")
STATES = ("asked", "review", "done", "undone", "refused", "failed")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /moderation/?deed=hide&state=done&who=7&after=…"""
    standing = access.need(access.standing(request.user), Act.READ)
    asked: dict[str, Any] = {
        "deed": _one_of(DEEDS, request.GET.get("deed", "")), "state": _one_of(STATES, request.GET.get("state", "")),
        "who": _number(request.GET.get("who", "")),
    }  # fmt: skip
    page = ledger.listed(standing, request.GET.get("after", ""), **asked)
    asked_for = {name: value for name, value in asked.items() if value}
    given = {
        "rows": page.rows, "more": urlencode(asked_for | {"after": page.after}) if page.after else "", **asked,
        "here": "moderation", "may_decide": standing.may(Act.MODERATE), "filtered": bool(asked_for),
    }  # fmt: skip
    if wants_fragment(request) and "after" in request.GET:
        return fragment(request, "moderation/rows", standing=standing, **given)
    share = disengage.share(standing)
    given |= {
        "waiting": ledger.waiting(standing), "doers": ledger.doers(standing), "share": share, "sentence": _said(share),
        "figure": figures.squares(share), "may_manage": standing.may(Act.MANAGE), "deeds": DEEDS,
        "states": STATES,
    }  # fmt: skip
    return fragment(request, "moderation/page", standing=standing, **given)


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """GET /moderation/export/: one JSON object a line, oldest first"""
    standing = access.need(access.standing(request.user), Act.MODERATE)
    response = StreamingHttpResponse(_lines(standing), content_type="application/jsonl; charset=utf-8")
    name = f"moderation-{standing.brand.slug}-{timezone.localdate():%Y-%m-%d}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def exhibit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """GET /acts/7/pictures/1/: a picture of the snapshot, as it was; a stranger's, so it is shown and never run"""
    found = ledger.exhibit(request.user, pk, number)
    response = HttpResponse(bytes(found.data), content_type=found.mime)
    response["Content-Disposition"] = f'inline; filename="act-{pk}-{number}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@login_required
@require_POST
def stay_out(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/disengagement/ why=3|dialogue reason=…, or end=1; `why` is a clause, or no dialogue"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    trouble = ""
    try:
        if request.POST.get("end") == "1":
            if not disengage.engage(conversation, request.user, reopen=True):
                trouble = _("Somebody was faster. This is how it stands now.")
        else:
            _stay_out(request, standing, conversation)
    except disengage.OutAlready:
        trouble = _("Somebody was faster. This is how it stands now.")
    except disengage.NoReason:
        trouble = _("Say why nobody will answer. Nothing was changed.")
    except LookupError:
        trouble = _("Choose a clause of the netiquette that is in force. Nothing was changed.")
    _unused, conversation = access.conversation(request.user, pk)
    return answer(request, standing, conversation, trouble=trouble)


def _stay_out(request: HttpRequest, standing: Standing, conversation: Any) -> None:
    why, words = request.POST.get("why", ""), request.POST.get("reason", "").strip()
    impossible = _("Dialogue is impossible") if why == "dialogue" else ""
    clause = netiquette.clause(standing.brand, "" if impossible else why or request.POST.get("clause", ""))
    disengage.disengage(conversation, standing.agent, ": ".join(said for said in (impossible, words) if said), clause)


def _said(share: disengage.Share) -> str:
    n = len(share.out)
    if not n:
        return _("In the last %(days)s days nobody was left without an answer on purpose.") % {"days": disengage.DAYS}
    said = ngettext(
        "In the last %(days)s days we chose not to answer %(n)s of %(of)s conversations: %(percent)s %%.",
        "In the last %(days)s days we chose not to answer %(n)s of %(of)s conversations: %(percent)s %%.",
        n,
    )
    percent = number_format(share.percent, 0 if share.percent >= 10 else 1)
    return said % {"days": disengage.DAYS, "n": n, "of": share.of, "percent": percent}


def _lines(standing: Standing) -> Iterator[str]:
    for one in ledger.exported(standing):
        yield json.dumps(one, ensure_ascii=False) + "\n"


def _one_of(known: tuple[str, ...], given: str) -> str:
    return given if given in known else ""


def _number(given: str) -> Any:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
