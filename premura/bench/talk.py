"""What people say to a brand in a measurement: webhook bodies, each told by its number alone.

Like a real day: mostly people who never wrote before, some regulars, a dozen posts that draw most of it,
some messages in private; now and then a network says a thing twice, or that it was edited or taken back.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec

BEGAN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
POSTS = 40
REGULARS = 400
TURNS = (("new", 80), ("regular", 10), ("direct", 4), ("again", 2), ("edit", 2), ("gone", 1), ("like", 1))
SAID = frozenset({"new", "regular", "direct"})
_WHICH = [turn for turn, share in TURNS for _ in range(share)]

OPENERS = (
    "Buongiorno,", "Salve a tutti,", "Scusate ma", "Ciao!", "Hello there,", "Hi,", "Guten Tag,", "Ma davvero?",
    "Allora,", "Complimenti,", "Una domanda:", "Vi scrivo di nuovo:", "Sorry to bother you but",
    "Gentile servizio clienti,",
)  # fmt: skip
MIDDLES = (
    "ho ordinato tre settimane fa e il pacco risulta ancora in magazzino",
    "la bottiglia è arrivata rotta e il corriere non ha voluto sentire ragioni",
    "siete aperti anche la domenica per le degustazioni con i bambini?",
    "il vostro Nebbiolo del 2019 è stata la sorpresa della serata",
    "my voucher code does not work on the checkout page, it says expired",
    "il sito mi addebita due volte la spedizione e nessuno risponde al telefono",
    "could you tell me whether the olive oil contains any additives",
    "wir waren letzten Samstag bei Ihnen und waren sehr zufrieden",
    "posso cambiare l'indirizzo di consegna dell'ordine che parte domani?",
    "è la terza volta che chiedo il rimborso, adesso basta",
    "non trovo più la ricetta con il vino cotto che avevate pubblicato",
    "the picture is lovely, is that the view from the terrace?",
)
ENDS = (
    "Grazie mille.", "Aspetto una risposta.", "Thanks in advance!", "Non è serio.", "Danke schön.", "🙏", "❤️❤️",
    "Un saluto da Torino.", "Fatemi sapere.", "Vergogna!", "Cheers", "Il numero d'ordine è nel messaggio privato.",
)  # fmt: skip


def turn(n: int) -> str:
    """Return what kind of call the `n`th is."""
    return _WHICH[Random(n * 7919).randrange(100)]


def about(n: int) -> int:
    """Return which thing said the `n`th call is about: itself, or one before it."""
    if turn(n) in SAID:
        return n
    back = n - 1 - Random(n * 31).randrange(200)
    while back > 0 and turn(back) not in SAID:
        back -= 1
    return max(back, 0)


def key(run: str, n: int) -> str:
    return f"{run}-{n}"


def says(n: int) -> bool:
    """Return whether the `n`th call carries something said, under the key of `about(n)`."""
    return turn(n) not in ("gone", "like")


def body(run: str, page: str, n: int) -> bytes:
    """Return the `n`th call of a run, to the page called `page`."""
    what, of = turn(n), about(n)
    if what == "gone":
        item: dict[str, Any] = {"is": "removed", "key": key(run, of), "at": _at(n)}
    elif what == "like":
        item = {"is": "reacted", "key": f"{key(run, of)}-like-{n}", "target": key(run, of), "by": person(page, n),
                "at": _at(n), "undone": False}  # fmt: skip
    else:
        item = said(run, page, of)
        if what == "edit":
            item |= {"text": f"{item['text']} (corretto)", "edited_at": _at(n)}
    return msgspec.json.encode({"page": page, "items": [item]})


def said(run: str, page: str, n: int) -> dict[str, Any]:
    """Return the thing said with the number `n`."""
    dice, what = Random(n), "direct" if turn(n) == "direct" else "comment"
    who = int(REGULARS * dice.random() ** 2) if turn(n) == "regular" else REGULARS + n
    post = int(POSTS * dice.random() ** 3)
    author = person(page, who)
    root = f"chat-{page}-{author['key']}" if what == "direct" else f"{run}-{page}-post-{post}"
    return {
        "is": "said", "key": key(run, n), "kind": what, "author": author, "text": words(dice),
        "root": root, "parent": "" if what == "direct" else root, "with": None, "ours": False, "stars": None,
        "edited_at": None, "idempotency": "", "written_at": _at(n), "media": [],
        "url": f"https://piazza.example/playground/items/{key(run, n)}/",
        "above": [] if what == "direct" else [above(run, page, post)],
    }  # fmt: skip


def words(dice: Random) -> str:
    sentences = [dice.choice(MIDDLES) for _ in range(1 + int(3 * dice.random() ** 2))]
    return f"{dice.choice(OPENERS)} {'. '.join(sentences)}. {dice.choice(ENDS)}"


def person(page: str, who: int) -> dict[str, str]:
    return {
        "key": f"{page}-person-{who}", "handle": f"persona.{who}", "name": f"Persona {who}",
        "avatar": f"https://piazza.example/playground/faces/persona-{who}.svg", "url": "",
    }  # fmt: skip


def above(run: str, page: str, post: int) -> dict[str, Any]:
    text = f"Vendemmia, giorno {post}: si comincia all'alba, con la nebbia ancora tra i filari. Chi viene a trovarci?"
    return {
        "key": f"{run}-{page}-post-{post}", "author": {**person(page, 0), "key": page, "handle": page}, "text": text,
        "ours": True, "written_at": BEGAN.isoformat(), "media": [],
        "url": f"https://piazza.example/playground/items/{run}-{page}-post-{post}/",
    }  # fmt: skip


def posts(run: str, page: str) -> Iterable[bytes]:
    """Return the calls that tell of the page's own posts."""
    for post in range(POSTS):
        told = {"is": "posted", **above(run, page, post)}
        yield msgspec.json.encode({"page": page, "items": [told]})


def _at(n: int) -> str:
    return (BEGAN + timedelta(milliseconds=100 * n)).isoformat()
