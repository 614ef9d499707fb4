"""How the original's picture comes into the frame, as ffmpeg's filters."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from trenddrop.core.media.fitting import BLUR, SMALL
from trenddrop.core.media.rendering.edits import Edit, Keep
from trenddrop.core.media.toning import TONE_MAP

# The screen's share of a tall frame, at most; the speaker has the rest.
MOST_SCREEN = 0.6
STILL = 0.0008  # of the picture's side: a crop that moves less does not move
COLOURS = "out_range=tv:out_color_matrix=bt709"


@dataclass(frozen=True)
class Ground:
    """The original as it is shown: its sides in pixels, whether it is HDR; and where reading begins, in its seconds."""

    width: int
    height: int
    hdr: bool = False
    begin: float = 0.0
    end: float = 0.0


@dataclass(frozen=True)
class Box:
    """A crop in pixels of the original: its sides, and where its left upper corner is at which second since reading."""

    width: float
    height: float
    corners: tuple[tuple[float, float, float], ...]  # seconds, left, top


def even(side: float) -> int:
    """Return the nearest even number of pixels, two at least."""
    return max(2, round(side / 2) * 2)


def laid_out(edit: Edit, ground: Ground, name: str) -> str:
    """Return the filters from the original's picture to one that fills the frame; `name` sets its labels apart."""
    width, height = edit.size
    if edit.layout == "two" and edit.path and edit.second:
        made = _two(edit, ground, name)
    elif edit.layout == "screen" and edit.path and height >= width:
        made = _screen(edit, ground, name)
    elif edit.layout == "follow":
        made = cropped(edit.path, ground, edit.size)
    else:
        made = fitted(width, height, name)
    return f"{made},{TONE_MAP}" if ground.hdr else made


def seam(edit: Edit, ground: Ground) -> float | None:
    """Return where two panes meet that lie above each other, as a share of the frame's height; None without such."""
    width, height = edit.size
    if edit.layout == "two" and edit.path and edit.second and _is_stacked(edit):
        return even(height / 2) / height
    if edit.layout == "screen" and edit.path and height >= width:
        return _screen_height(edit, ground)[1] / height
    return None


def fitted(width: int, height: int, name: str) -> str:
    """Return the filters that show a picture whole, on a blurred one of itself that fills the frame."""
    small = f"{even(width / SMALL)}:{even(height / SMALL)}"
    return (
        f"split[{name}w][{name}g];[{name}g]scale={small}:force_original_aspect_ratio=increase,crop={small},"
        f"boxblur={_blur(min(width, height))},eq=brightness=-0.06,"
        f"scale={width}:{height},setsar=1[{name}b];"
        f"[{name}w]scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2:{COLOURS},"
        f"setsar=1[{name}f];[{name}b]scale={COLOURS}[{name}c];[{name}c][{name}f]overlay=(W-w)/2:(H-h)/2,setsar=1"
    )


def _blur(side: int) -> int:
    """As much as ffmpeg takes: less than half of what the colours' smaller picture has."""
    return max(0, min(BLUR // SMALL, even(side / SMALL) // 4 - 1))


def _two(edit: Edit, ground: Ground, name: str) -> str:
    """Two speakers, one above the other; beside each other where the frame is wide."""
    width, height = edit.size
    tall = _is_stacked(edit)
    first = (width, even(height / 2)) if tall else (even(width / 2), height)
    other = (width, height - first[1]) if tall else (width - first[0], height)
    return (
        f"split[{name}1][{name}2];[{name}1]{cropped(edit.path, ground, first)}[{name}3];"
        f"[{name}2]{cropped(edit.second, ground, other)}[{name}4];[{name}3][{name}4]{'v' if tall else 'h'}stack"
    )


def _is_stacked(edit: Edit) -> bool:
    return edit.size[1] >= edit.size[0] * 0.8


def _screen_part(edit: Edit) -> Keep:
    return edit.second[0] if edit.second else Keep(0, 0.5, 0.5, 1.0)


def _screen_height(edit: Edit, ground: Ground) -> tuple[float, int]:
    """Return how wide the screen is in the original, and how high it is shown, both in pixels."""
    width, height = edit.size
    wide = max(0.05, min(1.0, _screen_part(edit).width)) * ground.width
    high = min(ground.height, wide * 9 / 16) if edit.second else float(ground.height)
    return wide, even(min(height * MOST_SCREEN, width * high / wide))


def _screen(edit: Edit, ground: Ground, name: str) -> str:
    """The screen above, as wide as the frame, and who speaks below."""
    width, height = edit.size
    part, (wide, upper) = _screen_part(edit), _screen_height(edit, ground)
    shown = crop_box((part,), ground, width / upper, widest=wide)
    lower = (width, height - upper)
    return (
        f"split[{name}1][{name}2];[{name}1]{_taken(shown, (width, upper), ground)}[{name}3];"
        f"[{name}2]{cropped(edit.path, ground, lower)}[{name}4];[{name}3][{name}4]vstack"
    )


def cropped(path: Sequence[Keep], ground: Ground, size: tuple[int, int]) -> str:
    """Return the filters that keep the part around the path, brought to `size`."""
    return _taken(crop_box(path, ground, size[0] / size[1]), size, ground)


def crop_box(path: Sequence[Keep], ground: Ground, aspect: float, *, widest: float | None = None) -> Box:
    """Return the crop along the path, inside the picture, of the given shape; without a path in the middle."""
    most = min(float(ground.width), ground.height * aspect)
    asked = path[0].width * ground.width if path else most
    width = max(min(most, 2.0), min(most, widest if widest is not None else asked))
    height = width / aspect
    keys = _during(path, ground) or (Keep(0.0, 0.5, 0.5, 1.0),)
    corners = tuple(
        (
            max(0.0, key.at - ground.begin),
            min(max(0.0, key.x * ground.width - width / 2), ground.width - width),
            min(max(0.0, key.y * ground.height - height / 2), ground.height - height),
        )
        for key in keys
    )
    return Box(width, height, corners)


def _during(path: Sequence[Keep], ground: Ground) -> tuple[Keep, ...]:
    """Return the keyframes from the last one before reading begins to the first one after it ends."""
    before = [key for key in path if key.at <= ground.begin]
    within = [key for key in path if ground.begin < key.at < ground.end]
    after = [key for key in path if key.at >= ground.end]
    if before and (within or after):
        following = (within or after)[0]
        before = [_between(before[-1], following, ground.begin)]
    return (*before[-1:], *within, *after[:1])


def _between(one: Keep, other: Keep, at: float) -> Keep:
    share = (at - one.at) / (other.at - one.at) if other.at > one.at else 0.0
    return Keep(at, one.x + (other.x - one.x) * share, one.y + (other.y - one.y) * share, one.width)


def _taken(box: Box, size: tuple[int, int], ground: Ground) -> str:
    """The crop as filters. One that moves is enlarged first and then cut: it moves by pixels of the frame then.

    Pixels one by one only where a colour is a byte: ffmpeg's exact crop mistakes the place of larger ones.
    """
    lefts, tops = [left for _at, left, _top in box.corners], [top for _at, _left, top in box.corners]
    if max(max(lefts) - min(lefts), max(tops) - min(tops)) <= STILL * max(box.width, box.height):
        return f"{_part(box.width, box.height, lefts[0], tops[0])},{scaled(*size)}"
    scale = size[0] / box.width
    wide, high = box.width + max(lefts) - min(lefts), box.height + max(tops) - min(tops)
    bigger = (max(size[0], even(wide * scale)), max(size[1], even(high * scale)))
    exact = "" if ground.hdr else "format=yuv420p,"
    return (
        f"{_part(wide, high, min(lefts), min(tops))},{scaled(*bigger)},{exact}"
        f"crop={size[0]}:{size[1]}:x='{_moving([(at, (left - min(lefts)) * scale) for at, left, _top in box.corners])}'"
        f":y='{_moving([(at, (top - min(tops)) * scale) for at, _left, top in box.corners])}'"
        f":exact={0 if ground.hdr else 1}"
    )


def _part(wide: float, high: float, left: float, top: float) -> str:
    sides = f"{max(2, int(wide + 1e-3) // 2 * 2)}:{max(2, int(high + 1e-3) // 2 * 2)}"
    return f"crop={sides}:{round(left / 2) * 2}:{round(top / 2) * 2}"


def scaled(width: int, height: int) -> str:
    """Return the filter that brings a picture to these sides, in the colours of HD video."""
    return f"scale={width}:{height}:{COLOURS},setsar=1"


def _moving(points: Sequence[tuple[float, float]]) -> str:
    """A line through points (seconds, pixels) as ffmpeg's expression; flat before the first and after the last."""
    first, last = points[0], points[-1]
    if max(value for _at, value in points) - min(value for _at, value in points) < 0.5:
        return f"{first[1]:.0f}"
    parts = [f"lt(t,{first[0]:.4f})*{first[1]:.2f}", f"gte(t,{last[0]:.4f})*{last[1]:.2f}"]
    for (at, value), (until, other) in itertools.pairwise(points):
        if until > at:
            slope = (other - value) / (until - at)
            parts.append(f"gte(t,{at:.4f})*lt(t,{until:.4f})*({value:.2f}+{slope:.4f}*(t-{at:.4f}))")
    return "+".join(["0.5", *parts])
