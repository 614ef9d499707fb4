"""Removing what nobody came back for."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from accounts import tenancy
from content import receiving
from content.models import Upload

BATCH = 500
GRACE = dt.timedelta(days=1)


def remove_stale_uploads(*, now: dt.datetime) -> int:
    """Remove uploads past their time, with their bytes, and files no upload names; return how many uploads went.

    What is being written, or waits to be moved to remote storage, stays.
    """
    with tenancy.operator():
        waiting = Q(asset__isnull=False, asset__file="")
        stale = list(Upload.objects.filter(expires_at__lte=now).exclude(waiting).order_by("expires_at")[:BATCH])
    gone = [upload.pk for upload in stale if _remove(upload.path)]
    with tenancy.operator():
        Upload.objects.filter(pk__in=gone).delete()
        _remove_unnamed(now)
    return len(gone)


def _remove(path: Path) -> bool:
    try:
        with receiving.hold(path):
            path.unlink(missing_ok=True)
    except receiving.InUse:
        return False
    except receiving.PartGone:
        pass
    return True


def _remove_unnamed(now: dt.datetime) -> None:
    before = (now - settings.UPLOAD_KEEP - GRACE).timestamp()
    folder = Path(settings.UPLOAD_ROOT)
    old = [path for path in folder.glob("*") if path.is_file() and path.stat().st_mtime < before]
    named = {upload.path.name for upload in Upload.objects.only("pk")} if old else set()
    for path in old:
        if path.name not in named:
            _remove(path)
