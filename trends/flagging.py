"""Topics that people may report."""

import uuid

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.flagging import Owned
from accounts.models import Membership
from trends.models import TrendTopic


class Topics:
    """A reported topic that is upheld is blocked, in its later runs too."""

    label = _("topic")
    permission = "trends.view"
    model = TrendTopic

    def find(self, key: uuid.UUID, *, by: Membership) -> Model | None:
        """Return a topic; topics are the same for everybody."""
        del by
        return TrendTopic.objects.filter(pk=key, is_blocked=False).first()

    def address(self, row: Model) -> str:
        """Return the topic's page."""
        return reverse("trend", args=[row.pk])

    def owned(self, key: str) -> Owned | None:
        """Topics are nobody's."""
        del key
        return None

    def hide(self, key: str) -> int:
        """Block it."""
        return TrendTopic.objects.filter(pk=key).update(is_blocked=True, blocked_by=None, is_cleared=False)
