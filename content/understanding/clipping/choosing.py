"""The best stretches that do not overlap, spread over the recording when it should be shown as a whole."""

import numpy as np

from content.understanding.clipping.laying import Floats, Windows

APART, WIDTH = (
    2.0,
    0.06,
)  # points lost at the place of a clip taken before, and the share of the recording it fades over


def best(windows: Windows, scores: Floats, count: int, *, apart: float = 0.0, width: float = WIDTH) -> list[int]:
    """Rows of the windows, the best first.

    `apart`: how many points one loses when it stands where one was taken already; fades over `width` of the recording.
    """
    left, middle = scores.astype(np.float64).copy(), windows.middle / max(1.0, float(windows.ends.max(initial=1.0)))
    chosen: list[int] = []
    while len(chosen) < count and len(left):
        row = int(np.argmax(left))
        if left[row] == -np.inf:
            break
        chosen.append(row)
        left -= apart * np.exp(-0.5 * ((middle - middle[row]) / width) ** 2)
        left[(windows.first < windows.stop[row]) & (windows.stop > windows.first[row])] = -np.inf
    return chosen
