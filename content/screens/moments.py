"""Moments that somebody looked for, as a page shows them."""

from dataclasses import dataclass

from content.models import ContentAsset
from content.screens import reasons
from content.transcripts.clips import clips_of
from content.understanding.clipping import Clip

SHOWN = 3
SECONDS = (6.0, 45.0)


@dataclass(frozen=True)
class FoundMoment:
    """A stretch of the recording: its seconds, score 0..100, words, who begins, and why it was taken."""

    at: float
    until: float
    score: int
    text: str
    speaker: str
    reasons: list[str]


def found(asset: ContentAsset, wish: str) -> list[FoundMoment]:
    """Return the best answers to a wish; nothing where nothing speaks of it, or no word is known."""
    transcript = getattr(asset, "transcript", None)
    if transcript is None or not transcript.words:
        return []
    names = [asset.brand.name, *asset.brand.keywords] if asset.brand else []
    return [_shown(clip) for clip in clips_of(transcript, wish=wish, count=SHOWN, seconds=SECONDS, names=names)]


def _shown(clip: Clip) -> FoundMoment:
    said = [reasons.name(reason.factor) for reason in clip.why if reason.weight > 0]
    return FoundMoment(clip.start, clip.end, clip.score, clip.text, clip.speaker, said)
