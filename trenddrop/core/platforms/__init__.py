"""What each platform takes, how it counts, and how a text is made to fit."""

from trenddrop.core.platforms.checks import advise, check
from trenddrop.core.platforms.lengths import (
    HASHTAG,
    MENTION,
    compose,
    fits,
    measure,
    normal_hashtag,
    shorten,
    shorten_title,
    tags_length,
    unique_hashtags,
    unique_mentions,
    written_hashtags,
)
from trenddrop.core.platforms.media_checks import MediaFacts, aspects, codec
from trenddrop.core.platforms.problems import Problem
from trenddrop.core.platforms.rules import (
    RULES,
    MediaRules,
    PlatformKey,
    PlatformRules,
    PlatformUnknown,
    TextUnit,
    rules,
)
from trenddrop.core.platforms.safe import SAFE, Area, safe_area
from trenddrop.core.text.shortening import shorten_to

__all__ = [
    "HASHTAG",
    "MENTION",
    "RULES",
    "SAFE",
    "Area",
    "MediaFacts",
    "MediaRules",
    "PlatformKey",
    "PlatformRules",
    "PlatformUnknown",
    "Problem",
    "TextUnit",
    "advise",
    "aspects",
    "check",
    "codec",
    "compose",
    "fits",
    "measure",
    "normal_hashtag",
    "rules",
    "safe_area",
    "shorten",
    "shorten_title",
    "shorten_to",
    "tags_length",
    "unique_hashtags",
    "unique_mentions",
    "written_hashtags",
]
