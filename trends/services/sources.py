"""Commands on sources, which belong to the installation: the operator gives them, in the admin or by command."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trends import sources, tasks
from trends.collection.fetching import imported_kinds
from trends.models import TrendSource
from trends.sources.base import BadConfig, checked_credential


class CantAdd(Exception):
    """The source can't be added; the message says why."""


def add(  # noqa: PLR0913 - a feed is told by many words
    kind: str,
    *,
    name: str,
    now: dt.datetime,
    region: str = "",
    language: str = "",
    category: str = "",
    config: Mapping[str, Any] | None = None,
    credential: str = "",
    interval: dt.timedelta | None = None,
) -> TrendSource:
    """Add a feed and ask it at once; raises CantAdd."""
    row = TrendSource(
        kind=kind, name=name, region=region, language=language, category=category, config=dict(config or {})
    )
    fault = fault_of(row, credential=credential, now=now)
    if fault:
        raise CantAdd(fault)
    row.credentials = credential
    row.interval = interval or sources.source(kind).interval
    row.next_poll_at = now
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise CantAdd(_("This feed is there already. Look for it in the list and switch it on.")) from error
    _ring(row)
    return row


def fault_of(row: TrendSource, *, credential: str | None, now: dt.datetime) -> str:
    """Return why a source's settings or its credential (None: not yet asked for) won't do, "" when they will."""
    if row.kind not in settings.TREND_SOURCES:
        kinds = ", ".join(sorted(settings.TREND_SOURCES))
        return _("There is no kind of source called “%(kind)s”. Choose one of: %(kinds)s.") % {
            "kind": row.kind,
            "kinds": kinds,
        }
    adapter = sources.source(row.kind)
    config = {"region": row.region, "language": row.language, "category": row.category, **row.config}
    try:
        adapter.request(config, now)
        if credential is not None:
            checked_credential(credential, adapter.credential, label=adapter.label)
    except BadConfig as error:
        return str(error)
    return ""


def enable(row: TrendSource, *, now: dt.datetime) -> None:
    """Ask this source from now on, with a clean slate."""
    TrendSource.objects.filter(pk=row.pk, is_example=False).update(
        enabled=True, next_poll_at=now, consecutive_failures=0, last_error=""
    )
    _ring(row)


def disable(row: TrendSource) -> None:
    """Leave this source alone; what it said stays."""
    TrendSource.objects.filter(pk=row.pk).update(enabled=False)


def forget_error(row: TrendSource, *, now: dt.datetime) -> None:
    """Count this source's failures anew, and ask it on the next round."""
    TrendSource.objects.filter(pk=row.pk, is_example=False).update(
        last_error="",
        last_note="",
        consecutive_failures=0,
        health=TrendSource.Health.OK if row.last_success_at else TrendSource.Health.NEVER,
        next_poll_at=now,
    )


def poll_now(row: TrendSource, *, now: dt.datetime) -> bool:
    """Ask this source at once, for the whole answer and not only for changes; False when it is off or not asked."""
    due = TrendSource.objects.filter(pk=row.pk, enabled=True, is_example=False).exclude(kind__in=imported_kinds())
    changed = due.update(next_poll_at=now, etag="", last_modified="")
    if changed:
        _ring(row)
    return bool(changed)


def _ring(row: TrendSource) -> None:
    transaction.on_commit(lambda: tasks.collect_source.delay(source_id=str(row.pk)))
