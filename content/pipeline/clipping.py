"""Clips for intros and outros, written anew by a worker: what people brought waits beside the template until then."""

import datetime as dt
import shutil
import uuid
from pathlib import Path
from typing import Any

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import tenancy
from content.looks import clips
from content.models import Template
from content.models.templates import template_file
from content.pipeline.work import folder
from trenddrop.core import media

log = structlog.get_logger(__name__)

UNHEARD = dt.timedelta(minutes=2)
TRIES = 3
PICTURE = "preview.jpg"
Names = dict[str, str]


def run(template_id: uuid.UUID, organization_id: uuid.UUID, *, brought: str) -> None:
    """Write the clip that was brought anew; it takes the place of the old one only when that went well."""
    with tenancy.of_organization(organization_id):
        row = _begun(template_id, brought)
    if row is None:
        default_storage.delete(brought)  # removed, or another one was brought
        return
    try:
        if int(row.media_info[clips.TRIES]) > TRIES:
            raise media.MediaError(_("It stopped three times without an answer. Bring the clip again."))
        with folder() as place:
            made = clips.ready(_copied(brought, place), place)
            kept = _stored(row, made)
    except media.MediaError as error:
        _keep(row, brought, clips.failed(row, str(error)), {})
    except OSError as error:
        log.warning("a clip could not be written here", template=str(template_id), reason=str(error))
    else:
        _keep(row, brought, made.facts, kept)


def _begun(template_id: uuid.UUID, brought: str) -> Template | None:
    """Return the template while this clip waits for it, one more try counted."""
    row = Template.objects.select_for_update(of=("self",)).filter(pk=template_id).first()
    if row is None or row.media_info.get(clips.BROUGHT) != brought:
        return None
    row.media_info = row.media_info | {clips.TRIES: int(row.media_info.get(clips.TRIES, 0)) + 1}
    row.save(update_fields=["media_info", "updated_at"])
    return row


def _copied(brought: str, place: Path) -> Path:
    path = place / Path(brought).name
    try:
        with default_storage.open(brought) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 4 * 1024 * 1024)
    except FileNotFoundError as error:
        raise media.MediaError(_("The clip is gone. Bring it again.")) from error
    return path


def _stored(row: Template, made: clips.Ready) -> Names:
    """Store the clip and its still; their names by field."""
    names = {}
    for field, path, name in (("file", made.path, f"{row.kind}.mp4"), ("preview", made.poster, PICTURE)):
        with path.open("rb") as content:
            names[field] = default_storage.save(template_file(row, name), File(content))
    return names


def _keep(row: Template, brought: str, facts: dict[str, Any], kept: Names) -> None:
    """Write it down while it is still wanted; what lost its place is removed."""
    with tenancy.of_organization(row.organization_id):
        held = Template.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
        is_wanted = held is not None and held.media_info.get(clips.BROUGHT) == brought
        gone = list(kept.values())
        if held is not None and is_wanted:
            gone = [str(getattr(held, name).name) for name in kept if getattr(held, name)]
            changes = {"performance": None, "measured_posts": 0} | kept if kept else {}
            Template.objects.filter(pk=held.pk).update(media_info=facts, updated_at=timezone.now(), **changes)
    for name in [*gone, brought]:
        default_storage.delete(name)


def interrupted(*, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """Return (template, organisation, file) of clips that wait and that nobody works on."""
    with tenancy.operator():
        rows = Template.objects.filter(media_info__has_key=clips.BROUGHT, updated_at__lt=now - UNHEARD).order_by("pk")
        return [(row.pk, row.organization_id, str(row.media_info[clips.BROUGHT])) for row in rows[:100]]
