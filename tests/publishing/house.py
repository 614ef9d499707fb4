"""A house where nothing goes out unapproved, for the tests of approvals."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Notification
from content.models import GeneratedContent
from content.services import pieces
from publishing import approving
from publishing.delivery import claiming
from publishing.models import ApprovalRequest, ApprovalWorkflow, PlatformConnection, ScheduledPost
from publishing.services import posts
from publishing.services.approvals import deciding
from tests.cast import Cast
from tests.publishing.agreeing import make_workflow, stage, versioned
from tests.publishing.conftest import make_connection, make_piece


def _tuesday() -> dt.datetime:
    """Noon in Kolkata, ahead of the machine's own clock, which edits go by."""
    soon = timezone.now().replace(hour=6, minute=30, second=0, microsecond=0) + dt.timedelta(days=1)
    return soon + dt.timedelta(days=(1 - soon.weekday()) % 7)


NOW = _tuesday()
TOMORROW = dt.datetime.combine(NOW.date() + dt.timedelta(days=1), dt.time(9))
ZONE = "Asia/Kolkata"


@dataclass
class House:
    """Kesar with a workflow that nothing goes around: Chitra may decide, then Asha must."""

    cast: Cast
    workflow: ApprovalWorkflow
    piece: GeneratedContent
    connection: PlatformConnection

    def plan(self, **more: Any) -> ScheduledPost:
        """Ben plans the piece for tomorrow at nine."""
        asked: dict[str, Any] = {"at_local": TOMORROW, "zone": ZONE, "by": self.cast.ben, "now": NOW}
        return posts.schedule(self.piece, connection=self.connection, **(asked | more))

    def request(self) -> ApprovalRequest:
        return ApprovalRequest.objects.select_related("piece").get(piece=self.piece, status__in=approving.LIVING)

    def approve(self, by: Membership, **more: Any) -> ApprovalRequest:
        request = self.request()
        values: dict[str, Any] = {"seen": request.seen_as, "now": NOW}
        return deciding.approve(request, by=by, **(values | more))

    def edit(self, text: str) -> None:
        self.piece.refresh_from_db()
        pieces.edit(self.piece, by=self.cast.ben, text=text)


def build(kesar: Cast, settings: Any) -> House:
    """Build it in Kesar's scope."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    workflow = make_workflow(kesar, stage("Editor", kesar.chitra), stage("Owner", "owner"))
    return House(kesar, workflow, versioned(make_piece(kesar.kesar)), make_connection(kesar.kesar))


def now_of(post: ScheduledPost) -> ScheduledPost:
    return ScheduledPost.objects.select_related("approval").get(pk=post.pk)


def told(kind: str = "approval_needed") -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind=kind).order_by("created_at", "user__email")
    return [(row.user.email.split("@")[0], row.title) for row in rows.select_related("user")]


def due(at: dt.datetime) -> list[Any]:
    return list(claiming.due_sends(at))
