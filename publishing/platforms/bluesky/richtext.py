"""What Bluesky reads in a text: links, mentions and tags, at UTF-8 byte offsets (app.bsky.richtext.facet)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import regex

FACET = "app.bsky.richtext.facet"
LINK = regex.compile(r"(?:^|[\s(])(https?://[^\s<>\"]+)")
MENTION = regex.compile(r"(?:^|[\s(])(@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*)\b")
INVISIBLE = r"\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2"
TAG = regex.compile(rf"(?:^|\s)([#＃](?!\uFE0F)[^\s{INVISIBLE}]*[^\d\s\p{{P}}{INVISIBLE}]+[^\s{INVISIBLE}]*)")
AFTER_A_TAG = regex.compile(r"\p{P}+$")
LONGEST_TAG = 64
MOST_TAGS = 8
MOST_LANGUAGES = 3

ResolveHandle = Callable[[str], str | None]
Span = tuple[int, int, dict[str, str]]


def facets(text: str, *, resolve: ResolveHandle) -> list[dict[str, Any]]:
    """The text's facets in order; a mention whose handle `resolve` does not know stays plain text."""
    spans = sorted([*_links(text), *_mentions(text, resolve), *_tags(text)], key=lambda span: span[:2])
    found, free = [], 0
    for start, end, feature in spans:
        if start >= free:
            index = {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}
            found.append({"index": index, "features": [feature]})
            free = end
    return found


def _bytes(text: str) -> int:
    return len(text.encode())


def _links(text: str) -> Iterator[Span]:
    for match in LINK.finditer(text):
        uri = match[1].rstrip(".,;:!?'")
        if uri.endswith(")") and "(" not in uri:
            uri = uri.rstrip(").,;:!?")
        yield match.start(1), match.start(1) + len(uri), {"$type": f"{FACET}#link", "uri": uri}


def _mentions(text: str, resolve: ResolveHandle) -> Iterator[Span]:
    for match in MENTION.finditer(text):
        if did := resolve(match[1][1:]):
            yield match.start(1), match.end(1), {"$type": f"{FACET}#mention", "did": did}


def _tags(text: str) -> Iterator[Span]:
    for match in TAG.finditer(text):
        tag = AFTER_A_TAG.sub("", match[1][1:])
        if tag and len(tag) <= LONGEST_TAG:
            yield match.start(1), match.start(1) + 1 + len(tag), {"$type": f"{FACET}#tag", "tag": tag}


def further_tags(text: str, hashtags: Sequence[str]) -> list[str]:
    """The hashtags the text does not hold, for the record's own list (at most 8)."""
    present = {feature["tag"].lower() for _start, _end, feature in _tags(text)}
    wanted = [tag.lstrip("#＃") for tag in hashtags]
    return [tag for tag in dict.fromkeys(wanted) if tag and tag.lower() not in present and len(tag) <= LONGEST_TAG][
        :MOST_TAGS
    ]
