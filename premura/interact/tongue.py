"""In which language a reply of ours is written."""

from premura.text import reading


def of(text: str) -> str:
    """Return the language that a text is read to be in; "und" where that is not sure."""
    (guess,) = reading.languages([text], [""])
    return guess.code
