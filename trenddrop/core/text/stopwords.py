"""Words that say nothing about a topic, per language."""

from functools import cache

from trenddrop.core.text.data import words

LISTS = {
    "en": ("en",),
    "hi": ("hi", "hi-Latn"),
    "hi-Latn": ("hi-Latn", "en"),
    "es": ("es",),
    "fr": ("fr",),
    "de": ("de",),
    "pt": ("pt",),
    "it": ("it",),
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of a BCP 47 language in normal form; for a language we have no list of, the English ones."""
    names = LISTS.get(language) or LISTS.get(language.split("-", maxsplit=1)[0]) or LISTS["en"]
    return frozenset().union(*(words(f"stopwords_{name}") for name in names))
