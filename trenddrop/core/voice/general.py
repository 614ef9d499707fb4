"""The rest of the world: texts of nobody in particular, from which a brand's voice must stand out."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trenddrop.core.voice.features import rows_of

PATH = Path(__file__).with_name("general.txt")
FEWEST = 8  # texts of a language; with fewer, all languages stand for the world


@dataclass(frozen=True)
class General:
    """Texts, the language of each, and their measures."""

    texts: tuple[str, ...]
    languages: tuple[str, ...]
    rows: NDArray[np.float64]

    def of(self, languages: Collection[str]) -> "General":
        """The texts in these languages; all when there are too few."""
        kept = [place for place, language in enumerate(self.languages) if language in languages]
        if len(kept) < FEWEST:
            return self
        return General(tuple(self.texts[n] for n in kept), tuple(self.languages[n] for n in kept), self.rows[kept])


@cache
def general() -> General:
    """All of them, measured once."""
    pairs = _read(PATH.read_text(encoding="utf-8"))
    return General(tuple(t for _, t in pairs), tuple(code for code, _ in pairs), rows_of([t for _, t in pairs]))


def _read(written: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in written.split("\n== ")[1:]:
        code, _, rest = part.partition("\n")
        found += [(code.strip(), text.strip()) for text in rest.split("\n--\n") if text.strip()]
    return found
