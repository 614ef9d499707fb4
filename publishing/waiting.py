"""What of a client's posts, approvals and accounts is waiting."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import ngettext

from accounts.waiting import Waiting
from publishing.models import ApprovalAsk, ApprovalRequest, PlatformConnection, ScheduledPost

Status = ScheduledPost.Status
WRONG = [Status.FAILED, Status.MISSED]
OURS, THEIRS, LOST = "ours", "theirs", "lost"


def of_clients(clients: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Waiting]]:
    """Return, in two questions, what waits of posts; and of approvals and accounts that are signed out."""
    found: dict[uuid.UUID, list[Waiting]] = defaultdict(list)
    posts = ScheduledPost.objects.filter(client_id__in=clients).order_by().values("client_id")
    for row in posts.annotate(
        doubtful=Count("pk", filter=Q(status=Status.UNCONFIRMED)),
        wrong=Count("pk", filter=Q(status__in=WRONG)),
        asked=Count("pk", filter=Q(status=Status.ASSISTED)),
        planned=Count("pk", filter=Q(status__in=[Status.SCHEDULED, Status.HANDED])),
    ):
        found[row["client_id"]] += _posts(row["doubtful"], row["wrong"], row["asked"], row["planned"])
    others = _approvals(clients).union(_lost(clients))
    for row in others:
        found[row["client_id"]].append(_other(row["what"], row["n"]))
    return found


def _lost(clients: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    rows = PlatformConnection.objects.filter(
        client_id__in=clients, status=PlatformConnection.Status.NEEDS_RECONNECT
    ).order_by()
    return rows.annotate(what=Value(LOST)).values("client_id", "what").annotate(n=Count("pk"))


def _approvals(clients: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The open ones, by whether the client alone is asked at the open stage."""
    rows = ApprovalRequest.objects.filter(
        client_id__in=clients, status=ApprovalRequest.Status.PENDING, piece__deleted_at=None,
        piece__asset__deleted_at=None,
    ).order_by()  # fmt: skip
    asks = ApprovalAsk.objects.filter(
        request=OuterRef("pk"), round=OuterRef("round"), stage=OuterRef("stage"), status=ApprovalAsk.Status.OPEN
    )
    theirs = Exists(asks.filter(is_client=True)) & ~Exists(asks.filter(is_client=False))
    what = Case(When(theirs, then=Value(THEIRS)), default=Value(OURS))
    return rows.annotate(what=what).values("client_id", "what").annotate(n=Count("pk"))


def _other(what: str, n: int) -> Waiting:
    if what == OURS:
        words = ngettext("%(n)s piece waits for our yes", "%(n)s pieces wait for our yes", n)
        return Waiting("waiting", words % {"n": n}, needs=True)
    if what == THEIRS:
        words = ngettext("%(n)s piece waits for the client’s yes", "%(n)s pieces wait for the client’s yes", n)
        return Waiting("waiting", words % {"n": n})
    words = ngettext("%(n)s account must be connected again", "%(n)s accounts must be connected again", n)
    return Waiting("needs_reconnect", words % {"n": n}, needs=True)


def _posts(doubtful: int, wrong: int, asked: int, planned: int) -> Iterator[Waiting]:
    if doubtful:
        words = ngettext("%(n)s post may be live: look", "%(n)s posts may be live: look", doubtful)
        yield Waiting("unconfirmed", words % {"n": doubtful}, needs=True)
    if wrong:
        words = ngettext("%(n)s post was not sent", "%(n)s posts were not sent", wrong)
        yield Waiting("failed", words % {"n": wrong}, needs=True)
    if asked:
        words = ngettext(
            "%(n)s post waits for a person to post it", "%(n)s posts wait for a person to post them", asked
        )
        yield Waiting("assisted", words % {"n": asked}, needs=True)
    if planned:
        words = ngettext("%(n)s post is planned", "%(n)s posts are planned", planned)
        yield Waiting("scheduled", words % {"n": planned})
