"""The four scores of an asset, each a sum of named factors.

The weights are set by hand and written here. docs/content.md says how they were held against real titles.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from content.understanding.measures import good
from content.understanding.results import Moment, NamedEntity
from content.understanding.weighing import Factor, Score, up_to, weigh, within
from trenddrop.core.text.tokens import normal_words, stem

DATED = frozenset({"date", "event"})
SOUGHT = frozenset({"person", "organisation", "place", "event", "name"})
NOT_IN_LANGUAGE = "There are no word lists for this language."
NO_FEELING = "Feeling can only be told in English."


@dataclass(frozen=True)
class Facts:
    """What the scores look at: the words around the asset, its reading, its file, and the trends that fit.

    `trend`: score of the best match, 0 for none, None before any were compared. Sides in pixels, duration in seconds.
    """

    title: str = ""
    description: str = ""
    tags: Sequence[str] = ()
    kind: str = "blog"
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    measures: dict[str, float | None] = field(default_factory=dict)
    topics: Sequence[tuple[str, float]] = ()
    entities: Sequence[NamedEntity] = ()
    hooks: Sequence[Moment] = ()
    quotes: Sequence[Moment] = ()
    insights: Sequence[Moment] = ()
    moods: Sequence[int] = ()
    trend: float | None = None
    trend_title: str = ""

    def counted(self, name: str) -> float | None:
        """A measure, or None where it could not be taken."""
        return self.measures.get(name)

    @property
    def is_spoken(self) -> bool:
        return self.kind in {"video", "audio"}


def score(facts: Facts) -> dict[str, Score]:
    """Every score by its name; all None when the material has no words."""
    if not facts.counted("words"):
        return {name: Score(None) for name in SCORES}
    return {name: weigh(factors(facts)) for name, factors in SCORES.items()}


def best(moments: Sequence[Moment]) -> int:
    """The score of the best of them, 0 without any."""
    return max((one.score for one in moments), default=0)


def _virality(facts: Facts) -> list[Factor]:
    opening, quotes = facts.counted("opening") or 0.0, good(facts.quotes)
    return [
        Factor("the opening stops a thumb", 24, up_to(opening, 75), f"Its first lines reach {opening:.0f} of 100."),
        Factor("its best hook", 18, up_to(best(facts.hooks), 80), f"The best hook has {best(facts.hooks)} of 100."),
        share(facts, "strong feeling", 14, "strong_feeling", 0.35, unmeasured=NO_FEELING),
        share(facts, "goes against expectation", 12, "contrast", 0.3),
        Factor("lines people would repeat", 12, up_to(quotes, 4), f"{_count(quotes, 'line')} worth quoting."),
        _trend(facts, 14),
        _brevity(facts, 6),
    ]


def _repurposing(facts: Facts) -> list[Factor]:
    moments = [facts.hooks, facts.quotes, facts.insights]
    count, kinds = len({one.text for each in moments for one in each if one.score >= 45}), sum(map(_several, moments))
    words, dated = facts.counted("words") or 0.0, sum(one.kind in DATED for one in facts.entities)
    return [
        Factor("moments worth cutting out", 30, up_to(count, 10), f"{_count(count, 'moment')} of 45 points and more."),
        Factor("enough material", 20, up_to(words, 600), f"{words:.0f} words; 600 earn everything."),
        Factor("several kinds of moments", 15, kinds / 3, f"{kinds} of 3 kinds (hooks, quotes, insights) twice."),
        share(facts, "sentences that need no context", 15, "stand_alone", 0.8),
        Factor("teaches something", 10, up_to(good(facts.insights), 4), f"{_count(good(facts.insights), 'insight')}."),
        Factor("stays true for long", 10, 1 - up_to(dated, 4), f"{_count(dated, 'date')} or events are named."),
    ]


def _several(moments: Sequence[Moment]) -> bool:
    return good(moments) >= 2


def _seo(facts: Facts) -> list[Factor]:
    named = [one.text for one in facts.entities if one.kind in SOUGHT]
    main, length = facts.counted("main_word") or 0.0, len(facts.title)
    described, early = len(facts.description.split()), facts.counted("main_word_early") or 0.0
    answers = min(1.0, good(facts.insights) / 3) if facts.counted("questions") else 0.4 * up_to(good(facts.insights), 3)
    return [
        _named_in_title(facts, 22),
        Factor("a title that is shown whole", 12, within(length, 30, 65), f"{length} letters; 30 to 65 are shown."),
        Factor("a description", 14, up_to(described, 50), f"{_count(described, 'word')}; 50 earn everything."),
        Factor("one subject throughout", 14, within(main, 0.05, 0.45), f"Its main word is in {main:.0%} of sentences."),
        Factor("the subject comes early", 8, early, "The beginning names it." if early else "The beginning does not."),
        Factor("names people search for", 12, up_to(len(named), 5), ", ".join(named[:5]) or "None are named."),
        Factor("answers a question", 10, answers, "Questions with something taught earn most."),
        Factor("tags", 8, up_to(len(facts.tags), 5), f"{_count(len(facts.tags), 'tag')}; 5 earn everything."),
    ]


def _engagement(facts: Facts) -> list[Factor]:
    return [
        share(facts, "asks questions", 20, "questions", 0.15),
        share(facts, "speaks to the viewer", 20, "second person", 0.35),
        _invitation(facts, 14),
        share(facts, "takes a side", 16, "contrast", 0.3),
        _movement(facts, 10),
        share(facts, "tells what to do", 10, "instruction", 0.25),
        _pace(facts, 10),
    ]


SCORES: dict[str, Callable[[Facts], list[Factor]]] = {
    "virality": _virality,
    "repurposing_value": _repurposing,
    "seo": _seo,
    "engagement_potential": _engagement,
}


def share(
    facts: Facts, name: str, weight: float, measure: str, full: float, *, unmeasured: str = NOT_IN_LANGUAGE
) -> Factor:
    """A factor that is a share of the sentences; `full` of them earn everything."""
    found = facts.counted(measure)
    if found is None:
        return Factor(name, weight, None, unmeasured)
    return Factor(name, weight, up_to(found, full), f"In {found:.0%} of the sentences; {full:.0%} earn everything.")


def _trend(facts: Facts, weight: float) -> Factor:
    if facts.trend is None:
        return Factor("rides a live trend", weight, None, "Not compared with trends yet.")
    why = f"“{facts.trend_title}” fits with {facts.trend:.0f} of 100." if facts.trend else "No live topic fits."
    return Factor("rides a live trend", weight, up_to(facts.trend, 100), why)


def _brevity(facts: Facts, weight: float) -> Factor:
    name = "short enough to be watched whole"
    if not facts.is_spoken or not facts.duration:
        return Factor(name, weight, None, "It has no length in seconds.")
    return Factor(name, weight, within(facts.duration, 1, 60), f"{facts.duration:.0f} seconds; 60 and less earn all.")


def _named_in_title(facts: Facts, weight: float) -> Factor:
    title = {stem(word) for word in normal_words(facts.title)}
    topics = [name for name, _weight in facts.topics[:3]]
    found = [name for name in topics if title & {stem(word) for word in normal_words(name)}]
    why = f"It says: {', '.join(found)}." if found else "None of its subjects is in the title."
    return Factor("the title names the subject", weight, up_to(len(found), min(2, len(topics))), why)


def _invitation(facts: Facts, weight: float) -> Factor:
    found = facts.counted("invitation")
    if found is None:
        return Factor("invites an answer", weight, None, NOT_IN_LANGUAGE)
    why = "Viewers are asked to answer, try or share." if found else "Nobody is asked to answer, try or share."
    return Factor("invites an answer", weight, 1.0 if found else 0.0, why)


def _movement(facts: Facts, weight: float) -> Factor:
    if len(facts.moods) < 2:
        return Factor("moves between moods", weight, None, "The mood over time is not known.")
    reach = max(facts.moods) - min(facts.moods)
    return Factor("moves between moods", weight, up_to(reach, 80), f"From {min(facts.moods)} to {max(facts.moods)}.")


def _pace(facts: Facts, weight: float) -> Factor:
    pace, long = facts.counted("words_per_minute"), facts.counted("words_per_sentence") or 0.0
    if pace is not None:
        why = f"{pace:.0f} words a minute; 120 to 190 are easy to follow."
        return Factor("a lively pace", weight, within(pace, 120, 190), why)
    return Factor("sentences easy to read", weight, within(long, 6, 18), f"{long:.0f} words a sentence on average.")


def _count(number: float, thing: str) -> str:
    return f"{number:.0f} {thing}" if number == 1 else f"{number:.0f} {thing}s"
