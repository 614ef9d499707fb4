"""What language models and voices were asked, and what that cost: for the composer, the page and the API."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import Membership
from content.credits import Estimate, estimate
from content.models import ContentAsset, GeneratedContent, Generation
from content.writing.brief import Shape
from content.writing.prompting import MOST_WORDS_SENT, USUAL_ANSWER
from trenddrop.core import llm

PAGE = 50
OF_OURS = 1600  # tokens of our prompt, the brand, its samples and what went well before
LETTERS = 4  # of the material's words, a token
DAYS = 30
SHAPES = {
    GeneratedContent.Kind.THREAD: Shape.THREAD,
    GeneratedContent.Kind.ARTICLE: Shape.ARTICLE,
    GeneratedContent.Kind.NEWSLETTER: Shape.NEWSLETTER,
}


@dataclass(frozen=True)
class Share:
    """One line of what was spent: on what, how often, how many tokens and credits, and what part of all credits."""

    key: str
    label: str
    times: int
    tokens: int
    credits: int
    percent: float


@dataclass(frozen=True)
class Spent:
    """What was spent since a time, by purpose and by who answered."""

    since: dt.datetime
    times: int
    tokens: int
    credits: int
    fallbacks: int
    by_purpose: Sequence[Share]
    by_model: Sequence[Share]


def expected(asset: ContentAsset, kind: str) -> Estimate | None:
    """About what writing a piece again takes, from what the Studio has read anyway; None without a model."""
    if not llm.available():
        return None
    transcript = getattr(asset, "transcript", None)
    said = len(transcript.text if transcript else asset.text)
    usual = USUAL_ANSWER[SHAPES.get(GeneratedContent.Kind(kind), Shape.POST)]
    return estimate(OF_OURS + min(said, MOST_WORDS_SENT) // LETTERS, usual)


def generations_of(membership: Membership) -> QuerySet[Generation]:
    """Return what a member may see, the latest first."""
    return Generation.objects.visible_to(membership).select_related("asked_by").order_by("-created_at", "-pk")


def spent(rows: QuerySet[Generation], *, now: dt.datetime) -> Spent:
    """Return what was spent in the last 30 days: one statement."""
    since = now - dt.timedelta(days=DAYS)
    sums = {
        "times": Count("pk"),
        "fallbacks": Count("pk", filter=Q(is_fallback=True)),
        "tokens": Sum(F("input_tokens") + F("output_tokens")),
        "cost": Sum("credits"),
    }
    found: list[Any] = list(rows.filter(created_at__gte=since).order_by().values("purpose", "model").annotate(**sums))
    return Spent(
        since=since,
        times=sum(row["times"] for row in found),
        tokens=sum(row["tokens"] for row in found),
        credits=sum(row["cost"] for row in found),
        fallbacks=sum(row["fallbacks"] for row in found),
        by_purpose=_shares(found, "purpose", dict(Generation.Purpose.choices)),
        by_model=_shares(found, "model", {}),
    )


def _shares(found: Sequence[Mapping[str, Any]], field: str, labels: Mapping[str, Any]) -> list[Share]:
    """Sum the rows up by one of their fields, the dearest first."""
    whole = sum(row["cost"] for row in found)
    shares = []
    for key in sorted({row[field] for row in found}):
        own = [row for row in found if row[field] == key]
        cost = sum(row["cost"] for row in own)
        shares.append(
            Share(
                key=key,
                label=str(labels.get(key, key)),
                times=sum(row["times"] for row in own),
                tokens=sum(row["tokens"] for row in own),
                credits=cost,
                percent=round(100 * cost / whole, 1) if whole else 0.0,
            )
        )
    return sorted(shares, key=lambda share: (-share.credits, share.key))


def links(rows: Sequence[Generation]) -> dict[str, str]:
    """Return the asset of each piece that rows are about, by the piece's key: one statement."""
    pieces = [row.of for row in rows if row.of and row.purpose in ("piece", "variants")]
    found = GeneratedContent.objects.filter(pk__in=pieces, deleted_at=None).values_list("pk", "asset_id")
    return {str(piece): str(asset) for piece, asset in found}
