"""What may be reported: each kind is an adapter of the app that owns it, named in settings.FLAGGABLE."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django_stubs_ext import StrOrPromise

from accounts.models import Membership, User


@dataclass(frozen=True)
class Owned:
    """Whose a thing is: who of its organisation is told when it is taken out of sight, and where they see it."""

    organization_id: uuid.UUID
    name: str
    people: Sequence[User]
    link: str


class Flaggable(Protocol):
    """A kind of thing that people may report."""

    label: StrOrPromise
    permission: str  # what a member needs to see such things
    model: type[models.Model]

    def find(self, key: uuid.UUID, *, by: Membership) -> models.Model | None:
        """Return the thing if this member sees it."""

    def address(self, row: models.Model) -> str:
        """Return the page to go back to."""

    def owned(self, key: str) -> Owned | None:
        """Return whose it is, as an operator; None: nobody's of ours."""

    def hide(self, key: str) -> int:
        """Take it out of sight, as an operator; return how many rows that was."""


def kind(name: str) -> Flaggable:
    """Return the adapter of a kind."""
    adapter: Callable[[], Flaggable] = import_string(settings.FLAGGABLE[name])
    return adapter()


def of_type(resource_type: str) -> Flaggable | None:
    """Return the adapter for a flag's resource type."""
    found = (kind(name) for name in settings.FLAGGABLE)
    return next((each for each in found if each.model._meta.label_lower == resource_type), None)
