"""What the quality desk shows: who waits how long, who has what, and how well the last month went."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, FloatField, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from publishing.delivery.clocks import GOES, LIVING, WARNS_AT, used
from publishing.models import QARequest
from trenddrop.core import display

Status = QARequest.Status
PAGE = 40
MONTH = dt.timedelta(days=30)
SETTLED = (Status.DONE, Status.CANCELLED)
LAST = 5
DONE_ORDER = ("-completed_at", "-pk")
ORDER = ("priority", "due_at", "pk")


class Median(Aggregate):
    """The value in the middle, over rows that have one."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Median"


@dataclass(frozen=True)
class Wanted:
    """Which looks are asked for; all but `view` may be empty."""

    view: str = "open"
    kind: str = ""
    priority: int | None = None
    client: uuid.UUID | None = None


@dataclass(frozen=True)
class Cursor:
    """The place behind one row of the list: by urgency and clock, or of what is done by its end."""

    at: dt.datetime
    key: uuid.UUID
    priority: int = 0

    def __str__(self) -> str:
        return f"{self.priority}_{self.at.timestamp():.6f}_{self.key.hex}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return the cursor written in `text`, or None when it is none."""
        try:
            priority, stamp, key = text.split("_")
            return cls(dt.datetime.fromtimestamp(float(stamp), dt.UTC), uuid.UUID(key), int(priority))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True)
class Clock:
    """How a look stands against its hours: `share` 0–100 for the bar, the words, and the colour."""

    share: int
    words: str
    look: str = ""
    rest: str = ""
    is_standing: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the desk."""

    look: QARequest
    clock: Clock
    may_take: bool


@dataclass(frozen=True)
class Month:
    """How the desk did in the last thirty days; None where nothing was done."""

    done: int
    in_time: int
    span: dt.timedelta | None
    change: dt.timedelta | None
    quality: float | None

    @property
    def faster(self) -> dt.timedelta | None:
        """By how much less time they took, if they did."""
        return -self.change if self.change is not None and self.change < dt.timedelta() else None

    @property
    def slower(self) -> dt.timedelta | None:
        """By how much more time they took, if they did."""
        return self.change if self.change is not None and self.change > dt.timedelta() else None

    @property
    def kept(self) -> int | None:
        """How many of a hundred were done in time."""
        return round(100 * self.in_time / self.done) if self.done else None


def views(membership: Membership, *, now: dt.datetime) -> dict[str, Q]:
    """Return what each view holds."""
    mine = Q(status__in=LIVING, assignee_id=membership.user_id)
    return {
        "open": Q(status__in=LIVING),
        "mine": mine,
        "free": Q(status__in=LIVING, assignee=None),
        "late": Q(status__in=GOES, due_at__lt=now),
        "waiting": Q(status=Status.WAITING),
        "done": Q(status=Status.DONE),
    }


def looks_of(membership: Membership) -> QuerySet[QARequest]:
    """Return the member's looks at pieces that still are."""
    return QARequest.objects.visible_to(membership).filter(piece__deleted_at=None)


def page_of(
    membership: Membership, wanted: Wanted, cursor: Cursor | None, *, now: dt.datetime, size: int = PAGE
) -> tuple[list[Row], Cursor | None]:
    """Return one page, by urgency and clock (what is done: last first), and the cursor of the next: one statement."""
    rows = narrowed(looks_of(membership), wanted).filter(views(membership, now=now)[wanted.view])
    is_done = wanted.view == "done"
    if cursor:
        rows = rows.filter(_ended_before(cursor) if is_done else _behind(cursor))
    rows = rows.select_related("piece", "assignee", "client", "requested_by")
    found = list(rows.order_by(*(DONE_ORDER if is_done else ORDER))[: size + 1])
    more = len(found) > size
    shown = [row_of(each, membership, now=now) for each in found[:size]]
    return shown, _cursor(found[size - 1]) if more else None


def narrowed(rows: QuerySet[QARequest], wanted: Wanted) -> QuerySet[QARequest]:
    """Return those that fit the filter beside the view."""
    asked = {"kind": wanted.kind, "priority": wanted.priority, "client_id": wanted.client}
    return rows.filter(**{name: value for name, value in asked.items() if value})


def _behind(cursor: Cursor) -> Q:
    later = Q(due_at__gt=cursor.at) | Q(due_at=cursor.at, pk__gt=cursor.key)
    return Q(priority__gt=cursor.priority) | Q(Q(priority=cursor.priority), later)


def _ended_before(cursor: Cursor) -> Q:
    return Q(completed_at__lt=cursor.at) | Q(completed_at=cursor.at, pk__lt=cursor.key)


def _cursor(row: QARequest) -> Cursor:
    return Cursor(row.completed_at or row.due_at, row.pk, row.priority)


def row_of(look: QARequest, membership: Membership, *, now: dt.datetime) -> Row:
    """Return a line of the desk."""
    may_take = look.status == Status.OPEN and look.assignee_id in {None, membership.user_id}
    return Row(look, clock_of(look, now=now), may_take)


def clock_of(look: QARequest, *, now: dt.datetime) -> Clock:
    """Return how a look stands against its hours, in words."""
    if look.status in SETTLED:
        return Clock(100, _settled(look))
    share = used(look, now=now)
    whole = max(0, min(100, round(share * 100)))
    left = look.due_at - (look.paused_at or now)
    if look.status == Status.WAITING:
        return Clock(whole, _("Stopped"), rest=display.exactly(left), is_standing=True)
    if left <= dt.timedelta():
        return Clock(100, _("%(span)s over") % {"span": display.exactly(-left)}, "failed")
    return Clock(whole, display.exactly(left), "unconfirmed" if share >= WARNS_AT else "")


def _settled(look: QARequest) -> str:
    if look.status != Status.DONE or look.completed_at is None:
        return _("Cancelled")
    if look.completed_at > look.due_at:
        return _("done, %(span)s late") % {"span": display.exactly(look.completed_at - look.due_at)}
    return _("done in %(span)s") % {"span": display.exactly(look.completed_at - look.created_at)}


def counts(membership: Membership, wanted: Wanted, *, now: dt.datetime) -> dict[str, int]:
    """Return how many looks each view holds with the rest of the filter: one statement."""
    rows = narrowed(looks_of(membership), wanted)
    rules = views(membership, now=now)
    found: dict[str, int] = rows.aggregate(**{name: Count("pk", filter=rule) for name, rule in rules.items()})
    return found


def month(membership: Membership, *, now: dt.datetime) -> Month:
    """Return how the last thirty days went, beside the thirty before: one statement."""
    span = ExpressionWrapper(F("completed_at") - F("started_at"), output_field=DurationField())
    this, before = Q(completed_at__gt=now - MONTH), Q(completed_at__lte=now - MONTH)
    rows = looks_of(membership).filter(status=Status.DONE, completed_at__gt=now - 2 * MONTH)
    found: Mapping[str, Any] = rows.aggregate(
        done=Count("pk", filter=this),
        in_time=Count("pk", filter=this & Q(completed_at__lte=F("due_at"))),
        span=Median(span, filter=this, output_field=DurationField()),
        span_before=Median(span, filter=before, output_field=DurationField()),
        quality=Median("quality_score", filter=this, output_field=FloatField()),
    )
    both = found["span"] is not None and found["span_before"] is not None
    change = found["span"] - found["span_before"] if both else None
    return Month(found["done"], found["in_time"], found["span"], change, found["quality"])


@dataclass(frozen=True)
class Load:
    """How much somebody has."""

    user: User
    count: int
    words: str
    share: int


def loads(membership: Membership, members: Iterable[Membership]) -> list[Load]:
    """Return who has how many of what is open, the fullest first: one statement."""
    rows = looks_of(membership).filter(status__in=LIVING, assignee__isnull=False).order_by()
    found = dict(rows.values_list("assignee_id").annotate(n=Count("pk")))
    most = max(found.values(), default=1)
    people = [each.user for each in members if each.user_id in found]
    return [
        Load(user, found[user.pk], ngettext("%(n)s look", "%(n)s looks", found[user.pk]) % {"n": found[user.pk]},
             round(100 * found[user.pk] / most))
        for user in sorted(people, key=lambda each: -found[each.pk])
    ]  # fmt: skip


def last_done(membership: Membership) -> list[QARequest]:
    """Return the last looks that were finished."""
    rows = looks_of(membership).filter(status=Status.DONE).select_related("piece", "assignee")
    return list(rows.order_by(*DONE_ORDER)[:LAST])


def of_piece(piece_id: uuid.UUID, membership: Membership) -> list[QARequest]:
    """Return what was asked of the desk about a piece, newest first."""
    rows = QARequest.objects.visible_to(membership).filter(piece_id=piece_id).exclude(status=Status.CANCELLED)
    return list(rows.select_related("assignee").order_by("-created_at")[:LAST])
