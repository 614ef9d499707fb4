"""What a script is written from: the idea, what was read of it, the live topic, and who speaks."""

import random
import uuid
from dataclasses import dataclass, replace

from accounts import tenancy, voice
from accounts.models import AudienceProfile, User
from content import credits as costs
from content import writing
from content.models import Generation, Prompt, Script
from content.writing.scenes import ScriptDraft, ScriptOrder, restored
from content.writing.scripts import estimated_tokens, write_script
from trenddrop.core.text.language import UNKNOWN, detect
from trends.models import TrendTopic

LIVE = (TrendTopic.Status.EMERGING, TrendTopic.Status.TRENDING)


@dataclass(frozen=True)
class Wish:
    """How a script should be: tone and language ("" the brand's), seconds, and a note for a new version."""

    tone: str = ""
    language: str = ""
    seconds: int = 45
    note: str = ""


def order_of(prompt: Prompt, wish: Wish, *, previous: Script | None = None) -> ScriptOrder:
    """Gather the order. Call in the organisation's scope; `with_samples` adds the brand's voice outside it."""
    brand, topic = prompt.brand, prompt.topic
    is_live = topic is not None and topic.status in LIVE and not topic.is_blocked
    others = prompt.source in {Prompt.Source.TRENDING_TOPIC, Prompt.Source.HASHTAG}
    lines = [line for line in prompt.material.split("\n") if line.strip()] if others else []
    return ScriptOrder(
        idea=prompt.text,
        material="" if others else prompt.material,
        topic=topic.title if topic is not None and is_live else "",
        headlines=lines,
        brand=_brand_of(prompt),
        tone=wish.tone or (brand.tone if brand else "professional"),
        language=wish.language or _language_of(prompt),
        seconds=wish.seconds,
        note=wish.note,
        previous=_as_draft(previous) if previous else None,
    )


def _language_of(prompt: Prompt) -> str:
    """The language of the idea or the page, where that can be told, else the brand's."""
    found, _sure = detect(f"{prompt.text}\n{prompt.material[:2000]}")
    return found if found != UNKNOWN else prompt.brand.language if prompt.brand else ""


def _brand_of(prompt: Prompt) -> writing.Brand:
    brand = prompt.brand
    if brand is None:
        return writing.Brand()
    audiences = list(AudienceProfile.objects.filter(brand=brand))
    return writing.Brand(
        name=brand.name,
        tone=brand.tone,
        guidelines=brand.guidelines,
        audience="\n".join(filter(None, [brand.target_audience, *(each.told("") for each in audiences)])),
        about="\n".join(filter(None, [brand.industry, brand.description])),
        goals=brand.content_goals,
        words=brand.words,
        cares=[pain for audience in audiences for pain in audience.pain_points],
    )


def _as_draft(script: Script) -> ScriptDraft:
    return ScriptDraft(script.title, restored(script.scenes), script.made_by, script.language)


def with_samples(order: ScriptOrder, prompt: Prompt) -> ScriptOrder:
    """Add the brand's voice samples nearest to the idea. May ask the embedder: no transaction open."""
    if prompt.brand_id is None:
        return order
    about = f"{order.idea}\n{order.material[:1000]}"
    near = voice.nearest(about, brand_id=prompt.brand_id, organization_id=prompt.organization_id)
    samples = [writing.Sample(str(each.pk), each.text, each.language) for each in near]
    return replace(order, brand=replace(order.brand, samples=samples))


def write(order: ScriptOrder, prompt: Prompt, *, version: int) -> ScriptDraft:
    """Write a draft outside any transaction; raise LimitReached before a paid model is asked for nothing."""
    with tenancy.of_organization(prompt.organization_id):
        costs.require(prompt.organization_id, estimate(order))
    return write_script(order, rng=random.Random(f"{order.idea}:{version}:{order.note}"))


def estimate(order: ScriptOrder) -> costs.Estimate:
    """What a script will take, and at most cost; nothing without a model."""
    return costs.estimate(*estimated_tokens(order))


def count(
    script: Script,
    draft: ScriptDraft,
    order: ScriptOrder,
    *,
    client: uuid.UUID | None,
    by: User | None,
    most: int | None = None,
    held_as: str = "",
) -> int:
    """Keep what a draft took, book it, at most `most`, and return that. Call in the organisation's scope."""
    subject = costs.Subject(
        organization_id=script.organization_id,
        client_id=client,
        purpose=Generation.Purpose.SCRIPT,
        of=script.pk,
        version=script.version,
        about=script.title,
    )
    asked = costs.Asked(
        made_by=draft.made_by,
        tried=[one.stored() for one in draft.tried],
        input_tokens=draft.input_tokens,
        output_tokens=draft.output_tokens,
        model=draft.model,
        prompt=draft.prompt,
        is_fallback=draft.is_fallback,
    )
    expected = estimate(order)
    expected = expected if most is None else replace(expected, credits=min(expected.credits, most))
    kept = costs.count(subject, expected, asked, by=by, held_as=held_as)
    return kept.credits if kept else 0
