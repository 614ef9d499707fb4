"""What of a client's posts and accounts is waiting."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import Count, Q
from django.utils.translation import ngettext

from accounts.waiting import Waiting
from publishing.models import PlatformConnection, ScheduledPost

Status = ScheduledPost.Status
WRONG = [Status.FAILED, Status.MISSED]


def of_clients(clients: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Waiting]]:
    """Return, in two questions, posts in doubt, that failed and that are planned, and accounts that are signed out."""
    found: dict[uuid.UUID, list[Waiting]] = defaultdict(list)
    posts = ScheduledPost.objects.filter(client_id__in=clients).order_by().values("client_id")
    for row in posts.annotate(
        doubtful=Count("pk", filter=Q(status=Status.UNCONFIRMED)),
        wrong=Count("pk", filter=Q(status__in=WRONG)),
        asked=Count("pk", filter=Q(status=Status.ASSISTED)),
        planned=Count("pk", filter=Q(status__in=[Status.SCHEDULED, Status.HANDED])),
    ):
        found[row["client_id"]] += _posts(row["doubtful"], row["wrong"], row["asked"], row["planned"])
    lost = PlatformConnection.objects.filter(
        client_id__in=clients, status=PlatformConnection.Status.NEEDS_RECONNECT
    ).order_by()
    for key, n in lost.values("client_id").annotate(n=Count("pk")).values_list("client_id", "n"):
        words = ngettext("%(n)s account must be connected again", "%(n)s accounts must be connected again", n)
        found[key].append(Waiting("needs_reconnect", words % {"n": n}, needs=True))
    return found


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
