"""Policies, calendars and weights on their screens: everybody reads them, admins write them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from premura.decide import deadlines, triage
from premura.models import Calendar, Conversation, Event, SlaPolicy, Triage, Weights
from tests.conftest import NOON
from tests.decide.test_triage import decide, read
from tests.web.test_inbox import now_says, signed_in


@pytest.fixture
def elena(world):
    return signed_in(world.elena)


def test_the_installed_policies_are_shown_in_words_and_only_admins_change_them(world, elena):
    shown = signed_in(world.ada).get("/deciding/sla/").text
    assert "Problema in pubblico" in shown
    assert "prima risposta entro 1 h" in shown
    assert "Nuova regola dei tempi" not in shown
    policy = SlaPolicy.objects.get(brand=world.brand, name="Problema in pubblico")
    kept = {
        "name": policy.name,
        "is_on": "on",
        "where": "public",
        "intents": ["complaint"],
        "first": "30",
        "next": "1 h",
    }
    assert elena.post(f"/deciding/sla/policies/{policy.pk}/", kept).status_code == 302
    policy.refresh_from_db()
    assert (policy.first, policy.next, policy.resolution, policy.private) == (30, 60, None, False)
    assert Event.objects.filter(deed="sla changed", by=world.elena).exists()


def test_a_new_policy_is_tried_first_and_what_is_open_gets_its_times_anew(world, elena, work, transactional_db):
    said = read(world.says("Il conto è sbagliato"))
    decide(said)
    elena.post("/deciding/sla/policies/new/", {"name": "Subito", "is_on": "on", "first": "5"})
    work()
    said.refresh_from_db()
    assert (said.due_at - said.waiting_since).total_seconds() == 300
    assert Triage.objects.get().policy.name == "Subito"


def test_a_policy_for_pile_ons_is_kept_and_said_in_words(world, elena):
    elena.post("/deciding/sla/policies/new/", {"name": "Tempesta", "is_on": "on", "first": "10", "pile_on": "on"})
    policy = SlaPolicy.objects.get(name="Tempesta")
    assert policy.pile_on
    assert "durante una valanga · prima risposta entro 10 min" in elena.get("/deciding/sla/").text
    form = elena.get(f"/deciding/sla/policies/{policy.pk}/").text
    assert re.search(r'name="pile_on"[^>]*checked', form)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first": "presto"}, "Scrivi i minuti"),
        ({"name": "Spam"}, "Ce n’è già una con questo nome"),
        ({"name": ""}, ""),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_and_nothing_changes(world, elena, wrong, words):
    deadlines.books([world.brand.pk])
    answer = elena.post("/deciding/sla/policies/new/", {"name": "Nuova", "is_on": "on", "first": "5"} | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert SlaPolicy.objects.filter(brand=world.brand).count() == 9


def test_policies_are_moved_up_and_down(world, elena):
    deadlines.books([world.brand.pk])
    second = SlaPolicy.objects.filter(brand=world.brand).order_by("place")[1]
    elena.post(f"/deciding/sla/policies/{second.pk}/place/", {"to": "up"})
    assert SlaPolicy.objects.filter(brand=world.brand).order_by("place").first() == second


HOURS = {f"day_{n}": "9:00–13:00, 15-19" for n in range(5)}


def test_a_calendar_is_typed_as_one_says_it_and_drawn(world, elena):
    given = {"name": "Sala", "zone": "Europe/Rome", "country": "IT", "days": "24/12/2026 9-13\n26/12/2026", **HOURS}
    assert elena.post("/deciding/sla/calendars/new/", given).status_code == 302
    calendar = Calendar.objects.get()
    assert calendar.week == [[[540, 780], [900, 1140]]] * 5 + [[], []]
    assert calendar.days == {"2026-12-24": [[540, 780]], "2026-12-26": []}
    shown = elena.get("/deciding/sla/").text
    assert "9:00–13:00, 15:00–19:00" in shown
    assert "<svg" in shown
    assert "9:00–13:00, 15:00–19:00" in elena.get(f"/deciding/sla/calendars/{calendar.pk}/").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"day_1": "mattina"}, "non dice un orario"), ({"day_1": "13-9"}, "non dice un orario"),
     ({"days": "30/2/2026 9-13"}, "non dice un orario"), ({"country": "IT", "region": "XX"}, "non ha questa regione")],
)  # fmt: skip
def test_hours_that_make_no_day_are_refused_with_their_words(world, elena, wrong, words):
    answer = elena.post("/deciding/sla/calendars/new/", {"name": "Sala", "zone": "Europe/Rome", **HOURS} | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Calendar.objects.exists()


def test_another_brands_policies_and_calendars_cannot_be_reached(world, elena):
    deadlines.install([world.bookshop])
    theirs = SlaPolicy.objects.filter(brand=world.bookshop).first()
    assert elena.get(f"/deciding/sla/policies/{theirs.pk}/").status_code == 404


def test_weights_show_what_they_would_move_before_they_are_kept(world, elena):
    leaving = read(world.says("Non torno più", by="dino", root="a"), "praise", "neutral", flags=["churn_threat"])
    angry = read(world.says("Conto sbagliato", root="b"), flags=["chaser"])
    decide(leaving, angry, now=NOON)
    tried = elena.get("/deciding/weights/", weights(churn_threat=90) | {"try": "1"}).text
    assert tried.index("Non torno più") < tried.index("Conto sbagliato")
    assert "ora al posto 2" in tried
    assert not Weights.objects.exists()
    assert elena.post("/deciding/weights/", weights(churn_threat=90)).status_code == 302
    assert Weights.objects.get().points == {"churn_threat": 90}
    triage.everything(world.brand.pk, NOON)
    assert list(Conversation.objects.in_order("first")) == [leaving, angry]
    assert signed_in(world.ada).post("/deciding/weights/", weights()).status_code == 403


def weights(**own: int) -> dict[str, int]:
    from premura.decide.order import POINTS

    return POINTS | own


def test_beside_the_conversation_stand_both_targets_with_their_policy(world):
    said = read(world.says("Conto sbagliato", at=timezone.now() - timedelta(minutes=10)))
    decide(said)
    page = signed_in(world.ada).get(f"/conversations/{said.pk}/").text
    beside = re.sub(r"\s+", " ", page[page.index("about-why") :])
    assert "Problema in pubblico: <strong>" in beside
    assert "Una soluzione: " in beside


def test_the_list_says_how_much_time_is_left_and_why_it_stands_there(world):
    said = read(now_says(world, "È la terza volta che scrivo"), flags=["chaser", "last_resort"])
    decide(said)
    rows = signed_in(world.ada).get("/inbox/open/", {"order": "first"}).text
    assert "ha già provato altrove" in rows
    assert "richiede di nuovo" in rows or "ha richiesto" in rows
    shown = signed_in(world.ada).get(f"/conversations/{said.pk}/").text
    assert "Perché viene quando viene" in shown
    assert f'href="#message-{said.messages.get().pk}"' in shown
