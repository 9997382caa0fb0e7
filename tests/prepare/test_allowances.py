"""Who may decide what: what a reply grants is found, and each role has its limits."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from premura import access
from premura.models import Allowance, Event
from premura.prepare import allowances
from premura.prepare.allowances import Limit
from premura.prepare.grants import granted

TODAY = date(2026, 11, 20)


def found(text: str, **more) -> dict[str, str]:
    return {one.what: "" if one.amount is None else str(one.amount) for one in granted(text, TODAY, **more)}


@pytest.mark.parametrize(
    ("text", "grants"),
    [
        ("Le rimborsiamo 80 € già oggi.", {"refund": "80"}),
        ("We will refund you EUR 1,250.50.", {"refund": "1250.50"}),
        ("Te devolvemos 40 €.", {"refund": "40"}),
        ("Nous vous remboursons 40 euros.", {"refund": "40"}),
        ("Wir erstatten Ihnen 40 €.", {"refund": "40"}),
        ("Devolvemos-lhe 40 €.", {"refund": "40"}),
        ("Ecco un buono da 30 euro, e 12,50 € di rimborso.", {"discount": "30", "refund": "12.50"}),
        ("Ti offriamo uno sconto del 20%.", {"discount": ""}),
        ("We've issued a full refund.", {"refund": ""}),
        ("Le mandiamo un altro calice.", {"replacement": ""}),
        ("We'll send you a new one today.", {"replacement": ""}),
        ("Chiedo scusa: abbiamo sbagliato noi.", {"apology": ""}),
        ("Arriva entro il 12 gennaio.", {"date": "53"}),
        ("Lo facciamo fra tre settimane.", {"date": "21"}),
        ("Wir melden uns innerhalb von 10 Tagen.", {"date": "10"}),
    ],
)
def test_what_a_reply_grants_is_found_in_six_languages(text, grants):
    assert found(text) == grants


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Il calice costa 80 €.",
        "Purtroppo non possiamo rimborsarle 80 €.",
        "We can't refund 80 euros.",
        "Eine Erstattung von 80 € ist leider nicht möglich.",
        "Come funziona il rimborso lo trova qui.",
        "Ci scusiamo per l’attesa.",
        "Puoi restituirlo entro 30 giorni.",
        "Grazie per l’ordine del 3 marzo.",
    ],
)
def test_what_only_speaks_of_it_grants_nothing(text):
    assert found(text) == {}


def test_what_its_author_says_besides_counts_too():
    assert found("Va bene.", promised_for=TODAY + timedelta(days=9), our_mistake=True) == {"date": "9", "apology": ""}


# -- the table ------------------------------------------------------------------------------------


def table(world):
    given = {("agent", "refund"): Limit(up_to=Decimal(50)), ("agent", "replacement"): Limit(may=False)}
    allowances.settle(access.standing(world.elena), given)
    return allowances.table(world.brand.pk)


def test_an_admin_sets_the_table_once_and_the_journal_says_what_changed(world):
    assert set(table(world)) == {("agent", "refund"), ("agent", "replacement")}
    assert Event.objects.get(deed="allowances changed").facts == {
        "now": {"agent refund": "50", "agent replacement": "never"}
    }
    table(world)
    assert Event.objects.filter(deed="allowances changed").count() == 1
    allowances.settle(access.standing(world.elena), {})
    assert not Allowance.objects.exists()


@pytest.mark.parametrize("who", ["ada", "bruno", "rita"])
def test_nobody_else_changes_it(world, who):
    with pytest.raises(PermissionDenied):
        allowances.settle(access.standing(getattr(world, who)), {})


def test_another_brands_table_is_not_ours(world):
    table(world)
    assert allowances.table(world.bookshop.pk) == {}


def test_a_role_goes_up_to_its_limit_and_not_beyond(world):
    limits = table(world)
    assert allowances.beyond(limits, "agent", "Le rimborsiamo 50 €.") == []
    assert allowances.beyond(limits, "agent", "Le rimborsiamo 50,01 €.") == [
        {"why": "allowance", "what": "refund", "amount": "50.01", "limit": "50", "role": "agent"}
    ]
    assert allowances.beyond(limits, "lead", "Le rimborsiamo 5.000 €.") == []


def test_a_refund_without_an_amount_is_beyond_every_limit(world):
    (one,) = allowances.beyond(table(world), "agent", "Disponiamo il rimborso.")
    assert (one["what"], one["amount"]) == ("refund", "")


def test_what_a_role_may_not_at_all_has_no_limit_to_name(world):
    (one,) = allowances.beyond(table(world), "agent", "Glielo sostituiamo.")
    assert (one["what"], one["limit"]) == ("replacement", "")


def test_a_date_further_away_than_allowed_is_beyond(world):
    limits = table(world)
    limits["agent", "date"] = Limit(up_to=Decimal(7))
    near, far = (timezone.now() + timedelta(days=days) for days in (7, 8))
    assert allowances.beyond(limits, "agent", "Le scriviamo.", near) == []
    (one,) = allowances.beyond(limits, "agent", "Le scriviamo.", far)
    assert (one["what"], one["amount"], one["limit"]) == ("date", "8", "7")
