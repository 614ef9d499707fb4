"""Make a text fit without cutting a word, an address, a hashtag or a grapheme."""

from collections.abc import Callable

import regex

from trenddrop.core.text.counting import graphemes
from trenddrop.core.text.links import find_links

ELLIPSIS = "…"
WHOLE = regex.compile(r"\s*\S+")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
SENTENCE_END = regex.compile(r"[.!?…।。！？؟۔]['\"”’)]*$")
DANGLING = regex.compile(r"[\s,;:–—-]+$")
ENOUGH = 0.6  # a sentence end this far into the room is better than more words


def shorten_to(text: str, *, fits: Callable[[str], bool]) -> str:
    """The longest beginning of `text` that `fits`, with … unless a sentence ends there; else empty."""
    if fits(text):
        return text
    parts = _parts(text)
    count = _most(len(parts), lambda n: fits(_ended("".join(parts[:n]))))
    whole = next((n for n in range(count, 0, -1) if SENTENCE_END.search(parts[n - 1])), 0)
    if whole and sum(map(len, parts[:whole])) >= ENOUGH * sum(map(len, parts[:count])):
        count = whole
    cut = _ended("".join(parts[:count])) if count else _broken(parts, fits)
    return cut if fits(cut) else ""


def _parts(text: str) -> list[str]:
    """Runs that stay together: words with the space before, graphemes where a script has no spaces."""
    parts: list[str] = []
    for word in WHOLE.findall(text):
        if UNSPACED.search(word) and "#" not in word and not find_links(word):
            parts += graphemes(word)
        else:
            parts.append(word)
    return parts


def _ended(beginning: str) -> str:
    beginning = beginning.rstrip()
    if SENTENCE_END.search(beginning):
        return beginning
    return DANGLING.sub("", beginning) + ELLIPSIS


def _broken(parts: list[str], fits: Callable[[str], bool]) -> str:
    """A first word longer than the room, cut between graphemes; never an address, a name or a hashtag."""
    first = parts[0].lstrip() if parts else ""
    if not first or first[0] in "#@" or find_links(first):
        return ""
    letters = graphemes(first)
    count = _most(len(letters), lambda n: fits("".join(letters[:n]) + ELLIPSIS))
    return "".join(letters[:count]) + ELLIPSIS if count else ""


def _most(upper: int, fits: Callable[[int], bool]) -> int:
    """The largest n in 0..upper that `fits`; the last loop settles lengths that do not grow with n."""
    low, high = 0, upper
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    while low and not fits(low):
        low -= 1
    return low
