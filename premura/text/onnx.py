"""A model of one's own that says mood or intent: an ONNX file, run here, on one core, without a network.

An optional part (extra `onnx`): nothing of `onnxruntime` and `tokenizers` is imported before a model is loaded.

Source: the folder as the transformers exporters write it: model.onnx, tokenizer.json, config.json with `id2label`.
Cost: the model's own; one of 6 layers reads some tens of messages a second.
Misses: models that want other inputs than pieces, or say several labels at once (one softmax is taken).
"""

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from premura.text.heads import Floats, softmax
from premura.text.labels import INTENTS, SENTIMENTS
from premura.text.outside import Opinion

FILES = ("model.onnx", "tokenizer.json", "config.json")
PACKAGES = ("onnxruntime", "tokenizers")
LONGEST = 2_000  # characters that are cut into pieces
PIECES = 256  # pieces read of a message
MARKS = 2  # places that some models keep for themselves
TOGETHER = 32  # messages a pass
SHORT = {"neg": "negative", "neu": "neutral", "pos": "positive"}
NUMBERED = {f"label_{place}": name for place, name in enumerate(SENTIMENTS)}


class WrongModel(Exception):
    """A folder is no model that can be used here; `str` says what is missing."""


class Pieces(Protocol):
    """One text as the tokeniser cut it."""

    ids: list[int]
    type_ids: list[int]


class Cutter(Protocol):
    """What we use of tokenizers.Tokenizer."""

    def encode(self, text: str, /) -> Pieces: ...


class Input(Protocol):
    name: str


class Session(Protocol):
    """What we use of onnxruntime.InferenceSession."""

    def get_inputs(self) -> Sequence[Input]: ...

    def run(self, names: None, feeds: dict[str, NDArray[np.int64]], /) -> Sequence[Any]: ...


def missing(folder: Path) -> str:
    """Return what is missing to use the model in `folder`, "" for nothing.  Loads nothing."""
    lacks = [name for name in PACKAGES if find_spec(name) is None]
    if lacks:
        return f"{' and '.join(lacks)} not installed; do: pip install 'premura[onnx]'"
    lacks = [name for name in FILES if not (folder / name).is_file()]
    return f"{folder} has no {' and no '.join(lacks)}" if lacks else ""


def load(folder: Path) -> "Model":
    """Return the model in `folder`.  Raises WrongModel, which says what is missing."""
    if lacks := missing(folder):
        raise WrongModel(lacks)
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model, pieces, described = (str(folder / name) for name in FILES)
    try:
        config = json.loads(Path(described).read_bytes())
        cutter = Tokenizer.from_file(pieces)
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # each package raises its own
        raise WrongModel(f"the model in {folder} cannot be read: {error}") from error
    cutter.no_padding()
    cutter.enable_truncation(most_pieces(config))
    return Model(session, cutter, config)


def most_pieces(config: Any) -> int:
    """Return how many pieces the model reads of a text: 256, or fewer where it has no room for them."""
    room = config.get("max_position_embeddings") if isinstance(config, dict) else None
    return min(PIECES, room - MARKS) if isinstance(room, int) and room > MARKS else PIECES


class Model:
    """A model with its tokeniser and its labels.

    Takes    a session, a tokeniser that cuts off what is too long, config.json as transformers writes it.
    Raises   WrongModel where the labels are not ours, or the model wants what we do not have.
    """

    def __init__(self, session: Session, cutter: Cutter, config: Any) -> None:
        self.of, self.labels = labels(config)
        self._session, self._cutter = session, cutter
        padding = config.get("pad_token_id")
        self._padding = padding if isinstance(padding, int) else 0
        self._inputs = [one.name for one in session.get_inputs()]
        if unknown := set(self._inputs) - {"input_ids", "attention_mask", "token_type_ids"}:
            raise WrongModel(f"model.onnx wants {', '.join(sorted(unknown))}, which we cannot give")

    def opinions(self, texts: Sequence[str]) -> list[Opinion]:
        """Return what the model says of each text; an empty opinion where its numbers are none.

        Raises   WrongModel where it does not answer with one number a text and label.
        """
        cut = [self._cutter.encode(text[:LONGEST].encode("utf-8", "replace").decode()) for text in texts]
        order = sorted(range(len(cut)), key=lambda place: len(cut[place].ids))
        found = [Opinion()] * len(texts)
        for first in range(0, len(order), TOGETHER):
            some = order[first : first + TOGETHER]
            for place, odds in zip(some, self._odds([cut[place] for place in some]), strict=True):
                if np.isfinite(odds).all():
                    found[place] = self._opinion(softmax(odds[None, :])[0])
        return found

    def _opinion(self, likely: Floats) -> Opinion:
        said = dict(zip(self.labels, likely.tolist(), strict=True))
        return Opinion(sentiment=said) if self.of == "sentiment" else Opinion(intents=said)

    def _odds(self, some: Sequence[Pieces]) -> Floats:
        wide = max(1, *(len(one.ids) for one in some))
        feeds = {
            "input_ids": _rows([one.ids for one in some], wide, self._padding),
            "attention_mask": _rows([[1] * len(one.ids) for one in some], wide),
            "token_type_ids": _rows([one.type_ids for one in some], wide),
        }
        given = self._session.run(None, {name: feeds[name] for name in self._inputs})
        odds = np.asarray(given[0], np.float32)
        if odds.shape != (len(some), len(self.labels)):
            raise WrongModel(f"model.onnx answers {odds.shape} where ({len(some)}, {len(self.labels)}) was due")
        return odds


def _rows(given: Sequence[Sequence[int]], wide: int, padding: int = 0) -> NDArray[np.int64]:
    return np.array([[*row, *[padding] * (wide - len(row))] for row in given], np.int64)


def labels(config: Any) -> tuple[str, tuple[str, ...]]:
    """Return what a model's labels are of (sentiment or intent), and our names for them in its order.

    Takes    config.json: `id2label` names negative, neutral, positive (in any case, also NEG, NEU, POS; LABEL_0 to
             LABEL_2 are taken in this order), or some of our intents.
    Raises   WrongModel.

    >>> labels({"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}})
    ('sentiment', ('negative', 'neutral', 'positive'))
    """
    given = config.get("id2label") if isinstance(config, Mapping) else None
    if not isinstance(given, Mapping) or set(given) != {str(place) for place in range(len(given))}:
        raise WrongModel("config.json has no `id2label` that numbers the labels from 0")
    names = [str(given[str(place)]).strip().lower() for place in range(len(given))]
    moods = tuple(SHORT.get(name, NUMBERED.get(name, name)) for name in names)
    if sorted(moods) == sorted(SENTIMENTS):
        return "sentiment", moods
    if len(names) > 1 and len(set(names)) == len(names) and set(names) <= set(INTENTS):
        return "intent", tuple(names)
    raise WrongModel(f"config.json has the labels {', '.join(names) or '(none)'}; "
                     f"they should be {', '.join(SENTIMENTS)}, or some of {', '.join(INTENTS)}")  # fmt: skip
