"""The public line that opens the private way: in every language and tone, and the guard lets it pass.  P60."""

import pytest
from django.utils import timezone

from premura.guard.check import check
from premura.guard.contract import Draft, Severity
from premura.interact import fill, openings
from premura.interact import guard as guarding
from premura.interact import reply as replying
from premura.models import Reply
from premura.text.labels import LANGUAGES
from tests.guard.test_explains import ASKED
from tests.web.test_inbox import now_says

DAYS = {
    "it": "venerdì 12 alle 18", "en": "Friday 12 at 6 pm", "es": "viernes 12 a las 18", "fr": "vendredi 12 à 18 h",
    "de": "Freitag um 18 Uhr", "pt": "sexta-feira às 18h", "nl": "vrijdag 12 uur", "pl": "piątku o 18",
    "ro": "vineri la 18",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["", "tu", "lei", "voi"])
def test_with_its_day_filled_in_the_line_may_stand_in_public(language, address):
    line = openings.line(language, address)
    (gap,) = fill.gaps(line)
    found = check(Draft(line.replace(gap, DAYS[language]), language, ASKED[language], language))
    assert not [f.rule for f in found if f.severity in (Severity.BLOCK, Severity.WARN)]
    assert language == "en" or line != openings.line("en")


@pytest.mark.guarded
def test_that_others_were_told_the_same_line_is_no_boilerplate(world):
    line = openings.line("it", "lei").replace("«data?»", "venerdì 12 alle 18")
    replying.submit(now_says(world, ASKED["it"], by="tom", root="tom"), line, world.ada)
    Reply.objects.update(state="sent", sent_at=timezone.now())
    found = guarding.check(now_says(world, ASKED["it"]), f"Chiara, {line}", world.ada)
    assert "canned" not in [f.rule for f in found]
