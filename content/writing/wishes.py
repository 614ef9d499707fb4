"""A user's note on a draft ("shorter, question first, no hashtags"): what of it we understand, and what we don't."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import regex

from content.writing.brief import Brief, Shape

TONES = ("professional", "casual", "viral", "hinglish", "educational", "humorous", "edgy", "founder-focused")
CLAUSES = regex.compile(r"[.;\n!]+|,(?!\d)|\b(?:and|but|also|please|plus)\b", regex.IGNORECASE)


@dataclass(frozen=True)
class Wishes:
    """What a note asks for; `length` -1 shorter, 1 longer; `hashtags` None as usual, 0 none, -1 fewer, 1 more."""

    length: int = 0
    question_first: bool = False
    number_first: bool = False
    hashtags: int | None = None
    no_call: bool = False
    with_call: bool = False
    no_emoji: bool = False
    with_emoji: bool = False
    no_trend: bool = False
    other_words: bool = False
    tone: str = ""
    shape: Shape | None = None
    about: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    met: tuple[str, ...] = field(default=())
    not_understood: tuple[str, ...] = field(default=())


Change = Callable[[Wishes, regex.Match[str]], Wishes]


def _about(wishes: Wishes, match: regex.Match[str]) -> Wishes:
    return replace(wishes, about=(*wishes.about, _phrase(match["what"])))


def _without(wishes: Wishes, match: regex.Match[str]) -> Wishes:
    return replace(wishes, without=(*wishes.without, _phrase(match["what"])))


def _tone(wishes: Wishes, match: regex.Match[str]) -> Wishes:
    wanted = match["tone"].lower()
    return replace(wishes, tone=TONE_WORDS.get(wanted, wanted))


def _phrase(text: str) -> str:
    return regex.sub(r"^(?:the|a|an|our|my)\s+", "", text.strip(" \"'“”‘’"), flags=regex.IGNORECASE)


TONE_WORDS = {
    "funny": "humorous", "funnier": "humorous", "formal": "professional", "serious": "professional",
    "relaxed": "casual", "friendly": "casual", "friendlier": "casual", "informal": "casual", "bold": "edgy",
    "bolder": "edgy", "founder": "founder-focused", "catchy": "viral", "catchier": "viral", "punchy": "viral",
    "punchier": "viral", "informative": "educational",
}  # fmt: skip
TONE_PATTERN = "|".join(sorted({*TONES, *TONE_WORDS}, key=len, reverse=True))
SHAPE_WORDS = {
    "thread": Shape.THREAD, "several posts": Shape.THREAD, "article": Shape.ARTICLE, "blog post": Shape.ARTICLE,
    "newsletter": Shape.NEWSLETTER, "long read": Shape.ARTICLE, "one post": Shape.POST, "single post": Shape.POST,
    "normal post": Shape.POST,
}  # fmt: skip
SHAPES = "|".join(SHAPE_WORDS)
NOT = r"(?:no|without|drop|remove|skip|don't mention|do not mention)\b.*\b"
TAGS = r"(?:hash ?tags?|tags|#)"
CALL = r"(?:cta|call[- ]to[- ]action)\b"
OPENS = r"(?:start|open|begin)s? with (?:a|the)"
RULES: tuple[tuple[str, Change], ...] = (
    (
        rf"(?:^|\b(?:as|into|make|write|in|a|an|one|is|be|want)\b.*?)\b(?P<shape>{SHAPES})s?\b(?! about)",
        lambda w, match: replace(w, shape=SHAPE_WORDS[match["shape"].lower()]),
    ),
    (rf"{NOT}{TAGS}", lambda w, _: replace(w, hashtags=0)),
    (rf"(?:fewer|less)\b.*\b{TAGS}", lambda w, _: replace(w, hashtags=-1)),
    (rf"(?:more|add|with)\b.*\b{TAGS}", lambda w, _: replace(w, hashtags=1)),
    (rf"{NOT}emojis?", lambda w, _: replace(w, no_emoji=True)),
    (r"(?:more|add|with|use)\b.*\bemojis?", lambda w, _: replace(w, with_emoji=True)),
    (rf"{NOT}{CALL}", lambda w, _: replace(w, no_call=True)),
    (rf"(?:add|with|needs?)\b.*\b{CALL}", lambda w, _: replace(w, with_call=True)),
    (rf"{NOT}trends?\b", lambda w, _: replace(w, no_trend=True)),
    (
        r"shorter|shorten|(?:too|very) long|cut it|tighter|concise|\bbrief(?:er)?\b|\btrim\b",
        lambda w, _: replace(w, length=-1),
    ),
    (r"longer|lengthen|too short|more detail|expand|elaborate", lambda w, _: replace(w, length=1)),
    (
        rf"question first|{OPENS} question|ask (?:a )?question|as a question",
        lambda w, _: replace(w, question_first=True),
    ),
    (rf"number first|{OPENS} (?:number|figure|stat)", lambda w, _: replace(w, number_first=True)),
    (
        (
            r"(?:different|another|other|new)\b.*\b(?:hook|opening|start|beginning|version|angle|one|words|wording)"
            r"|rewrite|try again|write (?:it )?again"
        ),
        lambda w, _: replace(w, other_words=True),
    ),
    (
        (
            r"(?:don't|do not|no|without|never|stop)\b\s*"
            r"(?:mention(?:ing)?|talk(?:ing)? about|say(?:ing)?|the word)?\s+(?P<what>.{2,60})"
        ),
        _without,
    ),
    (
        (
            r"(?:mention|talk about|focus on|lead with|start with|include|highlight|be about|more about|about)\s+"
            r"(?P<what>.{2,60})"
        ),
        _about,
    ),
    (
        rf"(?:more |make it |be |in a |sound |less boring )*\b(?P<tone>{TONE_PATTERN})\b(?: tone| style| voice)?$",
        _tone,
    ),
)
COMPILED = tuple((regex.compile(pattern, regex.IGNORECASE), change) for pattern, change in RULES)


def understand_note(note: str) -> Wishes:
    """The wishes in a note; every clause ends up in `met` or in `not_understood`."""
    wishes = Wishes()
    for clause in (part.strip() for part in CLAUSES.split(note) if part):
        if len(clause) < 2:
            continue
        found = next(((match, change) for pattern, change in COMPILED if (match := pattern.search(clause))), None)
        if found:
            wishes = replace(found[1](wishes, found[0]), met=(*wishes.met, clause))
        else:
            wishes = replace(wishes, not_understood=(*wishes.not_understood, clause))
    return wishes


def cannot(wishes: Wishes, clause_part: str, why: str) -> Wishes:
    """`wishes` with a clause moved to what could not be done, and why."""
    clause = next((one for one in wishes.met if clause_part.lower() in one.lower()), clause_part)
    met = tuple(one for one in wishes.met if one != clause)
    return replace(wishes, met=met, not_understood=(*wishes.not_understood, f"{clause} ({why})"))


def shape_of(brief: Brief) -> Shape:
    """What the brief asks for: said outright, else by its note, else what was written before."""
    return brief.shape or understand_note(brief.note).shape or (brief.previous.shape if brief.previous else Shape.POST)
