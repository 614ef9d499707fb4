"""Assets and everything made of them, for operators; one module a feature."""

from content.admin import (
    assets,
    collections,
    feedback,
    generations,
    ideas,
    libraries,
    making,
    pieces,
    repurposing,
    tagging,
    templates,
    transcripts,
    understanding,
    uploads,
)

__all__ = [
    "assets",
    "collections",
    "feedback",
    "generations",
    "ideas",
    "libraries",
    "making",
    "pieces",
    "repurposing",
    "tagging",
    "templates",
    "transcripts",
    "understanding",
    "uploads",
]
