"""State machines: a table of moves, and one UPDATE that makes a move or refuses it."""

from typing import Any, ClassVar, NamedTuple

from django.db import models


class Move(NamedTuple):
    start: frozenset[str]
    to: str


class WrongState(Exception):
    """The thing is not in a state from which this can be done."""

    def __init__(self, thing: "Moving", verb: str) -> None:
        start = " or ".join(sorted(thing.MOVES[verb].start))
        super().__init__(f"cannot {verb} {type(thing).__name__} {thing.pk}: it is not {start}")
        self.thing, self.verb = thing, verb


class Moving(models.Model):
    """A model whose `state` changes only along its MOVES."""

    MOVES: ClassVar[dict[str, Move]]
    state: Any

    class Meta:
        abstract = True

    def may(self, verb: str) -> bool:
        return self.state in self.MOVES[verb].start

    def _move(self, verb: str, **changes: Any) -> None:
        # One statement checks and changes, so of two agents who press the button
        # together exactly one succeeds, and neither overwrites what the other wrote.
        start, to = self.MOVES[verb]
        changes["state"] = to
        rows: Any = type(self)._base_manager.filter(pk=self.pk)
        rows = rows.filter(state__in=start)
        if rows.update(**changes) != 1:
            raise WrongState(self, verb)
        for name, value in changes.items():
            setattr(self, name, value)
