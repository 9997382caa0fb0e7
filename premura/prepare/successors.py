"""Which clause in force says what an older version said: it keeps its matter where rules are moved, or written anew."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise

from premura.models import Brand, Clause
from premura.prepare import netiquette
from premura.prepare.netiquette import Rule

Rules = dict[int, Rule]
Same = Callable[[Rule, Rule], bool]


def in_force(clause: Clause | None) -> Clause | None:
    """Return what a clause has become in what is in force now, in the same language if it is there; None: it is gone.

    Its `netiquette` and the brand of that should be at hand.
    """
    return None if clause is None else all_in_force(clause.netiquette.brand, [clause])[clause.pk]


def all_in_force(brand: Brand, clauses: Iterable[Clause]) -> dict[int, Clause | None]:
    """Return for clauses of a brand, by id, what `in_force` does.  Two queries, however many they are."""
    asked = list(clauses)
    if not asked:
        return {}
    versions = _versions(brand, min(clause.netiquette.version for clause in asked))
    steps = [
        (before, _became(versions[before], versions[after], brand.language)) for before, after in pairwise(versions)
    ]
    now = netiquette.clauses_by_language(brand, {clause.language for clause in asked})
    found: dict[int, Clause | None] = {}
    for clause in asked:
        number = _number_now(clause, steps)
        found[clause.pk] = next((one for one in now[clause.language] if one.number == number), None)
    return found


def _versions(brand: Brand, first: int) -> dict[int, Rules]:
    """Return the rules by number of every published version from `first` on, the oldest first."""
    rows = Clause.objects.filter(netiquette__brand=brand, netiquette__published_at__isnull=False)
    rows = rows.filter(netiquette__version__gte=first).order_by("netiquette__version", "number")
    versions: dict[int, Rules] = {}
    for version, number, *words in rows.values_list("netiquette__version", "number", "language", "title", "text"):
        rule = versions.setdefault(version, {}).setdefault(number, Rule({}))
        rule.words[words[0]] = (words[1], words[2])
    return versions


def _number_now(clause: Clause, steps: Iterable[tuple[int, dict[int, int]]]) -> int | None:
    # From version to version: a rule may be moved in one and written anew in the next.
    number: int | None = clause.number
    for version, became in steps:
        if version >= clause.netiquette.version:
            number = became.get(number or 0)
    return number


def _became(before: Rules, after: Rules, language: str) -> dict[int, int]:
    """Return for the numbers of one version those of the next: by their words, and by the number where none are left.

    No clause is what two others became; of equal ones that with the same number goes first.
    """
    became: dict[int, int] = {}
    words = partial(_same, language)
    ways: tuple[Same, ...] = (
        lambda old, new: old.words == new.words,
        words(lambda old, new: old == new),
        words(lambda old, new: old[1] == new[1]),
        words(lambda old, new: old[0] == new[0]),
    )
    for same in ways:
        for number, rule in before.items():
            if number in became:
                continue
            like = [n for n, one in after.items() if n not in became.values() and same(rule, one)]
            if like:
                became[number] = number if number in like else like[0]
    left = [number for number in before if number not in became and number in after]
    return became | {number: number for number in left if number not in became.values()}


def _same(language: str, test: Callable[[tuple[str, str], tuple[str, str]], bool]) -> Same:
    """Return what compares two rules in the brand's own language; for want of it, in one that both have."""

    def same(old: Rule, new: Rule) -> bool:
        both = old.words.keys() & new.words.keys()
        spoken = language if language in both else min(both, default="")
        return bool(spoken) and test(old.words[spoken], new.words[spoken])

    return same
