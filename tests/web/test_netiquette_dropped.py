"""A draft of the netiquette is thrown away only by who saw what is in it."""

import re

import pytest
from django.utils.html import escape
from django.utils.translation import gettext, override

from premura.models import Netiquette
from premura.prepare import netiquette
from tests.interact.test_moderate import standing_of
from tests.web.test_inbox import signed_in
from tests.web.test_moderation import form

NOT_DROPPED = (
    "Somebody saved this draft meanwhile, so it was not thrown away. Yours stands in the form, theirs below it. Press"
    " again if both are to go."
)


def stamp(page: str) -> str:
    return re.search(r'name="stamp" value="(\w+)"', page)[1]


def test_a_draft_that_somebody_saved_meanwhile_is_not_thrown_away_unseen(world):
    elena, house = signed_in(world.elena), netiquette.begin(standing_of(world.elena))
    opened = stamp(elena.get("/netiquette/").text)
    elena.post("/netiquette/clauses/", form(house, stamp=opened, **{"title-1-it": "Il lavoro di un’altra"}))
    sent = form(house, stamp=opened, **{"title-1-it": "La mia scheda", "do": "drop"})
    answer = elena.post("/netiquette/clauses/", sent)
    assert answer.status_code == 409
    with override("it"):
        assert escape(gettext(NOT_DROPPED)) in answer.text
    assert escape("Il lavoro di un’altra") in answer.text.split('id="kept-title"')[1]
    assert "La mia scheda" in answer.text.split('id="draft"')[1].split("</form>")[0]
    assert netiquette.rules(house)[0].words["it"][0] == "Il lavoro di un’altra"
    elena.post("/netiquette/clauses/", sent | {"stamp": stamp(answer.text)})
    assert not Netiquette.objects.exists()


def test_what_was_published_meanwhile_is_not_thrown_away(world):
    house = netiquette.begin(standing_of(world.elena))
    opened = netiquette.stamp(house, netiquette.rules(house))
    netiquette.publish(house, world.elena)
    with pytest.raises(netiquette.Published):
        netiquette.drop(house, opened)
    assert netiquette.current(world.brand.pk) == house
