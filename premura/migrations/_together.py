"""Neighbouring operations of one kind as one: the models around them are then worked out once, not once for each.

Django works out anew every model that is near a changed one, and here all are near each other: one by one, a new
database takes nine seconds of processor time, and four so.
"""

from collections.abc import Sequence
from itertools import groupby

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation

KINDS = {CreateModel: "models", AddField: "fields", AddIndex: "guards", AddConstraint: "guards"}


class Together(Operation):
    """Some operations of which none needs what another of them changes."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # worked out again when it is next asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


def together(operations: Sequence[Operation]) -> list[Operation]:
    """Return the same operations in the same order, neighbours of one kind as one.

    Takes    a migration's operations; neighbours of one kind must not touch the same field, index or constraint.
    """
    found: list[Operation] = []
    for kind, run in groupby(operations, lambda operation: KINDS.get(type(operation))):
        some = list(run)
        found += some if kind is None or len(some) == 1 else [Together(some)]
    return found
