"""What was typed, as the database can keep it: no text there has the character NUL in it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

NUL = "\x00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class WithoutNul:
    """Middleware.  Nobody types this character, and nobody sees it: it is taken out of every field, once for all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _clean(request.GET)  # type: ignore[assignment]
        # Whoever reads a body of another kind by themselves still can.
        if request.content_type in FORMS and _has_nul(request.POST):
            request.POST = _clean(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def _has_nul(given: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in given.lists())


def _clean(given: QueryDict) -> QueryDict:
    """Return the same fields without the character; a QueryDict cannot be changed in place."""
    clean = QueryDict(mutable=True, encoding=given.encoding)
    for name, values in given.lists():
        clean.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    clean._mutable = False
    return clean
