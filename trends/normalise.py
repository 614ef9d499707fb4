"""One topic, many spellings: the key under which forms of a topic meet, and its words for comparison.

What is folded: width and compatibility forms, case (Turkish i too), accents of Latin and Greek, Devanagari nukta and
chandrabindu, Arabic harakat, tatweel and the spellings of alef and yeh, Hebrew points, direction marks, joiners, emoji
beside words, digits of other scripts, the dressing of headlines. What is not: plurals and word order, which are
compared (trends.likeness) and never assumed.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

import regex

KEY_LIMIT = 300
SOURCE_LIMIT = 40
SOURCE_WORDS = 6
COUNTRY = regex.compile(r"([A-Za-z]{2})([-_].*)?")
DRESSINGS = 3  # a headline carries at most so many labels before it and sources behind it


class Kind(StrEnum):
    """What a topic is named by."""

    HASHTAG = "hashtag"
    KEYWORD = "keyword"
    HEADLINE = "headline"
    MENTION = "mention"


HEADLINE_TAIL = regex.compile(r"(?:\s+[-–—|·•»]|\s*[|｜])\s+(?P<source>[^-–—|·•»｜]+(?:(?<=\S)-(?=\S)[^-–—|·•»｜]+)*)$")
LABEL = regex.compile(
    r"""^[\W_]*(?:
        (?:breaking(?:\s+news)?|just\s+in|live(?:\s+(?:updates?|blog|news|score|now))?|watch(?:\s+live)?|video|photos?|pics
        |exclusive|explained|explainer|opinion|analysis|updated?|developing|urgent|alert|must\s+(?:read|watch)|in\s+pics
        |fact\s+check|viral(?:\s+video)?|read|rt|via|new|news\s+alert|top\s+news|big\s+news
        |en\s+vivo|última\s+hora|ultima\s+hora|urgente|en\s+direct|direct|eilmeldung|\+\+\+\s*eilmeldung
        |ब्रेकिंग(?:\s+न्यूज़?)?|ब्रेकिंग\s+न्यूज़|लाइव|वीडियो|عاجل|مباشر|速報|【速報】|срочно|дивіться)
        \s*(?:[:|｜]|\s[-–—]|[-–—]\s|»|!\s)[\W_]*
    )""",
    regex.VERBOSE | regex.IGNORECASE,
)
LIVE_TAIL = regex.compile(
    r"\s*(?:[:,|]|\s[-–—])\s*(?:live|live\s+(?:updates?|blog|score|coverage|now|streaming)|latest(?:\s+updates?)?|updates"
    r"|as\s+it\s+happened|watch(?:\s+video)?|video|see\s+pics|in\s+pics|read(?:\s+more)?|details(?:\s+here)?)\s*[!.…]*$",
    regex.IGNORECASE,
)
COUNTED = regex.compile(  # "Day 2", "Episode 5", "Final", "2026": part of the story, not who tells it
    r"\b(?:day|night|part|pt|ep|eps|episode|season|chapter|round|week|game|match|test|vol|volume|phase|stage|leg|level"
    r"|group|race|heat|set|session|innings|quarter|half|act|book|no|number|step|lesson)\.?\s*\p{N}"
    r"|^\s*(?:19|20)\d\d\s*$|^\s*\p{N}+\s*$|^\s*(?:semi-?|quarter-?)?finals?\s*$",
    regex.IGNORECASE,
)
CAMEL = regex.compile(
    r"(?<=\p{L}\p{Ll})(?=\p{Lu})|(?<=\p{N}{2})(?=\p{Lu}\p{Ll})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L}{2})(?=\p{N}{2})"
)
SIDES = regex.compile(r"(?<=\p{Lu}{2})(vs?)(?=\p{Lu}{2})")  # #KKRvRCB
TAG = regex.compile(r"[#＃][\p{L}\p{M}\p{N}_]+")
PIECE = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}&+']*|[\p{L}\p{N}]")
SHARP = regex.compile(r"(?<![\p{L}\p{M}\p{N}])([cfCF])#(?![\p{L}\p{N}_])")
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|[\u20e3\ufe0f]")
PICTURE = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}")
DRESSING = regex.compile(r"[\ufe0e\ufe0f\u20e3]|\p{Emoji_Modifier}")
FLAG_TAIL = regex.compile(r"[\U000e0020-\U000e007f]")  # 🏴 with these is England, Scotland, Wales
UNSEEN = regex.compile(r"[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]")
QUOTED = str.maketrans("", "", "'’‘ʼ＇ʻ´`")
JOINER = "\u200d"
ACCENTED = regex.compile(r"[a-z\p{Greek}]")
STROKED = str.maketrans(
    {"ı": "i", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ĸ": "k"}
)
FOLDED_AWAY = regex.compile(  # nukta, tatweel, harakat and hamza of Arabic, points of Hebrew
    r"[\u093c\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
)
ONE_SPELLING = str.maketrans({"ँ": "ं", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه"})
YO = regex.compile("(?<=е)\u0308")


def normalise(title: str, kind: Kind | str) -> str:
    """Return the key under which every form of this topic is found, at most 300 characters; "" for no topic.

    Hashtags, keywords and mentions close up ("#MonsoonSkin" is "monsoon skin"); headlines keep their spaces and
    lose their labels and source. A title of emoji alone is its emoji, one of punctuation alone is itself. A key is
    its own key.
    """
    text = unicodedata.normalize("NFKC", title)
    if Kind(kind) is Kind.HEADLINE:
        text = undressed(text)
    between = " " if Kind(kind) is Kind.HEADLINE else ""
    key = between.join(_pieces(text))
    return _capped(key or _pictures(text) or _signs(text), between)


def comparison_words(title: str) -> tuple[str, ...]:
    """Return the words of a title in order, lower case, CamelCase and #hashtags split; emoji give none."""
    return tuple(_pieces(_opened_up(title)))


def readable(title: str) -> str:
    """Return a title as people read it: "#MonsoonSkincare" and "#monsoon_skincare" with spaces, other words as written.

    A tag that cannot be split stays as it is, with its #.
    """
    text = title.strip()
    if not TAG.fullmatch(text):
        return text
    opened = " ".join(_opened(text).lstrip("#＃").split())
    return opened if " " in opened else text


def undressed(headline: str, source: str = "") -> str:
    """Return a headline without "BREAKING:", ": live updates", " - Variety" and trailing dots; never empty."""
    text = " ".join(headline.split())
    for _ in range(DRESSINGS):
        before = text
        text = _kept(LABEL.sub("", text), text)
        text = without_source(text, source)
        text = _kept(LIVE_TAIL.sub("", text), text)
        text = _kept(text.rstrip(" .…"), text)
        if text == before:
            break
    return text


def without_source(headline: str, source: str = "") -> str:
    """Drop the trailing " - Variety" that Google News appends; without a name only a short last part counts."""
    found = HEADLINE_TAIL.search(headline)
    if found is None or found.start() == 0:
        return headline.strip()
    tail = found["source"].strip()
    named = bool(source) and tail.casefold() == source.strip().casefold()
    short = not source and len(tail) <= SOURCE_LIMIT and len(tail.split()) <= SOURCE_WORDS and not COUNTED.search(tail)
    return headline[: found.start()].strip() if named or short else headline.strip()


def is_visible(title: str) -> bool:
    """Say whether a title shows anything at all."""
    return bool(UNSEEN.sub("", title))


def pictures(title: str) -> str:
    """Return the emoji of a title, undressed of skin tones and variation selectors; sequences stay whole."""
    return _pictures(unicodedata.normalize("NFKC", title))


def _kept(changed: str, before: str) -> str:
    changed = changed.strip()
    return changed if is_visible(changed) else before


def _opened_up(title: str) -> str:
    text = _visible(unicodedata.normalize("NFKC", title)).strip()
    if len(text.split()) == 1:
        text = _split(text)
    return str(TAG.sub(lambda tag: _opened(tag[0]), text))


def _opened(tag: str) -> str:
    return _split(tag.replace("_", " "))


def _split(text: str) -> str:
    return str(CAMEL.sub(" ", SIDES.sub(r" \1 ", text)))


def _pieces(text: str) -> Iterator[str]:
    for found in PIECE.finditer(_folded(text)):
        piece = found[0].strip("&'")
        if piece:
            yield piece


def _folded(text: str) -> str:
    plain = EMOJI.sub(" ", SHARP.sub(r"\1sharp", _visible(text.translate(QUOTED))))
    for _ in range(3):  # folding may make what folds again: a capital of an accent, a letter of a compatibility form
        before = plain
        plain = _folded_once(plain)
        if plain == before:
            break
    return plain


def _folded_once(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.casefold()).translate(QUOTED)
    plain = FOLDED_AWAY.sub("", YO.sub("", "".join(_without_accents(plain)))).translate(STROKED).translate(ONE_SPELLING)
    return unicodedata.normalize("NFC", "".join(map(_digit, plain)))


def _visible(text: str) -> str:
    return "".join(
        char for char in text if unicodedata.category(char) not in {"Cf", "Cc", "Cs", "Co"} or char in "\n\t"
    )


def _without_accents(text: str) -> Iterator[str]:
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char) or unicodedata.category(char) == "Mn":
            if base and ACCENTED.match(base):
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
    shown = [char for char in kept if char == JOINER or PICTURE.match(char) or FLAG_TAIL.match(char)]
    return "".join(_joined(shown)).strip(JOINER)


def _joined(shown: list[str]) -> Iterator[str]:
    """Leave out joiners that join nothing."""
    for place, char in enumerate(shown):
        if char != JOINER or (shown[place - 1 : place] not in ([], [JOINER])):
            yield char


def _signs(text: str) -> str:
    if not is_visible(text):
        return ""
    plain = " ".join(_visible(text).casefold().split())
    return " ".join(plain.lstrip("#").split()) or plain


def _capped(key: str, between: str) -> str:
    if len(key) <= KEY_LIMIT:
        return key
    mark = between + hashlib.blake2s(key.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"{key[: KEY_LIMIT - len(mark)].rstrip()}{mark}"


def country_of(region: str) -> str:
    """Return the country that a source or a row names, as two capitals: of "in-KA" IN; "" (the world) for no code."""
    found = COUNTRY.fullmatch(region)
    return found[1].upper() if found else ""
