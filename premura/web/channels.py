"""Channels: the presence board, and connecting, testing, mending and settling each of them."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from premura import access
from premura.access import Act, Standing
from premura.networks import NETWORKS
from premura.networks.contract import Disconnected, NetworkError, Refused
from premura.prepare import board, channels, mastodon, playground
from premura.prepare.channels import AnotherAccount, NothingTyped
from premura.web.channel_forms import Fields, Settled
from premura.web.desk import Desk

ASKED = "mastodon_asked"
OTHER_ACCOUNT = gettext_lazy(
    "That opens %(given)s, and this channel is %(ours)s. Nothing was changed. Add the other as a channel of its own."
)
DISCONNECTED = gettext_lazy(
    "%(name)s is disconnected. Nothing is heard there and nothing can be sent; its history stays."
)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """GET /channels/"""
    standing = access.standing(request.user)
    rows = board.board(access.channels(standing), timezone.now())
    given = {"rows": rows, "may_connect": standing.may(Act.CONNECT)}
    return _render(request, standing, "channels/index.html", given)


@login_required
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """GET /channels/new/"""
    standing = access.need(access.standing(request.user), Act.CONNECT)
    return _render(request, standing, "channels/choose.html", {"networks": _networks()})


@login_required
def connect(request: HttpRequest, network: str) -> HttpResponse:
    """GET /channels/new/bluesky/: what to type; POST: connect it"""
    standing = access.need(access.standing(request.user), Act.CONNECT)
    if network not in dict(_networks()):
        raise Http404(f"no network {network}")
    initial = {"host": settings.PUBLIC_URL} if network == "playground" else {}
    form = Fields(network, request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (channel := _connected(request, standing, network, form)):
            return redirect("channel", pk=channel.pk)
    given = {"network": network, "name": NETWORKS[network].name, "form": form}
    return _render(request, standing, "channels/connect.html", given, status)


@login_required
@require_POST
def open_page(request: HttpRequest) -> HttpResponse:
    """POST /channels/new/playground/open/: a page of our own on Piazza, in one step"""
    standing = access.need(access.standing(request.user), Act.CONNECT)
    if not settings.DEMO:
        raise Http404("no playground")
    page = playground.make_page(standing.brand.slug, standing.brand.name)
    typed = {"host": settings.PUBLIC_URL, "page": page.key, "token": page.token}
    try:
        channel = channels.connect(standing.brand, "playground", typed, standing.agent)
    except NetworkError as error:
        messages.error(request, _why(error))
        return redirect("channel_connect", network="playground")
    messages.success(request, _("%(name)s is connected.") % {"name": channel.name})
    return redirect("channel", pk=channel.pk)


@login_required
@require_POST
def mastodon_begin(request: HttpRequest) -> HttpResponse:
    """POST /channels/new/mastodon/ask/: make us known to a server, and show the way there"""
    standing = access.need(access.standing(request.user), Act.CONNECT)
    server = request.POST.get("server", "")
    try:
        asked = mastodon.begin(server, settings.PUBLIC_URL + reverse("channel_mastodon_back"))
    except NetworkError as error:
        messages.error(request, _why(error))
        return redirect("channel_connect", network="mastodon")
    request.session[ASKED] = [asked.kept, standing.brand.pk]
    # A link, not a redirect: a form of ours may lead nowhere but here (form-action 'self').
    return _render(request, standing, "channels/leave.html", {"url": asked.url, "server": server})


@login_required
@require_GET
def mastodon_back(request: HttpRequest) -> HttpResponse:
    """GET /channels/mastodon/back/?code=…&state=…"""
    kept, brand = request.session.pop(ASKED, ("", None))
    standing = access.need(access.standing(request.user, brand), Act.CONNECT)
    try:
        if not kept:
            raise Disconnected(_("We did not ask for this."))
        typed = mastodon.finish(kept, request.GET.get("code", ""), request.GET.get("state", ""))
        channel = channels.connect(standing.brand, "mastodon", typed, standing.agent)
    except NetworkError as error:
        messages.error(request, _why(error))
        return redirect("channel_connect", network="mastodon")
    messages.success(request, _("%(name)s is connected.") % {"name": channel.name})
    return redirect("channel", pk=channel.pk)


@login_required
@require_GET
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /channels/7/"""
    standing, found = access.channel(request.user, pk)
    return _channel(request, standing, found)


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /channels/7/settings/"""
    standing, found = access.channel(request.user, pk, Act.CONNECT)
    form = Settled(standing, found, request.POST)
    if not form.is_valid():
        return _channel(request, standing, found, 422, settled=form)
    channels.settle(found, **form.answer())
    messages.success(request, _("Saved."))
    return redirect("channel", pk=pk)


@login_required
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /channels/7/test/"""
    _standing, found = access.channel(request.user, pk, Act.CONNECT)
    try:
        account = channels.test(found)
    except NetworkError as error:
        messages.error(request, _why(error))
    else:
        told = {"network": NETWORKS[found.network].name, "handle": account.handle}
        messages.success(request, _("%(network)s answers and knows us as %(handle)s.") % told)
    return redirect("channel", pk=pk)


@login_required
@require_POST
def reconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /channels/7/reconnect/"""
    standing, found = access.channel(request.user, pk, Act.CONNECT)
    form = Fields(found.network, request.POST)
    if form.is_valid():
        try:
            channels.reconnect(found, form.cleaned_data, standing.agent)
        except AnotherAccount as error:
            told = {"given": error.account.handle, "ours": found.handle}
            form.add_error(None, OTHER_ACCOUNT % told)
        except NetworkError as error:
            form.add_error(None, _why(error))
        else:
            messages.success(
                request, _("%(name)s is connected again. Its history is as it was.") % {"name": found.name}
            )
            return redirect("channel", pk=pk)
    return _channel(request, standing, found, 422, fields=form)


@login_required
@require_POST
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /channels/7/disconnect/"""
    standing, found = access.channel(request.user, pk, Act.CONNECT)
    channels.disconnect(found, standing.agent)
    messages.success(request, DISCONNECTED % {"name": found.name})
    return redirect("channel", pk=pk)


def _channel(request: HttpRequest, standing: Standing, found: Any, status: int = 200, **more: Any) -> HttpResponse:
    (row,) = board.board([found], timezone.now())
    may = standing.may(Act.CONNECT)
    given = {
        "row": row, "channel": found, "may_connect": may,
        "settled": Settled(standing, found) if may else None,
        "fields": Fields(found.network, initial=_known(found)) if may else None,
        **more,
    }  # fmt: skip
    return _render(request, standing, "channels/channel.html", given, status)


def _connected(request: HttpRequest, standing: Standing, network: str, form: Fields) -> Any:
    """Return the channel, None after saying in the form why there is none."""
    try:
        made = channels.connect(standing.brand, network, form.cleaned_data, standing.agent)
    except NothingTyped as error:
        form.add_error(error.name if error.name in form.fields else None, _("Nothing was typed."))
        return None
    except NetworkError as error:
        form.add_error(None, _why(error))
        return None
    messages.success(request, _("%(name)s is connected.") % {"name": made.name})
    return made


def _why(error: NetworkError) -> str:
    """Say what did not happen, and what to do, with the network's own words."""
    told = {"why": str(error)}
    if isinstance(error, Disconnected):
        return _("It was not let in: %(why)s. Nothing was changed. Look at what was typed and try again.") % told
    if isinstance(error, Refused):
        return _("The network says no: %(why)s. Nothing was changed.") % told
    return _("The network could not be asked: %(why)s. Nothing was changed. Try again in a minute.") % told


def _networks() -> list[tuple[str, str]]:
    return [(key, network.name) for key, network in NETWORKS.items() if key != "playground" or settings.DEMO]


def _known(found: Any) -> dict[str, str]:
    return {
        "handle": found.handle,
        "page": found.key,
        "host": "" if found.network == "bluesky" else settings.PUBLIC_URL,
    }


def _render(
    request: HttpRequest, standing: Standing, name: str, given: dict[str, Any], status: int = 200
) -> HttpResponse:
    given = {"desk": Desk(request, standing), "standing": standing, "here": "channels", **given}
    with timezone.override(ZoneInfo(standing.brand.time_zone)):
        return render(request, name, given, status=status)
