"""How a brand sounds: its samples read, made into vectors, and a text held against them.

A named helper like `accounts.audit`: pages, the Studio above and the writer all ask here. What speaks to an embedder
may speak to the network, so it is called outside transactions and enters the organisation's scope by itself.
"""

import hashlib
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pgvector.django import MaxInnerProduct

from accounts import tenancy
from accounts.models import BrandVoiceSample
from trenddrop.core import voice
from trenddrop.core.embeddings import EmbeddingFailed, embedder

Vectors = NDArray[np.float32]

MOST = 200  # samples of a brand
LONGEST = 10_000  # characters
BATCH = 50
STEERING = 5  # samples that go with a request to write


@dataclass(frozen=True)
class Evidence:
    """A sample that is near a text, and how alike they are, 0–100."""

    sample: BrandVoiceSample
    likeness: int


@dataclass(frozen=True)
class Check:
    """A verdict with the samples behind it; `note` says when vectors could not be had and words alone decided."""

    verdict: voice.Verdict
    nearest: list[Evidence]
    count: int
    note: str = ""


def hash_of(text: str) -> str:
    """The same for texts that differ only in space, case and the way letters are composed."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()


def check(text: str, *, brand_id: uuid.UUID, organization_id: uuid.UUID) -> Check:
    """Say how much a text sounds like a brand. Speaks to the embedder: no transaction open. Raises voice.CannotSay."""
    model = embedder()
    with tenancy.of_organization(organization_id):
        samples = list(_of_brand(brand_id).order_by("created_at"))
    vectors = _vectors(samples, model.name)
    vector, note = None, ""
    if vectors is not None:
        try:
            vector = model.embed([text])[0]
        except EmbeddingFailed as error:
            note = _("%(problem)s Judged by how it is written alone.") % {"problem": error}
    verdict = voice.judge(
        text,
        [sample.text for sample in samples],
        languages=sorted({sample.language for sample in samples if sample.language}),
        vector=vector,
        vectors=vectors,
        embedded_by=model.name,
    )
    return Check(
        verdict, [Evidence(samples[near.place], near.likeness) for near in verdict.nearest], len(samples), note
    )


def _of_brand(brand_id: uuid.UUID) -> QuerySet[BrandVoiceSample]:
    return BrandVoiceSample.objects.filter(brand_id=brand_id)


def _vectors(samples: Sequence[BrandVoiceSample], made_by: str) -> Vectors | None:
    """A row for each sample; None unless every one of them was made by this embedder: others may not be compared."""
    if not samples or any(sample.embedded_by != made_by or sample.embedding is None for sample in samples):
        return None
    return np.stack([np.asarray(sample.embedding, dtype=np.float32) for sample in samples])


def nearest(about: str, *, brand_id: uuid.UUID, organization_id: uuid.UUID) -> list[BrandVoiceSample]:
    """Return the samples nearest to a subject, or the newest where nothing can be compared. No transaction open."""
    model = embedder()
    with tenancy.of_organization(organization_id):
        comparable = _of_brand(brand_id).filter(embedded_by=model.name).exists()
    vector = None
    if comparable:
        try:
            vector = model.embed([about])[0]
        except EmbeddingFailed:
            vector = None
    with tenancy.of_organization(organization_id):
        samples = _of_brand(brand_id).defer("embedding")
        if vector is None:
            return list(samples.order_by("-created_at")[:STEERING])
        near = samples.filter(embedded_by=model.name).order_by(MaxInnerProduct("embedding", vector), "pk")
        return list(near[:STEERING])


def embed_waiting(*, brand_id: uuid.UUID, organization_id: uuid.UUID) -> int:
    """Make vectors for samples that have none by the present embedder; safe to run twice. Raises EmbeddingFailed."""
    model, done = embedder(), 0
    while True:
        with tenancy.of_organization(organization_id):
            waiting = _of_brand(brand_id).exclude(embedded_by=model.name).order_by("pk")
            texts = dict(waiting.values_list("pk", "text")[:BATCH])
        if not texts:
            return done
        rows = model.embed(list(texts.values()))
        with tenancy.of_organization(organization_id):
            for key, row in zip(texts, rows, strict=True):
                done += _of_brand(brand_id).filter(pk=key).update(embedding=row, embedded_by=model.name)


def brands_waiting() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return brand and organisation wherever samples have no vector by the present embedder."""
    with tenancy.operator():
        rows = BrandVoiceSample.objects.exclude(embedded_by=embedder().name).order_by()
        return list(rows.values_list("brand_id", "organization_id").distinct())
