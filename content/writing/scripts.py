"""Scripts: a language model when there is one, else, or when it fails, the embedded writer, which says so."""

import hashlib
from dataclasses import dataclass, replace
from random import Random
from string import Template

from django.conf import settings
from pydantic import BaseModel, Field

from content.writing.judging import Given, UnusableDraft, refuse_foreign
from content.writing.prompting import LONGEST_SAMPLE, MOST_WORDS_SENT, SAMPLES, counted, read
from content.writing.scenes import (
    LONGEST_HEADING,
    LONGEST_SAY,
    LONGEST_SHOW,
    MOST_SCENES,
    ScriptDraft,
    ScriptOrder,
    lasts,
    scene,
)
from content.writing.telling import tell, title_of
from trenddrop.core import llm
from trenddrop.core.text.language import detect
from trenddrop.core.text.orders import without_orders

__all__ = ["ScriptDraft", "ScriptOrder", "estimated_tokens", "write_script"]

MADE_BY = "language model"
MAX_TOKENS = 3000
TOO_LONG, TOO_SHORT = 1.7, 0.35  # times the seconds wished for
LETTERS_A_SECOND = 15  # of an answer with its headings and pictures, for the estimate
TRUSTED = ("brand", "about the brand", "brand guidelines", "what it should lead to", "wishes", "idea")


class WrittenScene(BaseModel):
    """A scene as the model hands it in."""

    heading: str = Field(default="", max_length=4 * LONGEST_HEADING)
    say: str = Field(min_length=1, max_length=LONGEST_SAY)
    show: str = Field(default="", max_length=4 * LONGEST_SHOW)


class WrittenScript(BaseModel):
    """What the model hands in."""

    title: str = Field(default="", max_length=300)
    scenes: list[WrittenScene] = Field(min_length=2, max_length=MOST_SCENES)

    @property
    def whole(self) -> str:
        """Every word of it."""
        return "\n".join([self.title, *(f"{one.heading}\n{one.say}\n{one.show}" for one in self.scenes)])


@dataclass(frozen=True)
class _Desk:
    """Where an answer is looked through."""

    order: ScriptOrder
    language: str
    prompt: str
    system: str
    material: dict[str, str]

    def accept(self, written: WrittenScript) -> None:
        """Raise UnusableDraft when nobody should say this."""
        told = " ".join(text for name, text in self.material.items() if name != SAMPLES)
        trusted = " ".join(self.material.get(name, "") for name in TRUSTED)
        given = Given(told, trusted, f"{self.system} {self.prompt}", self.language)
        refuse_foreign(written.whole, given)
        seconds = sum(lasts(one.say, self.language) for one in written.scenes)
        if not TOO_SHORT * self.order.seconds <= seconds <= TOO_LONG * self.order.seconds:
            raise UnusableDraft(
                f"The model's script takes {seconds:.0f} s to say; {self.order.seconds} s were asked for.",
                hint=f"It takes {seconds:.0f} seconds to say aloud. Write for {self.order.seconds} seconds.",
            )


def write_script(order: ScriptOrder, *, rng: Random) -> ScriptDraft:
    """A script with scenes. `is_fallback` says that models were asked and could not be used."""
    if not llm.available():
        return tell(order, rng=rng)
    try:
        return _ask(order)
    except llm.LLMError as error:
        return replace(
            tell(order, rng=rng),
            is_fallback=True,
            fallback_reason=str(error),
            tried=list(error.tried),
            input_tokens=error.input_tokens,
            output_tokens=error.output_tokens,
            prompt=name_of(),
        )


def estimated_tokens(order: ScriptOrder) -> tuple[int, int]:
    """About how many tokens the question and its answer take; nought where no model is asked."""
    if not llm.available():
        return 0, 0
    desk = _desk(order)
    asked = counted(f"{desk.system}\n{llm.whole_prompt(desk.prompt, desk.material)}")
    return asked, counted("a" * LETTERS_A_SECOND * order.seconds) + 120


def name_of() -> str:
    """The prompt file with a fingerprint of everything of ours in it."""
    whole = "".join([read("system"), read("script"), read("voice")])
    return f"script@{hashlib.sha256(whole.encode()).hexdigest()[:10]}"


def _ask(order: ScriptOrder) -> ScriptDraft:
    desk = _desk(order)
    answer = llm.ask(
        desk.prompt,
        system=desk.system,
        output=WrittenScript,
        material=desk.material,
        max_tokens=MAX_TOKENS,
        timeout=settings.LLM_SECONDS,
        accept=desk.accept,
    )
    return ScriptDraft(
        title=" ".join(answer.output.title.split())[:200] or title_of(order),
        scenes=[scene(one.heading, one.say, one.show, desk.language) for one in answer.output.scenes],
        made_by=MADE_BY,
        language=desk.language,
        model=answer.model,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        tried=list(answer.tried),
        prompt=name_of(),
    )


def _desk(order: ScriptOrder) -> _Desk:
    language = order.language or detect(f"{order.idea}\n{order.material[:2000]}")[0]
    prompt = Template(read("script")).substitute(
        seconds=order.seconds,
        words=round(order.seconds * 2.4),
        language=language,
        tone=order.tone,
        voice=read("voice") if order.brand.samples else "",
    )
    given = {name: text for name, text in _material(order).items() if text.strip()}
    return _Desk(order, language, prompt, read("system"), given)


def _material(order: ScriptOrder) -> dict[str, str]:
    brand, before = order.brand, order.previous
    return {
        "idea": without_orders(order.idea),
        "what was read about it": without_orders(order.material)[:MOST_WORDS_SENT],
        "title of what was read": without_orders(order.title),
        "live topic": order.topic,
        "what others write about the topic": without_orders("\n".join(order.headlines)),
        "brand": brand.name,
        "about the brand": brand.about,
        "brand guidelines": brand.guidelines,
        "audience": brand.audience,
        "what it should lead to": brand.goals,
        SAMPLES: "\n---\n".join(sample.text[:LONGEST_SAMPLE] for sample in brand.samples),
        "previous version": "\n".join(one.say for one in before.scenes) if before else "",
        "wishes": order.note,
    }
