"""How many messages a second can 10,000 listening queries hear, on one core?"""

import gzip
import json
import random
from pathlib import Path
from time import process_time

from premura.bench.machine import Figures, middle
from premura.text.query import Listener, Query, parse

QUERIES, MESSAGES, LENGTH, TIMES = 10_000, 40_000, 90, 5
# Beside the repository, where there are any: real comments, never committed.
REAL = Path(__file__).parents[3] / "shared" / "data"
REAL_FILES = ("authored_it", "mhc_it", "xed_it", "goemotions_en", "banking77_en")
SYLLABLES = """
    ba be bo ca ce co da del fa fer fio ga gel gra la len lo lu ma mar mi mon na nel no or pa per pi ra ren ri ro
    sa sol sta ta tel ter to tra va ver vi vo za zen
"""
ENDINGS = ["", "", "bank", "casa", "energia", "express", "gas", "luce", "mobile", "sud", "tel", "telecom"]
MATTERS = """
    abbonamento appuntamento assegno bolletta bonifico caldaia cambio canone carta catalogo chat citofono conto
    contratto corriere disdetta fattura fibra filiale finanziamento garanzia giga lavatrice mutuo negozio offerta
    ordine pacco polizza prenotazione promo rata reso ricarica rimborso ritardo sconto sportello spedizione
    tariffa treno truffa valigia volo
"""
MOODS = """
    bloccato caro deluso difettoso lento pessimo rotto scandaloso scaduto sparito vergogna
"""


def measure() -> Figures:
    """Measure the middle of five runs; also how long it takes to build, and how many messages some query heard.

    In processor time, which is that of one core whatever else the machine does meanwhile.
    """
    messages = texts()
    started = process_time()
    queries = {n: parse(source) for n, source in enumerate(sources())}
    parsed = process_time()
    listener = Listener(queries)
    built = process_time()
    answers = listener.match_many(messages)  # also warms up
    seconds = []
    for _ in range(TIMES):
        start = process_time()
        listener.match_many(messages)
        seconds.append(process_time() - start)
    return {
        "query_per_s": round(len(messages) / middle(sorted(seconds))),
        "queries": len(queries),
        "messages": len(messages),
        "characters": round(sum(map(len, messages)) / len(messages), 1),
        "heard_share": round(sum(map(bool, answers)) / len(messages), 4),
        "parse_ms": round((parsed - started) * 1000, 1),
        "build_ms": round((built - parsed) * 1000, 1),
        "alone_us": _alone(queries[len(queries) // 2], messages[:2000]),
    }


def sources() -> list[str]:
    """Return 10,000 different queries as brands write them: mostly names, and names with what matters."""
    chance = random.Random(10)
    found: dict[str, None] = {}
    while len(found) < QUERIES:
        found[_source(chance)] = None
    return list(found)


def _source(chance: random.Random) -> str:
    name, other = _name(chance), _name(chance)
    matter, second = chance.sample(MATTERS.split(), 2)
    shapes = {
        name: 40,
        f"#{name}": 6,
        f"@{name}": 6,
        f'"{name} {matter}"': 6,
        f'"{matter} {second}"': 2,
        f"{name[:5]}*": 3,
        f"{name} OR #{other} OR @{name}_help": 8,
        f"{name} AND ({matter} OR {second} OR {matter[:5]}*)": 12,
        f"({name} OR {other}) AND {matter} AND NOT (lavora OR assume)": 6,
        f"{name} NEAR/5 ({matter} OR {chance.choice(MOODS.split())})": 5,
        f"{name} {chance.choice(MOODS.split())} lang:it": 3,
        f'{matter} NEAR/4 {chance.choice(MOODS.split())} AND ("{name} {other}" OR {name})': 3,
    }
    return chance.choices(list(shapes), list(shapes.values()))[0]


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES.split(), k=chance.randint(2, 4))) + chance.choice(ENDINGS)


def texts() -> list[str]:
    """Return 40,000 messages of about 90 characters: real ones where they are at hand, else made up."""
    chance = random.Random(90)
    lines = _real() or _made_up(chance)
    chance.shuffle(lines)
    found, at = [], 0
    while len(found) < MESSAGES:
        # Real comments are of all lengths: short ones are joined, with what people put between.
        text, wanted = lines[at % len(lines)], chance.randint(10, LENGTH + 15)
        while len(text) < wanted:
            at += 1
            text += chance.choice([" ", ". ", "... ", "\n", " 😊 "]) + lines[at % len(lines)]
        found.append(text[: 2 * wanted])
        at += 1
    return found


def _real() -> list[str]:
    found = []
    for name in REAL_FILES:
        file = REAL / f"{name}.jsonl.gz"
        if file.exists():
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                found += [json.loads(line)["text"] for line in lines]
    return found


def _made_up(chance: random.Random) -> list[str]:
    openings = ["Buongiorno,", "scusate ma", "È da giorni che", "Perché", "Ragazzi,", "Spett.le azienda,", "Hello,", ""]
    middles = ["non funziona", "aspetto ancora", "ho pagato", "nessuno risponde per", "vorrei sapere di", "che bello"]
    ends = ["!!!", "...", "? Grazie", " 😡", " ❤️", ", è una vergogna", " da lunedì", ""]
    return [
        f"{chance.choice(openings)} {chance.choice(middles)} {chance.choice(['il', 'la', 'quel'])} "
        f"{chance.choice(MATTERS.split())} {_name(chance) if chance.random() < 0.2 else ''}{chance.choice(ends)}"
        for _ in range(5000)
    ]


def _alone(query: Query, messages: list[str]) -> float:
    start = process_time()
    for message in messages:
        query.matches(message)
    return round((process_time() - start) / len(messages) * 1e6, 1)
