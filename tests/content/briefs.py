"""Orders for pieces, from the cast's recordings."""

from collections.abc import Sequence
from functools import cache

from content.understanding import Understanding, read, understand
from content.understanding.matching import Evidence
from content.writing import Brand, Brief, Draft, TrendNote
from tests.content import transcripts
from trenddrop.core.platforms import PlatformKey, compose
from trenddrop.core.text.sentences import Sentence

RECORDINGS = {
    "saffron": transcripts.SAFFRON_LINES,
    "hinglish": transcripts.KESAR_HINGLISH,
    "lisbon": transcripts.LISBON_ROOFTOPS,
    "models": transcripts.SMALL_MODELS,
    "diet": transcripts.NINETY_DAYS,
    "pricing": transcripts.PRICING,
}
SAFFRON_TREND = TrendNote(
    "#SaffronTest", 62, [Evidence("saffron", 28.2, "Teaching people about saffron.")], ("saffron test",)
)


@cache
def reading(name: str) -> tuple[Understanding, tuple[Sentence, ...]]:
    """A recording understood; the first one as the recogniser hears it."""
    text = RECORDINGS[name]
    source = transcripts.spoken(text) if name == "saffron" else text
    found = understand(source)
    return found, tuple(read(source, language=found.language))


def brief(
    name: str = "saffron",
    platform: str = "instagram",
    *,
    tone: str = "professional",
    trends: Sequence[TrendNote] = (),
    note: str = "",
    previous: Draft | None = None,
    title: str = "VID_20261120_0815.mp4",
) -> Brief:
    """An order by Kesar Naturals."""
    found, told = reading(name)
    brand = Brand("Kesar Naturals", tone)
    return Brief(PlatformKey(platform), title, found, told, trends, brand, note=note, previous=previous)


def whole(draft: Draft) -> str:
    """The post as it would be sent."""
    return compose(text=draft.text, hashtags=draft.hashtags, call_to_action=draft.call_to_action)
