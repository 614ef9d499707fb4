"""Names across scripts: the consonants one hears, in Latin letters. Meant to compare names, not to be read.

"विराट कोहली", "Вират Кохли", "فيرات كوهلي" and "Virat Kohli" all give "vrt khl". Vowels go, aspiration goes, doubled
letters are one; what a script does not tell apart (Arabic p and b) stays different, so some names are missed.
"""

from functools import lru_cache

import regex

SCRIPTS = regex.compile(
    r"(?P<latin>[a-z])|(?P<devanagari>\p{Devanagari})|(?P<cyrillic>\p{Cyrillic})|(?P<greek>\p{Greek})"
    r"|(?P<arabic>\p{Arabic})|(?P<hebrew>\p{Hebrew})|(?P<other>\p{L})"
)
DOUBLED = regex.compile(r"(.)\1+")
BEFORE_C = (("tch", "ĉ"), ("sch", "s"), ("ch", "ĉ"), ("ck", "k"))  # Latin spellings of one sound, in this order
AFTER_C = (
    ("sh", "s"), ("ph", "f"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("zh", "j"), ("jh", "j"),
    ("q", "k"), ("x", "ks"), ("w", "v"), ("z", "j"),
)  # fmt: skip
VOWELS = regex.compile("[aeiouy]")
SOFT_C = regex.compile(r"c(?=[eiy])(?!h)")
HARD_C = regex.compile("c")
NASAL = regex.compile("ं(?=[पफबभम])")

DEVANAGARI = {
    "क": "k", "ख": "k", "ग": "g", "घ": "g", "ङ": "n", "च": "c", "छ": "c", "ज": "j", "झ": "j", "ञ": "n", "ट": "t",
    "ठ": "t", "ड": "d", "ढ": "d", "ण": "n", "त": "t", "थ": "t", "द": "d", "ध": "d", "न": "n", "प": "p", "फ": "f",
    "ब": "b", "भ": "b", "म": "m", "र": "r", "ल": "l", "ळ": "l", "व": "v", "श": "s", "ष": "s", "स": "s", "ह": "h",
    "ं": "n",
}  # fmt: skip
CYRILLIC = {
    "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ж": "j", "з": "j", "к": "k", "л": "l", "м": "m",
    "н": "n", "п": "p", "р": "r", "с": "s", "т": "t", "ф": "f", "х": "h", "ц": "ts", "ч": "c", "ш": "s", "щ": "s",
}  # fmt: skip
GREEK = {
    "β": "v", "γ": "g", "δ": "d", "ζ": "j", "θ": "t", "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "ks", "π": "p",
    "ρ": "r", "σ": "s", "τ": "t", "φ": "f", "χ": "h", "ψ": "ps",
}  # fmt: skip
ARABIC = {
    "ب": "b", "پ": "p", "ت": "t", "ث": "t", "ج": "j", "چ": "c", "ح": "h", "خ": "k", "د": "d", "ذ": "d", "ر": "r",
    "ز": "j", "ژ": "j", "س": "s", "ش": "s", "ص": "s", "ض": "d", "ط": "t", "ظ": "j", "ع": "", "غ": "g", "ف": "f",
    "ڤ": "v", "ق": "k", "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ڈ": "d", "ٹ": "t", "ڑ": "r",
}  # fmt: skip
HEBREW = {
    "ב": "b", "ג": "g", "ד": "d", "ז": "j", "ח": "h", "ט": "t", "כ": "k", "ך": "k", "ל": "l", "מ": "m", "ם": "m",
    "נ": "n", "ן": "n", "ס": "s", "פ": "p", "ף": "p", "צ": "ts", "ץ": "ts", "ק": "k", "ר": "r", "ש": "s", "ת": "t",
    "ה": "h",
}  # fmt: skip
GLIDES = {"य": "y", "й": "y", "و": "v", "ي": "y", "ו": "v", "י": "y"}  # heard before a word, else a vowel
HEARD = {**DEVANAGARI, **CYRILLIC, **GREEK, **ARABIC, **HEBREW}


@lru_cache(maxsize=65536)
def script_of(word: str) -> str:
    """Return the script of a word's first letter: latin, devanagari, cyrillic, greek, arabic, hebrew, other or ""."""
    found = SCRIPTS.search(word)
    return "" if found is None else str(found.lastgroup)


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """Return the consonants of a folded, lower-case word; "" when its script is not known. Digits stay."""
    script = script_of(word)
    if script in {"", "other"}:
        return word if not script else ""
    heard = _latin(word) if script == "latin" else _other(word, script)
    return DOUBLED.sub(r"\1", heard)


def _latin(word: str) -> str:
    sounded = SOFT_C.sub("s", word)
    for written, sound in BEFORE_C:
        sounded = sounded.replace(written, sound)
    sounded = HARD_C.sub("k", sounded)
    for written, sound in AFTER_C:
        sounded = sounded.replace(written, sound)
    first = sounded[:1] if sounded[:1] == "y" else ""
    return (first + VOWELS.sub("", sounded)).replace("ĉ", "c")


def _other(word: str, script: str) -> str:
    text = NASAL.sub("म", word)
    return "".join(_heard(char, script, is_first=place == 0) for place, char in enumerate(text))


def _heard(char: str, script: str, *, is_first: bool) -> str:
    if char.isdigit():
        return char
    if char in GLIDES and (script in {"arabic", "hebrew"} or char in "यй"):
        return GLIDES[char] if is_first else ""
    return HEARD.get(char, "")
