"""The line that quotes a clause is the same for many, on purpose, and nothing else is taken for it."""

import pytest
from django.conf import settings
from django.utils import timezone

from premura.interact import acts, guard, quoting
from premura.models import Act, Message, Reply
from premura.web import hiding
from tests.interact.test_moderate import clause, said  # noqa: F401

THEIRS = "Siete dei pagliacci, vergognatevi tutti quanti"
URL = "/rules/rossi/1/?lang=it#c1"
pytestmark = pytest.mark.guarded


def rules_against(world, text: str, by: str) -> list[str]:
    conversation = said(world, THEIRS, by=by, root=by).conversation
    return [found.rule for found in guard.check(conversation, text, world.bruno)]


def test_everybody_who_breaks_a_rule_is_told_so_in_the_same_line(world, clause):  # noqa: F811
    line = hiding.line(world.brand, clause, "it")
    for by in ("anna", "marco", "paola"):
        message = said(world, THEIRS, by=by, root=by)
        assert acts.hide(message, world.bruno, clause=clause, line=line, language="it").told
        Reply.objects.update(state="sent", sent_at=timezone.now())
    assert Act.objects.count() == Message.objects.filter(hidden_at__isnull=False).count() == 3


@pytest.mark.parametrize("language", quoting.LINES)
def test_in_every_language_the_line_is_known_also_with_a_name_in_front(language):
    line = quoting.line(language, 12, "Parliamo con rispetto: «sempre»", settings.PUBLIC_URL + URL)
    assert quoting.is_one(line)
    assert quoting.is_one(f"Chiara, {line[0].lower()}{line[1:]}")
    assert not quoting.is_one(f"{line} {line}")


def test_a_line_that_leads_elsewhere_or_says_much_besides_is_not_taken_for_it(world, clause):  # noqa: F811
    line = hiding.line(world.brand, clause, "it")
    assert not quoting.is_one(line.replace(settings.PUBLIC_URL, "https://casino.example"))
    assert not quoting.is_one(line + " La bottiglia rotta la rispediamo entro venerdì con il corriere, scusaci.")
    assert not quoting.is_one("Abbiamo nascosto questo commento.")


def test_the_other_rules_of_the_guard_still_look_at_the_line(world, clause):  # noqa: F811
    line = hiding.line(world.brand, clause, "it")
    assert "canned" not in rules_against(world, line, "anna")
    assert rules_against(world, f"Sei un cretino: {line}", "marco")


def test_the_line_in_words_of_ones_own_is_no_boilerplate_for_the_sake_of_the_fixed_one(world, clause):  # noqa: F811
    line = hiding.line(world.brand, clause, "it")
    acts.hide(said(world, THEIRS, by="anna", root="anna"), world.bruno, clause=clause, line=line, language="it")
    assert "canned" not in rules_against(world, line.replace("Abbiamo nascosto", "Ho appena nascosto"), "marco")
