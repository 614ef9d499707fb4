"""Words to speech: one port, several voices; where none can speak, that is said, and nothing is faked."""

from trenddrop.core.speaking.base import (
    Offered,
    Speaker,
    SpeakingFailed,
    available,
    offered,
    speaker,
)

__all__ = ["Offered", "Speaker", "SpeakingFailed", "available", "offered", "speaker"]
