"""Assets and everything made of them, for operators; one module a feature."""

from content.admin import (
    assets,
    libraries,
    pieces,
    tagging,
    transcripts,
    understanding,
    uploads,
)

__all__ = [
    "assets",
    "libraries",
    "pieces",
    "tagging",
    "transcripts",
    "understanding",
    "uploads",
]
