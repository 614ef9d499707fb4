"""The way of a crop: it stands until who speaks has really left its middle, and then glides, critically damped."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trenddrop.core.media.rendering.edits import Keep

Line = npt.NDArray[np.float64]
RATE = 30  # steps a second of the simulated camera
STIFF = 4.2  # a second: it has gone 90 % of the way after one
AHEAD = 0.3  # seconds it looks ahead: nobody waits for a camera
DEAD = 0.09  # of the crop's width: so far one may lean without moving it
LEFT = 0.5  # seconds one must be out of the middle before it goes
SETTLED = 0.7  # seconds of standing still after which it stands too
CALM = 0.3  # of the dead zone: standing still
WINDOW = 5  # samples of the median that drops single false finds
KEYS = 15  # keyframes a second while it moves


@dataclass(frozen=True)
class Shot:
    """Where the middle of interest is during a shot: seconds of the original, and shares of the picture."""

    start: float
    end: float
    at: tuple[float, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]


def smooth(shots: Sequence[Shot], width: float, height: float) -> tuple[Keep, ...]:
    """Return the way through the shots for a crop of these sides (shares of the picture); it jumps between shots."""
    keys: list[Keep] = []
    for shot in shots:
        if not shot.at:
            keys += [Keep(shot.start, 0.5, 0.5, width), Keep(shot.end, 0.5, 0.5, width)]
            continue
        clock = np.arange(shot.start, max(shot.end, shot.start + 1 / RATE), 1 / RATE)
        x = glide(shot.at, shot.x, clock, dead=DEAD * width, low=width / 2, high=1 - width / 2)
        y = glide(shot.at, shot.y, clock, dead=DEAD * height, low=height / 2, high=1 - height / 2)
        keys += _keyed(clock, x, y, shot.end, width)
    return tuple(keys)


def glide(at: Sequence[float], values: Sequence[float], clock: Line, *, dead: float, low: float, high: float) -> Line:
    """Return where the camera is at each moment of the clock (RATE a second), between `low` and `high`."""
    if high <= low:
        return np.full(len(clock), 0.5)
    seen = np.interp(clock + AHEAD, at, _median(np.asarray(values)))
    return _sprung(np.clip(_aims(seen, dead), low, high))


def _median(values: Line) -> Line:
    padded = np.pad(values, WINDOW // 2, mode="reflect" if len(values) > WINDOW // 2 else "edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, WINDOW), axis=1)


def _aims(seen: Line, dead: float) -> Line:
    """Return what the camera aims at: one place as long as that will do, the person while the person moves."""
    aims = np.empty_like(seen)
    settled = int(SETTLED * RATE)
    aim = float(np.median(seen[: 2 * RATE]))
    out, following = 0, False
    for step, value in enumerate(seen):
        if following:
            last = seen[max(0, step - settled) : step + 1]
            aim = float(value)
            if step - out >= settled and np.ptp(last) < CALM * dead * 2:
                aim, following, out = float(np.median(last)), False, 0
        elif abs(value - aim) > dead:
            out += 1
            if out >= LEFT * RATE:
                following, out = True, step
        else:
            out = 0
        aims[step] = aim
    return aims


def _sprung(aims: Line) -> Line:
    """Return a critically damped follower of the aims: no overshoot, no trembling."""
    place, speed = float(aims[0]), 0.0
    found = np.empty_like(aims)
    decay = float(np.exp(-STIFF / RATE))
    for step, aim in enumerate(aims):
        away = place - aim
        pull = (speed + STIFF * away) / RATE
        speed = (speed - STIFF * pull) * decay
        place = aim + (away + pull) * decay
        found[step] = place
    return found


def _keyed(clock: Line, x: Line, y: Line, end: float, width: float) -> list[Keep]:
    """Return keyframes of a simulated way: none while it stands."""
    step = RATE // KEYS
    kept = [0]
    for index in range(step, len(clock), step):
        if max(abs(x[index] - x[kept[-1]]), abs(y[index] - y[kept[-1]])) > 1e-4:
            if index - kept[-1] > step:
                kept.append(index - step)
            kept.append(index)
    keys = [Keep(round(float(clock[i]), 4), float(x[i]), float(y[i]), width) for i in kept]
    return [*keys, Keep(round(end, 4), float(x[-1]), float(y[-1]), width)]


@dataclass(frozen=True)
class Motion:
    """How a crop moves: its way in picture widths, how often it turns, its fastest change of speed (widths/s²)."""

    way: float
    turns: int
    jolt: float


def motion(path: Sequence[Keep], fps: int = 30) -> Motion:
    """Measure a path as it is shown, picture by picture; jumps between shots are cuts and are not counted."""
    way, turns, jolt = 0.0, 0, 0.0
    for part in _unbroken(path):
        clock = np.arange(part[0].at, part[-1].at, 1 / fps)
        if len(clock) < 3:
            continue
        speed = np.diff(np.interp(clock, [key.at for key in part], [key.x for key in part])) * fps
        signs = np.sign(speed[np.abs(speed) > 1e-3])
        way += float(np.abs(speed).sum() / fps)
        turns += int((signs[1:] != signs[:-1]).sum())
        jolt = max(jolt, float(np.abs(np.diff(speed)).max(initial=0.0)) * fps)
    return Motion(round(way, 4), turns, round(jolt, 3))


def _unbroken(path: Sequence[Keep]) -> list[list[Keep]]:
    parts: list[list[Keep]] = []
    for key in path:
        if parts and parts[-1][-1].at < key.at:
            parts[-1].append(key)
        else:
            parts.append([key])
    return [part for part in parts if len(part) > 1]
