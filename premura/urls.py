"""Where everything is.  Nouns; hooks and the live stream stand ahead of Django, in `asgi`."""

from django.urls import include, path

urlpatterns = [
    # -- sign-in, account, brands, channels ---------------------------------------------
    path("account/", include("allauth.urls")),
    # -- inbox and conversation -----------------------------------------------------------
    # -- playground -----------------------------------------------------------------------
    path("playground/", include("premura.web.playground_urls")),
    # -- health ---------------------------------------------------------------------------
]
