"""Where clips may begin and end: at sentences, as long as asked for, cut in the quiet between words."""

from bisect import bisect_left
from collections.abc import Sequence

from content.understanding.clipping.laying import Part

MOST = 4000  # stretches that are compared
MOST_ENDS = 4  # for each beginning
BEFORE, AFTER = 0.2, 0.4  # seconds kept before the first word and after the last one
UNSURE = 0.3  # seconds by which a recogniser may be wrong about a word's end
Span = tuple[float, float]


def stretches(parts: Sequence[Part], seconds: tuple[float, float]) -> list[tuple[int, int]]:
    """(first, last) parts of stretches of that length; the whole when all of it is shorter. Parts have seconds."""
    shortest, longest = seconds
    ends = [part.end or 0.0 for part in parts]
    if not parts or ends[-1] - (parts[0].start or 0.0) <= shortest:
        return [(0, len(parts) - 1)] if parts else []
    step, most = max(1, -(-len(parts) // MOST)), max(1, min(MOST_ENDS, MOST // len(parts)))
    found: list[tuple[int, int]] = []
    for first in range(0, len(parts), step):
        begins = parts[first].start or 0.0
        from_, to = (
            bisect_left(ends, begins + shortest, lo=first),
            bisect_left(ends, begins + longest + 0.001, lo=first),
        )
        found += [(first, last) for last in _some(range(from_, to), most)]
    return found


def _some(lasts: range, most: int) -> list[int]:
    """The first, the last, and others evenly between."""
    if len(lasts) <= most:
        return list(lasts)
    return sorted({lasts[round(number * (len(lasts) - 1) / max(1, most - 1))] for number in range(most)})


def cut(parts: Sequence[Part], first: int, last: int, silences: Sequence[Span] = ()) -> Span:
    """Seconds from and to, in the quiet around the words, never inside a neighbour's."""
    begins, ends = parts[first].start or 0.0, parts[last].end or 0.0
    before = (parts[first - 1].end or 0.0) if first else 0.0
    after = (parts[last + 1].start or ends) if last + 1 < len(parts) else ends + 2 * AFTER
    start = max(begins - BEFORE, (begins + min(before, begins)) / 2)
    end = min(ends + AFTER, (ends + max(after, ends)) / 2)
    return round(max(0.0, start), 2), round(_in_quiet(end, ends, silences), 2)


def _in_quiet(end: float, said: float, silences: Sequence[Span]) -> float:
    """The end moved into a silence that begins about where the last word is said to end."""
    for quiet, over in silences:
        if said - UNSURE <= quiet <= said + 2 * AFTER and over > end:
            return min(max(end, quiet + BEFORE), over)
    return end


def rests(parts: Sequence[Part], last: int, silences: Sequence[Span] = (), *, pause: float = 0.6) -> bool:
    """Whether the speaker pauses after a part, or nobody speaks any more."""
    if last + 1 >= len(parts):
        return True
    ends = parts[last].end or 0.0
    if (parts[last + 1].start or ends) - ends >= pause:
        return True
    return any(ends - UNSURE <= quiet <= ends + UNSURE and over - quiet >= pause for quiet, over in silences)
