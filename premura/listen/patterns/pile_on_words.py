"""What a pile-on alarm says to people: one line with its numbers, in their language."""

from premura.listen.patterns.pile_on import Alarm

WORDS = {
    "en": {
        "voices": "{n} new critical voices in {time}, usually {usual} an hour",
        "voice": "1 critical voice",
        "first": "; likes and shares went from none to {now} in 2 minutes",
        "support": "; likes and shares went from {before} to {now} in 2 minutes",
        "s": "{n} s", "min": "{n} min", "point": ".",
    },
    "it": {
        "voices": "{n} nuove voci critiche in {time}, di solito {usual} all’ora",
        "voice": "1 voce critica",
        "first": "; mi piace e condivisioni da zero a {now} in 2 minuti",
        "support": "; mi piace e condivisioni da {before} a {now} in 2 minuti",
        "s": "{n} s", "min": "{n} min", "point": ",",
    },
}  # fmt: skip
LANGUAGES = tuple(WORDS)


def reason(alarm: Alarm, lang: str = "en") -> str:
    """Return why the alarm was raised, in one of LANGUAGES."""
    words = WORDS[lang]
    usual = f"{alarm.usual:.1f}".removesuffix(".0").replace(".", words["point"])
    seconds = alarm.within < 100
    time = words["s" if seconds else "min"].format(n=round(alarm.within if seconds else alarm.within / 60))
    voices = words["voice" if alarm.voices == 1 else "voices"].format(n=alarm.voices, time=time, usual=usual)
    if not alarm.support:
        return voices
    return voices + words["support" if alarm.support_before else "first"].format(
        now=alarm.support, before=alarm.support_before
    )
