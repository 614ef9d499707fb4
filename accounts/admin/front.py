"""The admin's first page: what waits for an operator."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import DataRequest, Flag, GateCheck, Organization, User

SHOWN = 8
LATELY = timedelta(days=7)


def dashboard(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the open reports, and the counts that tell whether something is wrong (settings.UNFOLD)."""
    since = timezone.now() - LATELY
    waiting = Flag.objects.filter(status=Flag.Status.OPEN)
    flags = list(waiting.select_related("organization", "reported_by").order_by("created_at")[: SHOWN + 1])
    counts = [
        (_("Open reports"), waiting.count(), _to("flag", "?status__exact=open")),
        (_("People, new this week"), User.objects.filter(created_at__gt=since).count(), _to("user")),
        (
            _("People suspended"),
            User.objects.filter(status=User.Status.SUSPENDED).count(),
            _to("user", "?status__exact=suspended"),
        ),
        (_("Organisations"), Organization.objects.filter(deleted_at=None).count(), _to("organization")),
        (
            _("Exports, imports and erasures that failed"),
            DataRequest.objects.filter(status=DataRequest.Status.FAILED, updated_at__gt=since).count(),
            _to("datarequest", "?status__exact=failed"),
        ),
        (_("Wallets no chain answers for"), GateCheck.objects.exclude(error="").count(), _to("gatecheck")),
    ]
    return context | {"open_flags": flags[:SHOWN], "more_flags": len(flags) > SHOWN, "counts": counts}


def _to(model: str, query: str = "") -> str:
    return reverse(f"admin:accounts_{model}_changelist") + query
