"""Ideas for topics: what is known is gathered, a model or templates write, what was written is kept."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import connection
from django.db.models import F

from accounts import tenancy
from accounts.models import AudienceProfile, BrandProfile, BrandVoiceSample
from billing import credits as ledger
from trenddrop.core import claims, llm
from trenddrop.core.limits import LimitReached
from trenddrop.core.platforms import RULES
from trends import writing
from trends.models import IdeaRequest, TrendOpportunity, TrendRelevance, TrendTopic
from trends.writing import Brand, Idea, Order, Subject

CREDITS = 1  # of an asking, however many platforms
PLATFORMS = 4
USUAL = ("instagram", "youtube", "x")  # of a brand that prefers none
SAMPLES = 3
LEASE = dt.timedelta(minutes=4)  # longer than a model may take
BEST = 5  # topics a brand gets ideas for by itself
FITS = 40.0
Status = TrendOpportunity.Status

# What a model wrote is worth more than what stands there from templates; of two for one platform one goes along.
GIVE_WAY = """
DELETE FROM trends_trendopportunity AS kept USING trends_trendopportunity AS idea, trends_trendtopic AS topic
WHERE topic.id = idea.topic_id AND topic.merged_into_id = kept.topic_id AND idea.brand_id = kept.brand_id
    AND idea.platform = kept.platform AND kept.status = 'open' AND kept.made_by = %s AND idea.made_by <> %s
"""
MOVE_IDEAS = """
UPDATE trends_trendopportunity AS idea SET topic_id = moved.winner FROM (
    SELECT DISTINCT ON (topic.merged_into_id, o.brand_id, o.platform) o.id, topic.merged_into_id AS winner
    FROM trends_trendopportunity o JOIN trends_trendtopic topic ON topic.id = o.topic_id
    WHERE topic.merged_into_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM trends_trendopportunity kept WHERE kept.topic_id = topic.merged_into_id
            AND kept.brand_id = o.brand_id AND kept.platform = o.platform
    )
    ORDER BY topic.merged_into_id, o.brand_id, o.platform, o.made_by = %s, o.updated_at DESC
) AS moved WHERE idea.id = moved.id
"""
MOVE_ASKINGS = """
UPDATE trends_idearequest AS asked SET topic_id = moved.winner FROM (
    SELECT DISTINCT ON (topic.merged_into_id, r.brand_id) r.id, topic.merged_into_id AS winner
    FROM trends_idearequest r JOIN trends_trendtopic topic ON topic.id = r.topic_id
    WHERE topic.merged_into_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM trends_idearequest kept WHERE kept.topic_id = topic.merged_into_id AND kept.brand_id = r.brand_id
    )
    ORDER BY topic.merged_into_id, r.brand_id, r.asked_at DESC
) AS moved WHERE asked.id = moved.id
"""


def platforms_of(brand: BrandProfile) -> list[str]:
    """Return where a brand wants ideas for."""
    known = [key for key in brand.preferred_platforms if key in RULES]
    return (known or list(USUAL))[:PLATFORMS]


def order_for(topic: TrendTopic, brand: BrandProfile) -> Order:
    """Gather what is known of a topic and a brand: four statements. Call in the organisation's scope."""
    audiences = list(AudienceProfile.objects.filter(brand=brand).order_by("created_at"))
    samples = BrandVoiceSample.objects.filter(brand=brand).order_by("-created_at").values_list("text", flat=True)
    fit = TrendRelevance.objects.filter(brand=brand, topic=topic).first()
    rounds = TrendOpportunity.objects.filter(brand=brand, topic=topic).values_list("round", flat=True)
    return Order(
        replace(brand_of(brand, audiences, fit), samples=list(samples[:SAMPLES])),
        subject_of(topic),
        platforms_of(brand),
        round=max(rounds, default=-1) + 1,
    )


def subject_of(topic: TrendTopic) -> Subject:
    """Describe a topic to the writer."""
    return Subject(
        key=str(topic.pk),
        title=topic.title,
        kind=topic.kind,
        names=topic.names,
        context=topic.context,
        language=topic.language,
        status=topic.status,
        growth=topic.growth_24h,
        sources=topic.source_count,
    )


def brand_of(brand: BrandProfile, audiences: Sequence[AudienceProfile], fit: TrendRelevance | None) -> Brand:
    """Describe a brand, its people and why the topic fits it."""
    reasons = [words for _name, points, words in (fit.reasons if fit else []) if points > 0]
    return Brand(
        key=str(brand.pk),
        name=brand.name,
        tone=brand.tone,
        language=brand.language,
        words=brand.words,
        said=[word for word in brand.words if any(f"“{word}”" in words for words in reasons)],
        pains=[pain for audience in audiences for pain in audience.pain_points],
        people=audiences[0].name if audiences else "",
        about="\n".join(filter(None, [brand.industry, brand.description])),
        goals=brand.content_goals,
        guidelines=brand.guidelines,
        why=reasons[0] if reasons else "",
    )


# Of topics that were merged


def follow_merged() -> int:
    """Let ideas, and askings for them, be those of what their topics became: its page is the one that is shown.

    Returns how many ideas moved.
    """
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute(GIVE_WAY, [writing.MADE_BY, writing.MADE_BY])
        cursor.execute(MOVE_IDEAS, [writing.MADE_BY])
        moved: int = cursor.rowcount
        cursor.execute(MOVE_ASKINGS)
        return moved


def standing(topic: TrendTopic) -> TrendTopic:
    """Return what a topic is by now: the one it was merged into, or itself."""
    key = TrendTopic.objects.filter(pk=topic.pk).values_list("merged_into_id", flat=True).first()
    return TrendTopic.objects.defer("embedding").get(pk=key) if key else topic


# On demand


def write_templates(topic: TrendTopic, brand: BrandProfile) -> list[TrendOpportunity]:
    """Write ideas from templates at once. Call in the organisation's scope; raises writing.Untouchable."""
    order = order_for(topic, brand)
    return save(topic, brand, writing.write(order), turn=order.round)


def write_asked(request_id: uuid.UUID, organization_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Answer an asking: the model outside any transaction, then ideas, state and credits in one.

    Ideas of templates, and none at all, cost nothing: what is not delivered is not booked.
    """
    with tenancy.of_organization(organization_id):
        waiting = IdeaRequest.objects.filter(pk=request_id, status=IdeaRequest.Status.WAITING)
        row = claims.claim_one(
            waiting.exclude(lease_until__gt=now), now=now, lease=LEASE, changes={"asked_at": F("asked_at")}
        )
        if row is None:
            return
        topic, brand = TrendTopic.objects.get(pk=row.topic_id), BrandProfile.objects.get(pk=row.brand_id)
        order = order_for(topic, brand)
    ideas, is_paid, failure = _written(order)
    try:
        _deliver(row, topic, brand, order, ideas, is_paid=is_paid, failure=failure)
    except LimitReached as error:
        _close(row, str(error))


def _written(order: Order) -> tuple[list[Idea], bool, str]:
    """Return the ideas, whether a model made any, and why there are none."""
    try:
        made = writing.ask_model(order).ideas
    except (llm.LLMUnavailable, llm.LLMNonsense, writing.Unusable) as error:
        made, why = [], str(error)
    else:
        why = "The model had no idea for this platform."
    missing = [platform for platform in order.platforms if platform not in {idea.platform for idea in made}]
    try:
        spare = writing.write(replace(order, platforms=missing)) if missing else []
    except writing.Untouchable as error:
        return made, bool(made), "" if made else str(error)
    return [*made, *(replace(idea, is_fallback=True, fallback_reason=why) for idea in spare)], bool(made), ""


def _deliver(
    row: IdeaRequest,
    topic: TrendTopic,
    brand: BrandProfile,
    order: Order,
    ideas: Sequence[Idea],
    *,
    is_paid: bool,
    failure: str,
) -> None:
    state = IdeaRequest.Status.FAILED if failure else IdeaRequest.Status.DONE
    with tenancy.of_organization(row.organization_id):
        if not claims.write_fenced(row, status=state, message=failure, lease_until=None):
            return
        save(standing(topic), brand, ideas, turn=order.round)
        if is_paid:
            reference = f"ideas:{row.pk}:{row.number}"
            ledger.spend(row.organization_id, CREDITS, reason="ideas for a topic", reference=reference, by=None)


def _close(row: IdeaRequest, message: str) -> None:
    with tenancy.of_organization(row.organization_id):
        claims.write_fenced(row, status=IdeaRequest.Status.FAILED, message=message, lease_until=None)


def save(topic: TrendTopic, brand: BrandProfile, ideas: Iterable[Idea], *, turn: int) -> list[TrendOpportunity]:
    """Put ideas in the place of earlier ones; those somebody used stay. Call in the organisation's scope."""
    standing = {
        row.platform: row
        for row in TrendOpportunity.objects.select_for_update().filter(topic=topic, brand=brand).order_by("pk")
    }
    rows = []
    for idea in ideas:
        row = standing.get(idea.platform) or _new(topic, brand)
        if row.status == Status.USED:
            continue
        for name, value in vars(idea).items():
            setattr(row, name, value)
        row.status, row.round = Status.OPEN, turn
        rows.append(row)
    _keep(rows)
    return rows


def _new(topic: TrendTopic, brand: BrandProfile) -> TrendOpportunity:
    return TrendOpportunity(organization_id=brand.organization_id, topic=topic, brand=brand)


def _keep(rows: Sequence[TrendOpportunity], *, only_new: bool = False) -> None:
    written = [*vars(writing.Idea("", "", "", "", "", "", "")), "status", "round", "updated_at"]
    if only_new:
        TrendOpportunity.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
        return
    TrendOpportunity.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["topic", "brand", "platform"],
        update_fields=[name for name in written if name != "platform"],
    )


# By itself


def write_best(*, per_brand: int = BEST) -> int:
    """Give every brand ideas for the topics that fit it best, from templates alone: nobody asked, so nothing is spent.

    What has ideas keeps them. Returns how many were written.
    """
    with tenancy.operator():
        keys = TrendRelevance.objects.filter(score__gte=FITS).order_by().values_list("brand", flat=True).distinct()
        return sum(_write_best(brand, per_brand) for brand in _brands(sorted(keys)))


def _brands(keys: Sequence[uuid.UUID]) -> list[BrandProfile]:
    rows = BrandProfile.objects.filter(pk__in=keys, organization__deleted_at=None)
    return list(rows.prefetch_related("audiences").order_by("pk"))


def _write_best(brand: BrandProfile, most: int) -> int:
    fits = list(
        TrendRelevance.objects.filter(brand=brand, score__gte=FITS, topic__is_blocked=False, topic__is_example=False)
        .exclude(topic__status=TrendTopic.Status.EXPIRED)
        .select_related("topic")
        .defer("topic__embedding")
        .order_by("-score", "topic")[:most]
    )
    had = set(
        TrendOpportunity.objects.filter(brand=brand, topic__in=[fit.topic for fit in fits]).values_list(
            "topic", flat=True
        )
    )
    rows = [row for fit in fits if fit.topic_id not in had for row in _from_templates(fit, brand)]
    _keep(rows, only_new=True)
    return len(rows)


def _from_templates(fit: TrendRelevance, brand: BrandProfile) -> list[TrendOpportunity]:
    order = Order(brand_of(brand, list(brand.audiences.all()), fit), subject_of(fit.topic), platforms_of(brand))
    try:
        ideas = writing.write(order)
    except writing.Untouchable:
        return []
    rows = []
    for idea in ideas:
        row = _new(fit.topic, brand)
        for name, value in vars(idea).items():
            setattr(row, name, value)
        rows.append(row)
    return rows
