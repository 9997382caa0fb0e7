"""A reply in another language than theirs: the line that explains, in each language that we can tell apart.  P74."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Draft
from premura.text.labels import LANGUAGES

ASKED = {
    "it": "Buongiorno, il mio pacco non è ancora arrivato. Quando lo ricevo?",
    "en": "Good morning, my parcel has not arrived yet. When will I get it?",
    "es": "Buenos días, mi paquete todavía no ha llegado. ¿Cuándo lo recibiré?",
    "fr": "Bonjour, mon colis n'est pas encore arrivé. Quand vais-je le recevoir ?",
    "de": "Guten Tag, mein Paket ist noch nicht angekommen. Wann bekomme ich es?",
    "pt": "Bom dia, a minha encomenda ainda não chegou. Quando é que a recebo?",
    "nl": "Goedemorgen, mijn pakket is nog niet aangekomen. Wanneer krijg ik het?",
    "pl": "Dzień dobry, moja paczka jeszcze nie dotarła. Kiedy ją otrzymam?",
    "ro": "Bună ziua, coletul meu nu a ajuns încă. Când îl primesc?",
}
OURS = {
    "it": "Ciao Giulia, il pacco arriva giovedì 12 entro le 18: il corriere ti chiama prima di passare.",
    "en": "Hi Giulia, the parcel arrives on Thursday 12 by 6 pm: the courier calls you before coming.",
}


@pytest.mark.parametrize("theirs", LANGUAGES)
@pytest.mark.parametrize("ours", OURS)
def test_the_explaining_line_of_every_language_lets_the_reply_pass(theirs, ours):
    if theirs == ours:
        return
    asked = {"customer_text": ASKED[theirs], "customer_lang": theirs}
    (found,) = [f for f in check(Draft(OURS[ours], **asked)) if f.rule == "wrong_language"]
    explained = OURS[ours][: found.start] + found.fix + OURS[ours][found.end :]
    assert explained.endswith(OURS[ours])
    assert "wrong_language" not in [f.rule for f in check(Draft(explained, **asked))]
    # Also where nobody said which language theirs is.
    asked["customer_lang"] = ""
    assert "wrong_language" not in [f.rule for f in check(Draft(explained, **asked))]
