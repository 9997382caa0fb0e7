"""Each in their own language: what the agent chose, else what the browser asks for, else Italian."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

SPOKEN = frozenset(code for code, _name in settings.LANGUAGES)


class SpeakTheirLanguage:
    """Middleware.  The agent is known only after sign-in was looked at, so it decides again before the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "it")
        public = "public" in response.get("Cache-Control", "")  # such a page looks at no cookie
        patch_vary_headers(response, ["Accept-Language"] if public else ["Accept-Language", "Cookie"])
        return response

    def process_view(self, request: HttpRequest, view: Any, *_given: Any) -> None:
        if getattr(view, "for_everybody", False):
            return  # who asks is not even looked at
        agent = getattr(request, "user", None)
        language = getattr(agent, "language", "") if agent is not None and agent.is_authenticated else ""
        if language in SPOKEN:
            translation.activate(language)
