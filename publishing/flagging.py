"""Posts of the practice network that people may report."""

import uuid

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.flagging import Owned
from accounts.models import Membership
from accounts.notifications import people_who_may
from publishing.models import PracticePost


class PracticePosts:
    """Upheld, a post leaves the timeline."""

    label = _("practice post")
    permission = "posts.view"
    model = PracticePost

    def find(self, key: uuid.UUID, *, by: Membership) -> Model | None:
        """Return a post of the member's timeline."""
        return PracticePost.objects.visible_to(by).filter(pk=key, deleted_at=None).first()

    def address(self, row: Model) -> str:
        """Return the timeline."""
        del row
        return reverse("practice")

    def owned(self, key: str) -> Owned | None:
        """Theirs who may post there."""
        row = PracticePost.objects.filter(pk=key).select_related("account").first()
        if row is None:
            return None
        may = people_who_may("posts.schedule", organization_id=row.organization_id, client_id=row.account.client_id)
        return Owned(row.organization_id, str(row), may, reverse("practice"))

    def hide(self, key: str) -> int:
        """Take it down."""
        return PracticePost.objects.filter(pk=key, deleted_at=None).update(deleted_at=timezone.now())
