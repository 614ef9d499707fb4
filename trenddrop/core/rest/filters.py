"""What lists are narrowed by; a value that makes no sense is refused, never passed over."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from django_filters.widgets import BooleanWidget


class Filters(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of one list."""


def one_of(choices: Any, words: str, field_name: str | None = None) -> Any:
    """Narrow by one of some values."""
    return django_filters.ChoiceFilter(choices=choices, field_name=field_name, help_text=words)


def key(field_name: str, words: str) -> Any:
    """Narrow by the row that is pointed to."""
    return django_filters.UUIDFilter(field_name=field_name, help_text=words)


class _FlagWidget(BooleanWidget):  # type: ignore[misc]
    """Hands on what is neither yes nor no, for the field to refuse."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        found, said = super().value_from_datadict(data, files, name), data.get(name)
        return said if found is None and said else found


class _FlagField(forms.NullBooleanField):
    widget = _FlagWidget

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]  # as the class it comes from
        """Return yes or no; refuse all else."""
        if isinstance(value, str):
            raise ValidationError(_("Say true or false."))
        return super().to_python(value)


class Flag(django_filters.BooleanFilter):  # type: ignore[misc]
    """Yes or no."""

    field_class = _FlagField


def flag(words: str, **how: Any) -> Any:
    """Narrow by yes or no."""
    return Flag(help_text=words, **how)


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
