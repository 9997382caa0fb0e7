"""Parts that are trained side by side."""

import os

import pytest

from premura.train.beside import side_by_side


def test_each_part_comes_back_in_its_place_from_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    found = side_by_side(lambda number: (number * number, os.getpid()), 5)
    assert [square for square, _ in found] == [0, 1, 4, 9, 16]
    assert os.getpid() not in {worker for _, worker in found}


def test_a_part_may_have_parts_of_its_own(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert side_by_side(lambda number: sum(side_by_side(lambda n: n + number, 3)), 2) == [3, 6]


def test_what_goes_wrong_in_a_part_is_told(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 // number, 2)


def test_with_one_processor_all_is_worked_out_here(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert set(side_by_side(lambda _number: os.getpid(), 3)) == {os.getpid()}
