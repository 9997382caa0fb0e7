"""Asking the networks, and listening to what they brought."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from premura.listen import poll as polling
from premura.listen import queries
from premura.models import Channel
from premura.queue import PATIENT, later


@app.task(name="poll")
def poll(channel_id: int) -> None:
    polling.poll(Channel.objects.get(pk=channel_id))


@app.task(name="look_up")
def look_up(channel_id: int) -> None:
    polling.look_up(Channel.objects.get(pk=channel_id))


@app.task(name="refresh")
def refresh(channel_id: int) -> None:
    polling.refresh(Channel.objects.get(pk=channel_id))


@app.task(name="backfill", retry=PATIENT)
def backfill(channel_id: int, days: int) -> None:
    polling.backfill(Channel.objects.get(pk=channel_id), timezone.now() - timedelta(days=days))


@app.task(name="hear_after_all", retry=PATIENT)
def hear_after_all(brands: list[tuple[int, list[int]]], edited: Sequence[tuple[int, list[int]]] = ()) -> None:
    """Listen to a batch that was stored and could not be listened to."""
    queries.hear_after_all(dict(brands), dict(edited))


@app.task(name="listen_back", retry=PATIENT)
def listen_back(query_id: int, made_at: str, before: int = 0) -> None:
    """Listen with a new query to one portion of what was said lately, and set the next portion going."""
    if left := queries.listen_back(query_id, made_at, before):
        later("listen_back", query_id=query_id, made_at=made_at, before=left)
