"""Questions about assets."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Count, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, Lower
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from content import search
from content.models import ContentAsset, GeneratedContent, PipelineStep, TrendMatch

PAGE = 24
UNDER_WAY = [ContentAsset.Status.PENDING, ContentAsset.Status.PROCESSING]

STEP_LABELS: dict[str, str | Promise] = {
    "fetch": _("Fetching the file"),
    "probe": _("Looking at the file"),
    "frames": _("Choosing stills"),
    "transcribe": _("Writing the transcript"),
    "understand": _("Reading for what matters"),
    "match": _("Comparing with what rises"),
    "generate": _("Writing the pieces"),
}


@dataclass(frozen=True)
class Sort:
    """An order with its name; rows are paged by its value and the key."""

    label: str | Promise
    by: Any
    descending: bool
    read: type


SORTS: dict[str, Sort] = {
    "newest": Sort(_("Newest"), F("created_at"), True, dt.datetime),
    "oldest": Sort(_("Oldest"), F("created_at"), False, dt.datetime),
    "title": Sort(_("Title"), Lower("title"), False, str),
    "best": Sort(_("Best fit"), None, True, float),
}


@dataclass(frozen=True)
class Wish:
    """What somebody asks the library for; `after` is the cursor of the last row seen."""

    q: str = ""
    kind: str = ""
    status: str = ""
    brand: str = ""
    sort: str = "newest"
    after: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wish":
        """Read a query string; what makes no sense is left out."""
        q = " ".join(given.get("q", "").replace("\x00", " ").split())[:200]
        kind, status, brand, sort = (given.get(name, "") for name in ("kind", "status", "brand", "sort"))
        return cls(
            q=q,
            kind=kind if kind in ContentAsset.Kind.values else "",
            status=status if status in ContentAsset.Status.values else "",
            brand=brand if _is_key(brand) else "",
            sort=sort if sort in SORTS and (q or sort != "best") else "newest",
            after=given.get("after", ""),
        )

    @property
    def is_filtered(self) -> bool:
        """Something narrows the list."""
        return bool(self.q or self.kind or self.status or self.brand)


@dataclass(frozen=True)
class Step:
    """Where the pipeline is with an asset."""

    label: str | Promise
    progress: int


@dataclass(frozen=True)
class Card:
    """An asset as the library shows it."""

    asset: ContentAsset
    url: str
    picture: str
    pieces: int
    matches: int
    step: Step | None
    hit: SafeString | str = ""
    hit_at: float | None = None
    hits: int = 0

    @property
    def working(self) -> bool:
        """It is not ready yet, and is looked at again."""
        return self.asset.status in UNDER_WAY


@dataclass(frozen=True)
class LibraryPage:
    """One page of the library; `next` is the cursor of the page after it, or ""."""

    cards: list[Card]
    total: int
    next: str
    said: int = 0


def _is_key(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def assets_of(membership: Membership) -> QuerySet[ContentAsset]:
    """Return the member's assets that are not deleted."""
    return ContentAsset.objects.visible_to(membership).filter(deleted_at=None)


def deleted_of(membership: Membership) -> QuerySet[ContentAsset]:
    """Return the member's deleted assets, the last deleted first."""
    return ContentAsset.objects.visible_to(membership).exclude(deleted_at=None).order_by("-deleted_at")


def library(membership: Membership, wish: Wish) -> LibraryPage:
    """Return the page of the library somebody asks for."""
    chosen = _narrow(assets_of(membership), wish)
    rows = list(_page(chosen, wish)[: PAGE + 1])
    shown = rows[:PAGE]
    hits = search.hits(shown, wish.q) if wish.q and shown else {}
    cards = _cards(shown, hits)
    return LibraryPage(
        cards=cards,
        total=len(shown) if not wish.after and len(rows) <= PAGE else chosen.count(),
        next=_cursor(shown[-1], wish.sort) if len(rows) > PAGE else "",
        said=sum(hit.count for hit in hits.values()),
    )


def card(membership: Membership, pk: uuid.UUID, wish: Wish) -> Card | None:
    """Return one asset as the library shows it, or None."""
    found = list(_page(assets_of(membership).filter(pk=pk), Wish()))
    hits = search.hits(found, wish.q) if wish.q and found else {}
    return next(iter(_cards(found, hits)), None)


def _narrow(rows: QuerySet[ContentAsset], wish: Wish) -> QuerySet[ContentAsset]:
    exact = {"kind": wish.kind, "status": wish.status, "brand_id": wish.brand}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    return search.matching(rows, wish.q) if wish.q else rows


def _page(rows: QuerySet[ContentAsset], wish: Wish) -> QuerySet[ContentAsset]:
    sort = SORTS[wish.sort]
    by = sort.by or Cast(SearchRank(F("search"), search.query(wish.q)), FloatField())
    sign = "-" if sort.descending else ""
    rows = rows.annotate(
        place=by, piece_count=_count(GeneratedContent, deleted_at=None), match_count=_count(TrendMatch)
    )
    return _after(rows, wish).order_by(f"{sign}place", f"{sign}pk").defer("text", "search", "waveform", "media_info")


def _count(model: type[GeneratedContent] | type[TrendMatch], **only: Any) -> Any:
    rows = model.objects.filter(asset=OuterRef("pk"), **only).order_by().values("asset")
    return Coalesce(Subquery(rows.annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0)


def _cursor(asset: ContentAsset, sort: str) -> str:
    place: Any = asset.place  # type: ignore[attr-defined]
    return f"{asset.pk}~{place.isoformat() if SORTS[sort].read is dt.datetime else place}"


def _after(rows: QuerySet[ContentAsset], wish: Wish) -> QuerySet[ContentAsset]:
    key, _sign, written = wish.after.partition("~")
    read = SORTS[wish.sort].read
    try:
        place = dt.datetime.fromisoformat(written) if read is dt.datetime else read(written)
        pk = uuid.UUID(key)
    except ValueError:
        return rows
    beyond = "lt" if SORTS[wish.sort].descending else "gt"
    return rows.filter(
        Q(**{f"place__{beyond}e": place}), Q(**{f"place__{beyond}": place}) | Q(place=place, **{f"pk__{beyond}": pk})
    )


def _steps(assets: Sequence[ContentAsset]) -> dict[uuid.UUID, Step]:
    keys = [asset.pk for asset in assets if asset.status == ContentAsset.Status.PROCESSING]
    if not keys:
        return {}
    open_steps = PipelineStep.objects.filter(
        asset_id__in=keys, status__in=[PipelineStep.Status.RUNNING, PipelineStep.Status.WAITING]
    ).order_by("-position")
    found = {step.asset_id: step for step in open_steps}
    found |= {step.asset_id: step for step in open_steps if step.status == PipelineStep.Status.RUNNING}
    return {
        key: Step(STEP_LABELS.get(step.name, step.name.replace("_", " ").capitalize()), step.progress)
        for key, step in found.items()
    }


def _cards(assets: Sequence[ContentAsset], hits: Mapping[uuid.UUID, search.Hit]) -> list[Card]:
    steps = _steps(assets)
    return [_card(asset, steps.get(asset.pk), hits.get(asset.pk)) for asset in assets]


def _card(asset: ContentAsset, step: Step | None, hit: search.Hit | None) -> Card:
    return Card(
        asset=asset,
        url=reverse("studio", args=[asset.pk]),
        picture=reverse("thumbnail", args=[asset.pk]) if asset.thumbnail else "",
        pieces=asset.piece_count,  # type: ignore[attr-defined]
        matches=asset.match_count,  # type: ignore[attr-defined]
        step=step,
        hit=hit.snippet if hit else "",
        hit_at=hit.at if hit else None,
        hits=hit.count if hit else 0,
    )
