"""Names that are sent, held against the rules of the pages."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts import naming


def kept(rule: Callable[[str], str], name: str) -> str:
    """Return a name as a rule keeps it; raise the API's refusal."""
    try:
        return rule(name)
    except ValidationError as error:
        raise serializers.ValidationError(error.messages) from error


class Seen:
    """A serializer of something that has a name of its own."""

    def validate_name(self, value: Any) -> str:
        """Ask for a name with something to see in it."""
        return kept(naming.seen, str(value))
