"""A planned post: the guard's word on it before it is published, and where it fits.  Nothing is kept or sent."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act, Standing
from premura.interact import guard as guarding
from premura.interact import reply as replying
from premura.networks import NETWORKS
from premura.web import guard
from premura.web.fragments import wants_fragment
from premura.web.pages import page


@dataclass(frozen=True, slots=True)
class Fit:
    """How long a post is, as a network counts, and how long it may be."""

    network: str
    used: int
    most: int

    @property
    def over(self) -> int:
        return max(0, self.used - self.most)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """GET /posts/check/; POST text=…: what the guard says of it, alone where a script asks while somebody types"""
    standing = access.need(access.standing(request.user), Act.READ)
    text = guard.words(request)
    given: dict[str, Any] = {"text": text, "here": "cycle", "checked": bool(text.strip())}
    if text.strip():
        found = guarding.check_post(standing.brand, text)
        given |= {
            "findings": guard.shown(found, text, may_override=False), "says": guard.summary(found) or _("All is well."),
            "fits": _fits(standing, text),
        }  # fmt: skip
    if wants_fragment(request):
        return render(request, "posts/_checked.html", given)
    return page(request, "posts/check", standing, **given)


def _fits(standing: Standing, text: str) -> list[Fit]:
    """Return for each network of the brand's channels how long the post would be there."""
    found = []
    one_each = {channel.network: channel for channel in access.channels(standing)}
    for name, channel in sorted(one_each.items()):
        network = NETWORKS[name]
        if most := network.limits.publish:
            found.append(Fit(network.name, replying.length(channel, text.strip()), most.most))
    return found
