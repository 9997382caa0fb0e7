"""Asking a network: what it says is kept with the cursor, and how it fails decides what is next."""

from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from premura import vault
from premura.listen import poll as polling
from premura.models import Channel, Event, Waiting
from premura.networks.contract import Busy, Can, Disconnected, Page, Refused, Unreachable
from premura.networks.playground import Playground


class Piazza(Playground):
    """Answers polls as told."""

    name, limits = Playground.name, Playground.limits
    can = Playground.can | {Can.REFRESH, Can.WATCH}

    def __init__(self, *answers):
        super().__init__({}, httpx.Client())
        self.answers, self.asked = list(answers), []

    def poll(self, cursor):
        self.asked.append(cursor)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def watch(self, hashtags, cursor):
        self.asked.append((*hashtags, cursor))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look_up(self, refs, now):
        self.asked.append(list(refs))
        return [b"{}"]

    def backfill(self, since):
        yield [b"1", b"2"]
        yield [b"3"]

    def refresh(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def ask(world, monkeypatch):
    def run(*answers):
        piazza = Piazza(*answers)

        @contextmanager
        def opened(channel, timeout=None):
            yield piazza

        monkeypatch.setattr(vault, "opened", opened)
        world.rossi.refresh_from_db()
        polling.poll(world.rossi)
        world.rossi.refresh_from_db()
        return piazza

    return run


def test_what_is_new_is_kept_together_with_the_cursor(ask, world):
    ask(Page([b"a", b"b"], "two"))
    assert (world.rossi.cursor, Waiting.objects.count()) == ("two", 2)
    assert world.rossi.asked_at is not None


def test_it_asks_on_while_there_is_more_and_stops_when_told_to_wait(ask, world):
    assert ask(Page([b"a"], "1", more=True), Page([b"b"], "2", more=True), Page([], "3")).asked == ["", "1", "2"]
    assert ask(Page([b"a"], "4", more=True, wait_s=90)).asked == ["3"]
    assert world.rossi.wait_until > timezone.now() + timedelta(seconds=80)


def test_a_network_that_asks_to_slow_down_is_left_alone_so_long(ask, world):
    ask(Busy("slow down", retry_after_s=120))
    assert world.rossi.wait_until > timezone.now() + timedelta(seconds=110)
    assert polling.due(timezone.now() + timedelta(seconds=60)) == []
    assert polling.due(timezone.now() + timedelta(seconds=130)) == [world.rossi]


def test_a_network_that_refuses_our_credentials_is_lost_and_says_so_once(ask, world):
    ask(Disconnected("wrong token"))
    ask(Disconnected("wrong token"))
    assert world.rossi.trouble == "wrong token"
    assert Event.objects.filter(deed="channel lost").count() == 1
    assert polling.due(timezone.now() + timedelta(days=1)) == []


def test_a_network_that_cannot_be_reached_is_asked_again_and_found_deaf_after_a_while(ask, world):
    ask(Unreachable("no line"))
    assert (world.rossi.trouble, world.rossi.cursor) == ("", "")
    assert polling.due(timezone.now()) == [world.rossi]
    assert not world.rossi.is_deaf(timezone.now())
    assert world.rossi.is_deaf(timezone.now() + timedelta(minutes=20))


def test_a_network_that_says_no_is_not_hammered(ask, world):
    ask(Refused("such a cursor does not exist"))
    assert world.rossi.wait_until is not None
    assert world.rossi.trouble == ""


def test_two_that_ask_at_once_leave_one_cursor_and_lose_nothing(ask, world, monkeypatch):
    stale = type(world.rossi).objects.get(pk=world.rossi.pk)
    ask(Page([b"a"], "two"))
    vault_opened = Piazza(Page([b"a", b"b"], "older"))

    @contextmanager
    def opened(channel, timeout=None):
        yield vault_opened

    monkeypatch.setattr(vault, "opened", opened)
    polling.poll(stale)
    world.rossi.refresh_from_db()
    assert world.rossi.cursor == "two"
    assert Waiting.objects.count() == 3


def test_hashtags_are_watched_after_the_poll_and_every_half_minute_at_most(ask, world):
    Channel.objects.update(hashtags=["vino", "rossi"])
    assert ask(Page([b"a"], "1"), Page([b"b"], "seen")).asked == ["", ("vino", "rossi", "")]
    assert (world.rossi.watch_cursor, Waiting.objects.count()) == ("seen", 2)
    assert ask(Page([], "2")).asked == ["1"], "too soon to watch again"
    Channel.objects.update(watched_at=timezone.now() - timedelta(seconds=31))
    assert ask(Page([], "3"), Busy("slow down", retry_after_s=120)).asked[-1] == ("vino", "rossi", "seen")
    assert polling.due(timezone.now() + timedelta(seconds=60)) == []


def test_a_network_that_refuses_hashtags_still_tells_who_names_us(ask, world):
    Channel.objects.update(hashtags=["vino"])
    ask(Page([], "1"), Refused("no search here"))
    assert (world.rossi.wait_until, world.rossi.trouble) == (None, "")
    assert world.rossi.watched_at > timezone.now() + timedelta(minutes=4)


def test_backfill_keeps_page_by_page(ask, world):
    ask(Page([], ""))
    assert polling.backfill(world.rossi, timezone.now() - timedelta(days=7)) == 3
    assert Waiting.objects.count() == 3


def test_what_was_said_lately_is_looked_up(ask, world):
    world.says("Ciao", key="a")
    piazza = ask(Page([], ""))
    polling.look_up(world.rossi)
    assert piazza.asked[-1] == [{"key": "a"}]
    assert Waiting.objects.count() == 1


def test_fresh_credentials_are_kept_and_lost_ones_mark_the_channel(ask, world):
    piazza = ask(Page([], ""))
    kept = []
    piazza.keep = kept.append
    piazza.answers = [{"token": "fresh"}, Disconnected("revoked")]
    polling.refresh(world.rossi)
    assert kept == [{"token": "fresh"}]
    polling.refresh(world.rossi)
    world.rossi.refresh_from_db()
    assert world.rossi.trouble == "revoked"
