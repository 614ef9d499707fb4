"""One topic, many spellings: the key under which forms of a topic meet, and its words for comparison."""

import hashlib
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

import regex

KEY_LIMIT = 300
SOURCE_LIMIT = 40
SOURCE_WORDS = 6


class Kind(StrEnum):
    """What a topic is named by."""

    HASHTAG = "hashtag"
    KEYWORD = "keyword"
    HEADLINE = "headline"
    MENTION = "mention"


HEADLINE_TAIL = regex.compile(r"\s+[-–—|]\s+(?P<source>[^-–—|]+)$")
CAMEL = regex.compile(
    r"(?<=\p{L}\p{Ll})(?=\p{Lu})|(?<=\p{N}{2})(?=\p{Lu}\p{Ll})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L}{2})(?=\p{N}{2})"
)
TAG = regex.compile(r"[#＃][\p{L}\p{M}\p{N}_]+")
PIECE = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}&+']*(?:\#(?!\p{L}))?|[\p{L}\p{N}]")
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|[\u20e3\ufe0f]")
PICTURE = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}")
DRESSING = regex.compile(r"[\ufe0e\ufe0f\u20e3]|\p{Emoji_Modifier}")
APOSTROPHES = str.maketrans("", "", "'’‘ʼ＇")
TATWEEL = "\u0640"
JOINER = "\u200d"


def normalise(title: str, kind: Kind | str) -> str:
    """Return the key under which every form of this topic is found, at most 300 characters; "" for no topic.

    Hashtags, keywords and mentions close up ("#MonsoonSkin" is "monsoon skin"); headlines keep their spaces and
    lose their source. A title of emoji alone is its emoji, one of punctuation alone is itself.
    """
    text = unicodedata.normalize("NFKC", title)
    if Kind(kind) is Kind.HEADLINE:
        text = without_source(text)
    between = " " if Kind(kind) is Kind.HEADLINE else ""
    key = between.join(_pieces(text))
    return _capped(key or _pictures(text) or " ".join(_visible(text).casefold().lstrip("#").split()))


def comparison_words(title: str) -> tuple[str, ...]:
    """Return the words of a title in order, lower case, CamelCase and #hashtags split; emoji give none."""
    text = _visible(unicodedata.normalize("NFKC", title)).strip()
    if len(text.split()) == 1:
        text = CAMEL.sub(" ", text)
    return tuple(_pieces(TAG.sub(_opened, text)))


def without_source(headline: str, source: str = "") -> str:
    """Drop the trailing " - Variety" that Google News appends; without a name only a short last part counts."""
    found = HEADLINE_TAIL.search(headline)
    if found is None or found.start() == 0:
        return headline.strip()
    tail = found["source"].strip()
    named = bool(source) and tail.casefold() == source.strip().casefold()
    short = not source and len(tail) <= SOURCE_LIMIT and len(tail.split()) <= SOURCE_WORDS
    return headline[: found.start()].strip() if named or short else headline.strip()


def _opened(tag: regex.Match[str]) -> str:
    return str(CAMEL.sub(" ", tag[0].replace("_", " ")))


def _pieces(text: str) -> Iterator[str]:
    for found in PIECE.finditer(_folded(text)):
        piece = found[0].strip("&'")
        if piece:
            yield piece


def _folded(text: str) -> str:
    plain = EMOJI.sub(" ", _visible(text.translate(APOSTROPHES)))
    plain = unicodedata.normalize("NFKC", plain.casefold()).replace(TATWEEL, "")
    folded = "".join(_digit(char) for char in _without_latin_accents(plain))
    return unicodedata.normalize("NFC", folded)


def _visible(text: str) -> str:
    return "".join(
        char for char in text if unicodedata.category(char) not in {"Cf", "Cc", "Cs", "Co"} or char in "\n\t"
    )


def _without_latin_accents(text: str) -> Iterator[str]:
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char) or unicodedata.category(char) == "Mn":
            if "a" <= base <= "z":
                continue
        else:
            base = char
        yield char


def _digit(char: str) -> str:
    if char.isascii():
        return char
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _pictures(text: str) -> str:
    if not PICTURE.search(text):
        return ""
    kept = DRESSING.sub("", text)
    return "".join(char for char in kept if char == JOINER or PICTURE.match(char))


def _capped(key: str) -> str:
    if len(key) <= KEY_LIMIT:
        return key
    mark = hashlib.blake2s(key.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"{key[: KEY_LIMIT - len(mark) - 1]}~{mark}"
