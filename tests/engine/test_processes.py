"""The family of our own processes: one that dies comes back, and nobody is left behind."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from premura.engine import member

from .conftest import Program, lives, wait_until

pytestmark = pytest.mark.process

Start = Callable[..., Program]

FAMILY = r"""
import os, sys
from pathlib import Path
from premura.engine import processes
from premura.engine.postgres import Server
from premura.engine.processes import Child, Family
processes.STOP_WITHIN_S = float(os.environ.get("PATIENCE", "10"))
home, *scripts = sys.argv[1:]
server = Server(Path(home)) if home else None
def ready():
    os.write(1, f"premura | all ready database {server and server.pid}\n".encode())  # in one piece
children = [Child(f"child{n}", ["/bin/sh", "-c", script], {"GREETING": "hello"}) for n, script in enumerate(scripts)]
if probe := os.environ.get("PROBE"):
    children.append(Child("probed", ["sleep", "100"], {}, Path(probe).exists))
sys.exit(Family(children, server, ready).run())
"""

# A shell that says its number and then does nothing for ever, as a web server without visitors.
IDLE = "echo $GREETING from $$; exec sleep 100"


def number(line: str) -> int:
    return int(line.rsplit(maxsplit=1)[1])


def press_ctrl_c(family: Program) -> None:
    """A terminal tells everybody in the group of the one in front."""
    os.killpg(family.process.pid, signal.SIGINT)


def test_ctrl_c_stops_the_children_and_the_database(program: Start, used: Path, log: Callable[[], str]) -> None:
    family = program(FAMILY, used, IDLE, IDLE)
    everybody = [
        number(family.says("ready")),
        number(family.says("child0  | hello")),
        number(family.says("child1  |")),
    ]
    press_ctrl_c(family)
    assert family.ends() == 0
    assert not any(lives(pid) for pid in everybody)
    assert "database system is shut down" in log()
    assert "unexpectedly" not in "".join(family.lines)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_polite_signal_to_us_alone_stops_everybody(program: Start, how: signal.Signals) -> None:
    family = program(FAMILY, "", IDLE)
    child = number(family.says("hello"))
    family.process.send_signal(how)
    assert family.ends() == 0
    assert not lives(child)


def test_when_we_are_killed_nobody_is_left(program: Start, used: Path) -> None:
    family = program(FAMILY, used, IDLE)
    everybody = [number(family.says("ready")), number(family.says("hello"))]
    family.process.kill()
    wait_until(lambda: not any(lives(pid) for pid in everybody))


def test_a_child_that_dies_is_started_again_and_we_say_how_it_died(program: Start) -> None:
    family = program(FAMILY, "", IDLE, IDLE)
    first, other = number(family.says("child0  | hello")), number(family.says("child1  | hello"))
    os.kill(first, signal.SIGKILL)
    family.says("child0 stopped unexpectedly (killed by SIGKILL); starting it again in 0.2 s")
    assert number(family.says("child0  | hello")) != first
    assert lives(other)


def test_a_child_that_ends_well_is_started_again_too(program: Start) -> None:
    family = program(FAMILY, "", "exit 0")
    family.says("child0 stopped unexpectedly (exit code 0); starting it again in 0.2 s")
    family.says("starting it again in 0.4 s")


def test_a_program_that_is_not_there_is_told_in_words(program: Start) -> None:
    missing = FAMILY.replace('["/bin/sh", "-c", script]', '["/nowhere/premura"]')
    family = program(missing, "", "")
    family.says("child0 could not be started ([Errno 2]")
    press_ctrl_c(family)
    assert family.ends() == 0
    assert "Traceback" not in "".join(family.lines)


def test_what_a_dead_child_had_started_does_not_live_on(program: Start) -> None:
    family = program(FAMILY, "", "sleep 100 & echo grandchild $!; exec sleep 100")
    grandchild = number(family.says("grandchild"))
    pgid = os.getpgid(grandchild)
    os.kill(pgid, signal.SIGKILL)
    assert number(family.says("grandchild")) != grandchild
    wait_until(lambda: not lives(grandchild))
    press_ctrl_c(family)
    family.ends()


def test_a_killed_database_is_started_again(program: Start, used: Path, log: Callable[[], str]) -> None:
    family = program(FAMILY, used, IDLE)
    database = number(family.says("ready"))
    os.kill(database, signal.SIGKILL)
    family.says("the database stopped unexpectedly")
    family.says("the database is back")
    assert log().count("ready to accept connections") == 2


def test_a_database_that_cannot_start_ends_us_in_words(program: Start, foreign: Path) -> None:
    family = program(FAMILY, foreign, IDLE)
    assert family.ends() == 1
    assert "was written by PostgreSQL 14" in "".join(family.lines)
    assert "Traceback" not in "".join(family.lines)


def test_ready_is_said_once_when_all_are(program: Start, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    monkeypatch.setenv("PROBE", str(home / "probe"))
    family = program(FAMILY, "", IDLE)
    child = number(family.says("hello"))
    os.kill(child, signal.SIGKILL)
    again = family.says("hello")
    assert not any("ready" in line for line in family.lines)
    (home / "probe").touch()
    family.says("all ready")
    os.kill(number(again), signal.SIGKILL)
    family.says("hello")
    press_ctrl_c(family)
    family.ends()
    assert sum("ready" in line for line in family.lines) == 1


def test_a_child_that_will_not_stop_is_killed_after_a_while(program: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATIENCE", "0.2")
    family = program(FAMILY, "", "trap '' TERM; echo stubborn $$; while :; do sleep 1; done")
    stubborn = number(family.says("stubborn"))
    press_ctrl_c(family)
    assert family.ends() == 0
    assert not lives(stubborn)
    assert "child0 did not stop in time and is killed" in "".join(family.lines)


def test_a_second_ctrl_c_does_not_wait(program: Start) -> None:
    family = program(FAMILY, "", "trap 'echo no' TERM; echo stubborn $$; while :; do sleep 1; done")
    stubborn = number(family.says("stubborn"))
    press_ctrl_c(family)
    family.says("no")
    press_ctrl_c(family)
    assert family.ends() == 0
    assert not lives(stubborn)


def test_the_last_words_of_a_child_are_heard(program: Start) -> None:
    family = program(FAMILY, "", "trap 'echo farewell; exit' TERM; echo here; while :; do sleep 0.01; done")
    family.says("here")
    press_ctrl_c(family)
    family.ends()
    assert "child0  | farewell" in family.lines


def test_pauses_grow_to_five_seconds_and_shrink_when_it_has_run_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(member.time, "monotonic", lambda: now)
    backoff = member.Backoff()
    backoff.began()
    assert [round(backoff.failed(), 1) for _ in range(7)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    backoff.began()
    now += 60
    assert backoff.failed() == 0.2
