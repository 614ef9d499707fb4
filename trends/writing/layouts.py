"""What suits a platform, a kind of topic and a tone: which angles, in which format, with how many hashtags."""

import hashlib
from collections.abc import Mapping

from trends.writing.brief import Order

VIDEO, POST, THREAD, CAROUSEL = "short_video", "social_post", "thread", "carousel"
FORMATS = (VIDEO, POST, THREAD, CAROUSEL, "article", "image")
ANGLES = ("explain", "side", "how_to", "story", "list", "question", "reaction")
OF_PLATFORM: Mapping[str, Mapping[str, int]] = {
    "tiktok": {"reaction": 3, "how_to": 2, "story": 2, "question": 1},
    "instagram": {"list": 2, "how_to": 3, "story": 2, "reaction": 1},
    "youtube": {"explain": 3, "how_to": 3, "reaction": 1},
    "x": {"side": 2, "list": 1, "question": 2, "explain": 1},
    "bluesky": {"question": 2, "explain": 2, "side": 1},
    "mastodon": {"explain": 3, "question": 2, "story": 1},
    "threads": {"question": 3, "story": 2, "side": 1},
    "linkedin": {"side": 1, "explain": 2, "story": 2, "list": 2},
    "facebook": {"question": 3, "story": 2, "how_to": 1},
    "practice": {"question": 1, "explain": 1, "how_to": 1},
}
OF_KIND: Mapping[str, Mapping[str, int]] = {
    "headline": {"explain": 3, "side": 1, "question": -2, "how_to": -1, "reaction": 1},
    "hashtag": {"reaction": 2, "story": 2, "list": 1, "question": 1},
    "keyword": {"how_to": 2, "explain": 2, "list": 1},
    "mention": {"reaction": 2, "question": 2, "how_to": -2},
}
OF_TONE: Mapping[str, Mapping[str, int]] = {
    "professional": {"explain": 2, "list": 1, "side": 1, "reaction": -2},
    "casual": {"story": 2, "question": 1},
    "viral": {"reaction": 2, "list": 1, "question": 1},
    "hinglish": {"reaction": 1, "question": 1, "story": 1},
    "educational": {"how_to": 2, "explain": 2, "list": 1, "reaction": -1},
    "humorous": {"reaction": 2, "question": 1, "explain": -1},
    "edgy": {"side": 3, "reaction": 1},
    "founder-focused": {"story": 3, "side": 1},
}
LOOSE = {"question": 4, "reaction": 3, "story": 1, "how_to": -9, "list": -9, "side": -2}  # where nothing links the two
LATE = {"explain": 1, "list": 1, "reaction": -2, "question": -1}
MOST_TAGS = {"x": 2, "bluesky": 2, "linkedin": 3, "threads": 1, "facebook": 2, "instagram": 5, "tiktok": 4}
USUAL_TAGS = 3


def angle_for(order: Order, platform: str) -> str:
    """Return the angle: the best for this platform, kind and tone, in a later round the next best.

    The same for the same brand, topic, platform and round, whatever else is asked for.
    """
    points = dict.fromkeys(ANGLES, 0)
    tables = [OF_PLATFORM.get(platform, {}), OF_KIND.get(order.subject.kind, {}), OF_TONE.get(order.brand.tone, {})]
    tables += [LOOSE] if not order.brand.why else []
    tables += [LATE] if order.subject.status == "declining" else []
    for table in tables:
        for angle, worth in table.items():
            points[angle] += worth
    ranked = sorted(ANGLES, key=lambda angle: (-points[angle], chance(order, platform, angle)))
    return ranked[order.round % len(ranked)]


def format_for(platform: str, angle: str) -> str:
    """Return what to make of an angle on a platform."""
    if platform in {"tiktok", "youtube"}:
        return VIDEO
    if platform == "instagram":
        return CAROUSEL if angle == "list" else VIDEO
    if platform == "linkedin":
        return CAROUSEL if angle in {"list", "how_to"} else POST
    if platform in {"x", "bluesky", "mastodon", "threads"}:
        return THREAD if angle in {"explain", "list", "how_to"} else POST
    return POST


def chance(order: Order, *words: object) -> int:
    """Return a number that is the same for the same brand, topic and words, on every machine."""
    whole = "|".join(map(str, (order.brand.key, order.subject.key, *words)))
    return int.from_bytes(hashlib.blake2s(whole.encode(), digest_size=4).digest())
