"""A pile-on is seen as soon as a careful person would see it, and a busy hour is not taken for one."""

import io
import json
import random
from math import log2
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from premura.listen.patterns.pile_on import MOST_KNOWN, Alarm, Event, Watch
from premura.listen.patterns.pile_on_words import reason
from tests.listen.patterns import traces

SEEDS = range(3)


def alarms(events: list[Event]) -> list[Alarm]:
    watch = Watch()
    return [alarm for event in events if (alarm := watch.take(event))]


def crowd(start: float, people: int, every: float, prefix: str = "c") -> list[Event]:
    return [Event(start + n * every, "comment", f"{prefix}{n}", True) for n in range(people)]


@pytest.mark.parametrize("kind", traces.PILE_ONS, ids=lambda kind: kind.__name__)
def test_a_pile_on_is_seen_within_a_minute_of_a_careful_person_and_told_once(kind):
    for seed in SEEDS:
        trace = traces.make(kind, seed)
        found = alarms(trace.events)
        assert len(found) == 1
        late = 0 if kind is not traces.brand_storm else 120  # 250 an hour speak there, and 16 are critical anyway
        assert trace.onset <= found[0].t <= trace.label + 60 + late


@pytest.mark.parametrize("kind", traces.HARMLESS, ids=lambda kind: kind.__name__)
def test_a_busy_hour_is_no_pile_on(kind):
    assert [alarms(traces.make(kind, seed).events) for seed in SEEDS] == [[] for _ in SEEDS]


def test_of_kinds_it_was_not_made_with_it_sees_every_pile_on_and_rarely_anything_else():
    seen = [(trace, alarms(trace.events)) for trace in _all(traces.HELD_PILE_ONS)]
    assert all(found and found[-1].t >= trace.onset for trace, found in seen)
    in_time = [found[0].t <= trace.label + 60 for trace, found in seen]
    assert sum(in_time) >= len(in_time) * 0.7
    false = [trace.kind for trace in _all(traces.HELD_HARMLESS) if alarms(trace.events)]
    assert len(false) <= 4


def _all(kinds):
    return [traces.make(kind, seed) for kind in kinds for seed in SEEDS]


def test_one_person_alone_is_no_pile_on_however_often_they_write():
    assert alarms([Event(n * 5.0, "comment", "angry", True) for n in range(200)]) == []


def test_a_person_is_not_forgotten_because_a_thousand_like_something_else():
    events = [Event(n * 9.0, "comment", "angry", True) for n in range(100)]
    assert alarms(sorted(events + [Event(n / 4, "like", f"l{n}") for n in range(3600)])[1:]) == []


def test_two_voices_are_no_pile_on_nor_are_likes_that_agree_with_nobody():
    assert alarms(crowd(0, 2, 5)) == []
    assert alarms([Event(n / 10, "like", f"l{n}") for n in range(2000)]) == []
    assert alarms([Event(n / 10, "share", f"s{n}") for n in range(2000)]) == []


def test_four_critical_people_within_three_minutes_are_a_pile_on_where_nobody_wrote_before():
    (alarm,) = alarms([Event(0, "like", "fan"), *crowd(7200, 8, 50)])
    assert alarm.t <= 7200 + 3 * 50
    assert reason(alarm).startswith("4 new critical voices in 2 min, usually 0.")


def test_what_grows_over_hours_on_a_quiet_page_is_a_pile_on_too():
    calm = [Event(n * 3600.0, "comment", f"p{n}", n % 8 == 0) for n in range(24)]
    slow = [*crowd(24 * 3600, 4, 1800), *crowd(26 * 3600, 12, 480, "d")]
    (alarm,) = alarms(calm + slow)
    assert 26 * 3600 < alarm.t < 27.6 * 3600


def test_a_complaint_that_is_only_shared_is_a_pile_on_and_praise_that_is_shared_is_none():
    shares = [Event(3600 + 600 * log2(n + 1), "share", f"s{n}") for n in range(60)]
    (alarm,) = alarms([Event(0, "comment", "angry", True), *shares])
    assert (alarm.voices, alarm.support > 10) == (1, True)
    assert alarms([Event(0, "comment", "fan"), *shares]) == []


def test_likes_that_are_known_to_be_a_critics_call_where_everybody_else_is_happy():
    happy = [Event(n * 90.0, "comment", f"p{n}") for n in range(40)]
    likes = [Event(2400 + 2.0 * n, "like", f"l{n}", True) for n in range(60)]
    critic = Event(2000, "comment", "critic", True)
    assert len(alarms(sorted([*happy, critic, *likes]))) == 1
    assert alarms(sorted([*happy, critic, *(like._replace(negative=False) for like in likes)])) == []


def test_a_handful_among_a_thousand_is_no_turn_however_fast_it_comes():
    busy = [Event(n * 1.0, "comment", f"p{n}", n % 12 == 0) for n in range(3600)]
    assert alarms(sorted([*busy, *crowd(3000.5, 8, 1, "d")])) == []


def test_a_quarrel_in_two_camps_from_the_first_comment_on_is_no_pile_on():
    assert alarms([Event(n * 40.0, "comment", f"p{n}", n % 3 == 0) for n in range(200)]) == []


def test_likes_of_a_complaint_call_before_six_have_written():
    complaint = [Event(0, "comment", "angry", True), *crowd(600, 3, 60)]
    likes = [Event(600 + n * 2.0, "like", f"l{n}") for n in range(100)]
    (alarm,) = alarms(sorted(complaint + likes))
    assert alarm.voices <= 3
    assert "likes and shares went from" in reason(alarm)
    assert "mi piace e condivisioni da" in reason(alarm, "it")
    praise = [event._replace(negative=False) for event in complaint]
    assert alarms(sorted(praise + likes)) == []


def test_an_outbreak_is_told_once_and_the_next_one_again():
    first, next_ = crowd(0, 60, 20), crowd(9 * 3600, 60, 20, "d")
    assert len(alarms(first)) == 1
    assert [alarm.t > 8 * 3600 for alarm in alarms(first + next_)] == [False, True]


@pytest.mark.parametrize("kind", [traces.likes_on_anger, traces.giveaway_turns, traces.one_angry_person])
def test_a_watch_that_was_stored_goes_on_as_if_it_had_not_been(kind):
    events = traces.make(kind, 1).events
    watch, found = Watch(), []
    for number, event in enumerate(events):
        if number % 50 == 0:
            watch = Watch.resume(json.loads(json.dumps(watch.stored())))
        found += [alarm] if (alarm := watch.take(event)) else []
    assert found == alarms(events)


def test_the_slope_rises_with_the_voices_and_falls_with_time():
    watch = Watch()
    assert watch.slope() == 0
    for event in crowd(0, 10, 6):
        watch.take(event)
    assert 3 < watch.slope() < 8
    assert watch.slope(now=600) < 0.1


def test_an_event_that_comes_late_counts_as_of_now_and_breaks_nothing():
    assert len(alarms([*crowd(1000, 3, 10), *crowd(0, 5, 10, "late")])) == 1


def test_a_watch_does_not_grow_without_end():
    watch = Watch()
    for n in range(3 * MOST_KNOWN):
        watch.take(Event(n, "comment", f"p{n}", n % 9 == 0))
    assert max(len(watch.known), len(watch.critics)) <= MOST_KNOWN
    assert len(watch.voices) <= 40


# -- premura replay --pile-on --------------------------------------------------------------------------


@pytest.fixture
def replay(monkeypatch):
    """Run the command; return what it answered and what it complained of."""

    def run(lines: list[object], *options: str) -> tuple[list[dict], list[dict]]:
        raw = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        out, errors = io.StringIO(), io.StringIO()
        call_command("replay", "--pile-on", *options, stdout=out, stderr=errors)
        return tuple([json.loads(line) for line in stream.getvalue().splitlines()] for stream in (out, errors))

    return run


def lines(trace: object, events: list[Event]) -> list[dict]:
    return [
        {"trace": trace, "t_seconds": e.t, "kind": e.kind, "author": e.author, "negative": e.negative} for e in events
    ]


def test_the_command_tells_traces_apart_and_does_not_mind_the_order_of_lines(replay):
    storm, later = lines("storm", crowd(3000, 30, 20)), lines("later", crowd(9000, 30, 20))
    calm = lines("calm", [Event(n * 3.0, "comment", f"p{n}") for n in range(300)])
    told, errors = replay([later[0], *storm, *calm, *later[1:]])
    assert [row["trace"] for row in told] == ["later", "storm"]
    assert set(told[0]) == {"trace", "t_seconds", "reason"}
    assert errors == []
    mixed = [later[0], *random.Random(1).sample(storm + calm + later[1:], 359)]
    assert replay(mixed)[0] == told


def test_the_command_says_which_lines_it_cannot_read_and_goes_on(replay):
    storm = lines("storm", crowd(3000, 30, 20))
    bad = ["{oops", {"t_seconds": "soon", "kind": "like"}, {"t_seconds": 3, "kind": "wave"}, {"kind": "like"}, "", "7"]
    told, errors = replay([*storm[:3], *bad, *storm[3:]])
    assert [row["trace"] for row in told] == ["storm"]
    assert [row["line"] for row in errors] == [4, 5, 6, 7, 9]
    assert all(row["error"] for row in errors)


def test_the_command_reads_what_was_written_where_nobody_says_whether_it_is_critical(replay):
    angry = ["Vergogna, tre settimane di attesa e nessuno risponde!", "This is a disgrace, my order never arrived.",
             "Anche a me è successo, pessimo servizio", "Mai più, siete dei ladri", "Schifo, rivoglio i miei soldi",
             "Terrible service, nobody answers", "Delusa e arrabbiata: pacco rotto e nessun rimborso"]  # fmt: skip
    happy = ["Che bello, partecipo!", "Grazie mille, siete fantastici", "I love it", "Complimenti!",
             "Partecipo anche io", "Wonderful, thank you", "Bellissimo, speriamo di vincere"]  # fmt: skip
    told, _ = replay(
        [
            {"trace": name, "t_seconds": n * 20, "kind": "comment", "author": f"p{n}", "text": text}
            for name, texts in (("angry", angry), ("happy", happy))
            for n, text in enumerate(texts)
        ],
        "--lang", "it",
    )  # fmt: skip
    assert [row["trace"] for row in told] == ["angry"]
    assert "nuove voci critiche" in told[0]["reason"]


def test_the_command_answers_nothing_to_nothing_and_asks_what_to_look_for(replay):
    assert replay([]) == ([], [])
    with pytest.raises(CommandError, match="--pile-on"):
        call_command("replay")
