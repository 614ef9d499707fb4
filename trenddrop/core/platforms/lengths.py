"""Lengths as each platform counts them, texts made to fit, hashtags in their normal form."""

import re
from collections.abc import Callable, Iterable, Sequence

import regex

from trenddrop.core.platforms.rules import PlatformRules, TextUnit, rules
from trenddrop.core.text import counting
from trenddrop.core.text.shortening import shorten_to

COUNTERS: dict[TextUnit, Callable[[str], int]] = {
    TextUnit.GRAPHEMES: counting.grapheme_length,
    TextUnit.UTF16: counting.utf16_length,
    TextUnit.WEIGHTED: counting.weighted_length,
    TextUnit.BYTES: counting.byte_length,
    TextUnit.CHARS: len,
    TextUnit.MASTODON: counting.mastodon_length,
    TextUnit.THREADS: counting.threads_length,
    TextUnit.LINKEDIN: counting.linkedin_length,
}
HASHTAG = regex.compile(r"(?<![\p{L}\p{N}_&/#])#([\p{L}\p{M}\p{N}_]+)")
MENTION = regex.compile(r"(?<![\p{L}\p{N}_/@.])@[\p{L}\p{N}_.]*[\p{L}\p{N}_]")
ACCOUNT = regex.compile(r"(?<![\p{L}\p{N}_/@.])@([\p{L}\p{N}_.@-]*[\p{L}\p{N}_])")
NOT_IN_ACCOUNT = regex.compile(r"[^\p{L}\p{M}\p{N}_.@-]+")
ONLY_DIGITS = regex.compile(r"\p{N}*")
BETWEEN_HASHTAGS = regex.compile(r"[,;،，、\r\n]+")
NOT_IN_HASHTAG = regex.compile(r"[^\p{L}\p{M}\p{N}_]+")


def measure(key: str, text: str) -> int:
    """The length of `text` as the platform counts it."""
    return COUNTERS[rules(key).text_unit](text)


def fits(key: str, text: str, *, row: PlatformRules | None = None) -> bool:
    """Whether the whole text is inside the platform's limits."""
    row = row or rules(key)
    small = row.byte_limit is None or counting.byte_length(text) <= row.byte_limit
    return small and COUNTERS[row.text_unit](text) <= row.text_limit


def shorten(key: str, text: str, *, row: PlatformRules | None = None) -> str:
    """`text`, or its longest beginning that fits, never cutting a grapheme, word, address or hashtag."""
    row = row or rules(key)
    return shorten_to(text, fits=lambda candidate: fits(key, candidate, row=row))


def shorten_title(key: str, title: str) -> str:
    """`title` within the platform's limit, without forbidden characters; empty where there are no titles."""
    row = rules(key)
    limit = row.title_limit
    if limit is None:
        return ""
    clean = re.sub(r"\s+", " ", "".join(c for c in title if c not in row.forbidden)).strip()
    return shorten_to(clean, fits=lambda candidate: counting.utf16_length(candidate) <= limit)


def normal_hashtag(tag: str) -> str:
    """`tag` without # and without what ends a hashtag; empty when nothing taggable is left."""
    bare = NOT_IN_HASHTAG.sub("", tag)
    return "" if ONLY_DIGITS.fullmatch(bare) or not bare.strip("_") else bare


def written_hashtags(words: str) -> list[str]:
    """The tags as people write them: # begins one, and commas separate; between commas several words are one tag.

    Without any comma spaces separate, too.
    """
    pieces = [piece.split("#") for piece in BETWEEN_HASHTAGS.split(words)]
    if len(pieces) > 1:
        found = ["".join(part.split()) for piece in pieces for part in piece]
    else:
        found = [word for part in pieces[0] for word in part.split()]
    return [word for word in found if word]


def unique_hashtags(tags: Iterable[str]) -> list[str]:
    """The tags normalised, in order, each once whatever its case."""
    kept: dict[str, str] = {}
    for tag in map(normal_hashtag, tags):
        if tag:
            kept.setdefault(tag.lower(), tag)
    return list(kept.values())


def compose(
    *, text: str, hashtags: Sequence[str] = (), call_to_action: str = "", mentions: Sequence[str] = (), label: str = ""
) -> str:
    """The text as sent and counted: text, call to action, the accounts and hashtags it does not hold yet, a label."""
    named = {name.lower() for name in ACCOUNT.findall(text)}
    people = " ".join(f"@{name}" for name in unique_mentions(mentions) if name.lower() not in named)
    present = {tag.lower() for tag in HASHTAG.findall(text)}
    line = " ".join(f"#{tag}" for tag in unique_hashtags(hashtags) if tag.lower() not in present)
    return "\n\n".join(part for part in (text.strip(), call_to_action.strip(), people, line, label) if part)


def unique_mentions(names: Iterable[str]) -> list[str]:
    """The accounts without @ and what cannot stand in a name, in order, each once whatever its case."""
    kept: dict[str, str] = {}
    for name in names:
        bare = NOT_IN_ACCOUNT.sub("", name).strip(".-@")
        if bare:
            kept.setdefault(bare.lower(), bare)
    return list(kept.values())


def tags_length(tags: Sequence[str]) -> int:
    """YouTube's count for a video's tags: with commas between, and two quotes for a tag with a space."""
    return sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)
