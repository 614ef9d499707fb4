"""What waits for whose decision: the inbox of approvals by keyset, in few questions for ten and ten thousand."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import ClientAccount, Membership
from accounts.permissions import may
from content.models import GeneratedContent
from content.queries import bulky
from publishing import approving
from publishing.models import ApprovalAsk, ApprovalRequest, ScheduledPost
from trenddrop.core.narrowing import holding

Status = ApprovalRequest.Status
PAGE = 40
OPEN = Q(status=Status.PENDING)
BACK = Q(status=Status.REVISION_REQUESTED)
# Each a view of `approving.requests_of`, and what narrows it.
VIEWS: dict[str, tuple[str, Q]] = {
    "mine": ("mine", OPEN),
    "open": ("all", OPEN),
    "asked": ("asked", OPEN | BACK),
    "back": ("changes", BACK),
    "decided": ("decided", Q()),
}
MOST_CLIENTS = 200
LOOKS = {
    Status.PENDING: "waiting",
    Status.REVISION_REQUESTED: "unconfirmed",
    Status.APPROVED: "approved",
    Status.REJECTED: "failed",
    Status.WITHDRAWN: "cancelled",
}
UNSENT = (
    ScheduledPost.Status.DRAFT,
    ScheduledPost.Status.WAITING,
    ScheduledPost.Status.SCHEDULED,
    ScheduledPost.Status.HANDED,
    ScheduledPost.Status.ASSISTED,
)


@dataclass(frozen=True)
class Wanted:
    """Which requests are asked for: a view, perhaps one client's, those that are late, those with some words."""

    view: str = "mine"
    client: uuid.UUID | None = None
    overdue: bool = False
    words: str = ""


@dataclass(frozen=True)
class Cursor:
    """The place in the list: behind the request that is due (or was asked for) at that time; None stands last."""

    at: dt.datetime | None
    key: uuid.UUID

    def __str__(self) -> str:
        return f"{'none' if self.at is None else f'{self.at.timestamp():.6f}'}_{self.key.hex}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return the cursor written in `text`, or None when it is none."""
        stamp, _sep, key = text.partition("_")
        try:
            at = None if stamp == "none" else dt.datetime.fromtimestamp(float(stamp), dt.UTC)
            return cls(at, uuid.UUID(key))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True)
class Dash:
    """One stage in short: its name, and whether it is done, open now, or still to come."""

    name: str
    state: str


@dataclass(frozen=True)
class Row:
    """One request in the list. `late`: its deadline is over; `is_mine`: the reader may decide it now."""

    request: ApprovalRequest
    piece: GeneratedContent
    url: str
    picture: str
    look: str
    steps: Sequence[Dash]
    late: bool
    left: dt.timedelta | None
    posts_at: dt.datetime | None
    is_mine: bool

    @property
    def stamp(self) -> str:
        """What a form says it was looking at: which request, and which stage of it about which very piece."""
        return f"{self.request.pk}:{self.request.seen_as}"


@dataclass(frozen=True)
class Page:
    """Some requests in order, and the cursor of what comes after."""

    rows: list[Row]
    after: Cursor | None


def requests_of(membership: Membership, wanted: Wanted, *, now: dt.datetime) -> QuerySet[ApprovalRequest]:
    """Return the member's requests that fit, without order."""
    view, rule = VIEWS[wanted.view]
    rows = approving.requests_of(membership, view).filter(rule)
    if wanted.client:
        rows = rows.filter(client_id=wanted.client)
    if wanted.overdue:
        rows = rows.filter(OPEN, due_at__lt=now)
    if wanted.words:
        rows = rows.filter(holding(wanted.words, "piece__title", "piece__text"))
    return rows


def asks_of(membership: Membership) -> QuerySet[ApprovalAsk]:
    """Return, inside a question about requests, what the member is asked at the stage that is open."""
    asks = ApprovalAsk.objects.filter(
        request=OuterRef("pk"), round=OuterRef("round"), stage=OuterRef("stage"), status=ApprovalAsk.Status.OPEN
    )
    return asks.filter(of_member(membership))


def of_member(membership: Membership) -> Q:
    """Return which asks the member may answer: their own, and as a client's member those of the client."""
    own = Q(member_id=membership.pk)
    return own | Q(is_client=True) if membership.client_id else own


def page_of(
    membership: Membership, wanted: Wanted, cursor: Cursor | None, *, now: dt.datetime, size: int = PAGE
) -> Page:
    """Return one page: what is open soonest due first, what was decided newest first."""
    rows = requests_of(membership, wanted, now=now)
    newest_first = wanted.view == "decided"
    if cursor:
        rows = rows.filter(_older(cursor) if newest_first else _later(cursor))
    order: tuple[Any, ...] = (F("due_at").asc(nulls_last=True), "id")
    ordered = rows.order_by("-created_at", "-id") if newest_first else rows.order_by(*order)
    found = list(_read(ordered, membership)[: size + 1])
    more, found = len(found) > size, found[:size]
    after = Cursor(found[-1].created_at if newest_first else found[-1].due_at, found[-1].pk) if more else None
    return Page(shown(found, now=now), after)


def _later(cursor: Cursor) -> Q:
    if cursor.at is None:
        return Q(due_at=None, id__gt=cursor.key)
    return Q(due_at__gt=cursor.at) | Q(due_at=cursor.at, id__gt=cursor.key) | Q(due_at=None)


def _older(cursor: Cursor) -> Q:
    return Q(created_at__lt=cursor.at) | Q(created_at=cursor.at, id__lt=cursor.key)


def chosen(membership: Membership, keys: Iterable[uuid.UUID], *, now: dt.datetime) -> list[Row]:
    """Return those of the named requests that the member may decide now, soonest due first."""
    rows = requests_of(membership, Wanted("mine"), now=now).filter(Exists(asks_of(membership)), pk__in=list(keys))
    return shown(list(_read(rows.order_by(F("due_at").asc(nulls_last=True), "id"), membership)), now=now)


def _read(rows: QuerySet[ApprovalRequest], membership: Membership) -> QuerySet[ApprovalRequest]:
    posts = ScheduledPost.objects.filter(approval=OuterRef("pk"), status__in=UNSENT).order_by().values("approval")
    parts: dict[str, Combinable | Exists] = {
        "posts_at": Subquery(posts.annotate(first=Min("scheduled_for")).values("first")),
        "is_mine": Exists(asks_of(membership)),
    }
    return (
        rows.select_related("piece__asset", "client", "requested_by")
        .defer(
            "piece__search",
            "piece__prediction",
            "piece__media_info",
            "piece__asset__media_info",
            *bulky("piece__asset"),
        )
        .annotate(**parts)
    )


def shown(requests: Iterable[ApprovalRequest], *, now: dt.datetime) -> list[Row]:
    """Describe requests that were read for the list; nothing is asked."""
    return [_row(request, now=now) for request in requests]


def _row(request: ApprovalRequest, *, now: dt.datetime) -> Row:
    is_open, piece = request.status == Status.PENDING, request.piece
    left = request.due_at - now if request.due_at and is_open else None
    return Row(
        request=request,
        piece=piece,
        url=reverse("approval", args=[request.pk]),
        picture=picture_of(piece),
        look=LOOKS[Status(request.status)],
        steps=steps_of(request),
        late=left is not None and left < dt.timedelta(),
        left=abs(left) if left is not None else None,
        posts_at=request.posts_at,  # type: ignore[attr-defined]
        is_mine=is_open and request.is_mine,  # type: ignore[attr-defined]
    )


def steps_of(request: ApprovalRequest) -> list[Dash]:
    """Return a request's stages in short."""
    at = len(request.stages) if request.status == Status.APPROVED else request.stage
    states = ["done" if number < at else "now" if number == at else "" for number in range(len(request.stages))]
    return [Dash(stage["name"], state) for stage, state in zip(request.stages, states, strict=True)]


def picture_of(piece: GeneratedContent) -> str:
    """Return the address of a still of what is sent, or "" for words alone."""
    if piece.cover_id:
        return reverse("cover", args=[piece.cover_id])
    if piece.thumbnail_id:
        return reverse("frame", args=[piece.thumbnail_id])
    return reverse("thumbnail", args=[piece.asset_id]) if piece.asset.thumbnail else ""


def counts(membership: Membership, *, now: dt.datetime) -> dict[str, int]:
    """Return how many requests each open view holds, and how many of mine are late; what is decided is not counted."""
    rows = ApprovalRequest.objects.visible_to(membership).filter(piece__deleted_at=None)
    living = rows.filter(OPEN | BACK)
    asked = Q(requested_by_id=membership.user_id)
    found: dict[str, int] = living.aggregate(
        open=Count("pk", filter=OPEN),
        back=Count("pk", filter=BACK),
        asked=Count("pk", filter=asked),
        nobody=Count("pk", filter=OPEN & Q(nobody=True)),
    )
    found |= mine_of(membership, now=now)
    if may(membership, "approvals.manage"):
        found["mine"] += found["nobody"]
    return found


def mine_of(membership: Membership, *, now: dt.datetime) -> dict[str, int]:
    """Return how much the member is asked now, and how much of it is late: "mine", "late"."""
    asks = ApprovalAsk.objects.visible_to(membership).filter(
        of_member(membership),
        status=ApprovalAsk.Status.OPEN,
        request__status=Status.PENDING,
        request__piece__deleted_at=None,
        round=F("request__round"),
        stage=F("request__stage"),
    )
    late = Q(request__due_at__lt=now)
    found: dict[str, int] = asks.aggregate(
        mine=Count("request", distinct=True), late=Count("request", filter=late, distinct=True)
    )
    return found


def clients_of(membership: Membership) -> list[ClientAccount]:
    """Return the clients to choose from, by name; a client's own member has none to choose."""
    if membership.client_id:
        return []
    rows = ClientAccount.objects.visible_to(membership).filter(deleted_at=None)
    return list(rows.order_by("name")[:MOST_CLIENTS])


def next_of(membership: Membership, request: ApprovalRequest, *, now: dt.datetime) -> str:
    """Return the address of what waits for the member after this one, the first again after the last, or ""."""
    rows = requests_of(membership, Wanted("mine"), now=now).exclude(pk=request.pk)
    ordered = rows.order_by(F("due_at").asc(nulls_last=True), "id").values_list("pk", flat=True)
    found = ordered.filter(_later(Cursor(request.due_at, request.pk))).first() or ordered.first()
    return reverse("approval", args=[found]) if found else ""


@dataclass(frozen=True)
class Figures:
    """How it went lately: pieces decided, the median time to a decision, and how many passed the first time."""

    decided: int
    median: dt.timedelta | None
    first_time: int
    late: int


def figures(membership: Membership, *, now: dt.datetime, days: int = 30) -> Figures:
    """Return them of the last days: one question."""
    rows = ApprovalRequest.objects.visible_to(membership).filter(
        decided_at__gte=now - dt.timedelta(days=days), status__in=[Status.APPROVED, Status.REJECTED]
    )
    found = rows.values_list("created_at", "decided_at", "status", "revision_count", "due_at")[:5000]
    took = sorted(end - begin for begin, end, *_rest in found if end)
    first = sum(status == Status.APPROVED and not again for _b, _e, status, again, _due in found)
    late = sum(bool(due and end and end > due) for _b, end, _s, _r, due in found)
    return Figures(len(took), took[len(took) // 2] if took else None, first, late)


def view_name(view: str) -> str:
    """Return what an empty list of that view says."""
    return {
        "mine": _("Nothing waits for you"),
        "open": _("Nothing waits for a decision"),
        "asked": _("You have asked for nothing that is still open"),
        "back": _("Nothing was sent back"),
        "decided": _("Nothing was decided yet"),
    }[view]
