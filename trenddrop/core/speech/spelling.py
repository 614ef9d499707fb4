"""How words that no pronouncing dictionary knows may sound, in the dictionary's phones (ARPABET).

A brand's own words are names, compounds and loans. Each gets some guesses: by its parts, as English, and as most
other languages in Latin letters are read (Hindi names, Spanish and Italian words).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

Lookup = Callable[[str], str | None]

LETTERS = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY", "h": "EY CH", "i": "AY",
    "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N", "o": "OW", "p": "P IY", "q": "K Y UW",
    "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW", "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S",
    "y": "W AY", "z": "Z IY",
}  # fmt: skip
CONSONANTS = {
    "b": "B", "c": "K", "d": "D", "f": "F", "g": "G", "h": "HH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N",
    "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "v": "V", "w": "W", "x": "K S", "y": "Y", "z": "Z", "ch": "CH",
    "sh": "SH", "ph": "F", "ck": "K", "ng": "NG", "qu": "K W", "tch": "CH", "sch": "SH",
}  # fmt: skip
ENGLISH = CONSONANTS | {
    "a": "AE", "e": "EH", "i": "IH", "o": "AA", "u": "AH", "th": "TH", "gh": "G", "wh": "W", "wr": "R",
    "tion": "SH AH N", "sion": "ZH AH N", "igh": "AY", "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW",
    "oi": "OY", "oy": "OY", "ai": "EY", "ay": "EY", "au": "AO", "aw": "AO", "ie": "IY", "ei": "IY", "eu": "UW",
    "ew": "UW", "oa": "OW", "ar": "AA R", "er": "ER", "ir": "ER", "ur": "ER", "or": "AO R",
}  # fmt: skip
ELSEWHERE = CONSONANTS | {
    "a": "AA", "e": "EH", "i": "IY", "o": "OW", "u": "UW", "aa": "AA", "ee": "IY", "oo": "UW", "ai": "AY", "au": "AW",
    "ei": "EY", "ou": "OW", "bh": "B", "dh": "D", "kh": "K", "gh": "G", "th": "T", "jh": "JH",
}  # fmt: skip
LONG = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW"}
LAST = {"a": "AH", "e": "EY", "i": "IY", "o": "OW", "u": "UW", "y": "IY"}
SHORTEST_PART = 3  # letters of a compound's halves
LONGEST_ACRONYM = 4
VOWELS = "aeiou"
_WORD = re.compile(r"[a-z]+")


def pronunciations(word: str, lookup: Lookup) -> list[str]:
    """Return how a word may be said, the likeliest first; nothing where its letters are not Latin."""
    plain = fold(word)
    if not _WORD.fullmatch(plain):
        return []
    if known := lookup(plain):
        return [known]
    if word.isupper() and (len(plain) <= LONGEST_ACRONYM or not set(plain) & set(VOWELS + "y")):
        return [" ".join(LETTERS[letter] for letter in plain)]
    joined = _joined(plain, lookup)
    return list(dict.fromkeys([*([joined] if joined else []), *_guessed(plain)]))


def _guessed(plain: str) -> list[str]:
    if plain.endswith("s") and len(plain) > LONGEST_ACRONYM and plain[-2] not in "aious":
        return [f"{way} {'S' if plain[-2] in 'fkpt' else 'Z'}" for way in _guesses(plain[:-1])]
    return _guesses(plain)


def _guesses(word: str) -> list[str]:
    """Read a word as English, as English with its middle vowels weak, and as other languages are."""
    english = _read(word, ENGLISH, english=True)
    first, *rest = english.split(" AE ")
    weak = " AH ".join([f"{first} AE {rest[0]}", *rest[1:]] if rest and not _has_vowel(first) else [first, *rest])
    return list(dict.fromkeys([english, weak, _read(word, ELSEWHERE, english=False)]))


def _has_vowel(phones: str) -> bool:
    return any(phone[0] in "AEIOU" for phone in phones.split())


def fold(word: str) -> str:
    """Return a word in small letters without accents and marks."""
    parts = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss"))
    return "".join(letter for letter in parts if letter.isalpha() and not unicodedata.combining(letter))


def _joined(word: str, lookup: Lookup) -> str | None:
    """Say a compound by its halves, and a plural by its singular."""
    if word.endswith("s") and (one := lookup(word[:-1])):
        return f"{one} Z"
    for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        first, second = lookup(word[:cut]), lookup(word[cut:])
        if first and second:
            return f"{first} {second}"
    return None


def _read(word: str, table: Mapping[str, str], *, english: bool) -> str:
    return " ".join(_phones(word, table, english=english))


def _phones(word: str, table: Mapping[str, str], *, english: bool) -> Iterator[str]:
    at = 0
    while at < len(word):
        size = next(size for size in (4, 3, 2, 1) if _is_sound(word, at, size, table))
        rest = word[at + size :]
        if size > 1:
            yield table[word[at : at + size]]
        elif phone := _letter(word, at, table, english=english):
            yield phone
        at += size
        if size == 1 and rest[:1] == word[at - 1]:
            at += 1  # a doubled letter is said once


def _is_sound(word: str, at: int, size: int, table: Mapping[str, str]) -> bool:
    """Say whether the letters stand for one sound; a vowel with r does not where another vowel follows."""
    letters, following = word[at : at + size], word[at + size : at + size + 1]
    if len(letters) < size or letters not in table:
        return False
    return not (size == 2 and letters[1] == "r" and letters[0] in VOWELS and following in tuple(VOWELS))


def _letter(word: str, at: int, table: Mapping[str, str], *, english: bool) -> str:
    """Return how one letter sounds where it stands; empty where it is silent."""
    letter, after, before = word[at], word[at + 1 : at + 2], word[at - 1 : at]
    soft = after in tuple("eiy")
    if letter in "cg" and soft:
        return "S" if letter == "c" else "JH"
    if letter == "h" and before and before in VOWELS and after not in tuple(VOWELS):
        return ""
    if letter == "y" and after not in tuple(VOWELS):
        return "IY"
    if letter in VOWELS:
        return _vowel(word, at, table, english=english)
    return table[letter]


def _vowel(word: str, at: int, table: Mapping[str, str], *, english: bool) -> str:
    letter = word[at]
    if at == len(word) - 1 and at > 0:
        return "" if english and letter == "e" else LAST[letter]
    is_lengthened = len(word) == at + 3 and word.endswith("e") and word[at + 1] not in VOWELS
    return LONG[letter] if english and is_lengthened else table[letter]
