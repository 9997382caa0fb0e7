"""A long draft, read a few sentences at a time as well: what is at fault alone is at fault in any company.

The layers read each sentence beside the draft around it, and learnt that from replies of one to five sentences.  Among
many friendly ones a bad one grows fainter: of bad sentences set among eight good ones 7% were found, and 91% within
windows of three.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from premura.guard import heads
from premura.guard.seen import One, Seen, look
from premura.text.heads import Floats

WINDOW = 3  # sentences
LONG = 5  # from so many on


def scores(seen: Seen, of_whole: Floats) -> Floats:
    """Return for each sentence the most that it has within its whole draft or within any window of it.

    Cost     nothing for drafts of up to four sentences; of longer ones each sentence is read three times more.
    """
    pieces = [piece for one in seen.drafts for piece in _pieces(one)]
    if not pieces:
        return of_whole
    apart = look([(replace(one.draft, text=one.draft.text[start:end], lang=one.lang), one.context)
                  for one, start, end in pieces])  # fmt: skip
    found, likely = of_whole.copy(), heads.scores(apart)[0]
    for piece, (one, start, _) in zip(apart.drafts, pieces, strict=True):
        rows = {part.start: one.rows.start + n for n, part in enumerate(one.parts)}
        for part, row in zip(piece.parts, likely[piece.rows], strict=True):
            if (own := rows.get(start + part.start)) is not None:
                found[own] = _most(found[own], row)
    return found


def _pieces(one: One) -> Iterator[tuple[One, int, int]]:
    """Yield where in a long draft the windows begin and end."""
    last = len(one.parts) - WINDOW
    for first in range(last + 1) if len(one.parts) >= LONG else ():
        yield one, one.parts[first].start, one.parts[first + WINDOW - 1].end


def _most(one: Floats, other: Floats) -> Floats:
    """Return the greater of each; being unkind keeps one name, that of the greatest."""
    found: Floats = np.maximum(one, other)
    unkind = max(one[heads.UNKIND], other[heads.UNKIND], key=max)
    found[heads.UNKIND] = unkind
    return found
