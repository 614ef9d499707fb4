"""The language model's writer: our prompts, the users' words as fenced material, and an answer that is checked."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from pydantic import BaseModel, Field

from content.writing.brief import Brand, Brief, Draft
from content.writing.hashtags import TREND_FLOOR
from trenddrop.core import llm
from trenddrop.core.platforms import (
    HASHTAG,
    MENTION,
    PlatformRules,
    check,
    compose,
    fits,
    rules,
    shorten,
    shorten_title,
    unique_hashtags,
)
from trenddrop.core.text.links import find_links

PROMPTS = Path(__file__).with_name("prompts")
MOST_WORDS_SENT = 12_000  # characters of the transcript: about ten minutes of speech
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)  # also of domains that do not exist (yet)
LONGEST_SAMPLE = 1200  # characters of a voice sample
MAX_TOKENS = 1500
TIMEOUT = 60.0  # seconds
MADE_BY = "language model"
SAMPLES = "voice samples"


class Written(BaseModel):
    """What the model hands in."""

    title: str = Field(default="", max_length=300)
    text: str = Field(min_length=1, max_length=8000)
    hashtags: list[str] = Field(default_factory=list, max_length=60)
    call_to_action: str = Field(default="", max_length=300)


class UnusableDraft(RuntimeError):
    """The model's draft can't be posted; the message says why."""


@dataclass(frozen=True)
class _Order:
    prompt: str
    system: str
    material: dict[str, str]


def ask_model(brief: Brief) -> Draft:
    """The model's draft inside the platform's limits. Raises LLMUnavailable, LLMNonsense, UnusableDraft."""
    row = brief.row or rules(brief.platform)
    order = _order(brief, row)
    answer = llm.ask(
        order.prompt,
        system=order.system,
        output=Written,
        material=order.material,
        max_tokens=MAX_TOKENS,
        timeout=TIMEOUT,
    )
    given = " ".join(text for name, text in order.material.items() if name != SAMPLES)
    _refuse_smuggled(answer.output, f"{given} {brief.brand.name}")
    draft = Draft(
        title=shorten_title(row.key, answer.output.title or brief.title),
        text=_without_tags(answer.output.text),
        hashtags=unique_hashtags([*HASHTAG.findall(answer.output.text), *answer.output.hashtags]),
        call_to_action=answer.output.call_to_action.strip(),
        made_by=MADE_BY,
        model=answer.model,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        steered_by=list(brief.brand.samples),
    )
    return _repaired(draft, row)


def _order(brief: Brief, row: PlatformRules) -> _Order:
    reading, brand = brief.understanding, brief.brand
    prompt = Template(_prompt("piece")).substitute(
        platform=row.name,
        habits=_prompt(f"platforms/{row.key}"),
        limits=_limits(row),
        language=brief.language or reading.language,
        tone=brand.tone,
        voice=_prompt("voice") if brand.samples else "",
        brand="named in the material" if brand.name else "none given",
        title_rule=f"at most {row.title_limit} characters" if row.title_limit else "leave it empty",
        hashtags=row.hashtag_limit or 10,
    )
    material = _of_brand(brand) | _of_recording(brief)
    return _Order(prompt, _prompt("system"), {name: text for name, text in material.items() if text.strip()})


def _of_brand(brand: Brand) -> dict[str, str]:
    """Who speaks and to whom; the samples show how, and are no source of anything else."""
    return {
        "brand": brand.name,
        "about the brand": brand.about,
        "brand guidelines": brand.guidelines,
        "audience": brand.audience,
        "what a piece should lead to": brand.goals,
        SAMPLES: "\n---\n".join(sample.text[:LONGEST_SAMPLE] for sample in brand.samples),
    }


def _of_recording(brief: Brief) -> dict[str, str]:
    reading = brief.understanding
    moments = [moment.text for moment in (*reading.hooks[:4], *reading.quotes[:4], *reading.insights[:4])]
    return {
        "title of the recording": brief.title,
        "summary": reading.summary,
        "strongest moments": "\n".join(dict.fromkeys(moments)),
        "words": _words(brief),
        "trends": "\n".join(
            f"{t.title}: {t.evidence[0].sentence}" for t in brief.trends if _counts(t.score, t.evidence)
        ),
        "previous version": brief.previous.text if brief.previous else "",
        "wishes": brief.note,
    }


def _counts(score: int, evidence: object) -> bool:
    return bool(evidence) and score >= TREND_FLOOR


def _words(brief: Brief) -> str:
    lines = (
        f"{int(one.start // 60)}:{int(one.start % 60):02} {one.text}" if one.start is not None else one.text
        for one in brief.sentences
    )
    return "\n".join(lines)[:MOST_WORDS_SENT]


def _limits(row: PlatformRules) -> str:
    parts = [f"text with hashtags and call to action at most {row.text_limit} {row.text_unit}"]
    if row.title_limit:
        parts.append(f"title at most {row.title_limit} characters")
    if row.hashtag_limit is not None:
        parts.append(f"at most {row.hashtag_limit} hashtags")
    if row.forbidden:
        parts.append(f"none of the characters {' '.join(row.forbidden)}")
    return "; ".join(parts)


def _refuse_smuggled(written: Written, given: str) -> None:
    """An address or a name that nobody gave the model was invented, or planted by somebody's text."""
    whole = f"{written.title} {written.text} {written.call_to_action}"
    links = [whole[link.start : link.end] for link in find_links(whole)]
    foreign = [*ADDRESS.findall(whole), *links, *MENTION.findall(whole)]
    unknown = next((one for one in foreign if one.lower() not in given.lower()), None)
    if unknown:
        raise UnusableDraft(f"The model's text held {unknown}, which is not in the material.")


def _without_tags(text: str) -> str:
    """Lines of nothing but hashtags go; a hashtag within a sentence stays as a word of it."""
    lines = [line for line in text.strip().splitlines() if HASHTAG.sub("", line).strip() or not line.strip()]
    return "\n".join(lines).strip()


def _repaired(draft: Draft, row: PlatformRules) -> Draft:
    """What can be mended by leaving out is mended; what is left over is a reason to write it ourselves."""
    text = "".join(character for character in draft.text if character not in row.forbidden)
    call = "".join(character for character in draft.call_to_action if character not in row.forbidden)
    tags = draft.hashtags[: row.hashtag_limit] if row.hashtag_limit is not None else draft.hashtags
    while tags and not fits(row.key, compose(text=text, hashtags=tags, call_to_action=call), row=row):
        tags = tags[:-1]
    if not fits(row.key, compose(text=text, call_to_action=call), row=row):
        call = ""
    mended = Draft(**{**vars(draft), "text": shorten(row.key, text, row=row), "hashtags": tags, "call_to_action": call})
    problems = [
        problem
        for problem in check(row.key, title=mended.title, text=mended.text, hashtags=tags, call_to_action=call, row=row)
        if problem.field != "media"
    ]
    if problems or not mended.text:
        raise UnusableDraft(problems[0].message if problems else "The model's text was empty.")
    return mended


@cache
def _prompt(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8").strip()
