"""What a model is asked: our prompt files, the users' words as fenced material, and what that will take."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from content.writing.brief import Brand, Brief, Shape, Worked
from content.writing.hashtags import TREND_FLOOR
from content.writing.wishes import shape_of
from trenddrop.core import llm
from trenddrop.core.platforms import PlatformRules, rules
from trenddrop.core.text.orders import gives_orders, without_orders

PROMPTS = Path(__file__).with_name("prompts")
MOST_WORDS_SENT = 12_000  # characters of the transcript: about ten minutes of speech
LONGEST_SAMPLE = 1200  # characters of a voice sample
LONGEST_POST = 400  # characters of a post that went well
MAX_TOKENS = {Shape.POST: 1500, Shape.THREAD: 2000, Shape.ARTICLE: 3000, Shape.NEWSLETTER: 2000}
SAMPLES = "voice samples"
WENT_WELL = "posts that went well"
TRUSTED = ("brand", "about the brand", "brand guidelines", "what a piece should lead to", "the brand's calls to action",
           "wishes")  # fmt: skip
LETTERS_PER_TOKEN, SIGNS_PER_TOKEN = 4.0, 1.5  # ASCII, and everything else
USUAL_ANSWER = {Shape.POST: 350, Shape.THREAD: 700, Shape.ARTICLE: 1100, Shape.NEWSLETTER: 700}  # tokens
LONGEST_HEADLINE = 90  # characters
HEADED = (Shape.ARTICLE, Shape.NEWSLETTER)  # have a headline where a post on the platform has no title
ANSWER_FRAME = 60  # tokens of the JSON around it


@dataclass(frozen=True)
class Order:
    """A prompt ready to be sent; `name` is its file with a fingerprint of everything of ours in it."""

    prompt: str
    system: str
    material: Mapping[str, str]
    shape: Shape
    name: str

    @property
    def trusted(self) -> str:
        """The words of the brand and of who asks."""
        return " ".join(text for name, text in self.material.items() if name in TRUSTED)

    @property
    def tokens(self) -> int:
        """About how many tokens asking takes."""
        return counted(f"{self.system}\n{llm.whole_prompt(self.prompt, self.material)}")

    @property
    def told(self) -> str:
        """What the post may speak of: neither voice samples nor old posts are a source of facts."""
        return " ".join(text for name, text in self.material.items() if name not in (SAMPLES, WENT_WELL))


def order_of(brief: Brief, *, file: str = "", **more: object) -> Order:
    """The prompt for a brief: the one of its shape, or another `file` that asks for `more`."""
    row, shape, brand = brief.row or rules(brief.platform), shape_of(brief), brief.brand
    prompt = Template(read(file or shape)).substitute(
        more,
        platform=row.name,
        habits=read(f"platforms/{row.key}"),
        limits=limits_of(row),
        language=brief.language or brief.understanding.language,
        tone=brand.tone,
        voice=read("voice") if brand.samples else "",
        brand="named in the material" if brand.name else "none given",
        title_rule=_title_rule(row, shape),
        hashtags=row.hashtag_limit or 10,
    )
    material = _of_brand(brand) | _of_worked(brief.worked) | _of_recording(brief)
    given = {name: text for name, text in material.items() if text.strip()}
    return Order(prompt, read("system"), given, shape, _fingerprinted(file or shape, row))


def tokens_of(brief: Brief) -> tuple[int, int]:
    """About how many tokens the question and its answer take; models differ by a fifth or so."""
    order = order_of(brief)
    return order.tokens, USUAL_ANSWER[order.shape] + ANSWER_FRAME


def counted(text: str) -> int:
    """About how many tokens a text is."""
    plain = sum(character.isascii() for character in text)
    return round(plain / LETTERS_PER_TOKEN + (len(text) - plain) / SIGNS_PER_TOKEN)


def limits_of(row: PlatformRules) -> str:
    """A platform's limits in words."""
    parts = [f"text with hashtags and call to action at most {row.text_limit} {row.text_unit}"]
    if row.title_limit:
        parts.append(f"title at most {row.title_limit} characters")
    if row.hashtag_limit is not None:
        parts.append(f"at most {row.hashtag_limit} hashtags")
    if row.forbidden:
        parts.append(f"none of the characters {' '.join(row.forbidden)}")
    return "; ".join(parts)


def _of_brand(brand: Brand) -> dict[str, str]:
    """Who speaks and to whom; the samples show how, and are no source of anything else."""
    return {
        "brand": brand.name,
        "about the brand": brand.about,
        "brand guidelines": brand.guidelines,
        "audience": brand.audience,
        "what bothers the audience": "\n".join(brand.cares),
        "words of the brand": ", ".join(brand.words),
        "what a piece should lead to": brand.goals,
        SAMPLES: "\n---\n".join(sample.text[:LONGEST_SAMPLE] for sample in brand.samples),
    }


def _of_worked(worked: Worked) -> dict[str, str]:
    """What the audience answered to: how it was done, not what it said."""
    posts = [f"{times:.1f} times the usual: {text[:LONGEST_POST]}" for times, text in worked.posts]
    return {
        WENT_WELL: "\n---\n".join(posts),
        "what earlier posts taught": "\n".join(worked.lessons),
        "openings that worked": "\n".join(worked.hooks),
        "the brand's calls to action": "\n".join(worked.calls),
    }


def _of_recording(brief: Brief) -> dict[str, str]:
    reading = brief.understanding
    moments = [moment.text for moment in (*reading.hooks[:4], *reading.quotes[:4], *reading.insights[:4])]
    trends = [
        f"{one.title}: {one.evidence[0].sentence}" for one in brief.trends if one.evidence and one.score >= TREND_FLOOR
    ]
    return {
        "title of the recording": without_orders(brief.title),
        "summary": without_orders(reading.summary),
        "strongest moments": _clean(dict.fromkeys(moments)),
        "words": _words(brief),
        "trends": _clean(trends),
        "previous version": brief.previous.text if brief.previous else "",
        "wishes": brief.note,
    }


def _clean(texts: list[str] | dict[str, None]) -> str:
    return "\n".join(text for text in texts if not gives_orders(text))


def _words(brief: Brief) -> str:
    spoken = (one for one in brief.sentences if not gives_orders(one.text))
    lines = (
        f"{int(one.start // 60)}:{int(one.start % 60):02} {one.text}" if one.start is not None else one.text
        for one in spoken
    )
    return "\n".join(lines)[:MOST_WORDS_SENT]


def _title_rule(row: PlatformRules, shape: Shape) -> str:
    if row.title_limit:
        return f"at most {row.title_limit} characters"
    return f"at most {LONGEST_HEADLINE} characters" if shape in HEADED else "leave it empty"


def _fingerprinted(file: str, row: PlatformRules) -> str:
    whole = "".join([read("system"), read(file), read(f"platforms/{row.key}"), read("voice")])
    return f"{file}@{hashlib.sha256(whole.encode()).hexdigest()[:10]}"


@cache
def read(name: str) -> str:
    """A prompt file."""
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8").strip()
