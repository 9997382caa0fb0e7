"""Asking the networks."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from premura.listen import poll as polling
from premura.models import Channel
from premura.queue import PATIENT


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
