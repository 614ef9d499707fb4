"""What a platform would refuse about a piece, or take and show badly, and what one click does about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from content.models import ContentAsset, GeneratedContent
from content.pieces.composing import ai_line, composed, media_of
from content.pieces.fitting import SHAPES, can_mend
from trenddrop.core import platforms
from trenddrop.core.platforms import Problem
from trenddrop.core.platforms.threads import joined, parts_of

# Pictures that are too big are made smaller on the way out.
MENDED = frozenset({"media_too_big", "media_too_large"})


class Fix(StrEnum):
    """What one click does. MEDIA makes a new file in the background; the others change words."""

    SHORTEN_TEXT = "shorten_text"
    SHORTEN_TITLE = "shorten_title"
    FEWER_HASHTAGS = "fewer_hashtags"
    FEWER_MENTIONS = "fewer_mentions"
    CLEAN_TITLE = "clean_title"
    CLEAN_TEXT = "clean_text"
    TITLE_FROM_TEXT = "title_from_text"
    MEDIA = "media"
    VERTICAL = "vertical"


LABELS: Mapping[Fix, Any] = {
    Fix.SHORTEN_TEXT: _("Shorten the text"),
    Fix.SHORTEN_TITLE: _("Shorten the title"),
    Fix.FEWER_HASHTAGS: _("Drop hashtags"),
    Fix.FEWER_MENTIONS: _("Drop mentions"),
    Fix.CLEAN_TITLE: _("Take them out"),
    Fix.CLEAN_TEXT: _("Take them out"),
    Fix.TITLE_FROM_TEXT: _("Take one from the text"),
    Fix.MEDIA: _("Make the file fit"),
    Fix.VERTICAL: _("Make it tall"),
}
WORDS = frozenset(Fix) - {Fix.MEDIA, Fix.VERTICAL}
BY_CODE: Mapping[str, tuple[Fix, ...]] = {
    "text_too_long": (Fix.SHORTEN_TEXT, Fix.FEWER_HASHTAGS),
    "text_too_heavy": (Fix.SHORTEN_TEXT, Fix.FEWER_HASHTAGS),
    "title_too_long": (Fix.SHORTEN_TITLE,),
    "title_missing": (Fix.TITLE_FROM_TEXT,),
    "too_many_hashtags": (Fix.FEWER_HASHTAGS,),
    "tags_too_long": (Fix.FEWER_HASHTAGS,),
    "too_many_mentions": (Fix.FEWER_MENTIONS,),
}


@dataclass(frozen=True)
class Finding:
    """A problem, whether it keeps the post from being sent, and the clicks that help."""

    problem: Problem
    refused: bool
    fixes: tuple[Fix, ...] = ()

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return self.problem.message

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """The clicks that change words, with what is written on them."""
        return [(fix.value, str(LABELS[fix])) for fix in self.fixes if fix in WORDS]

    @property
    def about_media(self) -> bool:
        """Whether it is about the file."""
        return self.problem.field == "media"


def preflight(piece: GeneratedContent) -> list[Finding]:
    """Return all that is to be said before it is sent, refusals first. The piece's asset must be loaded; no query."""
    media = media_of(piece) if piece.include_media else None
    refused = platforms.check(
        piece.platform,
        title=piece.title,
        text=piece.text,
        hashtags=piece.hashtags,
        call_to_action=piece.call_to_action,
        mentions=piece.mentions,
        label=ai_line(piece),
        media=media,
        options=piece.options,
    )
    is_picture = media is not None and media.kind == ContentAsset.Kind.IMAGE
    told = [problem for problem in refused if not (is_picture and problem.code in MENDED)]
    advice = platforms.advise(piece.platform, alt_text=piece.alt_text, media=media)
    return [
        *(Finding(problem, True, fixes_for(problem, piece)) for problem in told),
        *(Finding(problem, False, fixes_for(problem, piece)) for problem in advice),
    ]


def refusals(piece: GeneratedContent) -> list[Finding]:
    """Return what keeps it from being sent."""
    return [finding for finding in preflight(piece) if finding.refused]


def fixes_for(problem: Problem, piece: GeneratedContent) -> tuple[Fix, ...]:
    """Return the clicks that help against a problem of a piece."""
    if problem.code == "forbidden_character":
        return (Fix.CLEAN_TITLE,) if problem.field == "title" else (Fix.CLEAN_TEXT,)
    if problem.code in SHAPES - {"media_aspect"}:
        return (Fix.VERTICAL,)
    if can_mend(problem):
        return (Fix.MEDIA,)
    found = BY_CODE.get(problem.code, ())
    return tuple(fix for fix in found if fix != Fix.FEWER_HASHTAGS or piece.hashtags or "hashtag" in problem.code)


def mended(piece: GeneratedContent, fix: Fix) -> dict[str, Any]:
    """Return the words a click changes, by field; empty where it changes nothing. The piece itself stays as it is."""
    changes = FIXES[fix](piece)
    return {name: value for name, value in changes.items() if getattr(piece, name) != value}


def _shorten_text(piece: GeneratedContent) -> dict[str, Any]:
    """Keep call, people and hashtags, and as much of the text as fits before them; let hashtags go where none would."""
    text, tags = _shortened(piece), list(piece.hashtags)
    while not text and piece.text.strip() and tags:
        tags.pop()
        text = _shortened(_with(piece, hashtags=tags))
    return {"text": text, "hashtags": tags}


def _shortened(piece: GeneratedContent) -> str:
    """Shorten each part of a thread by itself; what is composed below the text goes with the last."""
    *before, last = parts_of(piece.platform, piece.text)
    kept = [platforms.shorten(piece.platform, part) for part in before]
    end = platforms.shorten_to(
        last, fits=lambda text: platforms.fits(piece.platform, composed(_with(piece, text=text)))
    )
    return joined([part for part in (*kept, end) if part])


def _fewer_hashtags(piece: GeneratedContent) -> dict[str, Any]:
    """Drop the last ones, first of the line below the text, then the signs in the text itself."""
    kept, text = list(piece.hashtags), piece.text
    while kept and _is_over(_with(piece, hashtags=kept)):
        kept.pop()
    while _is_over(_with(piece, hashtags=kept, text=text)) and (last := list(platforms.HASHTAG.finditer(text))):
        text = text[: last[-1].start()] + text[last[-1].start() + 1 :]
    return {"hashtags": kept} | ({} if text == piece.text or not _counts(piece) else {"text": text})


def _is_over(piece: GeneratedContent) -> bool:
    """Say whether hashtags are too many, too long, or push the text over its limit."""
    codes = {"too_many_hashtags", "tags_too_long", "text_too_long", "text_too_heavy"}
    return any(finding.problem.code in codes for finding in preflight(piece))


def _counts(piece: GeneratedContent) -> bool:
    return any(finding.problem.code == "too_many_hashtags" for finding in preflight(_with(piece, hashtags=[])))


def _fewer_mentions(piece: GeneratedContent) -> dict[str, Any]:
    kept = list(piece.mentions)
    while kept and any(f.problem.code == "too_many_mentions" for f in preflight(_with(piece, mentions=kept))):
        kept.pop()
    return {"mentions": kept}


def _clean(name: str) -> Callable[[GeneratedContent], dict[str, Any]]:
    def clean(piece: GeneratedContent) -> dict[str, Any]:
        bad = platforms.rules(piece.platform).forbidden
        return {each: "".join(c for c in getattr(piece, each) if c not in bad) for each in CLEANED[name]}

    return clean


CLEANED = {"title": ("title",), "text": ("text", "call_to_action")}
FIXES: Mapping[Fix, Callable[[GeneratedContent], dict[str, Any]]] = {
    Fix.SHORTEN_TEXT: _shorten_text,
    Fix.SHORTEN_TITLE: lambda piece: {"title": platforms.shorten_title(piece.platform, piece.title)},
    Fix.FEWER_HASHTAGS: _fewer_hashtags,
    Fix.FEWER_MENTIONS: _fewer_mentions,
    Fix.CLEAN_TITLE: _clean("title"),
    Fix.CLEAN_TEXT: _clean("text"),
    Fix.TITLE_FROM_TEXT: lambda piece: {
        "title": platforms.shorten_title(piece.platform, piece.text or str(piece.asset))
    },
}


def _with(piece: GeneratedContent, **changes: Any) -> GeneratedContent:
    """Return an unsaved copy of a piece with other words."""
    names = ("platform", "kind", "title", "text", "hashtags", "call_to_action", "alt_text", "mentions", "language",
             "include_media", "ai_label", "media_info", "file", "options")  # fmt: skip
    copy = GeneratedContent(**{name: getattr(piece, name) for name in names} | changes)
    copy.asset = piece.asset
    return copy
