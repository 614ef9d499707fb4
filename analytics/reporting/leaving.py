"""The link in a report's mail by which whoever holds it gets no more of them, without signing in."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from analytics.models import ReportSchedule

SALT = "analytics.reports"
LASTS = dt.timedelta(days=730)


class NotALink(Exception):
    """The link was not made here, was changed, or is too old."""


@dataclass(frozen=True)
class Leaving:
    """Whose mails of which schedule a link ends."""

    schedule_id: uuid.UUID
    organization_id: uuid.UUID
    email: str


def address_for(schedule: ReportSchedule, email: str) -> str:
    """Return the whole address for a mail."""
    token = signing.dumps([schedule.pk.hex, schedule.organization_id.hex, email], salt=SALT)
    return f"{settings.SITE_URL.rstrip('/')}{reverse('report_unsubscribe', args=[token])}"


def read(token: str) -> Leaving:
    """Return what a link says, or raise NotALink."""
    try:
        schedule, organization, email = signing.loads(token, salt=SALT, max_age=LASTS)
        return Leaving(uuid.UUID(hex=schedule), uuid.UUID(hex=organization), str(email))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotALink from error
