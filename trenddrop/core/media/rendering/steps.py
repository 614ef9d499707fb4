"""Where a render stands: progress told as a share of the whole, and whether to stop."""

from dataclasses import dataclass

from trenddrop.core.media.running import Cancelled, MediaCancelled, Progress


@dataclass(frozen=True)
class Steps:
    """A part of the work, from `low` to `high` of the whole (0 to 1)."""

    progress: Progress | None
    cancelled: Cancelled | None
    low: float = 0.0
    high: float = 1.0

    def part(self, low: float, high: float) -> "Steps":
        """Return a part of this part."""
        wide = self.high - self.low
        return Steps(self.progress, self.cancelled, self.low + wide * low, self.low + wide * high)

    def tell(self, done: float) -> None:
        """Pass on how far this part is (0 to 1)."""
        if self.progress is not None:
            self.progress(min(1.0, self.low + (self.high - self.low) * done))

    def check(self) -> None:
        """Raise MediaCancelled when somebody asked to stop."""
        if self.cancelled is not None and self.cancelled():
            raise MediaCancelled("Stopped.")
