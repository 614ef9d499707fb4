"""Knowing material again: the same bytes, the same words."""

import hashlib
from pathlib import Path

from django.db.models import Exists, OuterRef, Q, QuerySet

from content.models import ContentAsset

AT_ONCE = 1024**3  # bytes hashed while the sender waits; larger files are hashed by the pipeline


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def twins(asset: ContentAsset, among: QuerySet[ContentAsset]) -> QuerySet[ContentAsset]:
    """Return the others among some assets that have the same bytes or words, the first made first."""
    same = Q()
    if asset.content_hash:
        same |= Q(content_hash=asset.content_hash)
    if asset.words_hash:
        same |= Q(words_hash=asset.words_hash)
    return among.filter(same).exclude(pk=asset.pk).order_by("created_at", "pk") if same else among.none()


def twins_of_each(among: QuerySet[ContentAsset]) -> QuerySet[ContentAsset]:
    """Return, inside a question about assets, the others among some with the same bytes or words."""
    bytes_same = Q(content_hash=OuterRef("content_hash")) & ~Q(content_hash="")
    words_same = Q(words_hash=OuterRef("words_hash")) & ~Q(words_hash="")
    return among.filter(bytes_same | words_same).exclude(pk=OuterRef("pk"))


def has_twin(among: QuerySet[ContentAsset]) -> Exists:
    """Say, inside a question about assets, whether another among some has the same bytes or words."""
    return Exists(twins_of_each(among))
