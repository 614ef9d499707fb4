"""A post as it is written: its features, how good it is, and how it is expected to do. Weights are set by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import regex
from django.utils import translation

from content.understanding.cues import has_number, holds
from content.understanding.moments import hooks, passages
from content.understanding.reading import KNOWN_LANGUAGES
from content.understanding.scores import NO_FEELING, NOT_IN_LANGUAGE
from content.understanding.weighing import Factor, Score, up_to, weigh, within
from trenddrop.core import platforms
from trenddrop.core.text import sentiment
from trenddrop.core.text.sentences import Sentence, split
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tidy import is_question
from trenddrop.core.text.tokens import normal_words, stem

EMOJI = regex.compile(r"\p{Extended_Pictographic}")
IN_A_WORD = regex.compile(r"[\p{L}\p{M}\p{N},:;–-]")
LINK = regex.compile(r"https?://|www\.", regex.IGNORECASE)
BULLET = regex.compile(r"^\s*(?:[•→*–-]|\d+[.):])\s", regex.MULTILINE)
LIVELY, STRONG = 20, 45  # of 100, either way
CUES = {"contrast": "a contrast", "reveal": "a promise", "loss": "a loss", "superlative": "an extreme"}
USUAL_WORDS = {"x": (12, 45), "bluesky": (12, 45), "threads": (12, 60), "mastodon": (20, 80), "tiktok": (12, 60)}
WORDS_ELSEWHERE = (40, 220)
USUAL_TAGS = {"instagram": 10, "youtube": 8, "tiktok": 5, "mastodon": 5, "linkedin": 4, "practice": 4}
TAGS_ELSEWHERE = 2


@dataclass(frozen=True)
class Post:
    """What is to be sent, and what it was made of. `source`: stems of the material's telling words, empty if unknown.

    `trends`: names of the topics it was written with; `material`: the asset's own virality, None if not scored.
    """

    platform: str
    text: str
    title: str = ""
    hashtags: Sequence[str] = ()
    call_to_action: str = ""
    mentions: Sequence[str] = ()
    alt_text: str = ""
    has_media: bool = False
    language: str = "en"
    trends: Sequence[str] = ()
    material: float | None = None
    source: frozenset[str] = frozenset()
    problems: Sequence[str] = ()


@dataclass(frozen=True)
class Reading:
    """A post read once: sentences, the hook its opening makes, its feeling (None where it can't be told)."""

    post: Post
    sentences: list[str]
    words: list[str]
    hook: float
    feeling: int | None
    has_cues: bool
    says: Callable[[str], bool] = field(repr=False, default=lambda _cue: False)


def read(post: Post) -> Reading:
    """Read a post."""
    told = split(post.text)
    known = post.language in KNOWN_LANGUAGES
    felt = sentiment.score(told, post.language)
    found = passages([Sentence(text) for text in told[:3]], centrality=[0.5] * 3, feelings=(), language=post.language)
    first = [one for one in found if one.first == 0]
    return Reading(
        post=post,
        sentences=told,
        words=normal_words(post.text),
        hook=float(max((one.score for one in hooks(first, 1)), default=0)),
        feeling=felt.score if felt else None,
        has_cues=known,
        says=lambda cue: known and holds(post.text, cue, post.language),
    )


# Features: each is there or not, so that posts with it can be held against posts without.

FEATURES: dict[str, tuple[str, Callable[[Reading], bool]]] = {
    "opens_with_question": ("open with a question", lambda r: bool(r.sentences) and is_question(r.sentences[0])),
    "asks": ("ask a question", lambda r: any(map(is_question, r.sentences))),
    "number": ("give a number", lambda r: has_number(r.post.text)),
    "opens_with_number": ("open with a number", lambda r: bool(r.sentences) and has_number(r.sentences[0])),
    "strong_hook": ("open with a strong hook", lambda r: r.hook >= STRONG),
    "second_person": ("speak to the reader", lambda r: r.says("second person")),
    "contrast": ("go against expectation", lambda r: r.says("contrast")),
    "reveal": ("promise to reveal something", lambda r: r.says("reveal")),
    "at_stake": ("say what is at stake", lambda r: r.says("loss")),
    "superlative": ("go to an extreme", lambda r: r.says("superlative")),
    "instruction": ("tell what to do", lambda r: r.says("instruction")),
    "glad": ("feel glad", lambda r: (r.feeling or 0) >= LIVELY),
    "bitter": ("feel bitter", lambda r: (r.feeling or 0) <= -LIVELY),
    "list": ("hold a list", lambda r: len(BULLET.findall(r.post.text)) >= 2),
    "short": ("are short", lambda r: len(r.words) < sum(usual_words(r.post.platform)) / 2),
    "emoji": ("hold an emoji", lambda r: bool(EMOJI.search(r.post.text))),
    "link": ("hold a link", lambda r: bool(LINK.search(r.post.text))),
    "mention": ("mention somebody", lambda r: bool(r.post.mentions)),
    "call": ("ask for something at the end", lambda r: bool(r.post.call_to_action)),
    "no_hashtags": ("have no hashtags", lambda r: not r.post.hashtags),
    "many_hashtags": (
        "have more hashtags than usual",
        lambda r: len(r.post.hashtags) > usual_tags(r.post.platform),
    ),
    "media": ("carry a video or an image", lambda r: r.post.has_media),
    "trend": ("name a live trend", lambda r: names_trend(r.post)),
}


def features(post: Post) -> dict[str, bool]:
    """Every feature of a post by its name."""
    found = read(post)
    return {name: test(found) for name, (_words, test) in FEATURES.items()}


def told(name: str) -> str:
    """A feature as the end of "Posts that …"."""
    return FEATURES[name][0] if name in FEATURES else name.replace("_", " ")


def usual_words(platform: str) -> tuple[int, int]:
    """Words from and to that read well there."""
    return USUAL_WORDS.get(platform, WORDS_ELSEWHERE)


def usual_tags(platform: str) -> int:
    """Hashtags up to which a post does not look like an advertisement."""
    return USUAL_TAGS.get(platform, TAGS_ELSEWHERE)


def names_trend(post: Post) -> bool:
    """Whether it says the name of one of its trends."""
    said = f"{post.title} {post.text} {' '.join(post.hashtags)}".casefold()
    joined = "".join(letter for letter in said if letter.isalnum())
    names = ("".join(letter for letter in trend.casefold() if letter.isalnum()) for trend in post.trends)
    return any(name and name in joined for name in names)


# Scores


def quality(post: Post) -> Score:
    """Would an editor let it pass? 0..100."""
    found = read(post)
    if not found.words:
        return Score(None)
    return weigh(
        [
            _rules(post),
            Factor(
                "the opening", 18, up_to(found.hook, 60), f"Its first lines reach {found.hook:.0f} of 100 as a hook."
            ),
            _grounded(found),
            _length(found),
            _readable(found),
            _repeats(found),
            _ending(found),
            _tags(post),
            Factor("asks for something", 6, 1.0 if post.call_to_action else 0.0, post.call_to_action or "It does not."),
        ]
    )


def virality(post: Post) -> Score:
    """How far it may carry, before any correction by the organisation's own results. 0..100."""
    found = read(post)
    if not found.words:
        return Score(None)
    feeling = None if found.feeling is None else up_to(abs(found.feeling), 60)
    felt = NO_FEELING if found.feeling is None else f"{_signed(found.feeling)} on a scale of −100 to +100."
    named, first = names_trend(post), f"Its first lines reach {found.hook:.0f} of 100."
    return weigh(
        [
            Factor("the opening stops a thumb", 30, up_to(found.hook, 75), first),
            Factor("strong feeling", 12, feeling, felt),
            _cued(found, "goes against expectation", 12, ("contrast", "reveal")),
            _cued(found, "something is at stake", 8, ("loss", "superlative")),
            _talks(found),
            Factor("names a live trend", 10, 1.0 if named else 0.0, "It does." if named else "It names none."),
            _material(post),
        ]
    )  # fmt: skip


def _signed(value: int) -> str:
    return f"{value:+d}".replace("-", "−")


def _rules(post: Post) -> Factor:
    why = " ".join(post.problems) or "Nothing would be refused."
    return Factor("inside the platform’s rules", 18, 0.0 if post.problems else 1.0, why)


def _grounded(found: Reading) -> Factor:
    """Telling words of the post that stand in the material: what it does not say may be invented."""
    name = "says what the material says"
    if not found.post.source:
        return Factor(name, 16, None, "The material's own words are not known.")
    telling = [word for word in found.words if word not in stop_words(found.post.language)]
    if not telling:
        return Factor(name, 16, None, "There is nothing to compare.")
    share = sum(stem(word) in found.post.source for word in telling) / len(telling)
    return Factor(
        name, 16, up_to(share, 0.75), f"{share:.0%} of its telling words stand in the material; 75% earn all."
    )


def _length(found: Reading) -> Factor:
    low, high = usual_words(found.post.platform)
    count = len(found.words)
    return Factor("its length", 10, within(count, low, high), f"{count} words; {low} to {high} read well here.")


def _readable(found: Reading) -> Factor:
    long = len(found.words) / max(1, len(found.sentences))
    return Factor("sentences easy to read", 10, within(long, 4, 20), f"{long:.0f} words a sentence on average.")


def _repeats(found: Reading) -> Factor:
    bare = [" ".join(normal_words(sentence)) for sentence in found.sentences]
    again = len(bare) - len(set(bare))
    return Factor(
        "says nothing twice", 8, 1 - up_to(again, 2), f"{again} sentences twice." if again else "Nothing twice."
    )


def _ending(found: Reading) -> Factor:
    last = found.post.text.rstrip()[-1:]
    whole = not IN_A_WORD.match(last) or not any(end in found.post.text for end in ".!?।…")
    return Factor("ends its last sentence", 6, 1.0 if whole else 0.0, "It does." if whole else "It breaks off.")


def _tags(post: Post) -> Factor:
    count, most = len(post.hashtags), usual_tags(post.platform)
    value = 1.0 if count <= most else most / count
    return Factor("as many hashtags as people bear", 8, value, f"{count}; up to {most} are usual here.")


def _cued(found: Reading, name: str, weight: float, cues: Sequence[str]) -> Factor:
    if not found.has_cues:
        return Factor(name, weight, None, NOT_IN_LANGUAGE)
    said = [cue for cue in cues if found.says(cue)]
    why = f"By {' and '.join(CUES[cue] for cue in said)}." if said else "It does not."
    return Factor(name, weight, len(said) / len(cues), why)


def _talks(found: Reading) -> Factor:
    asks = any(map(is_question, [*found.sentences, found.post.call_to_action]))
    speaks = found.says("second person")
    why = {2: "It asks, and speaks to the reader.", 1: "It asks, or speaks to the reader.", 0: "It does neither."}
    return Factor("asks and speaks to the reader", 12, (asks + speaks) / 2, why[asks + speaks])


def _material(post: Post) -> Factor:
    if post.material is None:
        return Factor("what it was made of", 16, None, "The material has no score.")
    return Factor("what it was made of", 16, post.material / 100, f"The material’s virality is {post.material:.0f}.")


def words_of(text: str) -> frozenset[str]:
    """The stems of a material's words, to hold a post against."""
    return frozenset(stem(word) for word in normal_words(text))


def refused(post: Post) -> list[str]:
    """What the platform would refuse about the words, in English: it is kept."""
    with translation.override("en"):
        found = platforms.check(
            post.platform,
            title=post.title,
            text=post.text,
            hashtags=list(post.hashtags),
            call_to_action=post.call_to_action,
        )
    return [problem.message for problem in found if problem.field != "media"]
