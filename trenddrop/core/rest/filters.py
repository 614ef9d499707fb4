"""What lists are narrowed by; a value that makes no sense is refused, never passed over."""

import datetime as dt
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField


class Filters(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of one list."""


def one_of(choices: Any, words: str, field_name: str | None = None) -> Any:
    """Narrow by one of some values."""
    return django_filters.ChoiceFilter(choices=choices, field_name=field_name, help_text=words)


def key(field_name: str, words: str) -> Any:
    """Narrow by the row that is pointed to."""
    return django_filters.UUIDFilter(field_name=field_name, help_text=words)


def flag(words: str, **how: Any) -> Any:
    """Narrow by yes or no."""
    return django_filters.BooleanFilter(help_text=words, **how)


class InstantField(IsoDateTimeField):  # type: ignore[misc]
    """An ISO 8601 time as UTC: the database knows fewer offsets than people write."""

    def clean(self, value: Any) -> Any:
        """Return the time; refuse one before or after all calendars."""
        found = super().clean(value)
        try:
            return found and found.astimezone(dt.UTC)
        except OverflowError as error:
            raise ValidationError(_("This time is out of every calendar.")) from error


class InstantFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """Narrow by a time."""

    field_class = InstantField


def instant(field_name: str, side: str, words: str) -> Any:
    """Narrow by a time."""
    return InstantFilter(field_name=field_name, lookup_expr=side, help_text=words)


def words(text: str, **how: Any) -> Any:
    """Narrow by words."""
    return django_filters.CharFilter(help_text=text, max_length=200, **how)
