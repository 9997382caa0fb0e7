"""For which country somebody speaks to us."""

from collections.abc import Iterable


def country(of_channel: str, languages: Iterable[str]) -> str:
    """Return the country of a channel; where it is for no one country, the one that came with their language.

    Takes    languages: as the network gave them with what they said, the newest first: pt-BR, it.
    Returns  its code; "" where nobody knows.

    >>> country("", ["pt", "pt-br", "pt-PT"]), country("CH", ["pt-BR"]), country("", ["it"])
    ('BR', 'CH', '')
    """
    return of_channel or next((found for each in languages if (found := each.partition("-")[2].upper())), "")
