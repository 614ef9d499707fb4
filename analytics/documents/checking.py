"""Reading a day's figures against its platform's document: what does not fit is told, and nothing is lost."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analytics.documents.fields import Document, Field, Kind
from publishing.platforms.counting import Missing

OTHER = "other"
MOST = 2**63 - 1
LONGEST_TEXT = 2000
MOST_ITEMS = 200


@dataclass(frozen=True)
class Checked:
    """The figures that fit, why the others are null, and what did not fit, as it came (`other`)."""

    figures: Mapping[str, Any]
    missing: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """As it is kept: every figure that fits, and under `other` whatever the document does not know."""
        return {**self.figures, **({OTHER: _storable(self.other)} if self.other else {})}


def _storable(value: Any) -> Any:
    """Return a value as JSON can hold it: what is no such thing becomes text."""
    if isinstance(value, Mapping):
        return {str(key): _storable(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(each) for each in value]
    is_plain = value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value))
    return value if is_plain else str(value).replace("\x00", "")


def check(document: Document, given: Mapping[str, Any], missing: Mapping[str, Any] | None = None) -> Checked:
    """Read figures by the document; a field it does not know, or a value of the wrong kind, is kept under `other`."""
    figures, other, problems = {}, {}, {}
    for key, value in given.items():
        found = document.field(key)
        if value is None:
            continue
        if found is None:
            other[key], problems[key] = value, "unknown field"
            continue
        figure, problem = read(found, value)
        if problem:
            other[key], problems[key] = value, problem
        else:
            figures[key] = figure
    return Checked(figures, _reasons(document, figures, missing or {}, problems), problems, other)


def read(asked: Field, value: Any) -> tuple[Any, str]:
    """Return a value as the field's kind, and what is wrong with it, one of them empty."""
    if asked.kind == Kind.ITEMS:
        return _items(asked, value)
    if asked.kind == Kind.TEXT:
        return (value[:LONGEST_TEXT].replace("\x00", ""), "") if isinstance(value, str) else (None, "not a text")
    number = _number(value)
    if number is None:
        return None, "not a number"
    problem = _out_of_range(asked.kind, number)
    if problem or asked.kind in (Kind.SHARE, Kind.SECONDS):
        return (None if problem else number), problem
    return round(number), ""


def _out_of_range(kind: Kind, number: float) -> str:
    if number < 0:
        return "below nought"
    if kind == Kind.SHARE and number > 1:
        return "more than the whole"
    return "too large" if number > MOST else ""


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        try:
            value = int(value) if value.strip().lstrip("-").isdecimal() else float(value)
        except ValueError:
            return None
    return value if isinstance(value, (int, float)) and math.isfinite(value) else None


def _items(asked: Field, value: Any) -> tuple[Any, str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, Mapping) for item in value):
        return None, "not a list of objects"
    return [_item(asked, item) for item in list(value)[:MOST_ITEMS]], ""


def _item(asked: Field, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item's known keys read by their kinds; others, and what cannot be read, stay as they came."""
    kept: dict[str, Any] = {}
    for key, value in item.items():
        kind = (asked.items or {}).get(str(key))
        figure, problem = read(Field(str(key), str(key), kind), value) if kind and value is not None else (value, "")
        kept[str(key)] = _storable(value) if problem or kind is None else figure
    return kept


def _reasons(
    document: Document, figures: Mapping[str, Any], told: Mapping[str, Any], problems: Mapping[str, str]
) -> dict[str, str]:
    """Say of every null field why it is: as the platform said, because it came unreadable, or as usual."""
    reasons: dict[str, str] = {}
    for each in document.fields:
        if each.key in figures:
            continue
        if each.key in problems:
            reasons[each.key] = Missing.NO_ANSWER.value
        elif each.key in told:
            reasons[each.key] = str(told[each.key])
        else:
            reasons[each.key] = (each.usually or Missing.NO_ANSWER).value
    return reasons
