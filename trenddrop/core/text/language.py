"""Which language a text is in. Hindi in Latin letters (Hinglish) is `hi-Latn`; too little to say is `unknown`."""

from functools import cache

import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from trenddrop.core.text.data import words
from trenddrop.core.text.tokens import normal_words

UNKNOWN = "unknown"
HINGLISH = "hi-Latn"
LETTERS = regex.compile(r"\p{L}")
DEVANAGARI = regex.compile(r"\p{Devanagari}")
FEWEST_LETTERS = 12
READ = 6000  # characters; more does not change the verdict
SURE_ENOUGH = 0.5
HINGLISH_SHARE = 0.16  # of all words; English text meets it by chance at about 0.04
AMBIGUOUS = frozenset(
    {"the", "to", "me", "is", "us", "hi", "main", "do", "par", "de", "le", "lo", "log", "na", "se", "di"}
)


def detect(text: str) -> tuple[str, float]:
    """(BCP 47 code, confidence 0..1)."""
    sample = text[:READ]
    if len(LETTERS.findall(sample)) < FEWEST_LETTERS:
        return UNKNOWN, 0.0
    share = hinglish_share(sample)
    if share >= HINGLISH_SHARE:
        return HINGLISH, min(1.0, 0.5 + share)
    code, confidence = _identifier().classify(sample)
    if code in {"mr", "ne"} and _looks_hindi(sample):
        return "hi", 0.6
    return (code, round(float(confidence), 3)) if confidence >= SURE_ENOUGH else (UNKNOWN, round(float(confidence), 3))


def hinglish_share(text: str) -> float:
    """The share of words that are Hindi in Latin letters and mean nothing in English."""
    spoken = normal_words(text)
    marks = words("stopwords_hi-Latn") - AMBIGUOUS
    return sum(word in marks for word in spoken) / len(spoken) if spoken else 0.0


def _looks_hindi(text: str) -> bool:
    spoken = normal_words(text)
    return bool(DEVANAGARI.search(text)) and sum(word in words("stopwords_hi") for word in spoken) > len(spoken) / 5


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
