"""Brands as topics are held against them: what they say, whom they speak to, what worked."""

import datetime as dt
import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import F, Window
from django.db.models.functions import Left, RowNumber

from accounts.models import BrandProfile, BrandVoiceSample
from trenddrop.core.embeddings import Embedder, EmbeddingFailed
from trenddrop.core.text.data import words as word_list
from trenddrop.core.text.stopwords import stop_words
from trends import own
from trends.models import OwnHashtag
from trends.niches import stem, stems
from trends.relevance import Profile

SAMPLES, SAMPLE_LENGTH = 30, 2000
VOICE_WORDS = 60
SHORTEST = 4  # letters of a word that can be a brand's own
EVERYDAY = frozenset(stem(word) for name in ("common_en", "verbs_en") for word in word_list(name)) | frozenset(
    stem(word) for language in ("en", "hi", "hi-Latn") for word in stop_words(language)
)
BOTH = {"hinglish": {"en", "hi"}}


@dataclass(frozen=True)
class Fitted:
    """A brand with its profile, and a digest of what the profile is made of."""

    brand: BrandProfile
    profile: Profile
    digest: str


def load(keys: Collection[uuid.UUID], model: Embedder, *, now: dt.datetime) -> list[Fitted]:
    """Return brands with their profiles: four statements. Call in the operator's scope; may ask the embedder."""
    rows = BrandProfile.objects.filter(pk__in=keys, organization__deleted_at=None)
    brands = list(rows.prefetch_related("audiences").order_by("pk"))
    voices, past = _voices(brands), _past(brands, now=now)
    bare = [_profile(brand, voices.get(brand.pk, frozenset()), past) for brand in brands]
    try:
        vectors = list(model.embed([". ".join([*brand.words, brand.description]) for brand in brands]))
    except EmbeddingFailed:
        vectors = [None] * len(brands)
    return [
        Fitted(brand, replace(profile, vector=vector), _digest(profile, model))
        for brand, profile, vector in zip(brands, bare, vectors, strict=True)
    ]


def _profile(
    brand: BrandProfile,
    voice: frozenset[str],
    past: Mapping[tuple[uuid.UUID, uuid.UUID | None], Mapping[str, tuple[float, int]]],
) -> Profile:
    audiences = list(brand.audiences.all())
    language = brand.language.split("-")[0]
    return Profile(
        keywords=[word for word in (*brand.keywords, brand.name) if word],
        industry=brand.industry,
        about=brand.description,
        interests={word: audience.name for audience in audiences for word in audience.interests},
        pains={pain: audience.name for audience in audiences for pain in audience.pain_points},
        places=tuple(dict.fromkeys(place for audience in audiences for place in audience.locations)),
        voice=voice,
        past=past.get((brand.organization_id, brand.client_id), {}),
        country=brand.country,
        languages=frozenset({language} | BOTH.get(brand.tone, set())),
        platforms=frozenset(brand.preferred_platforms),
        guidelines=brand.guidelines,
    )


def _digest(profile: Profile, model: Embedder) -> str:
    told = {name: value for name, value in vars(profile).items() if name in Profile.__dataclass_fields__}
    told |= {"vector": model.name}
    whole = json.dumps(told, sort_keys=True, default=lambda value: sorted(map(str, value)), ensure_ascii=False)
    return hashlib.blake2s(whole.encode()).hexdigest()


def _voices(brands: Sequence[BrandProfile]) -> dict[uuid.UUID, frozenset[str]]:
    """Return the words that each brand's own texts come back to: in two of them, or twice in a few."""
    place = Window(RowNumber(), partition_by="brand", order_by=F("created_at").desc())
    rows = BrandVoiceSample.objects.filter(brand__in=brands).annotate(place=place).filter(place__lte=SAMPLES)
    texts: dict[uuid.UUID, list[str]] = defaultdict(list)
    for brand, text in rows.values_list("brand_id", Left("text", SAMPLE_LENGTH)):
        texts[brand].append(text)
    return {brand: vocabulary(said) for brand, said in texts.items()}


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """Return the stems that at least two texts say and that are not everybody's words."""
    told = Counter(word for text in texts for word in set(stems(text)))
    own_words = [
        (count, word)
        for word, count in told.items()
        if count > 1 and len(word) >= SHORTEST and word not in EVERYDAY and not word.isdigit()
    ]
    return frozenset(word for _count, word in sorted(own_words, reverse=True)[:VOICE_WORDS])


def _past(
    brands: Sequence[BrandProfile], *, now: dt.datetime
) -> dict[tuple[uuid.UUID, uuid.UUID | None], dict[str, tuple[float, int]]]:
    """Return what posts with a hashtag brought, where that is clear: the whole range above the usual, or below."""
    rows = (
        OwnHashtag.objects.filter(
            organization__in={brand.organization_id for brand in brands}, hour__gt=now - own.LEARNT
        )
        .exclude(ratios=[])
        .order_by()
        .values_list("organization_id", "client_id", "normalized")
        .annotate(brought=JSONBAgg("ratios"))
    )
    found: dict[tuple[uuid.UUID, uuid.UUID | None], dict[str, tuple[float, int]]] = defaultdict(dict)
    for organization, client, tag, brought in rows:
        effect = own.effect([ratio for ratios in brought for ratio in ratios])
        if effect.verdict in {"helped", "hurt"} and effect.ratio is not None:
            found[organization, client][tag] = (effect.ratio, effect.n)
    return found
