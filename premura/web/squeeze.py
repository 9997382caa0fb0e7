"""What is text goes over the line compressed: pages, and the styles and scripts that they are made of."""

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")


class Squeeze(GZipMiddleware):
    """Django's own, for texts alone: pictures are small already, and a part of a file must stay as it is."""

    def process_request(self, request: HttpRequest) -> None:
        # Compressing makes the tag of a file weak; who has the file asks with that, and is to hear that it is the same.
        if (tag := request.META.get("HTTP_IF_NONE_MATCH", "")).startswith("W/"):
            request.META["HTTP_IF_NONE_MATCH"] = tag.removeprefix("W/")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_text = response.headers.get("Content-Type", "").startswith(TEXT)
        if not is_text or request.method == "HEAD" or response.status_code in (204, 206, 304):
            return response
        return super().process_response(request, response)
