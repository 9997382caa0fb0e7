"""The log of known issues: how grave each is, whose, whom it hit, and who closed it after how long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import affected, issue_log, problems
from premura.decide.problems import Said, Severity
from premura.models import Event, KnownIssue
from tests.web.test_inbox import now_says


@pytest.fixture
def ada(world):
    return access.standing(world.ada)


def opened(standing, title, severity=None, *, days_ago=0.0, **more):
    issue = problems.open_one(standing, Said(title, severity=severity), **more)
    KnownIssue.objects.filter(pk=issue.pk).update(opened_at=timezone.now() - timedelta(days=days_ago))
    issue.refresh_from_db()
    return issue


def titles(page):
    return [row.title for row in page.rows]


def test_a_new_issue_is_serious_unless_it_is_said_otherwise_and_the_journal_says_so(ada):
    assert opened(ada, "Etichette storte").severity == Severity.SERIOUS
    assert opened(ada, "Vetro nel vino", Severity.GRAVE).severity == Severity.GRAVE
    said = Event.objects.filter(deed="issue opened").order_by("pk").values_list("facts__severity", flat=True)
    assert list(said) == [2, 3]


def test_a_change_of_how_grave_it_is_is_written_with_what_it_was_and_tells_nobody_again(world, ada):
    first = now_says(world, "C’è vetro nel vino")
    issue = opened(ada, "Vetro", conversation=first)
    affected.mark_told(ada, issue, [first.pk])
    assert problems.change(ada, issue, Said("Vetro", severity=Severity.GRAVE)) == ["severity"]
    line = Event.objects.filter(deed="issue changed", facts__how="changed").get()
    assert (line.by, line.facts["fields"]) == (world.ada, ["severity"])
    assert (line.facts["was"], line.facts["severity"]) == (2, 3)
    assert affected.to_tell(ada, issue).rows == []
    assert problems.change(ada, issue, Said("Vetro")) == []  # who says nothing of it leaves it
    issue.refresh_from_db()
    assert issue.severity == Severity.GRAVE


def test_open_ones_that_are_grave_stand_above_newer_ones_and_no_page_loses_or_repeats_one(ada, monkeypatch):
    monkeypatch.setattr(problems, "PAGE", 2)
    for n in range(3):
        opened(ada, f"Grave {n}", Severity.GRAVE, days_ago=9 - n)
    for n in range(3):
        opened(ada, f"Altro {n}", Severity(1 + n % 2), days_ago=3 - n)
    pages, after = [], ""
    while not pages or after:
        pages.append(problems.listed(ada, after))
        after = pages[-1].after
    assert [titles(page) for page in pages] == [["Grave 2", "Grave 1"], ["Grave 0", "Altro 2", "Altro 1"], ["Altro 0"]]
    assert titles(problems.listed(ada, "!nonsense"))[0] == "Grave 2"


def test_the_list_is_narrowed_to_how_grave_and_to_whose(world, ada):
    opened(ada, "Mio e grave", Severity.GRAVE)
    opened(ada, "Mio", Severity.MINOR)
    opened(access.standing(world.bruno), "Suo", Severity.MINOR)
    assert titles(problems.listed(ada, severity=1)) == ["Suo", "Mio"]
    assert titles(problems.listed(ada, severity=1, owner=world.ada.pk)) == ["Mio"]
    assert titles(problems.listed(ada, severity=3)) == ["Mio e grave"]
    assert titles(problems.listed(ada, severity=9)) == []
    assert problems.owners(ada) == [world.ada, world.bruno]


def test_what_is_closed_says_by_whom_and_after_how_long_and_asks_the_journal_once(
    world, ada, django_assert_num_queries
):
    by_ada, by_bruno = opened(ada, "Uno", days_ago=3), opened(ada, "Due", days_ago=1)
    problems.move(ada, by_ada, "close")
    problems.move(access.standing(world.bruno), by_bruno, "close")
    with django_assert_num_queries(3):  # the list, who closed them, how many people
        rows = problems.listed(ada, closed=True).rows
    assert [(row.title, row.closed_by, row.took.days) for row in rows] == [
        ("Due", world.bruno, 1), ("Uno", world.ada, 3),
    ]  # fmt: skip
    problems.move(ada, by_ada, "work")
    problems.move(access.standing(world.elena), by_ada, "close")
    assert problems.listed(ada, closed=True).rows[1].closed_by == world.elena  # the last time counts


def test_the_log_holds_all_of_the_brand_oldest_first_and_counts_as_each_issue_does(world, ada, monkeypatch):
    monkeypatch.setattr(issue_log, "AT_ONCE", 2)
    first, second = now_says(world, "Sa di tappo"), now_says(world, "Anche il mio", by="marco", root="m")
    issue = opened(ada, "Sa di tappo", days_ago=9, conversation=first)
    problems.join(ada, issue, [second.pk])
    affected.mark_told(ada, issue, [first.pk])
    for n in range(4):
        opened(ada, f"Altro {n}", days_ago=4 - n)
    opened(access.standing(world.zoe), "Un loro guaio")
    lines = list(issue_log.lines(ada))
    assert [line.issue.title for line in lines] == ["Sa di tappo", *(f"Altro {n}" for n in range(4))]
    assert lines[0].covered == affected.coverage(ada, issue) == affected.Coverage(2, 0, 1, 0)
    assert lines[1].covered == affected.Coverage(0, 0, 0, 0)


def test_the_log_costs_two_questions_for_each_portion(ada, django_assert_num_queries):
    for n in range(6):
        opened(ada, f"Altro {n}")
    with django_assert_num_queries(2):
        assert len(list(issue_log.lines(ada))) == 6
