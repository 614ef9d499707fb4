"""Which live topics fit which brand. Only what changed is held against each other: topics whose words are new for all
brands, brands that say something new for all topics, and each brand once a day for all (its past has grown).

Topics are read in chunks and brands in parts, so that memory stays the same however many there are; each chunk and
part takes the same few statements.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from accounts import tenancy
from accounts.models import BrandProfile
from trenddrop.core.embeddings import Embedder, embedder
from trends.collection import brands as profiles
from trends.collection.brands import Fitted
from trends.collection.shortlisting import Index
from trends.models import BrandFit, TrendTopic
from trends.normalise import Kind, normalise
from trends.relevance import Facts, Relevance, Scale, facts, relevance

FLOOR = 20.0  # below it a topic only touches on a brand by chance
KEPT = 500  # of a brand's fits to live topics
CHUNK = 20_000
BRANDS = 100
WHOLE = dt.timedelta(hours=24)  # after which a brand is held against everything again
OVER_KEPT = dt.timedelta(days=30)  # fits to topics that are over, for looking back

# What of a topic its fits stand on. The title may be any text, so parts are joined by a character no title holds.
DIGEST = """md5(concat_ws(E'\\x1f', topic.title, array_to_string(topic.names, E'\\x1e'),
    array_to_string(topic.context, E'\\x1e'), array_to_string(topic.regions, ','), topic.language, topic.platform,
    topic.embedder))"""
TOPICS = f"""
    SELECT topic.id, {DIGEST} AS digest, fitted.digest IS DISTINCT FROM {DIGEST} AS is_changed
    FROM trends_trendtopic topic LEFT JOIN trends_fittedtopic fitted ON fitted.topic_id = topic.id
    WHERE topic.status <> 'expired' AND NOT topic.is_blocked
"""  # noqa: S608 (names of ours)
MARK = """
    INSERT INTO trends_fittedtopic (topic_id, digest)
    SELECT made.topic, made.digest FROM unnest(%s::uuid[], %s::text[]) AS made (topic, digest)
    JOIN trends_trendtopic topic ON topic.id = made.topic
    ON CONFLICT (topic_id) DO UPDATE SET digest = excluded.digest
"""
WRITE = """
    INSERT INTO trends_trendrelevance AS fit
        (id, organization_id, brand_id, topic_id, score, reasons, created_at, updated_at)
    SELECT made.id, made.organization, made.brand, made.topic, made.score, made.reasons, %s, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::float8[], %s::jsonb[])
        AS made (id, organization, brand, topic, score, reasons)
    JOIN trends_trendtopic topic ON topic.id = made.topic
    JOIN accounts_brandprofile brand ON brand.id = made.brand
    ON CONFLICT (topic_id, brand_id) DO UPDATE
        SET score = excluded.score, reasons = excluded.reasons, updated_at = excluded.updated_at
        WHERE fit.score <> excluded.score OR fit.reasons <> excluded.reasons
"""
# Of the topics that were held against these brands, the fits that were not found again.
FORGET = """
    DELETE FROM trends_trendrelevance fit
    WHERE fit.brand_id = ANY(%s::uuid[]) AND fit.topic_id = ANY(%s::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM unnest(%s::uuid[], %s::uuid[]) AS made (brand, topic)
        WHERE made.brand = fit.brand_id AND made.topic = fit.topic_id)
"""
TRIM = """
    DELETE FROM trends_trendrelevance fit USING (
        SELECT ranked.id,
            row_number() OVER (PARTITION BY ranked.brand_id ORDER BY ranked.score DESC, ranked.topic_id) AS place
        FROM trends_trendrelevance ranked JOIN trends_trendtopic topic ON topic.id = ranked.topic_id
        WHERE ranked.brand_id = ANY(%s::uuid[]) AND topic.status <> 'expired'
    ) AS live WHERE fit.id = live.id AND live.place > %s
"""
FORGET_OVER = """
    DELETE FROM trends_trendrelevance fit USING trends_trendtopic topic
    WHERE topic.id = fit.topic_id AND fit.brand_id = ANY(%s::uuid[])
        AND (topic.is_blocked OR topic.status = 'expired' AND topic.last_seen_at < %s)
"""


@dataclass(frozen=True)
class Topics:
    """A chunk of live topics: their keys and what their fits stand on, those that changed, and the index of them."""

    keys: list[uuid.UUID]
    digests: list[str]
    is_changed: list[bool]
    facts: list[Facts]
    index: Index


def fit_all(*, now: dt.datetime | None = None) -> int:
    """Fit what is new to what there is; returns the number of fits that were found."""
    with tenancy.operator():
        living = BrandProfile.objects.filter(organization__deleted_at=None).order_by("pk")
        keys = list(living.values_list("pk", flat=True))
    return _fit(keys, now=now or timezone.now(), only_whole=False)


def fit_brand(key: uuid.UUID, *, now: dt.datetime | None = None) -> int:
    """Fit one brand, which was just made or changed, to everything."""
    return _fit([key], now=now or timezone.now(), only_whole=True)


def _fit(keys: Sequence[uuid.UUID], *, now: dt.datetime, only_whole: bool) -> int:
    """Hold brands against topics, chunk by chunk. `only_whole`: leave the topics' marks to a pass over all brands."""
    model, count = embedder(), 0
    parts = [_part(part, model, now=now, everything=only_whole) for part in _parts(keys)]
    anything = any(whole for _loaded, whole in parts)
    for topics in _chunks(model, only_changed=not anything):
        for loaded, whole in parts:
            count += _fit_part(loaded, whole, topics, model, now=now)
        if not only_whole:
            _mark(topics)
    for loaded, whole in parts:
        _settle(loaded, whole, now=now)
    return count


def _part(
    keys: Sequence[uuid.UUID], model: Embedder, *, now: dt.datetime, everything: bool
) -> tuple[list[Fitted], frozenset[uuid.UUID]]:
    """Return brands, and which of them are held against everything: new ones, changed ones, and each once a day."""
    with tenancy.operator():
        loaded = profiles.load(keys, model, now=now)
        known = BrandFit.objects.filter(brand__in=keys, whole_at__gt=now - WHOLE).values_list("brand_id", "digest")
        digests = dict(known)
    return loaded, frozenset(one.brand.pk for one in loaded if everything or digests.get(one.brand.pk) != one.digest)


def _chunks(model: Embedder, *, only_changed: bool) -> Iterator[Topics]:
    """Yield the live topics in the order of their keys: two statements a chunk."""
    last = uuid.UUID(int=0)
    changed = f" AND fitted.digest IS DISTINCT FROM {DIGEST}" if only_changed else ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"{TOPICS}{changed} AND topic.id > %s ORDER BY topic.id LIMIT %s", [last, CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield _read({key: (digest, is_changed) for key, digest, is_changed in rows}, model)


def _read(told: Mapping[uuid.UUID, tuple[str, bool]], model: Embedder) -> Topics:
    columns = ("pk", "regions", "title", "names", "context", "language", "platform", "embedder", "embedding")
    rows = list(TrendTopic.objects.filter(pk__in=list(told)).order_by("pk").values_list(*columns))
    vectors = np.zeros((len(rows), model.dimensions), dtype=np.float32)
    for place, (*_, made_by, vector) in enumerate(rows):
        if vector is not None and made_by == model.name:
            vectors[place] = vector
    found = [_facts(row, vectors[place]) for place, row in enumerate(rows)]
    keys = [row[0] for row in rows]
    return Topics(keys, [told[key][0] for key in keys], [told[key][1] for key in keys], found, Index(found, vectors))


def _facts(row: tuple[object, ...], vector: NDArray[np.float32]) -> Facts:
    _key, regions, title, names, context, language, platform, _made_by, _vector = row
    every = [str(title), *names]  # type: ignore[misc]
    return facts(
        every,
        context,  # type: ignore[arg-type]
        keys=frozenset(normalise(name, Kind.HASHTAG) for name in every),
        countries=tuple(regions),  # type: ignore[arg-type]
        language=str(language),
        platform=str(platform),
        vector=vector if vector.any() else None,
    )


def _fit_part(
    loaded: Sequence[Fitted], whole: Collection[uuid.UUID], topics: Topics, model: Embedder, *, now: dt.datetime
) -> int:
    """Hold a part of the brands against a chunk, and write what was found: two statements."""
    scale = Scale(semantic=model.semantic)
    found = [
        (one, topics.keys[place], fit)
        for one in loaded
        for place in topics.index.shortlist(one.profile, floor=FLOOR, scale=scale)
        if one.brand.pk in whole or topics.is_changed[place]
        if (fit := relevance(one.profile, topics.facts[place], scale=scale)).score >= FLOOR
    ]
    _write(found, now=now)
    changed = [key for key, is_changed in zip(topics.keys, topics.is_changed, strict=True) if is_changed]
    _forget([one.brand.pk for one in loaded if one.brand.pk in whole], topics.keys, found)
    _forget([one.brand.pk for one in loaded if one.brand.pk not in whole], changed, found)
    return len(found)


Found = Sequence[tuple[Fitted, uuid.UUID, Relevance]]


def _write(found: Found, *, now: dt.datetime) -> None:
    if not found:
        return
    found = sorted(found, key=lambda row: (row[1], row[0].brand.pk))  # one order, so that two passes never deadlock
    columns: list[list[Any]] = [
        [uuid.uuid4() for _ in found],
        [one.brand.organization_id for one, _topic, _fit in found],
        [one.brand.pk for one, _topic, _fit in found],
        [topic for _one, topic, _fit in found],
        [fit.score for _one, _topic, fit in found],
        [json.dumps([[each.name, each.points, each.words] for each in fit.reasons]) for _one, _topic, fit in found],
    ]
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute(WRITE, [now, now, *columns])


def _forget(brands: Sequence[uuid.UUID], held: Sequence[uuid.UUID], found: Found) -> None:
    if not brands or not held:
        return
    pairs = [[one.brand.pk for one, _topic, _fit in found], [topic for _one, topic, _fit in found]]
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute(FORGET, [list(brands), list(held), *pairs])


def _mark(topics: Topics) -> None:
    """Note what of the topics was held against every brand."""
    changed = [place for place, is_changed in enumerate(topics.is_changed) if is_changed]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(MARK, [[topics.keys[n] for n in changed], [topics.digests[n] for n in changed]])


def _settle(loaded: Sequence[Fitted], whole: Collection[uuid.UUID], *, now: dt.datetime) -> None:
    """Keep each brand's best fits, drop what is long over, and note which brands were held against everything."""
    brands = [one.brand.pk for one in loaded]
    rows = [
        BrandFit(organization_id=one.brand.organization_id, brand=one.brand, digest=one.digest, whole_at=now)
        for one in loaded
        if one.brand.pk in whole
    ]
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute(TRIM, [brands, KEPT])
        cursor.execute(FORGET_OVER, [brands, now - OVER_KEPT])
        BrandFit.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["brand"], update_fields=["digest", "whole_at", "updated_at"]
        )


def _parts(keys: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for start in range(0, len(keys), BRANDS):
        yield keys[start : start + BRANDS]
