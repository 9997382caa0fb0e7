"""Stream: keep a line open to each network that has one, in one worker of all.

Polling goes on beside it as the safety net; what both bring is stored once.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
from django.db import connection
from django.utils import timezone

from premura import vault
from premura.listen import receive
from premura.listen.poll import note_failure
from premura.models import Channel
from premura.networks import NETWORKS
from premura.networks.contract import Can, NetworkError

LOOK_EVERY_S = 10.0
AGAIN_S = 5.0
SILENCE_S = 120.0  # a line without a sign of life for so long is dead
LOCKS = 7361  # our number space among PostgreSQL's advisory locks
log = logging.getLogger("premura.stream")


def keep_all_open(stop: threading.Event) -> None:
    """Hold a line for each channel that nobody else holds one for, until `stop`."""
    held: dict[int, threading.Thread] = {}
    while not stop.is_set():
        try:
            for channel in Channel.objects.filter(network__in=_streaming(), streams=True, trouble="")[:500]:
                if channel.pk not in held or not held[channel.pk].is_alive():
                    held[channel.pk] = threading.Thread(target=_hold, args=(channel.pk, stop), daemon=True)
                    held[channel.pk].start()
        except psycopg.Error as error:
            log.warning("the channels could not be read: %s", type(error).__name__)
        except Exception as error:  # Django wraps what psycopg raises; a line that is gone is opened anew
            log.warning("the channels could not be read: %s", type(error).__name__)
        finally:
            connection.close()
        stop.wait(LOOK_EVERY_S)


def hold(channel: Channel, stop: threading.Event) -> None:
    """Keep what the network says, until the line breaks or `stop`."""
    with vault.opened(channel, httpx.Timeout(20, read=SILENCE_S)) as network:
        for body in network.stream():
            if body:
                receive.keep([(channel.pk, "stream", body)])
            Channel.objects.filter(pk=channel.pk).update(asked_at=timezone.now())
            if stop.is_set():
                return


def _hold(pk: int, stop: threading.Event) -> None:
    try:
        with _alone(pk) as alone:
            if alone:
                channel = Channel.objects.get(pk=pk)
                hold(channel, stop)
    except NetworkError as error:
        note_failure(Channel.objects.get(pk=pk), error)
    except Exception as error:  # the next look opens the line again
        log.warning("the line of channel %d broke: %s", pk, type(error).__name__)
    finally:
        connection.close()
    stop.wait(AGAIN_S)


@contextmanager
def _alone(pk: int) -> Iterator[bool]:
    """Whether we are the only one to hold this channel's line; true for as long as our connection lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, pk])
        taken = bool(cursor.fetchone()[0])
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, pk])


def _streaming() -> list[str]:
    return [name for name, network in NETWORKS.items() if Can.STREAM in network.can]
