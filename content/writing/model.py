"""The language model's writer: our prompts, the users' words as fenced material, and an answer that is checked."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.conf import settings
from django.utils import translation
from pydantic import BaseModel, Field

from content.writing.brief import Brief, Draft, Shape
from content.writing.fitting import fits_whole, with_parts_fitted
from content.writing.judging import Given, UnusableDraft, refuse_foreign
from content.writing.prompting import HEADED, LONGEST_HEADLINE, MAX_TOKENS, Order, order_of
from trenddrop.core import llm
from trenddrop.core.platforms import (
    HASHTAG,
    PlatformRules,
    check,
    compose,
    rules,
    shorten_title,
    shorten_to,
    unique_hashtags,
)
from trenddrop.core.platforms.threads import DASHES, THREADED, joined, numbered, parts_of

MADE_BY = "language model"


class Written(BaseModel):
    """What the model hands in."""

    title: str = Field(default="", max_length=300)
    text: str = Field(min_length=1, max_length=8000)
    hashtags: list[str] = Field(default_factory=list, max_length=60)
    call_to_action: str = Field(default="", max_length=300)

    @property
    def parts(self) -> list[str]:
        """The text as parts: one."""
        return [self.text]

    @property
    def beside(self) -> str:
        """What is said beside the text: nothing."""
        return ""


class WrittenThread(BaseModel):
    """A thread as the model hands it in."""

    title: str = Field(default="", max_length=300)
    parts: list[str] = Field(min_length=2, max_length=12)
    hashtags: list[str] = Field(default_factory=list, max_length=60)
    call_to_action: str = Field(default="", max_length=300)

    @property
    def beside(self) -> str:
        """What is said beside the parts: nothing."""
        return ""


@dataclass(frozen=True)
class Desk:
    """Where one answer is looked through: what was ordered, and the platform's limits."""

    brief: Brief
    row: PlatformRules
    order: Order

    def accept(self, written: Written | WrittenThread) -> None:
        """Raise UnusableDraft when the answer cannot be posted."""
        said = " \n".join(
            [written.title, *written.parts, written.beside, " ".join(written.hashtags), written.call_to_action]
        )
        refuse_foreign(said, self.given)
        self.mended(written)

    @property
    def given(self) -> Given:
        order = self.order
        ours = f"{order.system} {order.prompt}"
        language = self.brief.language or self.brief.understanding.language
        return Given(order.told, order.trusted, ours, language)

    def finished(self, answer: llm.Answer[Any]) -> Draft:
        """An accepted answer as a draft, with what it took."""
        return replace(
            self.mended(answer.output),
            model=answer.model,
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            steered_by=list(self.brief.brand.samples),
            tried=list(answer.tried),
            prompt=self.order.name,
        )

    def _title(self, written: str) -> str:
        if self.row.title_limit is None and self.order.shape in HEADED:
            return shorten_to(" ".join(written.split()), fits=lambda text: len(text) <= LONGEST_HEADLINE)
        return shorten_title(self.row.key, written or self.brief.title)

    def mended(self, written: Written | WrittenThread) -> Draft:
        """The answer inside the platform's limits; what cannot be mended by leaving out raises UnusableDraft."""
        parts = [_without_tags(part) for part in written.parts]
        parts = [part for part in parts if part]
        is_thread = self.order.shape is Shape.THREAD and self.row.key in THREADED and len(parts) > 1
        draft = Draft(
            title=self._title(written.title),
            text=joined(numbered(parts)) if is_thread else "\n\n".join(DASHES.sub("", part) for part in parts),
            hashtags=unique_hashtags([*HASHTAG.findall(" ".join(written.parts)), *written.hashtags]),
            call_to_action=written.call_to_action.strip(),
            made_by=MADE_BY,
            shape=Shape.THREAD if is_thread else Shape.POST if self.order.shape is Shape.THREAD else self.order.shape,
        )
        return _repaired(draft, self.row)


Handed = TypeVar("Handed", Written, WrittenThread)


def _asked(desk: Desk, output: type[Handed]) -> llm.Answer[Handed]:
    order = desk.order
    return llm.ask(
        order.prompt,
        system=order.system,
        output=output,
        material=order.material,
        max_tokens=MAX_TOKENS[order.shape],
        timeout=settings.LLM_SECONDS,
        accept=desk.accept,
    )


def ask_model(brief: Brief) -> Draft:
    """The model's draft inside the platform's limits. Raises LLMUnavailable, LLMNonsense, UnusableDraft."""
    order = order_of(brief)
    desk = Desk(brief, brief.row or rules(brief.platform), order)
    answer: llm.Answer[Written] | llm.Answer[WrittenThread] = (
        _asked(desk, WrittenThread) if order.shape is Shape.THREAD else _asked(desk, Written)
    )
    return desk.finished(answer)


def _without_tags(text: str) -> str:
    """Lines of nothing but hashtags go; a hashtag within a sentence stays as a word of it."""
    lines = [line for line in text.strip().splitlines() if HASHTAG.sub("", line).strip() or not line.strip()]
    return "\n".join(lines).strip()


def _repaired(draft: Draft, row: PlatformRules) -> Draft:
    """What can be mended by leaving out is mended; what is left over is a reason to write it ourselves."""
    text = "".join(character for character in draft.text if character not in row.forbidden)
    call = "".join(character for character in draft.call_to_action if character not in row.forbidden)
    tags = draft.hashtags[: row.hashtag_limit] if row.hashtag_limit is not None else draft.hashtags
    while tags and not fits_whole(row, compose(text=text, hashtags=tags, call_to_action=call)):
        tags = tags[:-1]
    if not fits_whole(row, compose(text=text, call_to_action=call)):
        call = ""
    mended = replace(draft, text=with_parts_fitted(row, text), hashtags=tags, call_to_action=call)
    problems = [problem for part in _posts(mended, row) for problem in part]
    if problems or not mended.text:
        raise UnusableDraft(problems[0] if problems else "The model's text was empty.")
    return mended


@translation.override("en")
def _posts(draft: Draft, row: PlatformRules) -> list[list[str]]:
    """What the platform would refuse of each post the draft makes, in words for the model."""
    words: dict[str, Any] = {"text": draft.text, "hashtags": draft.hashtags, "call_to_action": draft.call_to_action}
    if draft.shape is not Shape.THREAD:
        found = [check(row.key, title=draft.title, row=row, **words)]
    else:
        parts = parts_of(row.key, compose(**words))
        found = [check(row.key, title=draft.title, text=part, row=row) for part in parts]
    return [[problem.message for problem in each if problem.field != "media"] for each in found]
