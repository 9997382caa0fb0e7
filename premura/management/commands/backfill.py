"""premura backfill"""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from premura import vault
from premura.listen import poll, receive
from premura.models import Channel
from premura.networks.contract import Can, NetworkError


class Command(BaseCommand):
    help = "Fetch what was said on a channel in the last days.  What is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", type=int, help="the channel's number; a wrong one lists them")
        parser.add_argument("--days", type=int, default=7, help="how far back (7)")

    def handle(self, *args: Any, channel: int, days: int, **options: Any) -> None:
        found = self._find(channel)
        self.stdout.write(f"{found} ({found.network}), the last {days} days:")
        try:
            kept = self._fetch(found, timezone.now() - timedelta(days=days))
        except NetworkError as error:
            poll.note_failure(found, error)
            raise CommandError(f"{error} What was fetched before that is kept; run it again to get the rest.") from None
        self.stdout.write(f"{kept} things are kept. A worker takes them in; what was known is not doubled.")

    def _find(self, pk: int) -> Channel:
        found = Channel.objects.filter(pk=pk).first()
        if found is None:
            known = [f"{c.pk}  {c} ({c.network}, {c.brand})" for c in Channel.objects.select_related("brand")[:100]]
            raise CommandError("\n".join([f"There is no channel {pk}. There are:", *known]))
        if not poll.can(found, Can.BACKFILL):
            raise CommandError(f"{found.network} cannot be asked for what was said before.")
        if not found.sealed:
            raise CommandError(f"{found} is not connected. Nothing was fetched. Connect it under Channels.")
        return found

    def _fetch(self, channel: Channel, since: datetime) -> int:
        kept = 0
        with vault.opened(channel) as network:
            for bodies in network.backfill(since):
                receive.keep([(channel.pk, "backfill", body) for body in bodies])
                kept += len(bodies)
                self.stdout.write(f"  {kept} …")
                self.stdout.flush()
        return kept
