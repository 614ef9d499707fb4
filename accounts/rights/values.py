"""Reading a value of an archive as its column has it; addresses lead to the web and nowhere else."""

import datetime as dt
import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

WEB = re.compile(r"https?://", re.IGNORECASE)


class NotAValue(ValueError):
    """The column cannot hold this."""


def value_of(column: "models.Field[Any, Any]", value: Any) -> Any:
    """Return the value as Python has it; raise where the column cannot hold it."""
    if isinstance(column, ArrayField):
        return _array(column, value)
    if value is None:
        if not column.null:
            raise NotAValue(value)
        return None
    if isinstance(column, models.JSONField):
        return value
    if isinstance(column, models.CharField | models.TextField) and not isinstance(value, str):
        raise NotAValue(value)
    if isinstance(column, models.URLField) and value and not WEB.match(value):
        raise NotAValue(value)
    if column.name == "link" and value and not _is_local(value):
        raise NotAValue(value)
    made = column.to_python(value)
    if isinstance(made, dt.datetime) and made.tzinfo is None:
        raise NotAValue(value)
    return made


def _array(column: "ArrayField[Any, Any]", value: Any) -> Any:
    if value is None and column.null:
        return None
    if not isinstance(value, list):
        raise NotAValue(value)
    return [value_of(column.base_field, each) for each in value]


def _is_local(link: str) -> bool:
    return link.startswith("/") and not link.startswith(("//", "/\\"))
