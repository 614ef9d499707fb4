"""Where a platform lays its own buttons and texts over a picture, and what is left free for ours.

Our own estimate of how their apps look (2026), held against no published guide; they move these lines without notice.
Shares of the frame, rather too narrow than too wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from trenddrop.core.platforms.rules import PlatformKey

TALL = 0.7  # width by height: narrower is shown on the whole screen, under the platform's buttons


@dataclass(frozen=True)
class Area:
    """A part of the frame, in shares of its width and height from the left and the top."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: "Area") -> "Area":
        """Return what both have."""
        return Area(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def pixels(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return left, top, right, bottom in pixels, inside the area."""
        wide, high = size
        return (
            -int(-self.left * wide // 1),
            -int(-self.top * high // 1),
            int(self.right * wide),
            int(self.bottom * high),
        )


EVERYWHERE = Area(0.06, 0.06, 0.94, 0.94)
# A tall video fills the screen, with a column of buttons at the right and the post's words at the foot.
SAFE: dict[PlatformKey, Area] = {
    PlatformKey.TIKTOK: Area(0.06, 0.11, 0.86, 0.76),
    PlatformKey.INSTAGRAM: Area(0.06, 0.14, 0.86, 0.72),
    PlatformKey.FACEBOOK: Area(0.06, 0.14, 0.86, 0.72),
    PlatformKey.YOUTUBE: Area(0.06, 0.15, 0.82, 0.70),
    PlatformKey.X: Area(0.06, 0.10, 0.86, 0.80),
    PlatformKey.THREADS: Area(0.06, 0.10, 0.88, 0.82),
    PlatformKey.LINKEDIN: Area(0.06, 0.10, 0.86, 0.80),
}
# Other shapes stand in a feed, with the player's line at the foot.
IN_A_FEED = Area(0.05, 0.06, 0.95, 0.88)


def safe_area(platforms: Sequence[str], size: tuple[int, int]) -> Area:
    """Return what every one of the platforms leaves free on a frame of this size."""
    if size[0] / size[1] >= TALL:
        return IN_A_FEED
    found = EVERYWHERE
    for platform in platforms:
        found = found.within(SAFE.get(PlatformKey(platform), EVERYWHERE))
    return found
