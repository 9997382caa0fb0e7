"""Is everything well?  For those who watch machines: no sign-in, and nothing but counts and ids."""

from time import monotonic

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from premura.measure import health
from premura.measure.complaint import Complaint

REMEMBER_S = 2.0  # whoever asks more often is told the same
_last: tuple[float, list[Complaint]] | None = None


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """GET /healthz: 200 when all is well, 503 when something needs a person."""
    found = _complaints()
    if not found:
        return JsonResponse({"status": "ok"})
    said = [{"is": complaint.what, **complaint.facts} for complaint in found]
    return JsonResponse({"status": "needs you", "complaints": said}, status=503)


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """GET /livez: 200 while this process answers.  For load balancers: a lost channel is no reason to leave it out."""
    return JsonResponse({"status": "ok"})


def _complaints() -> list[Complaint]:
    global _last
    now = monotonic()
    if _last is None or _last[0] < now:
        _last = now + REMEMBER_S, health.complaints()
    return _last[1]
