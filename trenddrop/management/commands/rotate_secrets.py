"""manage.py rotate_secrets: lock every stored secret with the first key of TOKEN_KEYS."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.models import Model

from accounts import second_factor, tenancy
from trenddrop.core.crypto import keyring
from trenddrop.core.fields import EncryptedTextField


class Command(BaseCommand):
    """Afterwards the older keys can be removed from TOKEN_KEYS."""

    help = "Lock every stored secret with the first key of TOKEN_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Open and lock again, row by row."""
        with tenancy.operator():
            for model in apps.get_models():
                names = [field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)]
                if names:
                    count = sum(relock(row, names) for row in rows(model))
                    self.stdout.write(f"{model._meta.label}: {count} locked anew")
            self.stdout.write(f"second factors: {second_factor.relock()} locked anew")


def rows(model: type[Model]) -> list[Model]:
    """Return a table's rows, each held until the transaction ends."""
    return list(model._base_manager.select_for_update())


def relock(row: Model, names: list[str]) -> bool:
    """Lock a row's secrets with the current key; False when they are already."""
    old = [
        name
        for name in names
        if (secret := getattr(row, name)) and not secret.stored.startswith(f"{keyring().current}:")
    ]
    for name in old:
        setattr(row, name, getattr(row, name).open())
    if old:
        row.save(update_fields=old)
    return bool(old)
