"""What can be told from a text's letters: does it have capitals, does it have full stops."""

import regex

CAPITAL = regex.compile(r"\b\p{Lu}\p{Ll}")
LETTER = regex.compile(r"\p{L}")
BICAMERAL = regex.compile(r"[\p{Ll}\p{Lu}]")
ENDING = regex.compile(r"[.!?…।。！？؟۔]")
WORDS_PER_CAPITAL = 40
WORDS_PER_ENDING = 60


def has_two_cases(text: str) -> bool:
    """Whether the script of the text knows capitals at all."""
    return bool(BICAMERAL.search(text))


def has_capitals(text: str) -> bool:
    """Whether capitals carry meaning here; recognised speech often has none, a shouted text only them."""
    if not BICAMERAL.search(text):
        return False
    return len(CAPITAL.findall(text)) * WORDS_PER_CAPITAL >= len(text.split())


def has_endings(text: str) -> bool:
    """Whether sentences end with full stops, question marks and the like."""
    return len(ENDING.findall(text)) * WORDS_PER_ENDING >= len(text.split())
