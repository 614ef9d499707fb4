"""What a choice is called is what Django says, in every language, without translating all others."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from accounts.models.base import BaseModel

DJANGO: Any = models.Model
CHOICES = [
    (model, field)
    for model in apps.get_models()
    if issubclass(model, BaseModel)
    for field in model._meta.concrete_fields
    if field.choices
]


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize(("model", "field"), CHOICES, ids=[str(field) for _model, field in CHOICES])
def test_a_choice_is_called_what_django_calls_it(
    model: type[BaseModel], field: "models.Field[Any, Any]", language: str
) -> None:
    with translation.override(language):
        for value in [*(key for key, _name in field.flatchoices), "unknown", None]:
            row = model(**{field.attname: value})
            told = getattr(row, f"get_{field.name}_display")()
            assert told == DJANGO._get_FIELD_display(row, field)
            assert type(told) is type(DJANGO._get_FIELD_display(row, field))
