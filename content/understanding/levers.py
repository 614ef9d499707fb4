"""What somebody who makes a post can choose, and what was chosen: for each choice one value out of few.

    choices(post, kind="social_post", at=sent)["hook"] == "question"

Values are plain names. `told` says them in words; what is not known of a post has no value.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.understanding.cues import has_number, holds
from content.understanding.posts import BULLET, EMOJI, Post, usual_tags, usual_words
from content.understanding.reading import KNOWN_LANGUAGES
from trenddrop.core.text.sentences import split
from trenddrop.core.text.tidy import is_question
from trenddrop.core.text.tokens import normal_words

HOOK, LENGTH, FORMAT, HASHTAGS = "hook", "length", "format", "hashtags"
CALL, STYLE, TREND, TEMPLATE = "call", "style", "trend", "template"
HOUR, WEEKDAY = "hour", "weekday"
NONE = "none"
HOURS_A_BLOCK = 3
FRESH, YOUNG = dt.timedelta(days=1), dt.timedelta(days=7)

CALLS: tuple[tuple[str, regex.Pattern[str]], ...] = tuple(
    (name, regex.compile(pattern, regex.IGNORECASE))
    for name, pattern in (
        ("subscribe", r"\bsubscri|सब्सक्राइब"),
        ("download", r"\bdownload|डाउनलोड"),
        ("save", r"\b(?:save|bookmark|keep) (?:this|it|for)|\bsave\b|सेव|sambhal"),
        ("comment", r"\b(?:comment|tell (?:me|us)|reply|answer|share your|let (?:me|us) know)\b|\?|कमेंट|batao"),
        ("follow", r"\bfollow|join (?:us|me)\b|फ़ॉलो|फॉलो"),
        ("link_click", r"\blink\b|https?://|\b(?:read|learn|find|see|shop|visit|book|get) (?:out|more|the|now)\b"),
    )
)  # fmt: skip
OTHER_CALL = "other"


@dataclass(frozen=True)
class Sent:
    """What is known beside a post's words: its kind, when it went out by the account's clock, its trend and template.

    `trend_began`: when the live trend it names began; None where it names none.
    """

    kind: str = ""
    at: dt.datetime | None = None
    trend_began: dt.datetime | None = None
    template: str = ""
    call_kind: str = ""


def choices(post: Post, sent: Sent) -> dict[str, str]:
    """Return what was chosen, by the name of the choice."""
    found = {
        HOOK: _hook(post),
        LENGTH: _length(post),
        HASHTAGS: _hashtags(post),
        CALL: sent.call_kind or _call(post),
        STYLE: _style(post),
        TREND: _trend(sent),
        TEMPLATE: sent.template or NONE,
    }
    if sent.kind:
        found[FORMAT] = sent.kind
    return {name: value for name, value in (found | at(sent.at)).items() if value}


def at(local: dt.datetime | None) -> dict[str, str]:
    """Return the choices that a time is: three hours of the day, and the weekday."""
    if local is None:
        return {}
    return {HOUR: block_of(local.hour), WEEKDAY: str(local.weekday())}


def block_of(hour: int) -> str:
    """Return the first hour of the three that an hour is in, with two digits."""
    return f"{hour // HOURS_A_BLOCK * HOURS_A_BLOCK:02}"


def _hook(post: Post) -> str:
    told = split(post.text)
    if not told:
        return ""
    first = EMOJI.sub("", told[0]).strip()
    if is_question(first):
        return "question"
    if has_number(first):
        return "number"
    known = post.language in KNOWN_LANGUAGES
    if known and any(holds(first, cue, post.language) for cue in ("contrast", "reveal", "loss")):
        return "surprise"
    return "reader" if known and holds(first, "second person", post.language) else "statement"


def _length(post: Post) -> str:
    count, (low, high) = len(normal_words(post.text)), usual_words(post.platform)
    if not count:
        return ""
    return "short" if count < low else "long" if count > high else "usual"


def _hashtags(post: Post) -> str:
    if not post.hashtags:
        return NONE
    return "few" if len(post.hashtags) <= usual_tags(post.platform) else "many"


def _call(post: Post) -> str:
    if not post.call_to_action.strip():
        return NONE
    return next((name for name, pattern in CALLS if pattern.search(post.call_to_action)), OTHER_CALL)


def _style(post: Post) -> str:
    if len(BULLET.findall(post.text)) >= 2:
        return "list"
    if EMOJI.search(post.text):
        return "emoji"
    return "airy" if post.text.count("\n\n") >= 2 else "plain"


def _trend(sent: Sent) -> str:
    return NONE if sent.trend_began is None or sent.at is None else trend_of(sent.at, sent.trend_began)


def trend_of(now: dt.datetime, began: dt.datetime) -> str:
    """Return how old a trend is, as a value of that choice."""
    return "fresh" if now - began <= FRESH else "young" if now - began <= YOUNG else "old"


# In words

NAMES: Mapping[str, Promise] = {
    HOOK: _("Opening"),
    LENGTH: _("Length"),
    FORMAT: _("Format"),
    HASHTAGS: _("How many hashtags"),
    CALL: _("Call to action"),
    STYLE: _("Caption style"),
    TREND: _("Trend"),
    TEMPLATE: _("Caption template"),
    HOUR: _("Time of day"),
    WEEKDAY: _("Weekday"),
}
WORDS: Mapping[tuple[str, str], Promise] = {
    (HOOK, "question"): _("open with a question"),
    (HOOK, "number"): _("open with a number"),
    (HOOK, "surprise"): _("open against expectation"),
    (HOOK, "reader"): _("open by speaking to the reader"),
    (HOOK, "statement"): _("open with a plain statement"),
    (LENGTH, "short"): _("keep it short"),
    (LENGTH, "usual"): _("keep a usual length"),
    (LENGTH, "long"): _("go into detail"),
    (FORMAT, "short_video"): _("make it a short video"),
    (FORMAT, "social_post"): _("make it a post"),
    (FORMAT, "thread"): _("make it a thread"),
    (FORMAT, "article"): _("make it an article"),
    (FORMAT, "carousel"): _("make it a carousel"),
    (FORMAT, "image"): _("make it an image"),
    (FORMAT, "newsletter"): _("make it a newsletter"),
    (HASHTAGS, NONE): _("use no hashtags"),
    (HASHTAGS, "few"): _("use few hashtags"),
    (HASHTAGS, "many"): _("use many hashtags"),
    (CALL, NONE): _("ask for nothing at the end"),
    (CALL, "subscribe"): _("ask to subscribe"),
    (CALL, "link_click"): _("ask to click the link"),
    (CALL, "download"): _("ask to download"),
    (CALL, "follow"): _("ask to follow"),
    (CALL, "save"): _("ask to save it"),
    (CALL, "comment"): _("ask for an answer"),
    (CALL, OTHER_CALL): _("ask for something else at the end"),
    (STYLE, "list"): _("write a list"),
    (STYLE, "emoji"): _("use emoji"),
    (STYLE, "airy"): _("write short paragraphs"),
    (STYLE, "plain"): _("write plain running text"),
    (TREND, NONE): _("name no trend"),
    (TREND, "fresh"): _("name a trend of the last day"),
    (TREND, "young"): _("name a trend of this week"),
    (TREND, "old"): _("name a trend that is older than a week"),
    (TEMPLATE, NONE): _("use no caption template"),
}
DAYS: Sequence[Promise] = (
    _("post on Monday"), _("post on Tuesday"), _("post on Wednesday"), _("post on Thursday"), _("post on Friday"),
    _("post on Saturday"), _("post on Sunday"),
)  # fmt: skip


def told(lever: str, value: str) -> str:
    """Say a choice as what to do."""
    if lever == HOUR and value.isdecimal():
        return str(_("post between %(from)s:00 and %(to)s:00")) % {
            "from": value,
            "to": f"{(int(value) + HOURS_A_BLOCK) % 24:02}",
        }
    if lever == WEEKDAY and value.isdecimal() and int(value) < len(DAYS):
        return str(DAYS[int(value)])
    if lever == TEMPLATE and value != NONE:
        return str(_("use your caption template"))
    return str(WORDS.get((lever, value), value.replace("_", " ")))


def name(lever: str) -> str:
    """Say what a choice is about."""
    return str(NAMES.get(lever, lever))


# For the writer, whose notes are in English

NOTES: Mapping[tuple[str, str], str] = {
    (HOOK, "question"): "Open with a question",
    (HOOK, "number"): "Open with the number",
    (LENGTH, "short"): "Shorter",
    (LENGTH, "long"): "More detail",
    (FORMAT, "thread"): "Make it a thread",
    (FORMAT, "article"): "Make it an article",
    (HASHTAGS, NONE): "No hashtags",
    (HASHTAGS, "few"): "Fewer hashtags",
    (HASHTAGS, "many"): "More hashtags",
    (CALL, NONE): "No call to action",
    (STYLE, "emoji"): "Add emoji",
    (STYLE, "plain"): "No emoji",
    (STYLE, "airy"): "No emoji",
    (TREND, NONE): "No trend",
}
ASKING = "Add a call to action"


def note_for(wanted: Mapping[str, str]) -> str:
    """Return what to ask the writer for, so that a draft is as it was chosen; "" where nothing can be asked for."""
    said = [NOTES[pair] for pair in wanted.items() if pair in NOTES]
    if wanted.get(CALL, NONE) != NONE:
        said.append(ASKING)
    return ". ".join(dict.fromkeys(said))
