"""Fields of serializers that name another row of the member's."""

from typing import Any, cast

from django.db.models import QuerySet
from rest_framework import serializers


class VisibleField(serializers.PrimaryKeyRelatedField[Any]):
    """The identifier of a row the member may see; any other does not exist."""

    default_error_messages = {
        "does_not_exist": "There is nothing with this identifier.",
        "incorrect_type": "Send a UUID.",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return the member's rows."""
        rows = cast(QuerySet[Any], super().get_queryset())
        return cast(QuerySet[Any], rows.visible_to(self.context["view"].member))  # type: ignore[attr-defined]
