"""Until when an open stage is to be decided: as long as its hours say, but not longer than its posts can wait."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q

from publishing.delivery import handing
from publishing.models import ApprovalRequest, ScheduledPost

Status = ScheduledPost.Status
OPENED = "opened"  # in a stage of a request: when it was opened last, as ISO time


def begin(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Note that the hours of the open stage begin now."""
    request.stages[request.stage][OPENED] = now.isoformat()


def of_stage(request: ApprovalRequest, *, needed_by: dt.datetime | None = None) -> dt.datetime | None:
    """Return until when the open stage is to be decided: before the first post that waits for it goes out.

    None where the stage has no hours. A post whose time was over when the stage opened has nothing to lose any more.
    """
    hours = request.stages[request.stage].get("hours")
    if not hours:
        return None
    span = dt.timedelta(hours=hours)
    opened = _opened(request, span)
    if opened is None:
        return request.due_at
    needed = [*_times(request), *([needed_by] if needed_by else [])]
    return min([opened + span, *(at for at in needed if at > opened)])


def _opened(request: ApprovalRequest, span: dt.timedelta) -> dt.datetime | None:
    """Return when the open stage was opened; one from before this was noted had all its hours."""
    if noted := request.stages[request.stage].get(OPENED):
        return dt.datetime.fromisoformat(noted)
    return request.due_at - span if request.due_at else None


def _times(request: ApprovalRequest) -> Iterator[dt.datetime]:
    """Yield when the posts go out that wait for the request, those too that their platform is to give back first."""
    given_back = Q(status=Status.HANDED, **{f"metadata__{handing.WISH}__status": Status.WAITING.value})
    rows = ScheduledPost.objects.filter(Q(status=Status.WAITING) | given_back, approval=request)
    for post in rows.only("scheduled_for", "local_time", "timezone", "metadata"):
        yield handing.time_of(post).at
