"""What each platform takes, how it counts, and how a text is made to fit."""

from trenddrop.core.platforms.checks import MediaFacts, Problem, check
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
)
from trenddrop.core.platforms.rules import (
    RULES,
    MediaRules,
    PlatformKey,
    PlatformRules,
    PlatformUnknown,
    TextUnit,
    rules,
)

__all__ = [
    "HASHTAG",
    "MENTION",
    "RULES",
    "MediaFacts",
    "MediaRules",
    "PlatformKey",
    "PlatformRules",
    "PlatformUnknown",
    "Problem",
    "TextUnit",
    "check",
    "compose",
    "fits",
    "measure",
    "normal_hashtag",
    "rules",
    "shorten",
    "shorten_title",
    "tags_length",
    "unique_hashtags",
]
