"""Model fields of our own."""

from typing import TYPE_CHECKING, Any

from django.db import models

from trenddrop.core.crypto import keyring

if TYPE_CHECKING:
    from django.db.models import Model


class Secret:
    """A secret beside its row: `row.token.open()` reads, `row.token = "…"` locks. It never prints itself."""

    def __init__(self, stored: str, place: str) -> None:
        self.stored = stored
        self.place = place

    def open(self) -> str:
        """Return the text, or "" when none is stored; raise SecretUnreadable for a wrong key or place."""
        return keyring().open(self.stored, place=self.place) if self.stored else ""

    def __bool__(self) -> bool:
        return bool(self.stored)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


class _SecretAttribute:
    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, row: "Model | None", _owner: type["Model"] | None = None) -> Any:
        if row is None:
            return self
        return Secret(row.__dict__.get(self.field.attname) or "", self.field.place(row))

    def __set__(self, row: "Model", value: Any) -> None:
        if isinstance(value, str) and value:
            value = keyring().lock(value, place=self.field.place(row))
        row.__dict__[self.field.attname] = value.stored if isinstance(value, Secret) else value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text locked with AES-GCM, bound to its table, row and field. Assign text, read a Secret.

    The row's key must be set before the field is (UUID keys are, at construction).
    """

    def place(self, row: "Model") -> str:
        """Name where the secret stands; a ciphertext moved elsewhere does not open."""
        return f"{row._meta.db_table}|{row.pk}|{self.name}"

    def contribute_to_class(self, cls: type["Model"], name: str, private_only: bool = False) -> None:
        """Put the locking attribute in place of the plain one."""
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, name, _SecretAttribute(self))

    def from_db_value(self, value: str | None, *_args: Any) -> Secret | None:
        """Mark what comes from the database as stored already."""
        return None if value is None else Secret(value, "")

    def get_prep_value(self, value: Any) -> Any:
        """Write the ciphertext."""
        return value.stored if isinstance(value, Secret) else value

    def pre_save(self, model_instance: "Model", add: bool) -> Any:  # noqa: ARG002 (Django's signature)
        """Write what stands in the row."""
        return model_instance.__dict__.get(self.attname) or ""

    def value_from_object(self, obj: "Model") -> Any:
        """Serialisers and forms see no secret."""
        return obj.__dict__.get(self.attname) or ""
