"""Serializers whose every field says what it is."""

from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from rest_framework import serializers

Row = TypeVar("Row", bound=Model)


class Described(serializers.ModelSerializer[Row]):
    """A model's fields, each with its words: `words` says what they are to whoever reads the documentation."""

    words: ClassVar[dict[str, str]] = {}

    def get_extra_kwargs(self) -> dict[str, Any]:
        """Give the model's fields their words."""
        extra: dict[str, Any] = super().get_extra_kwargs()
        common = {"id": "Its identifier.", "created_at": "When it was made.", "updated_at": "When it last changed."}
        for name, text in (common | self.words).items():
            extra[name] = {"help_text": text} | extra.get(name, {})
        return extra
