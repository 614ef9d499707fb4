"""Commands on findings and odd days: put away, take back, look again."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from analytics.collection import insights as looking
from analytics.models import Anomaly, Insight, InsightRun

SOONEST = dt.timedelta(minutes=10)


class CannotLook(Exception):
    """Nothing was asked; the message says why."""


def dismiss(insight: Insight, *, by: Membership, now: dt.datetime, reason: str = "") -> Insight:
    """Put a finding away; its kind is ranked lower from the next look on."""
    reason = reason if reason in Insight.Reason.values else Insight.Reason.USELESS
    with transaction.atomic():
        changed = Insight.objects.filter(pk=insight.pk, dismissed_at=None).update(
            dismissed_at=now, dismissed_by=by.user, dismissed_for=reason
        )
        if changed:
            audit.record("insight.dismissed", insight, organization_id=by.organization_id, by=by, reason=reason)
    insight.refresh_from_db()
    return insight


def restore(insight: Insight, *, by: Membership) -> Insight:
    """Show a finding again that was put away."""
    with transaction.atomic():
        changed = Insight.objects.filter(pk=insight.pk, dismissed_at__isnull=False).update(
            dismissed_at=None, dismissed_by=None, dismissed_for=""
        )
        if changed:
            audit.record("insight.restored", insight, organization_id=by.organization_id, by=by)
    insight.refresh_from_db()
    return insight


def dismiss_anomaly(anomaly: Anomaly, *, by: Membership, now: dt.datetime) -> Anomaly:
    """Put an odd day away."""
    with transaction.atomic():
        if Anomaly.objects.filter(pk=anomaly.pk, dismissed_at=None).update(dismissed_at=now, dismissed_by=by.user):
            audit.record("anomaly.dismissed", anomaly, organization_id=by.organization_id, by=by)
    anomaly.refresh_from_db()
    return anomaly


def look_again(organization_id: uuid.UUID, *, by: Membership, now: dt.datetime) -> int:
    """Ask everything anew now; return how many findings stand. Raises CannotLook when it was just done."""
    if InsightRun.objects.filter(organization=organization_id, ran_at__gt=now - SOONEST).exists():
        raise CannotLook(_("Everything was asked within the last ten minutes."))
    found = looking.look(organization_id, now=now, anew=True)
    audit.record("insights.asked", by.organization, organization_id=organization_id, by=by, found=found)
    return found
