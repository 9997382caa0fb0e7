"""On hard days an approved line stands first and leaves without a second person; on other days it does not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from premura import access
from premura.guard.contract import Finding, Severity
from premura.interact import approvals, beside, hard_days
from premura.interact import reply as replying
from premura.models import Approvals, Membership, PileOn, SavedReply
from premura.prepare import allowances, saved
from premura.prepare.allowances import Limit
from tests.web.test_inbox import now_says
from tests.web.test_readings import read

TEXT = "Ciao {name}, ne sappiamo di più {date}: il punto è nella risposta in alto."
FILLED = "Ciao Chiara, ne sappiamo di più domani: il punto è nella risposta in alto."


@pytest.fixture
def line(world) -> SavedReply:
    made = saved.make(access.standing(world.ada), "punto", "it", TEXT, for_crisis=True)
    saved.approve(access.standing(world.bruno), made, TEXT)
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    return made


def pile_on(world, **more) -> PileOn:
    now = timezone.now()
    given = {"brand": world.brand, "channel": world.rossi, "root": "menu", "began_at": now, "at": now, "seen_at": now,
             "slope": 1, "voices": 6}  # fmt: skip
    return PileOn.objects.create(**given | more)


def submit(world, text: str):
    asked = now_says(world, "Vergogna!")
    return replying.submit(asked, text, by=world.ada, seen=replying.seen(asked))


def test_while_a_pile_on_runs_an_approved_line_needs_no_second_person(world, line):
    pile_on(world)
    assert submit(world, FILLED).state == "ready"
    assert submit(world, FILLED + "\nAda").state == "ready"


def test_topics_intents_and_amounts_ask_for_nobody_either(world, line):
    pile_on(world)
    Approvals.objects.create(brand=world.brand, words=["punto"], amount_over=0)
    assert submit(world, FILLED).state == "ready"


def test_on_any_other_day_it_waits_like_any_other(world, line):
    assert submit(world, FILLED).state == "held"
    pile_on(world, ended_at=timezone.now())
    pile_on(world, root="another post")
    assert submit(world, FILLED).state == "held"


@pytest.mark.parametrize(
    "text",
    [
        "Ciao Chiara, il punto è nella risposta in alto.",
        FILLED + " E ti rimborsiamo.",
        FILLED.replace("domani", "domani, e ti rendiamo 80 €"),
        FILLED.replace("domani", "domani, con un rimborso completo"),
        FILLED.replace("domani", "domani " * 12),
        "",
    ],
)
def test_other_words_wait_for_a_second_person(world, line, text):
    pile_on(world)
    assert not hard_days.is_line(now_says(world, "Vergogna!"), text, world.ada)


def test_a_line_that_nobody_approved_waits(world, line):
    pile_on(world)
    SavedReply.objects.update(approved_at=None)
    assert submit(world, FILLED).state == "held"


def test_another_brands_line_opens_no_door(world, line):
    pile_on(world)
    SavedReply.objects.update(brand=world.bookshop)
    assert submit(world, FILLED).state == "held"


def test_the_guard_looks_at_it_like_at_any_other(world, line, monkeypatch):
    pile_on(world)
    finding = Finding("deflection", Severity.WARN, 0, 4, "lo dice la regola", 0.9)
    monkeypatch.setattr("premura.interact.guard.check", lambda *asked, **given: (finding,))
    with pytest.raises(replying.Objected):
        submit(world, FILLED)


def test_a_day_further_away_than_an_agent_may_promise_still_waits(world, line):
    pile_on(world)
    allowances.settle(access.standing(world.elena), {("agent", "date"): Limit(up_to=Decimal(7))})
    asked = now_says(world, "Vergogna!")
    far = timezone.now() + timedelta(days=30)
    (why,) = approvals.why(asked, FILLED, world.ada, far)
    assert why["what"] == "date"


def test_beside_the_composer_it_stands_first_and_only_then(world, line):
    for n in range(3):
        made = saved.make(access.standing(world.ada), f"altro{n}", "it", "Ciao.")
        SavedReply.objects.filter(pk=made.pk).update(used=9)
    asked = now_says(world, "Vergogna, Trattoria!")
    read(asked.messages.get())
    before = beside.beside(asked, world.ada)
    assert (before.today, before.saved[-1].saved) == ((), line)
    pile_on(world)
    found = beside.beside(asked, world.ada)
    assert found.saved[0].saved == line
    assert [one.saved for one in found.today] == [line]
    assert len(found.always) == 3
