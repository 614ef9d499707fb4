"""How well a topic fits a brand: 0–100 with named reasons whose points add up to it. Pure: no models, no clock.

What speaks for a fit is joined so that each further piece of evidence closes a part of what is missing to 100; what
speaks against it takes a part of what there is. Where a topic rises, in which language and on which network never
makes a fit alone: it moves one that the subject has made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from trends import avoiding, niches
from trends.niches import Stems, stems

Vector = npt.NDArray[np.float32]

UNRELATED = 0.15  # cosine of texts that share nothing, with the embedded embedder
ALIKE = 0.60
CLOSED = 5  # letters of a keyword found at an end of a longer word
WORDS, PARTLY, ONE_WORD = 0.80, 0.2, 0.75
NICHE, NEAR_NICHE = 0.55, 0.15
INTEREST, PAIN = 0.40, 0.25
VOICE, MOST_VOICE = 0.08, 0.24
HELPED, HURT = 0.25, 0.10
MEANING, WORDING = 0.60, 0.45
PLACE, HOME_NETWORK = 0.15, 0.05
ELSEWHERE, OTHER_LANGUAGE, OTHER_NETWORK, SENSITIVE, AVOIDED = 0.20, 0.15, 0.10, 0.50, 0.95
ASIDE = 0.6  # of the weight, for what is said about a topic and not in its name
LEAST = 1.0  # points worth telling
NAMED = 5  # of the countries a topic is told in
COUNTRIES = {
    "india": "IN", "bharat": "IN", "भारत": "IN", "portugal": "PT", "united states": "US", "usa": "US", "america": "US",
    "united kingdom": "GB", "uk": "GB", "england": "GB", "britain": "GB", "germany": "DE", "france": "FR",
    "spain": "ES", "italy": "IT", "brazil": "BR", "canada": "CA", "australia": "AU", "uae": "AE", "dubai": "AE",
    "singapore": "SG", "nepal": "NP", "bangladesh": "BD", "sri lanka": "LK", "pakistan": "PK", "japan": "JP",
    "ireland": "IE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the fit: its name, the points it gave or took, and how to say it."""

    name: str
    points: float
    words: str


@dataclass(frozen=True, slots=True)
class Relevance:
    """The fit and its reasons, weightiest first; their points add up to the score."""

    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """The cosines between which nearness counts, and whether it is one of meaning: another embedder has others."""

    unrelated: float = UNRELATED
    alike: float = ALIKE
    semantic: bool = False

    @property
    def words(self) -> str:
        """How nearness is told: an embedder that sees only words must not claim meaning."""
        if self.semantic:
            return "close in meaning to what this brand talks about"
        return "much the same words as this brand uses"


@dataclass(frozen=True)
class Profile:
    """A brand as topics are held against it.

    `interests` and `pains` of its audiences with whose they are; `places` where those live; `voice`: stems its own
    texts come back to; `past`: what posts with a hashtag brought by the usual, with how many posts, by its key.
    """

    keywords: Sequence[str] = ()
    industry: str = ""
    about: str = ""
    interests: Mapping[str, str] = field(default_factory=dict)
    pains: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[str] = ()
    voice: frozenset[str] = frozenset()
    past: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    country: str = ""
    languages: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    guidelines: str = ""
    vector: Vector | None = None

    @cached_property
    def niches(self) -> Mapping[str, float]:
        """The brand's own fields."""
        return niches.of_brand(self.industry, self.keywords, [self.about])

    @cached_property
    def avoided(self) -> tuple[str, ...]:
        """What its guidelines say to avoid."""
        return avoiding.avoided(self.guidelines)

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries it looks at: its own, and those its audiences live in."""
        named = {COUNTRIES.get(place.casefold(), place.upper() if len(place) == 2 else "") for place in self.places}
        return frozenset({self.country, *named} - {""})


@dataclass(frozen=True)
class Facts:
    """A topic as brands are held against it: the stems of its names and of what is said, and where it rises."""

    named: tuple[Stems, ...]
    besides: tuple[Stems, ...] = ()
    keys: frozenset[str] = frozenset()
    countries: tuple[str, ...] = ()
    language: str = ""
    platform: str = ""
    vector: Vector | None = None

    @cached_property
    def niches(self) -> Mapping[str, float]:
        """The topic's fields."""
        return niches.of_topic(self.named, self.besides)


def facts(names: Iterable[str], context: Iterable[str] = (), **more: object) -> Facts:
    """Return a topic's facts from its names (title first) and what is said about it."""
    return Facts(tuple(map(stems, names)), tuple(map(stems, context)), **more)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Part:
    """Evidence: what share it closes of what is missing, or (negative) takes of what there is."""

    name: str
    share: float
    words: str


def relevance(brand: Profile, topic: Facts, *, scale: Scale = Scale()) -> Relevance:
    """Return the fit of a topic to a brand; vectors are of length 1."""
    subject = sorted(_subject(brand, topic, scale), key=lambda part: -part.share)
    if not subject:
        return Relevance(0.0)
    score, reasons = 0.0, []
    against = [*_around(brand, topic), *_against(brand, topic)]
    for part in [*subject, *against]:
        points = round(part.share * (100 - score if part.share > 0 else score), 1)
        if abs(points) < LEAST:
            continue
        score += points
        reasons.append(Reason(part.name, points, part.words))
    score = round(max(0.0, score), 1)
    return Relevance(score, tuple(sorted(reasons, key=lambda reason: -abs(reason.points))))


def _subject(brand: Profile, topic: Facts, scale: Scale) -> Iterator[_Part]:
    """What makes a fit: the brand's words, its field, its audience, its voice, what worked, nearness."""
    yield from _by_words(brand, topic)
    yield from _by_niche(brand, topic)
    yield from _by_audience(brand, topic)
    yield from _by_voice(brand, topic)
    yield from _by_past(brand, topic)
    near = _nearness(brand.vector, topic.vector, scale)
    if near:
        yield _Part("meaning", (MEANING if scale.semantic else WORDING) * near, scale.words)


def _by_words(brand: Profile, topic: Facts) -> Iterator[_Part]:
    found = [(keyword, weight) for keyword in brand.keywords if (weight := _said(stems(keyword), topic)) > 0]
    if not found:
        return
    missing = 1.0
    for _keyword, weight in found:
        missing *= 1 - ONE_WORD * weight
    best = sorted(found, key=lambda one: -one[1])[:3]
    whole = [keyword for keyword, weight in best if weight == best[0][1]]
    verb = "speaks of" if best[0][1] >= ASIDE else "touches on"
    yield _Part("words", WORDS * (1 - missing), f"{verb} {_quoted(whole)}")


def _said(wanted: Stems, topic: Facts) -> float:
    """Return how far a topic says a keyword: 1 in its name, less in what is said about it, little for half of it."""
    if not wanted:
        return 0.0
    for texts, weight in ((topic.named, 1.0), (topic.besides, ASIDE)):
        if any(_in(wanted, words) for words in texts):
            return weight
    if len(wanted) > 1:
        told = {word for words in topic.named for word in words}
        share = len(told & set(wanted)) / len(set(wanted))
        return PARTLY * share if share >= 0.5 else 0.0
    return 0.0


def _in(wanted: Stems, words: Stems) -> bool:
    """Say whether a text says a keyword: all its words, also written together or at an end of a longer word."""
    if set(wanted) <= set(words):
        return True
    closed = "".join(wanted)
    if len(closed) >= CLOSED and any(word.startswith(closed) or word.endswith(closed) for word in words):
        return True
    return any(
        closed == "".join(words[start:end])
        for start in range(len(words))
        if closed.startswith(words[start])
        for end in range(start + 2, min(start + 5, len(words) + 1))
    )


def _by_niche(brand: Profile, topic: Facts) -> Iterator[_Part]:
    told = topic.niches
    mine = [(own * told[key], key) for key, own in brand.niches.items() if key in told]
    if mine:
        share, key = max(mine)
        yield _Part("niche", NICHE * share, f"is about {niches.niches()[key].label}, this brand's field")
        return
    near = [
        (own * share, key)
        for field_key, own in brand.niches.items()
        for key, share in told.items()
        if key in niches.niches()[field_key].near
    ]
    if near:
        share, key = max(near)
        yield _Part("niche", NEAR_NICHE * share, f"is about {niches.niches()[key].label}, near this brand's field")


def _by_audience(brand: Profile, topic: Facts) -> Iterator[_Part]:
    liked = [(weight, word) for word in brand.interests if (weight := _said(stems(word), topic)) >= ASIDE]
    if liked:
        weight, word = max(liked, key=lambda one: one[0])
        yield _Part("audience", INTEREST * weight, f"its audience ({brand.interests[word]}) likes “{word}”")
    told = {word for words in topic.named for word in words if len(word) > 3}
    bothered = [(len(told & set(stems(pain))), pain) for pain in brand.pains]
    hits, pain = max(bothered, default=(0, ""))
    if hits:
        words = f"touches on what bothers its audience ({brand.pains[pain]}): “{pain}”"
        yield _Part("audience", PAIN * min(1.0, hits / 2), words)


def _by_voice(brand: Profile, topic: Facts) -> Iterator[_Part]:
    told = {word for words in topic.named for word in words} & brand.voice
    keywords = {word for keyword in brand.keywords for word in stems(keyword)}
    own = sorted(told - keywords)
    if own:
        yield _Part("voice", min(MOST_VOICE, VOICE * len(own)), f"uses words of its own texts: {_quoted(own[:3])}")


def _by_past(brand: Profile, topic: Facts) -> Iterator[_Part]:
    known = [(brand.past[key], key) for key in topic.keys if key in brand.past]
    (ratio, n), key = max(known, default=((0.0, 0), ""))
    if ratio > 1:
        yield _Part(
            "past", HELPED * min(1.0, ratio - 1), f"posts with #{key} brought {ratio:.1f}× the usual ({n} posts)"
        )


def _around(brand: Profile, topic: Facts) -> Iterator[_Part]:
    """What moves a fit up: a place its audience lives in, a network it prefers."""
    place = next((place for place in brand.places if place and _said(stems(place), topic) >= ASIDE), "")
    if place:
        yield _Part("place", PLACE, f"is about {place}, where its audience lives")
    if topic.platform and topic.platform in brand.platforms:
        yield _Part("platform", HOME_NETWORK, f"rises on {topic.platform}, which the brand prefers")


def _against(brand: Profile, topic: Facts) -> Iterator[_Part]:
    """What moves a fit down, the strongest last."""
    if topic.countries and brand.countries and brand.countries.isdisjoint(topic.countries):
        told_in, looked_at = ", ".join(topic.countries[:NAMED]), ", ".join(sorted(brand.countries))
        yield _Part("place", -ELSEWHERE, f"rises in {told_in}, the brand looks at {looked_at}")
    if topic.language and brand.languages and topic.language.split("-")[0] not in brand.languages:
        yield _Part("language", -OTHER_LANGUAGE, f"is told in {topic.language}, which the brand does not write")
    if topic.platform and brand.platforms and topic.platform not in brand.platforms:
        yield _Part("platform", -OTHER_NETWORK, f"rises on {topic.platform}, where the brand is not")
    worst = min((brand.past[key] for key in topic.keys if key in brand.past), default=(1.0, 0))
    if worst[0] < 1:
        yield _Part("past", -HURT, f"posts with this hashtag brought {worst[0]:.1f}× the usual ({worst[1]} posts)")
    dark = niches.sensitive(topic.niches)
    if dark and dark.key not in brand.niches:
        yield _Part("care", -SENSITIVE, f"is about {dark.label}: with care, if at all")
    thing = _avoided(brand, topic)
    if thing:
        yield _Part("avoid", -AVOIDED, f"says “{thing}”, which the guidelines say to avoid")


def _avoided(brand: Profile, topic: Facts) -> str:
    if not brand.avoided:
        return ""
    texts = [*topic.named, *topic.besides]
    thing = next((thing for thing in brand.avoided if avoiding.said(thing, texts)), "")
    whole = [key for key in avoiding.fields(brand.avoided) if topic.niches.get(key, 0) >= ASIDE]
    return thing or (niches.niches()[whole[0]].label if whole else "")


def _nearness(one: Vector | None, other: Vector | None, scale: Scale) -> float:
    if one is None or other is None or one.shape != other.shape:
        return 0.0
    cosine = float(np.dot(one, other))
    return min(1.0, max(0.0, (cosine - scale.unrelated) / (scale.alike - scale.unrelated)))


def _quoted(keywords: Sequence[str]) -> str:
    quoted = [f"“{keyword}”" for keyword in keywords]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
