"""Hashtags from what is said, what is live, and who speaks: each once, none too general to find anything."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import regex

from content.understanding.cues import holds
from content.understanding.results import Understanding
from content.writing import things
from content.writing.brief import TrendNote
from trenddrop.core.platforms import normal_hashtag, unique_hashtags
from trenddrop.core.text.data import words as word_list
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.shortening import UNSPACED
from trenddrop.core.text.stopwords import LISTS, stop_words
from trenddrop.core.text.tidy import without_announcement
from trenddrop.core.text.tokens import normal_words, stem

TREND_FLOOR = 45  # of 100: a match below it is no reason to join a conversation
LONGEST = 28  # characters: longer ones nobody follows
FEWEST_LETTERS = 3
LONGEST_UNSPACED = 8  # characters: longer runs of Chinese, Japanese or Thai are clauses
ENOUGH = 4
OFTEN = 2  # times a word must be said more often than, in a language whose everyday words we don't know
UNSPACED_LANGUAGES = regex.compile(r"ja|zh|th|unknown")
WEAKEST = 0.15  # keyword weight
PLATFORMS = frozenset(
    ["instagram", "youtube", "tiktok", "facebook", "twitter", "linkedin", "whatsapp", "telegram", "bluesky", "mastodon"]
)


def candidates(
    understanding: Understanding,
    *,
    sentences: Sequence[Sentence],
    trends: Sequence[TrendNote],
    brand: str,
    words: Sequence[str] = (),
    doubtful: frozenset[str] = frozenset(),
    suggested: Sequence[str] = (),
) -> list[str]:
    """Hashtags without #, the most fitting first: live topics with evidence, then those `suggested`, then what the
    whole is about, then who.

    What is said only once fills up to a few. A word the recogniser was never sure of makes none, unless it is among
    the brand's own `words`: what was misheard is no topic.
    """
    language = understanding.language
    told = [one for one in sentences if not holds(without_announcement(one.text), "housekeeping", language)]
    said = Counter(stem(word) for one in told for word in normal_words(one.text))
    often = 1 if _has_list(language) else OFTEN
    live = [tag for trend in trends if trend.evidence and trend.score >= TREND_FLOOR for tag in candidates_of(trend)]
    phrases = [phrase for phrase, weight in understanding.keywords if weight >= WEAKEST and tells(phrase)]
    phrases = _with_whole_names(phrases, understanding)
    own = {stem(word) for phrase in (*words, brand) for word in normal_words(phrase)}
    misheard = {stem(word) for word in doubtful} - own
    phrases = [phrase for phrase in phrases if not misheard.intersection(map(stem, normal_words(phrase)))]
    recurring = [phrase for phrase in phrases if _least(said, phrase) > often]
    strong = unique_hashtags([*live, *suggested, *map(hashtag, recurring), hashtag(brand)])
    once = [phrase for phrase in phrases if "-" not in phrase and _least(said, phrase) and often == 1]
    names = {one.text for one in understanding.entities}
    if language.startswith(("en", "unknown")):  # a text too short to tell is often English
        once = things.whole([phrase for phrase in once if things.names_thing(phrase, sentences, phrases)])
        once.sort(key=lambda phrase: phrase not in names)  # who and where before what
    single = [hashtag(phrase) for phrase in once]
    few = [tag for tag in unique_hashtags(single) if tag not in strong]
    return [tag for tag in [*strong, *few[: max(0, ENOUGH - len(strong))]] if len(tag) <= LONGEST]


def _least(said: Counter[str], phrase: str) -> int:
    """How often the rarest word of a phrase is said."""
    return min((said[stem(word)] for word in normal_words(phrase)), default=0)


def _has_list(language: str) -> bool:
    """Whether we know the everyday words of a language; without them, a word said twice may be "of"."""
    return (
        language in LISTS
        or language.split("-", maxsplit=1)[0] in LISTS
        or UNSPACED_LANGUAGES.match(language) is not None
    )


def _with_whole_names(phrases: Sequence[str], understanding: Understanding) -> list[str]:
    """Parts of a longer name give way to it."""
    long = [one.text for one in understanding.entities if " " in one.text and one.kind != "handle"]
    own = {one.text for one in understanding.entities if " " not in one.text}
    whole = {word: name for name in long for word in name.split() if word not in own}
    return list(dict.fromkeys(whole.get(phrase, phrase) for phrase in phrases))


def hashtag(phrase: str) -> str:
    """A phrase as one hashtag in CamelCase, which screen readers can read."""
    words = regex.findall(r"[\p{L}\p{M}\p{N}]+", regex.sub(r"['’]", "", phrase))
    return normal_hashtag("".join(word if word[1:] != word[1:].lower() else word.capitalize() for word in words))


def candidates_of(trend: TrendNote) -> list[str]:
    """A topic's own hashtag, or its short name run together; a headline makes none."""
    own = [name.lstrip("#") for name in (trend.title, *trend.names) if name.startswith("#")]
    short = [hashtag(name) for name in (trend.title, *trend.names) if len(name.split()) <= 3 and name[:1] != "#"]
    return (own + short)[:1]


def tells(phrase: str) -> bool:
    """Whether a hashtag of it would find the like: no possessives, no everyday words, no platform's own name."""
    words = normal_words(phrase)
    if regex.search(r"['’]", phrase) or (UNSPACED.search(phrase) and len(phrase) > LONGEST_UNSPACED):
        return False
    if len(words) > 1:
        return True
    bare = "".join(words)
    return len(bare) >= FEWEST_LETTERS and stem(bare) not in _general() and bare not in PLATFORMS


@cache
def _general() -> frozenset[str]:
    return frozenset(stem(word) for name in ("common_en", "verbs_en") for word in word_list(name)) | stop_words("en")
