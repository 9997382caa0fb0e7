"""What is bad care alone is bad care among friendly words, wherever it stands, however many there are, and signed."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Context, Draft

FRIENDLY = {
    "it": [
        "Ciao Giulia.", "La tua lampada parte domani alle nove.", "L'abbiamo imballata con cura.",
        "Il corriere passa tra le dieci e le dodici.", "Il numero del pacco è nella mail di oggi.",
        "Il vetro di ricambio è dentro la scatola.", "La garanzia dura due anni.", "Grazie della pazienza.",
        "Buona giornata.",
    ],
    "en": [
        "Hello Julia.", "Your lamp leaves tomorrow at nine.", "We packed it with care.",
        "The driver comes between ten and noon.", "The parcel number is in today's mail.",
        "The spare glass is in the box.", "The guarantee lasts two years.", "Thank you for your patience.",
        "Have a good day.",
    ],
}  # fmt: skip
ASKED = {"it": "Quando arriva la mia lampada?", "en": "When does my lamp arrive?"}
BAD = [
    ("it", "insult", "Sei una cretina."),
    ("it", "deflection", "Per tutto il resto chiama il numero verde 800 123 456."),
    ("it", "go_local", "Per i reclami si rivolga al negozio dove l'ha comprata."),
    ("en", "insult", "You idiot."),
    ("en", "deflection", "For anything else call our hotline on 0800 123 456."),
    ("en", "only_social_team", "We are only the social media team and can't do anything about it."),
]


def rules(text: str, lang: str, **more: object) -> set[str]:
    found = check(Draft(text, lang, ASKED[lang], lang, "facebook"), Context(**more))  # type: ignore[arg-type]
    return {one.rule for one in found}


@pytest.mark.parametrize(("lang", "rule", "bad"), BAD)
@pytest.mark.parametrize("place", [1, 4, 8, 9])
def test_among_many_friendly_sentences_it_is_found_wherever_it_stands(lang, rule, bad, place):
    friendly = FRIENDLY[lang]
    assert rule not in rules(" ".join(friendly), lang)
    assert rule in rules(" ".join([*friendly[:place], bad, *friendly[place:]]), lang)


def test_one_offence_beside_another_hides_neither():
    text = (
        "Dear customer, we are only the social team, please call our hotline 0800 123 456. You idiot. We will answer as"
        " soon as possible. Follow us and leave a like! Your parcel left. It is on its way."
    )
    assert {"insult", "deflection"} <= rules(text, "en")


@pytest.mark.parametrize("signature", [" – Ada", " Ada", "\nAda", ", Ada 🌿", "\n— ada"])
def test_signing_changes_nothing(signature):
    text = "I vecchi dovrebbero venire accompagnati, ci fanno perdere mezza giornata"
    said = "La cassiera ha trattato malissimo mia nonna."
    draft = Draft(text, "it", said, "it", "facebook")
    alone = [(one.rule, one.start) for one in check(draft, Context(author="Ada"))]
    assert alone
    signed = check(Draft(text + signature, "it", said, "it", "facebook"), Context(author="Ada"))
    assert [(one.rule, one.start) for one in signed if one.rule != "no_personal_trace"] == [
        one for one in alone if one[0] != "no_personal_trace"
    ]
