"""Questions about assets."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchRank
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, JSONObject, Lower
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, Membership
from content import search
from content.intake import sameness
from content.models import Collection, ContentAsset, GeneratedContent, PipelineStep, TrendMatch
from content.tags import LONGEST as LONGEST_TAG
from trenddrop.core import platforms

PAGE = 24
# What weighs most in a row, and only an asset's own page and search have use for.
BULKY = ("text", "search", "waveform")
TAGS = 100
NO_COLLECTION = "none"
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


def bulky(asset: str) -> tuple[str, ...]:
    """Return what to defer where many rows bring their assets along: `rows.defer(*bulky("piece__asset"))`."""
    return tuple(f"{asset}__{name}" for name in BULKY)


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
    collection: str = ""
    tag: str = ""
    same: str = ""
    sort: str = "newest"
    after: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wish":
        """Read a query string; what makes no sense is left out."""
        q = " ".join(given.get("q", "").replace("\x00", " ").split())[:200]
        kind, status, brand, sort = (given.get(name, "") for name in ("kind", "status", "brand", "sort"))
        collection, tag = given.get("collection", ""), given.get("tag", "").replace("\x00", "")[:LONGEST_TAG]
        return cls(
            q=q,
            kind=kind if kind in ContentAsset.Kind.values else "",
            status=status if status in ContentAsset.Status.values else "",
            brand=brand if _is_key(brand) else "",
            collection=collection if collection == NO_COLLECTION or _is_key(collection) else "",
            tag=tag,
            same="on" if given.get("same") else "",
            sort=sort if sort in SORTS and (q or sort != "best") else "newest",
            after=given.get("after", ""),
        )

    @property
    def is_filtered(self) -> bool:
        """Something narrows the list."""
        return bool(self.q or self.kind or self.status or self.brand or self.collection or self.tag or self.same)


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
    hit_platform: str = ""
    hit_url: str = ""
    has_twin: bool = False

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


@dataclass(frozen=True)
class Facets:
    """What the library can be narrowed by: folders (key, name) and tags, each with its number of assets."""

    collections: list[tuple[str, str, int]]
    tags: list[tuple[str, int]]


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


def collections_of(membership: Membership) -> QuerySet[Collection]:
    """Return the member's folders by name, each with the number of its assets as `asset_count`."""
    inside = assets_of(membership).filter(collection=OuterRef("pk")).order_by().values("collection")
    counted = Subquery(inside.annotate(n=Count("*")).values("n"), output_field=IntegerField())
    rows = Collection.objects.visible_to(membership).select_related("client")
    return rows.annotate(asset_count=Coalesce(counted, 0)).order_by(Lower("name"), "pk")


def tags_of(membership: Membership) -> QuerySet[ContentAsset, Any]:
    """Return the tags in use, each as `tag` with `n`, the most used first."""
    tag = Func(F("tags"), function="unnest")
    rows = assets_of(membership).order_by().values(tag=tag).annotate(n=Count("*"))
    return rows.order_by("-n", "tag")[:TAGS]


def facets(membership: Membership) -> Facets:
    """Return what the library can be narrowed by, in one question."""
    folders = collections_of(membership).annotate(what=Value("folder"), key=Cast("pk", CharField())).order_by()
    tags = tags_of(membership).annotate(what=Value("tag"), key=Value(""))
    rows = folders.values_list("what", "key", "name", "asset_count").union(
        tags.values_list("what", "key", "tag", "n"), all=True
    )
    found = list(rows)
    return Facets(
        collections=sorted(
            ((k, n, c) for what, k, n, c in found if what == "folder"), key=lambda row: row[1].casefold()
        ),
        tags=[(n, c) for what, _key, n, c in found if what == "tag"],
    )


def with_twins(assets: QuerySet[ContentAsset], membership: Membership) -> QuerySet[ContentAsset]:
    """Read with assets which others have the same content, as `twin_rows`: a list of pk and title."""
    twins = sameness.twins_of_each(assets_of(membership)).order_by("created_at", "pk")
    return assets.annotate(twin_rows=ArraySubquery(twins.values(json=JSONObject(pk="pk", title="title"))[:1]))


def library(membership: Membership, wish: Wish) -> LibraryPage:
    """Return the page of the library somebody asks for."""
    mine = assets_of(membership)
    chosen = _narrow(mine, wish)
    found = _searched(chosen, wish) if wish.q and not wish.after else None
    asked = _page(chosen if found is None else mine.filter(pk__in=[pk for pk, _total in found]), wish, mine)
    rows = list(asked[: PAGE + 1])
    shown = rows[:PAGE]
    hits = search.hits(shown, wish.q) if wish.q and shown else {}
    cards = _cards(shown, hits)
    return LibraryPage(
        cards=cards,
        total=_total(chosen, wish, rows) if found is None else max([total for _pk, total in found], default=0),
        next=_cursor(shown[-1], wish.sort) if len(rows) > PAGE else "",
        said=sum(hit.count for hit in hits.values()),
    )


def _searched(chosen: QuerySet[ContentAsset], wish: Wish) -> list[tuple[uuid.UUID, int]]:
    """Search once, with keys alone: the first page's keys, each with how many there are in all."""
    return list(_placed(chosen, wish).annotate(total=Window(Count("*"))).values_list("pk", "total")[: PAGE + 1])


def _total(chosen: QuerySet[ContentAsset], wish: Wish, rows: Sequence[ContentAsset]) -> int:
    return len(rows) if not wish.after and len(rows) <= PAGE else chosen.count()


def card(membership: Membership, pk: uuid.UUID, wish: Wish) -> Card | None:
    """Return one asset as the library shows it, or None."""
    mine = assets_of(membership)
    found = list(_page(mine.filter(pk=pk), Wish(), mine))
    hits = search.hits(found, wish.q) if wish.q and found else {}
    return next(iter(_cards(found, hits)), None)


def _narrow(rows: QuerySet[ContentAsset], wish: Wish) -> QuerySet[ContentAsset]:
    exact = {"kind": wish.kind, "status": wish.status, "brand_id": wish.brand}
    if wish.collection != NO_COLLECTION:
        exact["collection_id"] = wish.collection
    mine, rows = rows, rows.filter(**{name: value for name, value in exact.items() if value})
    rows = rows.filter(collection=None) if wish.collection == NO_COLLECTION else rows
    rows = rows.filter(tags__contains=[wish.tag]) if wish.tag else rows
    rows = rows.filter(sameness.has_twin(mine)) if wish.same else rows
    return search.matching(rows, wish.q) if wish.q else rows


def _page(rows: QuerySet[ContentAsset], wish: Wish, mine: QuerySet[ContentAsset]) -> QuerySet[ContentAsset]:
    return (
        _placed(rows, wish)
        .annotate(
            piece_count=_count(GeneratedContent, deleted_at=None), match_count=_count(TrendMatch),
            open_step=_open_step(), has_twin=sameness.has_twin(mine),
        )
        .defer("text", "search", "waveform", "media_info")
    )  # fmt: skip


def _placed(rows: QuerySet[ContentAsset], wish: Wish) -> QuerySet[ContentAsset]:
    sort = SORTS[wish.sort]
    by = sort.by or Cast(SearchRank(F("search"), search.query(wish.q)), FloatField())
    sign = "-" if sort.descending else ""
    return _after(rows.annotate(place=by), wish).order_by(f"{sign}place", f"{sign}pk")


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


def _open_step() -> Subquery:
    """What a worker does with an asset now, else what comes next."""
    running = Case(When(status=PipelineStep.Status.RUNNING, then=0), default=1)
    rows = PipelineStep.objects.filter(
        asset=OuterRef("pk"),
        asset__status=ContentAsset.Status.PROCESSING,
        status__in=[PipelineStep.Status.RUNNING, PipelineStep.Status.WAITING],
    ).order_by(running, "position")
    return Subquery(rows.values(json=JSONObject(name="name", progress="progress"))[:1])


def _step(told: Mapping[str, Any] | None) -> Step | None:
    if told is None:
        return None
    name = str(told["name"])
    return Step(STEP_LABELS.get(name, name.replace("_", " ").capitalize()), told["progress"])


def _cards(assets: Sequence[ContentAsset], hits: Mapping[uuid.UUID, search.Hit]) -> list[Card]:
    return [_card(asset, hits.get(asset.pk)) for asset in assets]


def _card(asset: ContentAsset, hit: search.Hit | None) -> Card:
    url = reverse("studio", args=[asset.pk])
    found = asset.__dict__  # what `_page` read beside the columns
    card = Card(
        asset=asset,
        url=url,
        picture=reverse("thumbnail", args=[asset.pk]) if asset.thumbnail else "",
        pieces=found["piece_count"],
        matches=found["match_count"],
        step=_step(found["open_step"]),
        has_twin=found["has_twin"],
    )
    if hit is None:
        return card
    return replace(
        card,
        hit=hit.snippet,
        hit_at=hit.at,
        hits=hit.count,
        hit_platform=platforms.rules(hit.platform).name if hit.piece else "",
        hit_url=f"{url}?piece={hit.piece}" if hit.piece else "",
    )


def brand_name(brand_id: uuid.UUID | None) -> str:
    """Return a brand's name, empty where there is none or whoever asks may not see it (the house's, to a client)."""
    found = BrandProfile.objects.filter(pk=brand_id) if brand_id else BrandProfile.objects.none()
    return found.values_list("name", flat=True).first() or ""
