"""Ideas without a model: set phrases around the brand's own words, chosen by platform, kind of topic and tone."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from trenddrop.core.platforms import compose, fits, rules, unique_hashtags
from trenddrop.core.text.shortening import shorten_to
from trends import niches
from trends.normalise import comparison_words
from trends.writing.brief import Brand, Idea, Order, Subject
from trends.writing.layouts import MOST_TAGS, USUAL_TAGS, angle_for, chance, format_for

PATH = Path(__file__).with_name("phrases.toml")
MADE_BY = "TrendDrop templates 1"
NEWS = {"en": "this news", "hi-Latn": "is khabar", "hi": "इस ख़बर"}  # how a sentence calls a long headline
PLAIN = frozenset({"professional", "educational", "founder-focused"})
TITLE, HOOK = 200, 300
LONGEST_TAG = 40
SHORT_PEOPLE = 5  # words
WHY = {
    "explain": "a topic like this makes people ask what it is",
    "side": "a clear view is what this platform passes on",
    "how_to": "people search for what to do about it",
    "story": "your own moment is what nobody else can post",
    "list": "lists are saved and come back",
    "question": "a question costs nothing to answer",
    "reaction": "reacting is how this kind of topic spreads",
}
TIMES = {
    "emerging": "it is young: early posts are found",
    "trending": "it is at its height: today rather than tomorrow",
    "declining": "it is past its height: only what stays useful is still worth it",
    "expired": "it is over: for a look back only",
}


class Untouchable(Exception):
    """Nothing playful should be written about this; the message says why, to the user."""


@dataclass(frozen=True)
class _Names:
    """What phrases may name; empty is not known."""

    topic: str
    brand: str
    word: str
    people: str
    pain: str


def write(order: Order) -> list[Idea]:
    """Return one idea per platform; the same order gives the same ideas. Raises Untouchable."""
    refuse_sensitive(order.subject)
    return [_idea(order, platform) for platform in order.platforms]


def refuse_sensitive(subject: Subject) -> None:
    """Raise Untouchable for politics, religion, death and the like: a template there is worse than silence."""
    texts = [niches.stems(text) for text in (subject.title, *subject.names)]
    found = niches.sensitive(niches.of_topic(texts, [niches.stems(text) for text in subject.context]))
    if found:
        raise Untouchable(
            f"This topic is about {found.label}. No ideas are written for it from templates: what to say, and whether"
            " to say anything, is for a person to decide."
        )


def language_of(brand: Brand) -> str:
    """Return the language of a brand's ideas: Hinglish by its tone, Hindi by its language, else English."""
    if brand.tone == "hinglish" or brand.language == "hi-Latn":
        return "hi-Latn"
    return "hi" if brand.language.split("-")[0] == "hi" else "en"


def _idea(order: Order, platform: str) -> Idea:
    angle = angle_for(order, platform)
    language = language_of(order.brand)
    is_news = not order.subject.name
    look = "plain" if is_news or order.brand.tone in PLAIN else "lively"
    phrases, names = _table()[language][angle], _names(order, language)
    tags = hashtags(order, platform)
    hook = _capital(_say(phrases["hook"][look], names, turn=chance(order, platform, order.round, "hook")))
    title = _capital(_say(phrases["title"], names))
    return Idea(
        platform=platform,
        content_format=format_for(platform, angle),
        angle_kind=angle,
        language=language,
        title=cut(f"{title}: {order.subject.quoted}" if is_news else title, TITLE),
        angle=_capital(_say(phrases["angle"], names)),
        hook=fitted_hook(platform, f"{order.subject.quoted} {hook}" if is_news else hook, tags),
        hashtags=tags,
        reasons=reasons(order, angle),
        made_by=MADE_BY,
    )


def reasons(order: Order, angle: str) -> list[str]:
    """Say why this angle, why this brand, why now."""
    subject = order.subject
    grown = f", growing by {subject.growth:.0%} in 24 h" if subject.growth and subject.growth > 0 else ""
    link = order.brand.why or "nothing the brand says of itself is in this topic, so the link must come from you"
    return [WHY[angle], link, f"{TIMES.get(subject.status, TIMES['trending'])}{grown}"]


def hashtags(order: Order, platform: str) -> list[str]:
    """Return the topic's own hashtag and the brand's nearest words, as many as suit the platform."""
    row = rules(platform)
    subject, brand = order.subject, order.brand
    own = [tag for name in (subject.title, *subject.names) if (tag := _tag(name))][:1]
    words = [_tag(word) for word in [*brand.said, *(brand.words if brand.why else ())]]
    most = min(MOST_TAGS.get(platform, USUAL_TAGS), row.hashtag_limit or 100)
    return unique_hashtags([*own, *(tag for tag in words if tag)])[:most]


def _tag(name: str) -> str:
    """Return a name as a hashtag: short ones only, in words of capitals."""
    words = comparison_words(name)
    tag = "".join(word[:1].upper() + word[1:] for word in words)
    return tag if words and len(words) <= 4 and len(tag) <= LONGEST_TAG else ""


def fitted_hook(platform: str, hook: str, tags: Sequence[str]) -> str:
    """Return a hook that fits the platform together with its hashtags."""
    hook = cut(hook, HOOK)
    return shorten_to(hook, fits=lambda text: fits(platform, compose(text=text, hashtags=tags)))


def cut(text: str, limit: int) -> str:
    """Return a text, or its longest beginning of whole words within so many characters."""
    return shorten_to(text, fits=lambda candidate: len(candidate) <= limit)


def _names(order: Order, language: str) -> _Names:
    subject, brand = order.subject, order.brand
    linked = bool(brand.why)
    heard = niches.stems(" ".join([subject.title, *subject.names]))
    return _Names(
        topic=subject.name or NEWS[language],
        brand=brand.name.strip() or "your brand",
        word=_other_word(brand, heard) if linked else "",
        people=brand.people if len(brand.people.split()) <= SHORT_PEOPLE else "",
        pain=_related(brand.pains, [*heard, *niches.stems(" ".join(brand.said))]),
    )


def _other_word(brand: Brand, heard: Sequence[str]) -> str:
    """Return the brand's first word that the topic does not say itself: "monsoon skin and skin" tells nothing."""
    closed = "".join(heard)
    for word in brand.words:
        own = niches.stems(word)
        if own and not set(own) & set(heard) and "".join(own) not in closed and word != brand.name:
            return word
    return ""


def _related(pains: Sequence[str], heard: Sequence[str]) -> str:
    """Return the first complaint that shares a word with the topic; one that does not would sound absurd."""
    for pain in pains:
        if set(niches.stems(pain)) & {word for word in heard if len(word) > 3}:
            return pain[:1].lower() + pain[1:].rstrip(".")
    return ""


def _say(phrases: Sequence[str], names: _Names, *, turn: int = 0) -> str:
    """Return the first phrase all of whose names are known; `turn` chooses between those that name as much."""
    usable = [filled for phrase in phrases if (filled := _filled(phrase, names)) is not None]
    best = usable[: max(1, len(usable) - 1)]
    return best[turn % len(best)]


def _filled(phrase: str, names: _Names) -> str | None:
    for name, value in vars(names).items():
        if "{" + name + "}" in phrase:
            if not value:
                return None
            phrase = phrase.replace("{" + name + "}", value)
    return phrase


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))
