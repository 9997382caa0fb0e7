"""Which clause of the netiquette a message seems to go against: the likeliest first, for whoever is about to hide."""

from collections.abc import Sequence

from premura.models import Clause, Message, Reading
from premura.text import personal_data
from premura.text.aspects import fold

# Beginnings of words by which a clause, whoever wrote it, tells what it is about; in our six languages.
ABOUT = {
    "data": ("dati personali", "personal data", "datos personales", "donnees personnelles", "personenbezogen",
             "personliche daten", "dados pessoais"),
    "spam": ("pubblicit", "advertis", "spam", "publicidad", "publicit", "werbung"),
    "hate": ("discrimin", "diskriminier"),
    "abuse": ("insult", "rispett", "respect", "respet", "respeit", "beleidig", "respekt"),
}  # fmt: skip
RUDE = 2
NONE = 100  # the rank of a clause that none of the signs speaks of


def likeliest_first(clauses: Sequence[Clause], message: Message, reading: Reading | None) -> tuple[list[Clause], bool]:
    """Return the clauses, those first that the message seems to go against, and whether there are any such.

    It proposes; a person chooses.  Cost: one look for personal data in the message.
    """
    signs = _signs(message.text, reading)
    ranks = {clause.number: _rank(clause, signs) for clause in clauses}
    ranked = sorted(clauses, key=lambda clause: (ranks[clause.number], clause.number))
    return ranked, bool(ranked) and ranks[ranked[0].number] < NONE


def _signs(text: str, reading: Reading | None) -> list[str]:
    there = {
        "data": bool(personal_data.find(text)),
        "spam": reading is not None and reading.intent == "spam",
        "hate": reading is not None and reading.hate,
        "abuse": reading is not None and (reading.intent == "abuse" or reading.abuse >= RUDE),
    }
    return [sign for sign, is_there in there.items() if is_there]


def _rank(clause: Clause, signs: Sequence[str]) -> int:
    title, text = fold(clause.title), fold(clause.text)
    for place, sign in enumerate(signs):
        for further, where in enumerate((title, text)):  # the title says best what a clause is about
            if any(word in where for word in ABOUT[sign]):
                return 2 * place + further
    return NONE
