"""Ideas by the language model: our prompt, other people's words as fenced material, and an answer that is checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from pydantic import BaseModel, Field

from trenddrop.core import llm
from trenddrop.core.platforms import HASHTAG, MENTION, rules, unique_hashtags
from trenddrop.core.text.contacts import contacts_in
from trenddrop.core.text.orders import gives_orders, without_orders
from trends.writing.brief import Brand, Idea, Order
from trends.writing.layouts import ANGLES, FORMATS, angle_for, format_for
from trends.writing.phrasing import HOOK, TITLE, cut, fitted_hook, language_of

PROMPTS = Path(__file__).with_name("prompts")
MOST_SAID, MOST_SAMPLE, MOST_ANGLE, MOST_REASON = 4000, 1200, 1000, 200
MAX_TOKENS = 2000
TIMEOUT = 60.0
LANGUAGES = {"hi-Latn": "Hindi in Latin letters (Hinglish)", "hi": "Hindi", "en": "English"}


class Proposed(BaseModel):
    """One idea as the model hands it in."""

    platform: str = Field(max_length=20)
    content_format: str = Field(default="", max_length=30)
    angle_kind: str = Field(default="", max_length=20)
    title: str = Field(min_length=1, max_length=400)
    angle: str = Field(min_length=1, max_length=3000)
    hook: str = Field(default="", max_length=1000)
    hashtags: list[str] = Field(default_factory=list, max_length=30)
    reasons: list[str] = Field(default_factory=list, max_length=10)


class Proposals(BaseModel):
    """All of them."""

    ideas: list[Proposed] = Field(min_length=1, max_length=12)


class Unusable(RuntimeError):
    """None of the model's ideas can be shown; the message says why."""


@dataclass(frozen=True)
class Answer:
    """The usable ideas, at most one per platform, and the tokens they took."""

    ideas: list[Idea]
    tokens: int


def ask_model(order: Order) -> Answer:
    """Return the model's ideas. Speaks to the network; raises LLMUnavailable, LLMNonsense, Unusable."""
    material = _material(order)
    answer = llm.ask(
        _prompt_of(order),
        system=_prompt("system"),
        output=Proposals,
        material=material,
        max_tokens=MAX_TOKENS,
        timeout=TIMEOUT,
    )
    ideas: dict[str, Idea] = {}
    refused = ""
    for one in answer.output.ideas:
        foreign = _smuggled(one, order)
        refused = foreign or refused
        if one.platform in order.platforms and not foreign:
            ideas.setdefault(one.platform, _idea(one, order, model=answer.model))
    if not ideas:
        why = (
            f"they held {refused}, which the brand does not name" if refused else "none was for a platform of the brand"
        )
        raise Unusable(f"The model's ideas can't be used: {why}.")
    return Answer(list(ideas.values()), answer.input_tokens + answer.output_tokens)


def _prompt_of(order: Order) -> str:
    brand = order.brand
    others = "Find other angles than the obvious ones: there were ideas before." if order.round else ""
    return Template(_prompt("ideas")).substitute(
        platforms=", ".join(order.platforms),
        limits="; ".join(_limits(platform) for platform in order.platforms),
        language=LANGUAGES.get(language_of(brand), "English")
        if brand.language.startswith(("en", "hi"))
        else brand.language,
        tone=brand.tone,
        other=others,
        formats=", ".join(FORMATS),
        angles=", ".join(ANGLES),
    )


def _limits(platform: str) -> str:
    row = rules(platform)
    tags = "" if row.hashtag_limit is None else f", at most {row.hashtag_limit} hashtags"
    return f"{platform}: text of at most {row.text_limit} {row.text_unit}{tags}"


def _material(order: Order) -> dict[str, str]:
    subject = order.subject
    found = {
        "topic": subject.title,
        "other names of the topic": without_orders("\n".join(subject.names[:8])),
        "what is said about the topic": without_orders("\n".join(subject.context))[:MOST_SAID],
        "how the topic stands": f"{subject.status}, named by {subject.sources} sources",
        "why the topic fits": order.brand.why,
    } | _of_brand(order.brand)
    return {name: text for name, text in found.items() if text.strip()}


def _of_brand(brand: Brand) -> dict[str, str]:
    """What the brand says of itself: contacts may come from there alone."""
    return {
        "brand": brand.name,
        "about the brand": brand.about,
        "words of the brand": ", ".join(brand.words[:30]),
        "audience": brand.people,
        "what bothers the audience": "\n".join(brand.pains[:8]),
        "brand guidelines": brand.guidelines,
        "goals": brand.goals,
        "voice samples": "\n---\n".join(text[:MOST_SAMPLE] for text in brand.samples[:3]),
    }


def _smuggled(one: Proposed, order: Order) -> str:
    """Return a contact that the brand did not give, or an order: it was invented, or planted by somebody's text.

    A topic that is called by an account or an address and nothing else may be called so.
    """
    whole = " ".join([one.title, one.angle, one.hook, *one.reasons])
    given = " ".join(_of_brand(order.brand).values()).lower()
    called = {name.strip().lower() for name in (order.subject.title, *order.subject.names)}
    foreign = (each for each in contacts_in(whole, MENTION) if each.lower() not in given)
    planted = next((each for each in foreign if each.lower() not in called), "")
    return planted or ("an order to a machine" if gives_orders(whole) else "")


def _idea(one: Proposed, order: Order, *, model: str) -> Idea:
    row = rules(one.platform)
    tags = unique_hashtags([*one.hashtags, *HASHTAG.findall(one.hook)])[: min(5, row.hashtag_limit or 5)]
    angle = one.angle_kind if one.angle_kind in ANGLES else angle_for(order, one.platform)
    shape = one.content_format if one.content_format in FORMATS else format_for(one.platform, angle)
    return Idea(
        platform=one.platform,
        content_format=shape,
        angle_kind=angle,
        language=language_of(order.brand),
        title=cut(_line(one.title), TITLE),
        angle=cut(one.angle.strip(), MOST_ANGLE),
        hook=fitted_hook(one.platform, cut(_line(HASHTAG.sub("", one.hook)), HOOK), tags),
        hashtags=tags,
        reasons=_reasons(one.reasons),
        made_by=model,
    )


def _reasons(given: Sequence[str]) -> list[str]:
    return [cut(_line(text), MOST_REASON) for text in given[:3] if text.strip()]


def _line(text: str) -> str:
    return " ".join(text.split())


@cache
def _prompt(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8").strip()
