"""How well an asset suits each platform: its kind, length and shape, and the moments that platform lives on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.understanding.results import Moment
from content.understanding.scores import Facts, best, share
from content.understanding.weighing import Factor, Score, up_to, weigh, within
from trenddrop.core import platforms
from trenddrop.core.platforms import PlatformKey

NO_PICTURE = "It has no picture."
TALL, WIDE = 9 / 16, 16 / 9


@dataclass(frozen=True)
class Habit:
    """What does well on a platform. `video`, `text`: worth 0..1; seconds from and to; the moments it lives on.

    `shape` is the favoured width / height, None where any will do; `manner` a measure, with the share that earns all.
    """

    video: float
    text: float
    seconds: tuple[float, float]
    lives_on: str
    manner: str
    full: float
    shape: float | None = None


HABITS: Mapping[PlatformKey, Habit] = {
    PlatformKey.TIKTOK: Habit(1.0, 0.2, (11, 60), "hooks", "second person", 0.35, TALL),
    PlatformKey.YOUTUBE: Habit(1.0, 0.2, (60, 900), "insights", "instruction", 0.25, WIDE),
    PlatformKey.INSTAGRAM: Habit(1.0, 0.3, (7, 90), "hooks", "second person", 0.35, TALL),
    PlatformKey.X: Habit(0.7, 0.9, (5, 140), "quotes", "contrast", 0.3),
    PlatformKey.BLUESKY: Habit(0.5, 1.0, (5, 60), "quotes", "stand_alone", 0.8),
    PlatformKey.MASTODON: Habit(0.5, 1.0, (5, 300), "insights", "cause", 0.2),
    PlatformKey.THREADS: Habit(0.6, 1.0, (5, 90), "hooks", "questions", 0.15),
    PlatformKey.FACEBOOK: Habit(0.9, 0.7, (15, 180), "hooks", "questions", 0.15),
    PlatformKey.LINKEDIN: Habit(0.7, 1.0, (30, 300), "insights", "numbers", 0.3),
}
WORDS = {
    "second person": "speaks to the viewer",
    "instruction": "tells what to do",
    "contrast": "takes a side",
    "stand_alone": "sentences that need no context",
    "cause": "gives reasons",
    "questions": "asks questions",
    "numbers": "gives numbers",
}


def fit(facts: Facts, *, wanted: Sequence[str] = tuple(HABITS)) -> dict[str, Score]:
    """The fit for each platform by its key; nothing without words."""
    if not facts.counted("words"):
        return {}
    return {key: weigh(_factors(facts, PlatformKey(key), HABITS[PlatformKey(key)])) for key in map(str, wanted)}


def _factors(facts: Facts, key: PlatformKey, habit: Habit) -> list[Factor]:
    found: Sequence[Moment] = getattr(facts, habit.lives_on)
    few, fullest = len(found), 80 if habit.lives_on == "hooks" else 65
    return [
        _kind(facts, habit),
        Factor(
            f"its {habit.lives_on}", 30, up_to(best(found), fullest),
            f"The best of {few} has {best(found)} of 100; this platform lives on {habit.lives_on}.",
        ),
        _length(facts, key, habit),
        _shape(facts, habit),
        share(facts, WORDS[habit.manner], 15, habit.manner, habit.full),
    ]  # fmt: skip


def _kind(facts: Facts, habit: Habit) -> Factor:
    if facts.kind == "video":
        return Factor("the right kind of material", 25, habit.video, "It is a video.")
    why = {"audio": "It is sound without a picture.", "image": "It is an image."}.get(facts.kind, "It is a text.")
    return Factor("the right kind of material", 25, habit.text, why)


def _length(facts: Facts, key: PlatformKey, habit: Habit) -> Factor:
    """The whole recording against what is usual there; what the platform refuses as a whole must be cut first."""
    if facts.kind != "video" or not facts.duration:
        return Factor("its length", 15, None, "It has no length in seconds.")
    low, high = habit.seconds
    longest = platforms.rules(key).media.max_duration
    value = within(facts.duration, low, high)
    why = f"{facts.duration:.0f} seconds; {low:.0f} to {high:.0f} do well."
    if longest and facts.duration > longest:
        return Factor("its length", 15, 0.2 * value, f"{why} It is refused whole: cut it to {longest:.0f} seconds.")
    return Factor("its length", 15, value, why)


def _shape(facts: Facts, habit: Habit) -> Factor:
    if not facts.width or not facts.height or facts.kind not in {"video", "image"}:
        return Factor("its shape", 15, None, NO_PICTURE)
    if habit.shape is None:
        return Factor("its shape", 15, None, "Any shape will do here.")
    shape = facts.width / facts.height
    value = min(shape / habit.shape, habit.shape / shape)
    usual = "9:16, upright" if habit.shape < 1 else "16:9, wide"
    return Factor("its shape", 15, value, f"{facts.width} × {facts.height}; {usual} fills the screen.")
