"""Held replies: what waits for a second person's yes, and when one is wanted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premura import access
from premura.access import Act, Standing, WrongState
from premura.decide import assign
from premura.interact import approvals, beside, freeze, guard_words, leaving, second, since, translate
from premura.interact import reply as replying
from premura.interact.refusals import CannotReply, OwnReply
from premura.prepare import allowances, people
from premura.templatetags.readings import INTENTS
from premura.web import replies
from premura.web.amounts import NumberField
from premura.web.conversation import answer
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /held/?after=…"""
    return _index(request, access.need(access.standing(request.user), Act.APPROVE))


@login_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/approval/ seen=12.7, with text=… where the lead changed it"""
    standing, reply = access.reply(request.user, pk, Act.APPROVE)
    text = request.POST.get("text", "")[: replies.MOST_CHARACTERS]
    try:
        second.approve(reply, request.user, request.POST.get("seen", ""), text)
    except OwnReply:
        return _done(request, standing, reply, _("A second person says yes, never its author."))
    except WrongState:
        return _done(request, standing, reply, _("It no longer waits. This is how it stands now."))
    except replying.SomethingCameIn as error:
        changed = _("What they had written was edited or taken away. Look at it, then say yes.")
        again = _("They wrote again since. Look at it, then say yes.")
        return _done(request, standing, reply, again if error.why == "came in" else changed)
    except CannotReply as error:
        return _done(request, standing, reply, replies.words_of_waiting(error))
    if freeze.holds(reply):
        return _done(request, standing, reply, said=_("Your yes is kept. It leaves when this account sends again."))
    return _done(request, standing, reply, said=_("It goes out."))


@login_required
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/refusal/ why=…"""
    standing, reply = access.reply(request.user, pk, Act.APPROVE)
    try:
        second.send_back(reply, request.user, request.POST.get("why", ""))
    except OwnReply:
        return _done(request, standing, reply, _("It is your own: call it back instead."))
    except WrongState:
        return _done(request, standing, reply, _("It no longer waits. This is how it stands now."))
    return _done(request, standing, reply, said=_("It is with its author again."))


class Rules(forms.Form):
    """When a second person must say yes."""

    newcomers = forms.BooleanField(label=gettext_lazy("Replies of newcomers"), required=False)
    members = forms.MultipleChoiceField(
        label=gettext_lazy("Who is new"), required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=gettext_lazy("Topics: one word or phrase a line"), required=False, max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    intents = forms.MultipleChoiceField(
        label=gettext_lazy("Messages read as"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(value, words) for value, words in INTENTS.items()],
    )  # fmt: skip
    amount_over = NumberField(
        label=gettext_lazy("Amounts above, in euros"), required=False, min_value=0, max_digits=10, decimal_places=2
    )

    def __init__(self, standing: Standing, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["members"]
        assert isinstance(field, forms.ChoiceField)
        self.people = people.members(standing.brand)
        field.choices = [(str(member.pk), str(member.agent)) for member in self.people]


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """GET and POST /held/settings/"""
    standing = access.need(access.standing(request.user), Act.MANAGE)
    if request.method != "POST":
        return _settings(request, standing, Rules(standing, initial=_now(standing)))
    form = Rules(standing, request.POST)
    if not form.is_valid():
        return _settings(request, standing, form, 422)
    said = form.cleaned_data
    rules = approvals.Rules(said["newcomers"], said["words"].splitlines(), said["intents"], said["amount_over"])
    approvals.settle(standing.brand, rules, [int(pk) for pk in said["members"]], standing.agent)
    messages.success(request, _("Saved."))
    return redirect("held_settings")


def _settings(request: HttpRequest, standing: Standing, form: Rules, status: int = 200) -> HttpResponse:
    return render(request, "held/settings.html", {"standing": standing, "form": form, "here": "held"}, status=status)


def _now(standing: Standing) -> dict[str, Any]:
    rules = approvals.of(standing.brand.pk)
    new = [str(member.pk) for member in people.members(standing.brand) if member.is_newcomer]
    return {
        "newcomers": rules.newcomers, "words": "\n".join(rules.words), "intents": rules.intents, "members": new,
        "amount_over": rules.amount_over,
    }  # fmt: skip


def _index(request: HttpRequest, standing: Standing, status: int = 200, **more: Any) -> HttpResponse:
    waiting = approvals.waiting(standing, request.GET.get("after", ""))
    rows = waiting.rows
    seen = replying.seen_of([reply.conversation_id for reply in rows])  # before what is shown: never more than that
    new = since.since(rows)
    rest = leaving.rest_of([reply.pk for reply in rows])
    limits = allowances.table(standing.brand.pk)
    for reply in rows:
        reply.rest = rest.get(reply.pk, [])  # type: ignore[attr-defined]
        reply.beyond_you = second.beyond(reply, reply.rest, limits, standing.role)  # type: ignore[attr-defined]
        reply.now_seen = seen.get(reply.conversation_id)  # type: ignore[attr-defined]
        reply.since = new[reply.pk]  # type: ignore[attr-defined]
        reply.lang = _language(reply)  # type: ignore[attr-defined]
        reply.spoken_against = [guard_words.rule(line["rule"]) for line in reply.objections]  # type: ignore[attr-defined]
    escalated = assign.escalated(standing, request.GET.get("asked", ""))
    given = {
        "rows": rows, "more": waiting.after, "escalated": escalated.rows, "more_escalated": escalated.after,
        "here": "held", "may_manage": standing.may(Act.MANAGE),
        "turned": translate.beside_waiting((*rows, *(part for parts in rest.values() for part in parts)), standing),
        **more,
    }  # fmt: skip
    return fragment(request, "held/list", status, standing=standing, **given)


def _language(reply: Any) -> str:
    """Return the language that a reply is in, or that of the customer where it is not known."""
    return str(reply.written_in or beside.language_of(reply.conversation, reply.to))


def _done(request: HttpRequest, standing: Standing, reply: Any, trouble: str = "", *, said: str = "") -> HttpResponse:
    """Show the list, or the thread, where the button was."""
    if request.POST.get("from") != "held":
        return answer(request, standing, reply.conversation, trouble=trouble)
    if wants_fragment(request):
        return _index(request, standing, 409 if trouble else 200, trouble=trouble, said=said)
    (messages.error if trouble else messages.success)(request, trouble or said)
    return redirect("held")
