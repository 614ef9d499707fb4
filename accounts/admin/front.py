"""The admin's first page: what waits for an operator."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import DataRequest, Flag, GateCheck, Organization, User

SHOWN = 8
LATELY = timedelta(days=7)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what waits, as far as the operator may see it (settings.UNFOLD)."""
    may_decide = request.user.has_perm("accounts.view_flag")
    waiting = Flag.objects.filter(status=Flag.Status.OPEN).select_related("organization", "reported_by")
    flags = list(waiting.order_by("created_at")[: SHOWN + 1]) if may_decide else []
    counts = [
        (label, rows.count(), reverse(f"admin:accounts_{model}_changelist") + query)
        for label, model, query, rows in _counted(timezone.now() - LATELY)
        if request.user.has_perm(f"accounts.view_{model}")
    ]
    return context | {
        "open_flags": flags[:SHOWN],
        "more_flags": len(flags) > SHOWN,
        "may_decide": may_decide,
        "counts": counts,
    }


def _counted(since: datetime) -> list[tuple[str, str, str, QuerySet[Any]]]:
    """Return what tells whether something is wrong: its words, its model, how it is narrowed, its rows."""
    suspended, failed = User.Status.SUSPENDED, DataRequest.Status.FAILED
    return [
        (_("Open reports"), "flag", "?status__exact=open", Flag.objects.filter(status=Flag.Status.OPEN)),
        (_("People, new this week"), "user", "", User.objects.filter(created_at__gt=since)),
        (_("People suspended"), "user", "?status__exact=suspended", User.objects.filter(status=suspended)),
        (_("Organisations"), "organization", "", Organization.objects.filter(deleted_at=None)),
        (
            _("Exports, imports and erasures that failed"),
            "datarequest",
            "?status__exact=failed",
            DataRequest.objects.filter(status=failed, updated_at__gt=since),
        ),
        (_("Wallets no chain answers for"), "gatecheck", "", GateCheck.objects.exclude(error="")),
    ]
