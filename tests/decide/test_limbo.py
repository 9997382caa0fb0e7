"""What hangs between teams: measured until a person there does something, and listed while nobody does."""

from datetime import timedelta

from django.utils import timezone

from premura import access
from premura.decide import assign, limbo, macros, rulebook, rules
from premura.decide.rulebook import Written
from premura.interact import teamwork
from premura.measure import limbo as measured
from premura.models import Conversation, Event, Team


def hangs(world, by, minutes_ago, to=None):
    """Somebody wrote, and the matrix sent it to the kitchen so long ago."""
    conversation = world.says("Il piatto era freddo", by=by)
    assign.send(conversation, to or world.kitchen)
    at = timezone.now() - timedelta(minutes=minutes_ago)
    Event.objects.filter(conversation=conversation, deed="routed").update(at=at)
    Conversation.objects.filter(pk=conversation.pk).update(opened_at=at - timedelta(minutes=1))
    conversation.refresh_from_db()
    return conversation


def noted(conversation, by, minutes_ago):
    teamwork.note(conversation, "Ci penso io", by)
    at = timezone.now() - timedelta(minutes=minutes_ago)
    Event.objects.filter(conversation=conversation, deed="noted").update(at=at)


def in_limbo(agent, after=""):
    return limbo.now(access.standing(agent), after)


def minutes(stay):
    return round(stay.total_seconds() / 60)


def test_what_was_moved_and_touched_by_nobody_is_in_limbo_the_longest_first(world):
    short, long = hangs(world, "a", 10), hangs(world, "b", 90)
    noted(hangs(world, "c", 60), world.carlo, 50)
    teamwork.assign(hangs(world, "d", 60), world.carlo, world.carlo)
    world.says("Mai spostata", by="e")
    assert in_limbo(world.bruno).rows == [long, short]
    assert minutes(timezone.now() - in_limbo(world.bruno).rows[0].since) == 90


def test_what_belongs_to_no_team_is_in_limbo_from_the_first(world):
    conversation = world.says("E io?")
    Conversation.objects.filter(pk=conversation.pk).update(team=None)
    assert in_limbo(world.ada).rows == [conversation]
    Team.objects.all().delete()  # who has no teams has nothing between them
    assert in_limbo(world.bruno).rows == []


def test_an_agent_sees_of_it_what_is_theirs_to_see_and_another_brand_nothing(world):
    kitchens = hangs(world, "a", 10)
    assert in_limbo(world.ada).rows == []
    assert in_limbo(world.carlo).rows == [kitchens]
    assert in_limbo(world.zoe).rows == []


def test_a_long_list_goes_on_without_a_gap(world, monkeypatch):
    monkeypatch.setattr(limbo, "PAGE", 2)
    all_of_them = [hangs(world, f"guest{n}", 100 - n) for n in range(5)]
    after, seen = "", []
    for _ in range(3):
        page = in_limbo(world.bruno, after)
        seen += page.rows
        after = page.after
    assert (seen, after) == (all_of_them, "")


def stays(world):
    return {stay.name: stay for stay in measured.by_team(access.standing(world.bruno), timezone.now())}


def test_each_team_has_its_median_and_longest_stay(world):
    for n, until in enumerate((100, 80, 30)):  # 20, 40 and 90 minutes until somebody of the kitchen wrote a note
        noted(hangs(world, f"guest{n}", 120), world.carlo, until)
    hangs(world, "still", 10)
    kitchen = stays(world)["Cucina"]
    assert (kitchen.times, minutes(kitchen.median), minutes(kitchen.longest), kitchen.still) == (4, 30, 90, 1)
    assert set(stays(world)) == {"Cucina"}  # that it was sorted at once was no stay in the hall


def test_a_stay_ends_where_a_person_sends_it_on_and_another_begins(world):
    conversation = hangs(world, "a", 60)
    assign.dispute(conversation, world.carlo, "È della sala", world.hall)
    found = stays(world)
    assert minutes(found["Cucina"].longest) == 60
    assert (found["Sala"].still, minutes(found["Sala"].longest)) == (1, 0)


def test_what_a_person_moved_first_had_lain_where_it_came_in(world):
    conversation = world.says("È la sala?")
    Conversation.objects.filter(pk=conversation.pk).update(opened_at=timezone.now() - timedelta(minutes=45))
    assign.dispute(conversation, world.ada, "È della cucina", world.kitchen)
    assert minutes(stays(world)["Sala"].longest) == 45


def test_moves_of_more_than_thirty_days_ago_and_of_another_brand_do_not_count(world):
    hangs(world, "a", 60 * 24 * 31)
    assert stays(world) == {}
    hangs(world, "b", 60)
    assert measured.by_team(access.standing(world.zoe), timezone.now()) == []


def by_rule(world, conversation, minutes_ago):
    """A rule sends it to the kitchen so long ago."""
    standing = access.standing(world.elena)
    rule = rulebook.make(standing, Written("Piatti", "came in", [], [["team", world.kitchen.pk]]))
    rulebook.switch(standing, rule, on=True, tried=rulebook.mark(rule))
    rules.act(world.brand.pk, list(conversation.messages.values_list("pk", flat=True)))
    at = timezone.now() - timedelta(minutes=minutes_ago)
    Event.objects.filter(conversation=conversation, deed="rule acted").update(at=at)


def lay(world, minutes_ago):
    conversation = world.says("Il piatto era freddo", by="d")
    at = timezone.now() - timedelta(minutes=minutes_ago)
    Conversation.objects.filter(pk=conversation.pk).update(opened_at=at)
    return conversation


def test_what_a_rule_sent_on_and_nobody_touched_is_in_limbo_since_then(world):
    conversation = lay(world, 60)
    by_rule(world, conversation, 40)
    (row,) = in_limbo(world.bruno).rows
    assert (row, minutes(timezone.now() - row.since)) == (conversation, 40)
    teamwork.note(conversation, "Ci penso io", world.carlo)
    assert in_limbo(world.bruno).rows == []


def test_a_rule_ends_one_teams_time_and_begins_the_others(world):
    by_rule(world, lay(world, 60), 40)
    found = stays(world)
    assert (minutes(found["Sala"].longest), found["Sala"].still) == (20, 0)
    assert (minutes(found["Cucina"].longest), found["Cucina"].still) == (40, 1)


def test_what_a_rule_sorted_at_once_had_lain_nowhere(world):
    by_rule(world, lay(world, 60), 60)
    assert set(stays(world)) == {"Cucina"}


def test_a_rule_that_leaves_the_team_as_it_is_is_no_move(world):
    conversation = world.says("Il piatto era freddo", by="d")
    Conversation.objects.filter(pk=conversation.pk).update(team=world.kitchen)
    by_rule(world, conversation, 10)
    assert (in_limbo(world.bruno).rows, stays(world)) == ([], {})


def test_a_macro_that_sends_it_to_another_team_is_a_move(world):
    conversation = lay(world, 30)
    standing = access.standing(world.elena)
    macro = macros.make(standing, "Alla cucina", [["team", world.kitchen.pk]])
    macros.use(standing, conversation, macro.pk)
    assert in_limbo(world.bruno).rows == [conversation]
    assert minutes(stays(world)["Sala"].longest) == 30
