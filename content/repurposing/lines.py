"""One thing to make."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Line:
    """One thing to make. `reach`: views of all its posts together, low and high, None where nothing is known."""

    key: str
    kind: str
    format: str
    platforms: list[str]
    count: int
    priority: int = 5
    day: int = 0
    hour: int = 18
    minute: int = 0
    reach: list[int] | None = None
    seconds: int = 0
    credits: int = 0
    reasons: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
