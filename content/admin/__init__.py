"""Assets and everything made of them, for operators; one module a feature."""

from content.admin import (
    assets,
    pieces,
    transcripts,
    understanding,
    uploads,
)

__all__ = [
    "assets",
    "pieces",
    "transcripts",
    "understanding",
    "uploads",
]
