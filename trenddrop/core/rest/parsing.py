"""Bodies: JSON of a bounded size and depth, holding only what the database can keep."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from trenddrop.core.rest.problems import BodyTooLarge

DEEPEST = 20
# Strings are stepped over, so that a bracket in a text counts for nothing.
MARKS = re.compile(r'"(?:[^"\\]|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it; no NaN, no lone surrogates, no NUL, nothing endless."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value; raise ParseError (400) or BodyTooLarge (413)."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        try:
            text = raw.decode("utf-8")
            _check_depth(text)
            value = json.loads(text, parse_constant=_refuse)
            _check(value, DEEPEST)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON that can be read: %(why)s") % {"why": error}) from error
        return value


def _check_depth(text: str) -> None:
    """Refuse deep nesting before the parser meets it: under a raised recursion limit it would end the process."""
    depth = 0
    for mark in MARKS.finditer(text):
        depth += (mark.group(1) is not None) - (mark.group(2) is not None)
        if depth > DEEPEST + 1:
            raise ValueError("it is nested too deeply")


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise ValueError("it is nested too deeply")
    if isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate is a ValueError
        if "\x00" in value:
            raise ValueError("it holds a NUL character")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check(key, depth)
            _check(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth - 1)
