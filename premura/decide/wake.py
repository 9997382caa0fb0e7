"""What looks at a batch in its wake, and for which brands it is worth a job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from premura.models import Brand, KnownIssue, Message, Ownership, Rule


@dataclass(frozen=True, slots=True)
class Needs:
    """What there is to do for a brand after a batch of its own."""

    brand: int
    routes: bool
    rules: bool
    issues: bool
    peers: bool


def needs(new: Mapping[int, Sequence[int]]) -> list[Needs]:
    """Return which brands of a batch (new messages by brand) have use for what; those that have none are left out.

    Cost     two queries; none for an empty batch.
    """
    if not new:
        return []
    own = {"brand": OuterRef("pk")}
    brands = Brand.objects.filter(pk__in=list(new)).annotate(
        has_routes=Exists(Ownership.objects.filter(**own)),
        has_rules=Exists(Rule.objects.filter(**own, is_on=True, trigger=Rule.Trigger.CAME_IN)),
        has_issues=Exists(KnownIssue.objects.filter(**own).exclude(state=KnownIssue.State.CLOSED)),
    )
    answering = _answering([message for messages in new.values() for message in messages])
    found = [
        Needs(pk, bool(routes), bool(rules), bool(issues), pk in answering)
        for pk, routes, rules, issues in brands.order_by("pk").values_list(
            "pk", "has_routes", "has_rules", "has_issues"
        )
    ]
    return [one for one in found if one.routes or one.rules or one.issues or one.peers]


def _answering(messages: Sequence[int]) -> set[int]:
    """Return the brands in which one customer speaks to another."""
    above = Message.objects.filter(channel=OuterRef("channel"), key=OuterRef("parent"), identity__isnull=False).exclude(
        identity=OuterRef("identity")
    )
    said = Message.objects.filter(pk__in=messages, identity__isnull=False).exclude(parent="")
    return set(said.filter(Exists(above)).values_list("brand", flat=True))
