"""How well stretches of a recording answer a wish: words heard there and around, pairs of words, who speaks, where."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from content.understanding.clipping.laying import STRETCH, Floats, Laid, Numbers, Windows, counted, root
from content.understanding.clipping.wishes import Term, Wish

SATURATION = 1.2  # BM25's k1: the third time a word is heard adds little
# Widths and reaches are in words where a clip has 160; with other clips they grow and shrink.
AROUND = (480, 1200)
NEAR = (60, 150, 400, 1000)  # how far a word's being heard still counts
GRAIN = 5  # words counted as one place
FADED = 3  # times the reach, beyond which nothing counts
UNHEARD = 3.0  # rarity of a word that is said nowhere
EDGES = 0.06
HEARD = 0.4  # of the words of a wish, that must be heard in a clip and close around it
SPEAKS = 0.3  # of a clip's words that a person must say when only the person is wished for

Columns = dict[str, Floats]


def features(laid: Laid, windows: Windows, wish: Wish) -> Floats:
    """Shape (windows, features): each feature against the recording's own mean and its own best."""
    said, placed = heard(laid, windows, wish), place(laid, windows)
    alone = 1.0 if wish.speakers else 0.0
    columns = [column for values in said.values() for column in (_standard(values), _of_best(values))]
    columns += [said[name] for name in ("share", "share 480", "speaker", "near 150")]
    columns += [alone * _standard(said[name]) for name in ("near 150", "near 400", "score 480", "share 480")]
    columns += [_ranked(said["near 150"]), *placed.values()]
    return np.column_stack(columns)


def heard(laid: Laid, windows: Windows, wish: Wish) -> Columns:
    """What the wish's words and speakers give each stretch."""
    begins, ends, middle, scale = windows.begins, windows.ends, windows.middle, scale_of(windows)
    loose = _loose(wish.everything)
    found: Columns = {}
    found["score"], found["share"] = scored(laid, laid.words, wish.everything, begins, ends)
    found["plain"], _ = scored(laid, laid.words, [(word, 1.0) for word, _ in wish.everything], begins, ends)
    found["loose"], found["loose share"] = scored(laid, laid.beginnings, loose, begins, ends)
    for width in AROUND:
        edges = middle - scale * width / 2, middle + scale * width / 2
        found[f"score {width}"], found[f"share {width}"] = scored(laid, laid.words, wish.everything, *edges)
        found[f"loose {width}"], _ = scored(laid, laid.beginnings, loose, *edges)
    asked, connection = _loose(wish.asked), _loose(wish.connection)

    def around(
        terms: Sequence[Term], at: Floats, reach: float, table: Mapping[str, Numbers] = laid.beginnings
    ) -> Floats:
        return near(laid, table, terms, at, scale * reach)

    found |= {f"strict {reach}": near(laid, laid.words, wish.everything, middle, scale * reach) for reach in NEAR}
    found |= {f"near {reach}": around(loose, middle, reach) for reach in NEAR}
    found |= {f"asked {reach}": around(asked, middle, reach) for reach in NEAR[:2]}
    found |= {f"connection {reach}": around(connection, middle, reach) for reach in NEAR[1:]}
    found |= {"at start": around(loose, begins, 60), "at end": around(loose, ends, 60)}
    found |= {"after": around(loose, middle + scale * 300, 150), "before": around(loose, middle - scale * 300, 150)}
    return found | _pairs(laid, windows, wish) | _speaking(laid, windows, wish)


def answered(laid: Laid, windows: Windows, wish: Wish) -> NDArray[np.bool_]:
    """Which stretches speak of the wish at all: of the person wished for, or enough of its words in and around them."""
    if not wish.everything:
        return _speaking(laid, windows, wish)["speaker"] >= SPEAKS
    wide = scale_of(windows) * AROUND[0] / 2
    terms = _loose(wish.everything)
    inside, around, total = np.zeros(len(windows)), np.zeros(len(windows)), sum(weight for _, weight in terms)
    for word, weight in terms:
        places = laid.beginnings.get(word)
        if places is not None:
            inside += weight * (counted(places, windows.begins, windows.ends) > 0)
            around += weight * (counted(places, windows.middle - wide, windows.middle + wide) > 0)
    answer: NDArray[np.bool_] = (inside > 0) & (around >= HEARD * total)
    return answer


def scale_of(windows: Windows) -> float:
    """How long these clips are against those that were learned from."""
    return float(np.median(windows.ends - windows.begins)) / STRETCH


def scored(
    laid: Laid, table: Mapping[str, Numbers], terms: Sequence[Term], begins: Floats, ends: Floats
) -> tuple[Floats, Floats]:
    """BM25 of each stretch, and the share of the terms' rarity that is heard there."""
    score, share, total = np.zeros(len(begins)), np.zeros(len(begins)), 1e-9
    length = SATURATION * (ends - begins) / STRETCH
    for word, weight in terms:
        places = table.get(word)
        if places is None:
            total += weight * UNHEARD
            continue
        rarity, count = laid.rarity(places) * weight, counted(places, begins, ends)
        total += rarity
        score += rarity * count * (SATURATION + 1) / (count + length)
        share += rarity * (count > 0)
    return score, share / total


def near(laid: Laid, table: Mapping[str, Numbers], terms: Sequence[Term], at: Floats, reach: float) -> Floats:
    """How much of the wish is said around each place, fading with the distance in words."""
    half = math.ceil(FADED * reach / GRAIN)
    fading = np.exp(-0.5 * (np.arange(-half, half + 1) * GRAIN / reach) ** 2)
    grid = np.zeros(laid.total // GRAIN + 1)
    for word, weight in terms:
        places = table.get(word)
        if places is not None:
            said = np.bincount(places // GRAIN, minlength=len(grid)).astype(np.float64)
            close = np.convolve(said, fading)[half : half + len(grid)]
            grid += laid.rarity(places) * weight * close / (close + 1.0)
    found: Floats = np.interp(at, (np.arange(len(grid)) + 0.5) * GRAIN, grid)
    return found


def place(laid: Laid, windows: Windows) -> Columns:
    """Where a stretch stands and how it is spoken: position, turns, telling words, longest turn."""
    position = windows.middle / max(1, laid.total)
    lengths = np.diff(laid.offsets)
    longest = [lengths[first:stop].max() for first, stop in zip(windows.first, windows.stop, strict=True)]
    return {
        "position": position,
        "from the middle": (position - 0.5) ** 2,
        "first": (position < EDGES).astype(float),
        "last": (position > 1 - EDGES).astype(float),
        "parts": np.log(windows.stop - windows.first),
        "telling": (laid.telling[windows.stop] - laid.telling[windows.first]) / (windows.ends - windows.begins),
        "longest": np.log(np.array(longest, dtype=np.float64)),
    }


def _pairs(laid: Laid, windows: Windows, wish: Wish) -> Columns:
    inside, around, wide = np.zeros(len(windows)), np.zeros(len(windows)), 400 * scale_of(windows)
    stems = [word for word, _ in wish.everything]
    for pair in dict.fromkeys(pairwise(stems)):
        places = laid.pairs.get(pair)
        if places is not None:
            rarity = laid.rarity(places)
            inside += rarity * np.minimum(2, counted(places, windows.begins, windows.ends))
            around += rarity * np.minimum(3, counted(places, windows.middle - wide, windows.middle + wide))
    return {"pairs": inside, "pairs around": around}


def _speaking(laid: Laid, windows: Windows, wish: Wish) -> Columns:
    if not wish.speakers:
        return dict.fromkeys(("speaker", "speaker around"), np.zeros(len(windows)))
    scale = scale_of(windows)
    own = np.array([part.speaker in wish.speakers for part in laid.parts], dtype=np.float64)
    words = np.concatenate([[0.0], np.cumsum(np.diff(laid.offsets) * own)])
    first = np.searchsorted(laid.offsets, windows.middle - 300 * scale).clip(0, len(laid.parts))
    stop = np.searchsorted(laid.offsets, windows.middle + 300 * scale).clip(0, len(laid.parts))
    inside = (words[windows.stop] - words[windows.first]) / (windows.ends - windows.begins)
    return {"speaker": inside, "speaker around": (words[stop] - words[first]) / (600 * scale)}


def _loose(terms: Sequence[Term]) -> list[Term]:
    best: dict[str, float] = {}
    for word, weight in terms:
        best[root(word)] = max(weight, best.get(root(word), 0.0))
    return list(best.items())


def _standard(values: Floats) -> Floats:
    spread: Floats = (values - values.mean()) / (values.std() + 1e-9)
    return spread


def _of_best(values: Floats) -> Floats:
    best = values.max(initial=0.0)
    return values / best if best > 0 else np.zeros(len(values))


def _ranked(values: Floats) -> Floats:
    order: Floats = np.argsort(np.argsort(values, kind="stable"), kind="stable") / max(1, len(values))
    return order
