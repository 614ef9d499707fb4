"""Removing ideas that were put aside long ago, with everything spoken of them."""

import datetime as dt
import uuid
from functools import partial

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction

from accounts import audit, tenancy
from content.models import Prompt, VoiceOver
from trenddrop.core import rounds


def purge_ideas(*, now: dt.datetime) -> int:
    """Remove them for good, with scripts, versions and recordings; return how many ideas went.

    Assets made of their scripts stay: they are work of their own.
    """
    with tenancy.operator():
        old = Prompt.objects.filter(deleted_at__lte=now - settings.DELETED_KEEP).order_by("deleted_at")
        keys = list(old.values_list("pk", flat=True))
    return sum(rounds.each(keys, _purge))


def _purge(key: uuid.UUID) -> bool:
    with tenancy.operator():
        prompt = Prompt.objects.filter(pk=key).exclude(deleted_at=None).select_for_update(of=("self",)).first()
        if prompt is None:
            return False
        spoken = VoiceOver.objects.filter(script__prompt=prompt).exclude(file="")
        files = [(row.file.storage, str(row.file.name)) for row in spoken]
        audit.record("idea.purged", prompt, organization_id=prompt.organization_id, by=None)
        prompt.delete()
        transaction.on_commit(partial(_remove, files))
    return True


def _remove(files: list[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)
