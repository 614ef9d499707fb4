"""The product's own look at films that were finished elsewhere: black, standing still, silence, loudness."""

import datetime as dt
import uuid
from typing import Any

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from accounts import tenancy
from content.looks.look import local
from content.models import PieceFile
from content.pipeline.work import folder
from trenddrop.core import media
from trenddrop.core.media.rendering import inspect

log = structlog.get_logger(__name__)

UNHEARD = dt.timedelta(minutes=2)
LATEST = dt.timedelta(days=1)  # after which nobody tries any more
MOVING = "video"


def waiting() -> QuerySet[PieceFile]:
    """Return the videos that were brought back and not looked through yet."""
    return PieceFile.objects.filter(origin=PieceFile.Origin.BROUGHT, report=[], media_info__kind=MOVING)


def run(take_id: uuid.UUID, organization_id: uuid.UUID) -> None:
    """Look a file through and keep what was found; two at once find the same."""
    with tenancy.of_organization(organization_id):
        row = waiting().filter(pk=take_id).first()
    if row is None:
        return
    try:
        report = _looked(row)
    except media.MediaError as error:
        report = [{"check": "readable", "ok": False, "told": str(error), "value": None}]
    except OSError as error:
        log.warning("a file could not be looked through here", take=str(take_id), reason=str(error))
        return
    with tenancy.of_organization(organization_id):
        waiting().filter(pk=take_id).update(report=report, updated_at=timezone.now())


def _looked(row: PieceFile) -> list[dict[str, Any]]:
    """Return the report. Raises MediaError."""
    with folder() as place:
        path = local(row.file, place / "brought")
        info = media.probe(path)
        return [one.stored for one in inspect(path, info)]


def interrupted(*, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (take, organisation) of files that nobody looked through though they wait."""
    with tenancy.operator():
        rows = waiting().filter(created_at__lt=now - UNHEARD, created_at__gt=now - LATEST).order_by("pk")
        return list(rows.values_list("pk", "organization_id")[:100])
