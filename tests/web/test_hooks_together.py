"""Many calls at once ask the database once whose hook it is."""

import asyncio

import pytest

from premura.web import hooks


@pytest.fixture(autouse=True)
def forget():
    hooks._remembered.clear()
    hooks._asking.clear()


def test_a_hundred_calls_at_once_are_one_question(monkeypatch):
    asked = []
    monkeypatch.setattr(hooks, "_look_up", lambda path: asked.append(path) or object())

    async def rush():
        return await asyncio.gather(*(hooks._find("/hooks/playground/x") for _ in range(100)))

    assert len(set(map(id, asyncio.run(rush())))) == 1
    assert asked == ["/hooks/playground/x"]


def test_a_caller_who_hangs_up_does_not_take_the_answer_from_the_others(monkeypatch):
    monkeypatch.setattr(hooks, "_look_up", lambda path: "the hook")

    async def rush():
        first, second = (asyncio.create_task(hooks._find("/hooks/playground/x")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(rush()) == "the hook"


def test_when_the_database_is_away_all_of_them_are_told_to_call_again(monkeypatch):
    def gone(path):
        raise OSError("gone")

    monkeypatch.setattr(hooks, "_look_up", gone)

    async def rush():
        return await asyncio.gather(*(hooks._find("/hooks/x/y") for _ in range(5)), return_exceptions=True)

    assert [error.status for error in asyncio.run(rush())] == [503] * 5


def test_what_is_committed_while_the_drain_is_woken_wakes_it_again(monkeypatch):
    monkeypatch.setattr(hooks, "WAKE_APART_S", 0.0)
    woken = []

    async def rush():
        batch = hooks.Batch()

        async def insert(rows):
            pass

        async def ask():
            woken.append(len(woken))
            if len(woken) == 1:
                await batch.put((1, "hook", b"said while it was asked"))

        batch._insert, batch._ask_for_drain = insert, ask
        await batch.put((1, "hook", b"said before"))
        await batch._wake

    asyncio.run(rush())
    assert woken == [0, 1]
