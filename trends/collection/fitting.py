"""Which live topics fit which brand: a shortlist by words and nearness for all, the exact fit for those on it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from accounts import tenancy
from accounts.models import BrandProfile
from trenddrop.core.embeddings import Embedder, EmbeddingFailed, embedder
from trends.models import TrendRelevance, TrendTopic
from trends.normalise import comparison_words
from trends.relevance import UNRELATED, Reason, Relevance, Scale, Vector, relevance

ELSEWHERE = 0.2  # of the fit, taken off a topic that rises in another country
FLOOR = 20.0  # below it a topic only touches on a brand by chance
KEPT = 200
NEAREST = 300
BRANDS = 100


@dataclass(frozen=True)
class Topics:
    """The live topics side by side: keys, countries, texts, one long string of words each, unit vectors (or zeros)."""

    keys: list[UUID]
    countries: list[str]
    texts: list[list[str]]
    words: list[str]
    vectors: NDArray[np.float32]


def fit_all() -> int:
    """Fit every brand to the live topics; returns the number of fits."""
    model = embedder()
    topics = _live(model)
    with tenancy.operator():
        keys = list(
            BrandProfile.objects.filter(organization__deleted_at=None).order_by("pk").values_list("pk", flat=True)
        )
    return sum(_fit_some(part, topics, model) for part in _parts(keys))


def fit_brand(key: UUID) -> int:
    """Fit one brand, which was just made or changed."""
    model = embedder()
    return _fit_some([key], _live(model), model)


def _fit_some(keys: Sequence[UUID], topics: Topics, model: Embedder) -> int:
    with tenancy.operator():
        brands = list(BrandProfile.objects.filter(pk__in=keys).prefetch_related("audiences"))
    vectors = _brand_vectors(brands, model)
    fits = {
        brand: best(words_of(brand), vector, topics, model, country=brand.country)
        for brand, vector in zip(brands, vectors, strict=True)
    }
    with tenancy.operator():
        _write(fits)
    return sum(map(len, fits.values()))


def words_of(brand: BrandProfile) -> list[str]:
    """What the brand is about, and what its audiences like."""
    interests = [word for audience in brand.audiences.all() for word in audience.interests]
    return list(dict.fromkeys([*brand.words, *interests]))


def best(
    words: Sequence[str], vector: Vector | None, topics: Topics, model: Embedder, *, country: str = ""
) -> list[tuple[UUID, Relevance]]:
    """Return the topics that fit a brand's words and vector, best first, none below the floor."""
    scale = Scale(semantic=model.semantic)
    found = [
        (topics.keys[place], fit)
        for place in sorted(_shortlist(words, vector, topics))
        if (
            fit := elsewhere(
                relevance(words, vector, topics.texts[place], _row(topics, place), scale=scale),
                topics.countries[place],
                country,
            )
        ).score
        >= FLOOR
    ]
    return sorted(found, key=lambda one: -one[1].score)[:KEPT]


def elsewhere(fit: Relevance, rises_in: str, country: str) -> Relevance:
    """Take something off a fit whose topic rises in another country than the brand's, and say so."""
    if not rises_in or not country or rises_in == country:
        return fit
    points = -round(ELSEWHERE * fit.score, 1)
    reason = Reason("country", points, f"rises in {rises_in}, the brand looks at {country}")
    return Relevance(round(fit.score + points, 1), (*fit.reasons, reason))


def _live(model: Embedder) -> Topics:
    rows = list(
        TrendTopic.objects.live()
        .order_by("pk")
        .values_list("pk", "region", "title", "names", "context", "embedder", "embedding")
    )
    vectors = np.zeros((len(rows), model.dimensions), dtype=np.float32)
    for place, (*_, made_by, vector) in enumerate(rows):
        if vector is not None and made_by == model.name:
            vectors[place] = vector
    texts = [[title, *names, *context] for _, _, title, names, context, _, _ in rows]
    countries = [row[1][:2].upper() for row in rows]
    words = [" ".join(word for text in one for word in comparison_words(text)) for one in texts]
    return Topics([row[0] for row in rows], countries, texts, words, vectors)


def _shortlist(keywords: Iterable[str], vector: Vector | None, topics: Topics) -> set[int]:
    """Return the places of topics that say a beginning of a keyword's word, or lie near: more than fit, never fewer."""
    probes = {_beginning(word) for keyword in keywords for word in comparison_words(keyword)}
    said = {place for place, words in enumerate(topics.words) if any(probe in words for probe in probes)}
    if vector is None or not topics.keys:
        return said
    cosines = topics.vectors @ vector
    nearest = np.argsort(-cosines)[:NEAREST]
    return said | {int(place) for place in nearest if cosines[place] > UNRELATED}


def _beginning(word: str) -> str:
    return word[: max(3, len(word) - 3)]


def _row(topics: Topics, place: int) -> Vector | None:
    row: Vector = topics.vectors[place]
    return row if row.any() else None


def _brand_vectors(brands: Sequence[BrandProfile], model: Embedder) -> list[Vector | None]:
    try:
        rows = model.embed([". ".join([*brand.words, brand.description]) for brand in brands])
    except EmbeddingFailed:
        return [None] * len(brands)
    return list(rows)


def _write(fits: dict[BrandProfile, list[tuple[UUID, Relevance]]]) -> None:
    """Replace what stood: three statements for all these brands."""
    rows = [
        TrendRelevance(
            organization_id=brand.organization_id,
            brand=brand,
            topic_id=topic,
            score=fit.score,
            reasons=[[reason.name, reason.points, reason.words] for reason in fit.reasons],
        )
        for brand, found in fits.items()
        for topic, fit in found
    ]
    kept = {(row.brand_id, row.topic_id) for row in rows}
    stood = TrendRelevance.objects.filter(brand__in=fits).values_list("pk", "brand_id", "topic_id")
    stale = [pk for pk, brand, topic in stood if (brand, topic) not in kept]
    TrendRelevance.objects.filter(pk__in=stale).delete()
    TrendRelevance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["topic", "brand"],
        update_fields=["score", "reasons", "updated_at"],
        batch_size=1000,
    )


def _parts(keys: list[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), BRANDS):
        yield keys[start : start + BRANDS]
