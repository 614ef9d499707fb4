"""Commands on the installation's settings."""

from typing import Any

from django.db import transaction

from accounts import installation
from accounts.models import SystemSetting


def change(key: str, value: Any) -> SystemSetting:
    """Set a value, refused with a ValidationError when it is not of its kind; every process hears of it."""
    known = installation.KNOWN[key]
    row, _is_new = SystemSetting.objects.update_or_create(
        key=key,
        defaults={
            "value": known.read(value),
            "description": str(known.description),
            "is_public": known.is_public,
        },
    )
    transaction.on_commit(installation.changed)
    return row


def reset(row: SystemSetting) -> None:
    """Go back to the default."""
    row.delete()
    transaction.on_commit(installation.changed)
