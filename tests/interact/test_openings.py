"""The public line that opens the private way: in every language and tone, and the guard lets it pass.  P60."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Draft, Severity
from premura.interact import fill, openings
from premura.text.labels import LANGUAGES
from tests.guard.test_explains import ASKED

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
