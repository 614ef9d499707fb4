"""Columns and rules that every sum of money shares."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

CURRENCY = r"^[A-Z]{3}$"


def sum_field(**more: Any) -> "models.DecimalField[Any, Any]":
    """Return a column for a sum, exact to the hundredth."""
    return models.DecimalField(max_digits=14, decimal_places=2, **more)


def currency_field(**more: Any) -> "models.CharField[Any, Any]":
    """Return a column for a currency's ISO 4217 code."""
    rule = RegexValidator(CURRENCY, _("Three capital letters, such as INR."))
    return models.CharField(max_length=3, **{"default": "INR", "validators": [rule], **more})


def has_code(name: str) -> models.CheckConstraint:
    """Hold `currency` to three capital letters."""
    return models.CheckConstraint(condition=models.Q(currency__regex=CURRENCY), name=name)


def not_negative(name: str, *fields: str) -> models.CheckConstraint:
    """Hold sums to nothing or more."""
    rule = models.Q()
    for each in fields:
        rule &= models.Q(**{f"{each}__gte": 0})
    return models.CheckConstraint(condition=rule, name=name)
