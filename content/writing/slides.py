"""The words of a carousel: a cover, one thing on each picture, a close; and the post's own text beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from pydantic import BaseModel, Field

from content.writing.brief import Brief, Draft, Shape
from content.writing.generator import generate
from content.writing.material import Material, gather, told_twice
from content.writing.model import Desk, Written
from content.writing.prompting import MAX_TOKENS, Order, order_of
from content.writing.titles import headline
from content.writing.voice import voice
from content.writing.wishes import understand_note
from trenddrop.core import llm
from trenddrop.core.platforms import rules, shorten_to
from trenddrop.core.text.tokens import normal_words

FEWEST, MOST = 3, 10
LONGEST_HEADING, LONGEST_TEXT = 70, 180
LONG_LINE = 34  # words; a longer sentence fills no picture
TIMEOUT = 50.0
Kind = Literal["cover", "point", "quote", "close"]


@dataclass(frozen=True)
class Slide:
    """One picture's words: a heading of at most 70 characters, a text of at most 180; either may be empty."""

    kind: Kind
    heading: str
    text: str = ""


@dataclass(frozen=True)
class SlidesDraft:
    """A carousel: its pictures' words in order, and the post that goes along."""

    title: str
    slides: list[Slide]
    caption: Draft


class WrittenSlide(BaseModel):
    """One picture as the model hands it in."""

    heading: str = Field(default="", max_length=2 * LONGEST_HEADING)
    text: str = Field(default="", max_length=2 * LONGEST_TEXT)


class WrittenSlides(Written):
    """A carousel as the model hands it in: the post's text with its pictures."""

    slides: list[WrittenSlide] = Field(min_length=1, max_length=MOST)
    close: str = Field(default="", max_length=200)

    @property
    def beside(self) -> str:
        """What stands on the pictures."""
        return " \n".join([*(f"{one.heading} {one.text}" for one in self.slides), self.close])


def write_slides(brief: Brief, *, count: int = 6, rng: Random) -> SlidesDraft:
    """A carousel of at most `count` pictures (3 to 10); `caption.is_fallback` says that models could not be used."""
    brief = replace(brief, shape=Shape.POST)
    count = min(max(count, FEWEST), MOST)
    if not llm.available():
        return tell_slides(brief, count=count, rng=rng)
    try:
        return _ask(brief, count)
    except llm.LLMError as error:
        told = tell_slides(brief, count=count, rng=rng)
        caption = replace(
            told.caption,
            is_fallback=True,
            fallback_reason=str(error),
            tried=list(error.tried),
            input_tokens=error.input_tokens,
            output_tokens=error.output_tokens,
            prompt=_order(brief, count).name,
        )
        return replace(told, caption=caption)


def tell_slides(brief: Brief, *, count: int, rng: Random) -> SlidesDraft:
    """A carousel of the speaker's own sentences, without a model."""
    caption = generate(brief, rng=rng)
    wishes = understand_note(brief.note)
    material, _wishes = gather(brief, wishes, rng=rng, lean="hooks", early=True)
    title = _within(headline(brief, material, most=LONGEST_HEADING), LONGEST_HEADING)
    speaking = voice(
        language=brief.language or material.language, tone=brief.brand.tone, brand=brief.brand.name, rng=rng
    )
    close = "" if wishes.no_call else speaking.say("follow") or speaking.say("save")
    room = count - 1 - bool(close)
    cover = _cover(title, material)
    quotes = [Slide("quote", "", material.closing)] if 0 < len(material.closing) <= LONGEST_TEXT else []
    inner = [*_inner(material, [title, cover.text], most=room - len(quotes)), *quotes]
    slides = [cover, *inner, *([Slide("close", _within(close, LONGEST_HEADING))] if close else [])]
    return SlidesDraft(title, slides, caption)


def _cover(title: str, material: Material) -> Slide:
    """The title; below it the opening, where that says more and is short."""
    more = "" if told_twice(material.opening, [title]) else material.opening
    return Slide("cover", title, more if len(more) <= LONGEST_TEXT // 2 else "")


def _inner(material: Material, before: Sequence[str], *, most: int) -> list[Slide]:
    """One sentence a picture, the best ones, in the order of the recording; none says what stands before."""
    told = [text for text in before if text]
    kept: list[str] = []
    for text in (material.opening, *material.answer, *(one.text for one in material.points), *material.summary):
        fits = len(text) <= LONGEST_TEXT and 3 <= len(normal_words(text)) <= LONG_LINE
        if fits and not told_twice(text, [*told, material.closing]):
            kept.append(text)
            told.append(text)
    return [_pointed(text) for text in material.in_order(kept[:most])]


def _pointed(text: str) -> Slide:
    """A short line is the heading, and what follows its first sentence the text; a long one is text alone."""
    first, dot, rest = text.partition(". ")
    if len(text) <= LONGEST_HEADING:
        return Slide("point", text)
    if dot and len(first) < LONGEST_HEADING:
        return Slide("point", f"{first}.", rest)
    return Slide("point", "", text)


def _within(text: str, most: int) -> str:
    return shorten_to(" ".join(text.split()), fits=lambda candidate: len(candidate) <= most)


def tokens_of_slides(brief: Brief, count: int) -> tuple[int, int]:
    """About how many tokens the question and its answer take."""
    order = _order(replace(brief, shape=Shape.POST), count)
    return order.tokens, 350 + 60 * count


def _order(brief: Brief, count: int) -> Order:
    return order_of(brief, file="slides", count=count, inner=count - 2)


def _ask(brief: Brief, count: int) -> SlidesDraft:
    order = _order(brief, count)
    desk = Desk(brief, brief.row or rules(brief.platform), order)
    answer = llm.ask(
        order.prompt,
        system=order.system,
        output=WrittenSlides,
        material=order.material,
        max_tokens=MAX_TOKENS[Shape.THREAD],
        timeout=TIMEOUT,
        accept=desk.accept,
    )
    title, inner = _within(answer.output.title, LONGEST_HEADING), _handed(answer.output.slides)[: count - 2]
    close = _within(answer.output.close, LONGEST_HEADING + 10)
    slides = [Slide("cover", title), *inner, *([Slide("close", close)] if close else [])]
    return SlidesDraft(title, slides, desk.finished(answer))


def _handed(slides: Sequence[WrittenSlide]) -> list[Slide]:
    kept = [Slide("point", _within(one.heading, LONGEST_HEADING), _within(one.text, LONGEST_TEXT)) for one in slides]
    return [one for one in kept if one.heading or one.text]
