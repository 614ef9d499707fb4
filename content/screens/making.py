"""What the Studio shows around a piece's words: covers, variants, and what is done to its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse

from content.models import GeneratedContent, MediaFix, PieceVariant, Thumbnail
from content.pieces.differences import Part, words

COVERS = 12
OPEN = {MediaFix.Status.QUEUED, MediaFix.Status.PROCESSING}
VARIANT_FIELDS = [
    "number", "angle", "title", "text", "hashtags", "call_to_action", "made_by", "model", "is_fallback",
    "fallback_reason", "predicted_virality",
]  # fmt: skip


@dataclass(frozen=True)
class ShownVariant:
    """A variant beside the piece: its row as read, how it differs in words, and where it is taken."""

    row: dict[str, Any]
    parts: Sequence[Part]
    take_url: str


@dataclass(frozen=True)
class ShownFix:
    """The latest change of the file: how far it is, or why it ended."""

    status: str
    progress: int
    error: str

    @property
    def is_open(self) -> bool:
        """Whether it is under way."""
        return self.status in OPEN


def with_parts(pieces: QuerySet[GeneratedContent]) -> QuerySet[GeneratedContent]:
    """Read the small parts of pieces with them, as lists of JSON: `cover_rows`, `variant_rows`, `fix_rows`."""
    own = {"piece": OuterRef("pk")}
    covers = Thumbnail.objects.filter(**own).order_by("-created_at", "pk")[:COVERS]
    variants = PieceVariant.objects.filter(**own, taken_at=None).order_by("number")
    fixes = MediaFix.objects.filter(**own).order_by("-created_at")[:1]
    return pieces.annotate(
        cover_rows=ArraySubquery(
            covers.values(json=JSONObject(pk="pk", words="words", style="style", width="width", height="height"))
        ),
        variant_rows=ArraySubquery(variants.values(json=JSONObject(**{name: name for name in VARIANT_FIELDS}))),
        fix_rows=ArraySubquery(fixes.values(json=JSONObject(status="status", progress="progress", error="error"))),
    )


def covers_of(piece: GeneratedContent) -> list[dict[str, Any]]:
    """Return the covers that `with_parts` read, each with its address."""
    rows: list[dict[str, Any]] = piece.cover_rows  # type: ignore[attr-defined]
    return [row | {"image": reverse("cover", args=[row["pk"]])} for row in rows]


def variants_of(piece: GeneratedContent) -> list[ShownVariant]:
    """Return the variants that `with_parts` read, each held against the piece's words."""
    rows: list[dict[str, Any]] = piece.variant_rows  # type: ignore[attr-defined]
    return [
        ShownVariant(
            row,
            words(piece.text, row["text"]),
            reverse("piece_variant_take", args=[piece.pk, row["number"]]),
        )
        for row in rows
    ]


def fix_of(piece: GeneratedContent) -> ShownFix | None:
    """Return the latest fix that `with_parts` read."""
    rows: list[dict[str, Any]] = piece.fix_rows  # type: ignore[attr-defined]
    return ShownFix(**rows[0]) if rows else None
