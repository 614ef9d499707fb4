"""Questions about libraries: whose items, which suit a piece, what worked, what fills their placeholders."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership
from content.models import (
    ContentAnalysis,
    GeneratedContent,
    ItemRating,
    LibraryItem,
    LibraryKind,
    PublishedItem,
    Template,
    TrendMatch,
)
from content.queries import brand_name
from trenddrop.core import platforms
from trenddrop.core.text import sentences

FEWEST = 5  # measured posts before a result is told
AS_USUAL = 1.0  # the account's own median
LOOKED_AT = 200
UNDERSTOOD = frozenset({"hook", "quote", "insight", "keyword", "summary"})
BEST_FIRST = (F("performance").desc(nulls_last=True), F("usage_count").desc(), F("name"), F("pk"))


@dataclass(frozen=True)
class Worked:
    """An item with its result: `ratio` times the account's median, over `posts` posts."""

    kind: str
    name: str
    words: str
    ratio: float
    posts: int


def items_of(membership: Membership) -> QuerySet[LibraryItem]:
    """Return the items a member may use, with whom they are for; one's own client's and those for everybody."""
    return LibraryItem.objects.visible_to(membership).select_related("client")


def for_client(rows: QuerySet[LibraryItem], client_id: uuid.UUID | None) -> QuerySet[LibraryItem]:
    """Leave those that are for a client, or for everybody."""
    return rows.filter(Q(client=None) | Q(client_id=client_id)) if client_id else rows.filter(client=None)


def for_piece(piece: GeneratedContent, membership: Membership) -> QuerySet[LibraryItem]:
    """Return the items that suit a piece's platform and client: what is in its language first, then what worked."""
    rows = for_client(items_of(membership), piece.client_id).filter(platform__in=["", piece.platform])
    in_language = Q(language="") | Q(language=piece.language)
    return rows.annotate(suits=in_language).order_by("-suits", *BEST_FIRST)


def shared_with(membership: Membership, *, and_offers: bool = False) -> QuerySet[PublishedItem]:
    """Return approved items, with `is_taken`, `is_own` and the member's own `my_stars`.

    `and_offers`: also what one's own organisation offered, however that stands.
    """
    organization_id = membership.organization_id
    taken = LibraryItem.objects.filter(organization_id=organization_id, taken_from=OuterRef("pk"))
    mine = ItemRating.objects.filter(organization_id=organization_id, user_id=membership.user_id, item=OuterRef("pk"))
    is_own = Q(offered_by=organization_id, offered_by__isnull=False)
    seen = Q(status=PublishedItem.Status.APPROVED)
    if and_offers:
        seen |= Q(pk__in=offered_by(membership).values("pk"))
    return PublishedItem.objects.filter(seen, kind__in=LibraryKind.values).annotate(
        is_taken=Exists(taken),
        is_own=is_own,
        my_stars=Subquery(mine.values("stars")[:1]),
    )


def offered_by(membership: Membership) -> QuerySet[PublishedItem]:
    """Return what a member's organisation offered; of a client's member only what was copied from items of theirs."""
    rows = PublishedItem.objects.filter(offered_by=membership.organization_id, kind__in=LibraryKind.values)
    return rows.filter(of_item__in=items_of(membership).values("pk")) if membership.client_id else rows


def offers_of(item: LibraryItem | Template) -> QuerySet[PublishedItem]:
    """Return what was offered of an item, the latest first."""
    return PublishedItem.objects.filter(of_item=item.pk, offered_by=item.organization_id).order_by("-created_at")


def worked(
    organization_id: uuid.UUID, *, client_id: uuid.UUID | None, platform: str, kinds: Sequence[str] = (), most: int = 3
) -> list[Worked]:
    """Return the items that did better than usual, each kind's best first: for a prompt. Call in the tenant's scope."""
    rows = LibraryItem.objects.filter(organization_id=organization_id, platform__in=["", platform])
    good = for_client(rows, client_id).filter(measured_posts__gte=FEWEST, performance__gt=AS_USUAL)
    found: dict[str, list[Worked]] = {kind: [] for kind in kinds or LibraryKind.values}
    for row in good.filter(kind__in=found).order_by("-performance", "pk")[:LOOKED_AT]:
        if len(found[row.kind]) < most:
            result = Worked(row.kind, row.name, words_of(row), row.performance or 0.0, row.measured_posts)
            found[row.kind].append(result)
    return [each for rows_of_kind in found.values() for each in rows_of_kind]


def words_of(item: LibraryItem | PublishedItem) -> str:
    """Return what an item says, as people read it."""
    return " ".join(f"#{tag}" for tag in item.hashtags) if item.kind == LibraryKind.HASHTAGS else item.body


def values_for(piece: GeneratedContent, names: Collection[str], *, now: dt.datetime) -> dict[str, str]:
    """Return what is known of a piece for these placeholders; what is not known is left out. Reads asset and brand."""
    asset = piece.asset
    found = {
        "brand": brand_name(piece.brand_id),
        "title": asset.title,
        "text": piece.text,
        "link": asset.source_url,
        "platform": platforms.rules(piece.platform).name,
        "year": f"{now:%Y}",
        "month": format_date(now, "LLLL", locale=_locale(piece.language)),
    }
    if "topic" in names:
        found["topic"] = _topic(piece)
    if not UNDERSTOOD.isdisjoint(names):
        found |= _understood(piece)
    return {name: value for name, value in found.items() if value.strip()}


def _understood(piece: GeneratedContent) -> dict[str, str]:
    analysis = ContentAnalysis.objects.filter(asset=piece.asset_id).first()
    if analysis is None:
        return {}
    moments = {"hook": analysis.hooks, "quote": analysis.quotes, "insight": analysis.insights}
    said = {name: str(rows[0]["text"]) for name, rows in moments.items() if rows}
    if analysis.keywords:
        said["keyword"] = str(analysis.keywords[0][0])
    if analysis.summary:
        said["summary"] = sentences.split(analysis.summary)[0]
    return said


def _topic(piece: GeneratedContent) -> str:
    best = (
        TrendMatch.objects.filter(asset=piece.asset_id, is_used=True).select_related("topic").order_by("-score", "pk")
    )
    match = best.defer("topic__embedding").first()
    return match.topic.title if match else ""


def _locale(language: str) -> Locale:
    try:
        return Locale.parse("en" if language in {"", "hi-Latn"} else language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
