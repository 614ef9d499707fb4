"""A title: the user's own when it is one, else the strongest short line of the material."""

from pathlib import PurePath

import regex

from content.understanding.cues import stands_alone
from content.writing.brief import Brief
from content.writing.material import Material
from trenddrop.core.platforms import PlatformRules, shorten_title, shorten_to
from trenddrop.core.text.orders import gives_orders
from trenddrop.core.text.tidy import is_question
from trenddrop.core.text.tokens import normal_words

COMFORTABLE = 80  # characters; search results and phones cut longer ones
FEWEST_WORDS = 4
FILE_LIKE = regex.compile(
    r"^(?:img|vid|dsc|mov|pxl|gopr|dji|screen ?rec\w*|recording|untitled|video|clip|final|export|whatsapp)[\W_\d]*"
    r"|^[\d\W_]+$|^[0-9a-f-]{16,}$",
    regex.IGNORECASE,
)
EXTENSION = regex.compile(r"\.(?:mp4|mov|webm|m4v|avi|mkv|mp3|wav|m4a|txt|md|srt|vtt|pdf|docx?)$", regex.IGNORECASE)


def title_for(brief: Brief, material: Material, *, row: PlatformRules) -> str:
    """A title inside the platform's limit, empty where it has none; a new version takes another than the previous."""
    if row.title_limit is None:
        return ""
    before = brief.previous.title if brief.previous else ""
    lines = [shorten_title(row.key, line) for line in _lines(brief, material)]
    usable = [line for line in dict.fromkeys(lines) if line]
    fresh = [line for line in usable if line != before]
    return next(iter(fresh or usable), shorten_title(row.key, "Video"))


def headline(brief: Brief, material: Material, *, most: int) -> str:
    """A title of at most `most` characters for what needs one where the platform knows none."""
    before = brief.previous.title if brief.previous else ""
    lines = _lines(brief, material)
    whole = [line for line in lines[:-1] if len(line) <= most]
    cut = [shorten_to(line, fits=lambda text: len(text) <= most) for line in lines]
    return next((line for line in (*whole, *cut) if line and line != before), before)


def _lines(brief: Brief, material: Material) -> list[str]:
    own = own_title(brief.title)
    openings = [material.opening, *(hook.text for hook in brief.understanding.hooks if not gives_orders(hook.text))]
    parts = [part for line in openings for part in _short_parts(line) if stands_alone(part, material.language)]
    topics = [name for name, _ in brief.understanding.topics[:2]]
    about = " and ".join(topics)
    short = [_as_title(part) for part in parts if len(part) <= COMFORTABLE]
    longer = [_as_title(part) for part in parts if len(part) > COMFORTABLE]
    subject = [about[0].upper() + about[1:]] if about else []
    given = [own] if own else []
    found = [*short, *subject, *longer] if not brief.is_part else [*short, *longer, *subject]
    return [*found, *given, brief.title] if brief.is_part else [*given, *found, brief.title]


def own_title(title: str) -> str:
    """The asset's title when a person wrote it, not a camera."""
    clean = regex.sub(r"[_\s]+", " ", EXTENSION.sub("", PurePath(title).name if "/" in title else title)).strip()
    if FILE_LIKE.match(clean) or len(normal_words(clean)) < 2:
        return ""
    return clean[0].upper() + clean[1:]


def _short_parts(line: str) -> list[str]:
    """The line's first sentence, and that one's first clause when it is long."""
    first = regex.split(r"(?<=[.!?…])\s+", line)[0]
    clause = regex.split(r",? (?:and|but|because) |[:;] ", first)[0] if len(first) > COMFORTABLE else first
    return [part for part in dict.fromkeys([first, clause]) if len(normal_words(part)) >= FEWEST_WORDS]


def _as_title(line: str) -> str:
    bare = line.rstrip(" .…")
    return bare + "?" if is_question(line) and not bare.endswith("?") else bare
