"""What language models and voices were asked, and what that cost: for the composer, the page and the API."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from accounts.models import Membership
from content import credits
from content.credits import Estimate
from content.models import ContentAsset, GeneratedContent, Generation
from content.writing.brief import Shape
from content.writing.prompting import MOST_WORDS_SENT, USUAL_ANSWER
from trenddrop.core import llm

PAGE = 50
OF_OURS = 1600  # tokens of our prompt, the brand, its samples and what went well before
LETTERS = 4  # of the material's words, a token
DAYS = 30
SHAPES = {GeneratedContent.Kind.THREAD: Shape.THREAD, GeneratedContent.Kind.ARTICLE: Shape.ARTICLE}


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
    return credits.estimate(OF_OURS + min(said, MOST_WORDS_SENT) // LETTERS, usual)


def generations_of(membership: Membership) -> QuerySet[Generation]:
    """Return what a member may see, the latest first."""
    return Generation.objects.visible_to(membership).select_related("asked_by").order_by("-created_at", "-pk")


def spent(rows: QuerySet[Generation], *, now: dt.datetime) -> Spent:
    """Return what was spent in the last 30 days: three statements."""
    since = now - dt.timedelta(days=DAYS)
    recent = rows.filter(created_at__gte=since).order_by()
    by_purpose, by_model = _shares(recent, "purpose"), _shares(recent, "model")
    labels = dict(Generation.Purpose.choices)
    return Spent(
        since=since,
        times=sum(one.times for one in by_purpose),
        tokens=sum(one.tokens for one in by_purpose),
        credits=sum(one.credits for one in by_purpose),
        fallbacks=recent.filter(is_fallback=True).count(),
        by_purpose=[_named(one, str(labels.get(one.key, one.key))) for one in by_purpose],
        by_model=by_model,
    )


def _shares(rows: QuerySet[Generation], field: str) -> list[Share]:
    sums = {"times": Count("pk"), "read": Sum("input_tokens"), "written": Sum("output_tokens"), "cost": Sum("credits")}
    found = list(rows.values(field).annotate(**sums).order_by("-cost", field))
    whole = sum(row["cost"] for row in found)
    return [
        Share(
            key=row[field],
            label=row[field],
            times=row["times"],
            tokens=row["read"] + row["written"],
            credits=row["cost"],
            percent=round(100 * row["cost"] / whole, 1) if whole else 0.0,
        )
        for row in found
    ]


def _named(share: Share, label: str) -> Share:
    return Share(share.key, label, share.times, share.tokens, share.credits, share.percent)


def links(rows: Sequence[Generation]) -> dict[str, str]:
    """Return the asset of each piece that rows are about, by the piece's key: one statement."""
    pieces = [row.of for row in rows if row.of and row.purpose in ("piece", "variants")]
    found = GeneratedContent.objects.filter(pk__in=pieces, deleted_at=None).values_list("pk", "asset_id")
    return {str(piece): str(asset) for piece, asset in found}
