"""What needs a person, in two voices.

`says` is for the one who looks after this installation, with names and with what to do; `what` and
`facts` are for anybody who asks over the web, and hold no more than counts and ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Complaint:
    what: str
    says: str
    facts: Mapping[str, int | str] = field(default_factory=dict)


def many(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}"
