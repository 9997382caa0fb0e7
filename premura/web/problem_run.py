"""The answering run of a known issue: a personal line for each who is to be told, each sent by a person."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act, Standing
from premura.decide import affected, lines, problems
from premura.interact import beside, fill, reply
from premura.interact.reply import Besides, Seen
from premura.prepare import voice
from premura.web import guard, replies
from premura.web.composing import number
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page

MOST_CHARACTERS = 20_000
FASTER = "faster"


@dataclass(slots=True)
class Card:
    """One person of the run: who, what they said, the line for them, and what came of sending it."""

    row: Any
    text: str
    language: str
    seen: Seen
    refused: str = ""
    findings: list[guard.Shown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one button: whom it was about, and how that went (`state`: sent, held, told, faster)."""

    conversation: Any
    state: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /issues/7/run/?all=1&after=31; POST send=31 or told=31 with text-31=… seen-31=…: one of them"""
    standing, issue = problems.issue(request.user, pk, Act.REPLY)
    if request.method != "POST":
        return _page(request, standing, issue)
    chosen = number(request.POST.get("send") or request.POST.get("told") or "") or 0
    _same, conversation = access.conversation(request.user, chosen, Act.REPLY)
    if "told" in request.POST:
        done = affected.mark_told(standing, issue, [conversation.pk])
        return _after(request, standing, issue, Done(conversation, "told" if done else FASTER))
    try:
        return _after(request, standing, issue, Done(conversation, _send(request, issue, conversation)))
    except affected.AlreadyTold:
        return _after(request, standing, issue, Done(conversation, FASTER))
    except reply.CannotReply as error:
        return _refused(request, standing, issue, conversation, error)


def _send(request: HttpRequest, issue: Any, conversation: Any) -> str:
    """Send one line, through the guard like any reply.  Raises CannotReply and AlreadyTold."""
    post, name = request.POST, str(conversation.pk)
    start = f"override-{name}-"
    overrides = {key.removeprefix(start): str(post[key]) for key in post if key.startswith(start)}
    text = post.get(f"text-{name}", "")[:MOST_CHARACTERS].replace("\r\n", "\n")
    besides = Besides(overrides=overrides, known_issue=True, issue=issue)
    with affected.telling(issue, conversation):
        seen = Seen.of(post.get(f"seen-{name}", ""))
        made = reply.submit(conversation, text, request.user, seen=seen, besides=besides)
    return "held" if made.state == "held" else "sent"


def _after(request: HttpRequest, standing: Standing, issue: Any, done: Done) -> HttpResponse:
    status = 409 if done.state == FASTER else 200
    if wants_fragment(request):
        return fragment(request, "problems/done", status, standing=standing, issue=issue, done=done)
    return _page(request, standing, issue, status, done=done)


def _refused(
    request: HttpRequest, standing: Standing, issue: Any, conversation: Any, error: reply.CannotReply
) -> HttpResponse:
    """Show why one was not sent, beside it; the others go on."""
    row = affected.one(standing, issue, conversation.pk)
    if row is None:
        return _after(request, standing, issue, Done(conversation, FASTER))
    (card,) = _cards(request, standing, issue, [row])
    _explain(request, card, error)
    status = 409 if isinstance(error, reply.SomethingCameIn) else 422
    if wants_fragment(request):
        return fragment(request, "problems/card", status, standing=standing, issue=issue, card=card)
    return _page(request, standing, issue, status, wrong=card)


def _explain(request: HttpRequest, card: Card, error: reply.CannotReply) -> None:
    card.refused = replies.words(error)
    if isinstance(error, reply.Objected):
        start = f"override-{card.row.conversation_id}-"
        given = {f"override-{key.removeprefix(start)}": request.POST[key] for key in request.POST}
        card.findings = guard.shown(error.findings, card.text, given)


def _page(
    request: HttpRequest, standing: Standing, issue: Any, status: int = 200, wrong: Card | None = None, **given: Any
) -> HttpResponse:
    everybody = request.GET.get("all") == "1"
    found = affected.to_tell(standing, issue, number(request.GET.get("after", "")) or 0, waiting=not everybody)
    cards = _cards(request, standing, issue, found.rows)
    if wrong is not None:
        cards = [wrong if card.row.pk == wrong.row.pk else card for card in cards]
    given |= {
        "issue": issue, "cards": cards, "after": found.after, "everybody": everybody,
        "covered": affected.coverage(standing, issue), "here": "deciding", "part": "issues",
    }  # fmt: skip
    return page(request, "problems/run", standing, status, **given)


def _cards(request: HttpRequest, standing: Standing, issue: Any, rows: list[Any]) -> list[Card]:
    """Return the cards of these rows; what somebody has typed into one stays there."""
    seen = reply.seen_of([row.conversation_id for row in rows])
    signed = standing.agent.first_name if voice.of(standing.brand).signs else ""
    found = []
    for row in rows:
        language = beside.language_of(row.conversation, row.said) if row.said else standing.brand.language
        name = fill.first_name(row.conversation.identity.name)
        text = lines.line(language, name, issue.permalink, row.pk)
        text = f"{text} {signed}".strip() if text else ""
        text = request.POST.get(f"text-{row.conversation_id}", text)
        found.append(Card(row, text, language, seen.get(row.conversation_id, Seen())))
    return found
