"""How long a text is in the units platforms count; `static/js/limits.js` counts the same in the browser."""

import unicodedata

import regex

from trenddrop.core.text.links import find_links

GRAPHEME = regex.compile(r"\X")
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3")
REMOTE_MENTION = regex.compile(r"(?P<name>(?:^|[^/\p{L}\p{N}_])@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+[A-Za-z0-9]+")
LINK_LENGTH = 23
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
LINKEDIN_ESCAPED = frozenset("\\|{}@[]()<>#*_~")


def graphemes(text: str) -> list[str]:
    """What a reader sees as single characters (Unicode extended grapheme clusters)."""
    return GRAPHEME.findall(text)


def grapheme_length(text: str) -> int:
    """The number of graphemes: Bluesky."""
    return len(GRAPHEME.findall(text))


def utf16_length(text: str) -> int:
    """The number of UTF-16 units: TikTok, Instagram, and `length` in JavaScript."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def byte_length(text: str) -> int:
    """The number of UTF-8 bytes: YouTube descriptions, and Bluesky's second limit."""
    return len(text.encode("utf-8", "surrogatepass"))


def weighted_length(text: str) -> int:
    """X's count: an address 23, an emoji of any make 2, Latin and most alphabets 1, all else 2."""
    text = unicodedata.normalize("NFC", text)
    total, position = 0, 0
    for link in find_links(text):
        total += _weight(text[position : link.start]) + LINK_LENGTH
        position = link.end
    return total + _weight(text[position:])


def mastodon_length(text: str) -> int:
    """Mastodon's count: graphemes, an address with its scheme 23, `@name@server` as `@name`."""
    shown, position = [], 0
    for link in find_links(text):
        if link.has_scheme:
            shown += [text[position : link.start], "x" * LINK_LENGTH]
            position = link.end
    shown.append(text[position:])
    return grapheme_length(REMOTE_MENTION.sub(r"\g<name>", "".join(shown)))


def threads_length(text: str) -> int:
    """Threads' count: characters, but an emoji as many as its UTF-8 bytes."""
    return sum(byte_length(part) if EMOJI.search(part) else len(part) for part in graphemes(text))


def linkedin_length(text: str) -> int:
    """LinkedIn's count, UTF-16 units with the backslashes that its little-text format needs."""
    return utf16_length(text) + sum(character in LINKEDIN_ESCAPED for character in text)


def _weight(text: str) -> int:
    return sum(_grapheme_weight(part) for part in graphemes(text))


def _grapheme_weight(part: str) -> int:
    if EMOJI.search(part) and (len(part) > 1 or ord(part) > LIGHT[0][1]):
        return 2
    return sum(_character_weight(ord(character)) for character in part)


def _character_weight(code: int) -> int:
    return 1 if any(first <= code <= last for first, last in LIGHT) else 2
