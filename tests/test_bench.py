"""The measurements measure: each prints one JSON object with the figures that were promised."""

import json
import os
import subprocess
import sys

import pytest

from premura.bench import talk
from premura.networks.playground_items import read

pytestmark = pytest.mark.process


def bench(*arguments: str) -> dict:
    outside = {k: v for k, v in os.environ.items() if not k.startswith("PREMURA_") and k != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "premura", "bench", *arguments],
        env=outside | {"PREMURA_HOME": os.environ["PREMURA_HOME"]}, capture_output=True, text=True, timeout=170,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def has(figures: dict, names: str) -> bool:
    assert {"cores", "memory_gb", "cpu", "python", "postgres"} <= figures["machine"].keys()
    missing = [name for name in names.split() if not isinstance(figures.get(name), int | float)]
    assert missing == []
    return True


def test_taking_in_is_measured_and_nothing_is_lost():
    figures = bench("take-in", "--rate", "50", "--seconds", "1")
    assert has(
        figures,
        "acked_per_s ack_p50_ms ack_p99_ms flat_acked_per_s taken_in_per_s noop_per_s insert_per_s"
        " ratio_ack_to_noop ratio_taken_in_to_insert",
    )
    assert (figures["lost"], figures["doubled"], figures["quarantined"]) == (0, 0, 0)
    assert 0 < figures["messages"] <= figures["sent"]
    assert figures["taken_in_per_s"] > 0


def test_the_inbox_is_measured_small_and_large():
    figures = bench("inbox", "--conversations", "800", "--rounds", "2")
    assert has(
        figures, "first_p50_ms first_p95_ms page100_p95_ms search_p95_ms counts_p95_ms growth ratio_one_row_to_first"
    )
    assert figures["conversations"] == 800
    assert figures["messages"] > 800


def test_the_bell_is_measured_and_everybody_hears_it():
    figures = bench("bell", "--streams", "5")
    assert has(figures, "p50_ms p95_ms streams ratio_notice_to_all")
    assert figures["not_told"] == 0


def test_deciding_is_measured_and_no_two_workers_block_each_other():
    figures = bench("decide", "--messages", "2000", "--persons", "600")
    assert has(figures, "triage_ms_per_message deadlines_s next_p95_ms deadlocks open_conversations")
    assert figures["deadlocks"] == 0
    assert figures["messages"] == 2000


def test_what_people_say_in_a_measurement_is_what_the_playground_says():
    turns = {talk.turn(n) for n in range(400)}
    assert turns == {turn for turn, _ in talk.TURNS}
    for n in range(400):
        (item,) = read(talk.body("run", "page", n))
        assert not talk.says(n) or item.key == talk.key("run", talk.about(n))
