"""How a piece is built on each platform: different in kind, not one text cut to several lengths."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from content.writing.material import Material, told_twice
from content.writing.voice import Voice
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tidy import is_question
from trenddrop.core.text.tokens import normal_words

KEEP = 9  # importance of what is never left out


@dataclass(frozen=True)
class Block:
    """A paragraph and how late it is left out when there is no room (9 never)."""

    text: str
    importance: int


@dataclass(frozen=True)
class Piece:
    """A post before it is fitted: paragraphs in order, the call to action, and how many hashtags it may have."""

    blocks: list[Block]
    call: str
    hashtags: int
    separator: str = "\n\n"
    trend_tag_only: bool = False


@dataclass(frozen=True)
class Layout:
    """Where a platform's opening comes from, and how the rest is built around it."""

    lean: str
    build: Callable[[Material, Voice, str], Piece]


def _opening(material: Material, voice: Voice) -> str:
    """The opening, with a lead-in where that reads well: never before a question or a very long sentence."""
    long = len(normal_words(material.opening)) > 22
    lead = "" if material.opens_with_question or "? " in material.opening or long else voice.say("lead")
    return f"{lead} {material.opening}".strip()


def _first(lines: Sequence[str], count: int) -> list[str]:
    return [line for line in lines if line][:count]


def ask(material: Material, voice: Voice, *before: str) -> str:
    """A question to the reader that fits what is said, unless the piece, or the text right `before`, asks already."""
    asks = material.opens_with_question and not material.answer
    if asks or any(is_question(text) or text.endswith("?") for text in before[-1:]):
        return ""
    return voice.say(f"ask_{material.nature}") or voice.say("ask")


def _told(material: Material, count: int) -> list[str]:
    """What follows the opening: its answer when it has one, else the best points."""
    return _first([*material.answer, *(point.text for point in material.points)], count)


def _listed(material: Material, voice: Voice, points: Sequence[Sentence], *, clock: bool = False) -> str:
    """Points in the order of the recording: a labelled list, or a plain sentence when there is one."""
    start = {point.text: point.start for point in points}
    lines = material.in_order(start)
    if len(lines) < 2:
        return "".join(lines)
    marks = [_clock(start[line]) if clock else "→ " for line in lines]
    listed = "\n".join(mark + line for mark, line in zip(marks, lines, strict=True))
    return f"{voice.say('points')}\n{listed}".strip()


def _tiktok(material: Material, voice: Voice, trend: str) -> Piece:
    blocks = [Block(_opening(material, voice), KEEP), Block(" ".join(_told(material, 1)), 5), Block(trend, 6)]
    return Piece(blocks, voice.say("save"), 5, separator="\n")


def _youtube(material: Material, voice: Voice, trend: str) -> Piece:
    start = " ".join([material.opening, *material.answer])
    summary = _first(material.summary, 3)
    points = [point for point in material.points if not told_twice(point.text, summary)][:6]
    blocks = [
        Block(start, KEEP),
        Block(" ".join(summary), 7),
        Block(trend, 6),
        Block(_listed(material, voice, points, clock=True), 5),
        Block(ask(material, voice), 3),
    ]
    return Piece(blocks, voice.say("follow"), 8)


def _clock(seconds: float | None) -> str:
    """YouTube makes a link of a time at the start of a line."""
    if seconds is None:
        return "• "
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} " if hours else f"{minutes}:{rest:02} "


def _instagram(material: Material, voice: Voice, trend: str) -> Piece:
    blocks = [
        Block(_opening(material, voice), KEEP),
        Block(" ".join(material.answer), 7),
        Block(trend, 6),
        Block(_listed(material, voice, material.points[:3]), 5),
        Block(material.closing, 4),
        Block(ask(material, voice, material.closing), 3),
    ]
    return Piece(blocks, voice.say("save"), 10)


def _x(material: Material, _: Voice, trend: str) -> Piece:
    if material.answer:
        blocks = [Block(material.opening, KEEP), Block(" ".join(material.answer), 5), Block(trend, 4)]
    else:
        lines = material.in_order(_first([material.opening, material.closing], 2))
        blocks = [*(Block(line, KEEP if line == material.opening else 3) for line in lines), Block(trend, 4)]
    return Piece(blocks, "", 1, trend_tag_only=True)


def _bluesky(material: Material, voice: Voice, trend: str) -> Piece:
    start = " ".join([material.opening, *material.answer[:1]])
    later = [
        point.text for point in material.points if material.in_order([material.opening, point.text])[0] != point.text
    ]
    more = "" if material.answer else "".join(later[:1])
    blocks = [
        Block(start, KEEP),
        Block(more, 3),
        Block(trend, 5),
        Block(ask(material, voice, more or start), 4),
    ]
    return Piece(blocks, "", 2)


def _mastodon(material: Material, voice: Voice, trend: str) -> Piece:
    told = _first([*material.summary, *(point.text for point in material.points)], 2)
    opening = " ".join([material.opening, *material.answer])
    lines = material.in_order([opening, *(text for text in told if text not in opening)])
    blocks = [
        *(Block(line, KEEP if line == opening else 5) for line in lines),
        Block(trend, 4),
        Block(ask(material, voice, lines[-1]), 3),
    ]
    return Piece(blocks, "", 4)


def _threads(material: Material, voice: Voice, trend: str) -> Piece:
    blocks = [
        Block(_opening(material, voice), KEEP),
        Block("\n".join(_told(material, 2)), 5),
        Block(trend, 4),
        Block(ask(material, voice), 6),
    ]
    return Piece(blocks, "", 1)


def _facebook(material: Material, voice: Voice, trend: str) -> Piece:
    blocks = [
        Block(_opening(material, voice), KEEP),
        Block(" ".join(_told(material, 3)), 6),
        Block(trend, 5),
        Block(material.closing, 4),
        Block(ask(material, voice, material.closing), 6),
    ]
    return Piece(blocks, voice.say("save"), 2)


def _linkedin(material: Material, voice: Voice, trend: str) -> Piece:
    points = material.in_order(point.text for point in material.points[:4])
    blocks = [
        Block(_opening(material, voice), KEEP),
        *[Block(text, 6) for text in material.answer],
        *[Block(text, 5) for text in points],
        Block(trend, 4),
        Block(material.closing, 6),
        Block(ask(material, voice, material.closing), 7),
    ]
    return Piece(blocks, "", 3)


def _practice(material: Material, voice: Voice, trend: str) -> Piece:
    blocks = [Block(_opening(material, voice), KEEP), Block(" ".join(_told(material, 2)), 5), Block(trend, 4)]
    return Piece(blocks, ask(material, voice), 3)


LAYOUTS: dict[PlatformKey, Layout] = {
    PlatformKey.TIKTOK: Layout("hooks", _tiktok),
    PlatformKey.YOUTUBE: Layout("hooks", _youtube),
    PlatformKey.INSTAGRAM: Layout("hooks", _instagram),
    PlatformKey.X: Layout("quotes", _x),
    PlatformKey.BLUESKY: Layout("quotes", _bluesky),
    PlatformKey.MASTODON: Layout("insights", _mastodon),
    PlatformKey.THREADS: Layout("hooks", _threads),
    PlatformKey.FACEBOOK: Layout("hooks", _facebook),
    PlatformKey.LINKEDIN: Layout("hooks", _linkedin),
    PlatformKey.PINTEREST: Layout("insights", _facebook),
    PlatformKey.TELEGRAM: Layout("hooks", _facebook),
    PlatformKey.DISCORD: Layout("hooks", _threads),
    PlatformKey.WEBHOOK: Layout("hooks", _linkedin),
    PlatformKey.WORDPRESS: Layout("insights", _linkedin),
    PlatformKey.SPILL: Layout("hooks", _threads),
    PlatformKey.FANBASE: Layout("hooks", _instagram),
    PlatformKey.PRACTICE: Layout("hooks", _practice),
}
