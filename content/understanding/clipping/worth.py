"""How well stretches of a recording stand for it when nobody says what they want: what it dwells on, where and how."""

from collections.abc import Sequence

import numpy as np
import regex

from content.understanding.clipping.laying import MARKED, Floats, Laid, Windows, counted

AROUND = 800  # words
SIDE = 300  # words on either side of a stretch's middle, to see whether the matter changes there
FEWEST_HEARD = 3  # times a word must be said to be part of what a recording is about
MOST_WORDS = 1500  # of them, the most telling
TOP = 40
BENDS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)  # of the recording, where its course may change
SPOKEN = regex.compile(r"[\p{L}\p{M}'-]+|\?")
CUES = {
    "asking": frozenset({"?"}),
    "reasons": frozenset({"because", "so", "therefore", "reason", "means"}),
    "contrast": frozenset({"but", "however", "although", "actually"}),
    "opinion": frozenset({"think", "should", "would", "could", "might", "need", "want"}),
    "housekeeping": frozenset(
        {
            "meeting",
            "minutes",
            "agenda",
            "next",
            "today",
            "slides",
            "presentation",
            "finish",
            "minute",
            "time",
            "later",
            "thank",
            "thanks",
            "bye",
            "hello",
            "everybody",
        }
    ),
    "hesitation": frozenset({"um", "uh", "mm", "hmm"}),
}


def features(laid: Laid, windows: Windows) -> Floats:
    """Shape (windows, features): as they are, and against the recording's own mean."""
    table = np.column_stack([*_place(laid, windows), *_manner(laid, windows), *_matter(laid, windows)])
    standard: Floats = (table - table.mean(axis=0)) / (table.std(axis=0) + 1e-9)
    return np.column_stack([table, standard])


def _place(laid: Laid, windows: Windows) -> list[Floats]:
    position = windows.middle / max(1, laid.total)
    columns: list[Floats] = [np.maximum(0, position - bend) for bend in BENDS]
    length = np.full(len(windows), np.log(max(1, laid.total)))
    return [*columns, np.log1p(windows.begins), np.log1p(np.maximum(0, laid.total - windows.ends)), length]


def _manner(laid: Laid, windows: Windows) -> list[Floats]:
    """How it is spoken: turns, long ones, speakers, telling words, and the cues; inside and around."""
    first = np.searchsorted(laid.offsets, windows.middle - AROUND / 2).clip(0, len(laid.parts) - 1)
    stop = np.searchsorted(laid.offsets, windows.middle + AROUND / 2).clip(1, len(laid.parts))
    inside, wide = windows.ends - windows.begins, np.maximum(1, laid.offsets[stop] - laid.offsets[first])
    lengths = np.diff(laid.offsets)
    edges = list(zip(windows.first.tolist(), windows.stop.tolist(), strict=True))
    columns = [
        np.log(windows.stop - windows.first),
        (laid.telling[windows.stop] - laid.telling[windows.first]) / inside,
        np.log(np.array([lengths[one:two].max() for one, two in edges], dtype=np.float64)),
        np.array([len({part.speaker for part in laid.parts[one:two]}) for one, two in edges], dtype=np.float64),
        np.log1p(np.maximum(0, stop - first)),
        (laid.telling[stop] - laid.telling[first]) / wide,
    ]
    spoken = [SPOKEN.findall(MARKED.sub("", part.text.lower())) for part in laid.parts]
    for cue in CUES.values():
        heard = np.concatenate([[0], np.cumsum([sum(word in cue for word in part) for part in spoken])])
        columns.append((heard[windows.stop] - heard[windows.first]) / inside)
        columns.append((heard[stop] - heard[first]) / wide)
    return columns


def _matter(laid: Laid, windows: Windows) -> list[Floats]:
    """How near it is to the whole and to what is around it, and whether the matter changes in its middle."""
    places = sorted((found for found in laid.words.values() if len(found) >= FEWEST_HEARD), key=len)[-MOST_WORDS:]
    rarity = [laid.rarity(found) for found in places]
    middle = windows.middle

    def table(begins: Floats, ends: Floats) -> Floats:
        columns = [np.sqrt(counted(found, begins, ends)) * rare for found, rare in zip(places, rarity, strict=True)]
        return np.column_stack(columns).astype(np.float32) if columns else np.zeros((len(begins), 1), np.float32)

    own, around = table(windows.begins, windows.ends), table(middle - AROUND / 2, middle + AROUND / 2)
    whole = _unit(_unit(own).mean(axis=0, keepdims=True))[0]
    sides = (_unit(table(middle - SIDE, middle)) * _unit(table(middle, middle + SIDE))).sum(axis=1)
    dwelt = _dwelt_on([rare * len(found) for found, rare in zip(places, rarity, strict=True)])
    return [
        _unit(own) @ whole,
        (_unit(own) * _unit(around)).sum(axis=1),
        _unit(around) @ whole,
        sides,
        own.sum(axis=1) / max(1, own.shape[1]) ** 0.5,
        (own[:, dwelt] > 0).sum(axis=1).astype(np.float64),
    ]


def _dwelt_on(weights: Sequence[float]) -> list[int]:
    """The words said often and not everywhere: what it dwells on."""
    order: list[int] = np.argsort(-np.array(weights), kind="stable")[:TOP].tolist()
    return order


def _unit(rows: Floats) -> Floats:
    scaled: Floats = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    return scaled
