"""What a job of each kind may be told: checked against its maker's defaults before anything is queued."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from content.pipeline.makers.kinds import CHOICES, DEFAULTS

LONGEST_TEXT = 1000
MOST_ITEMS = 40
LARGEST = 12 * 3600  # seconds, and more than anything counted here
OF_EVERY = {"piece": ""}  # the piece whose file is made anew
KEYS = frozenset({"piece", "voice_over", "music"})  # settings that name a row; empty is none
SCENE = re.compile("[1-9][0-9]?")


class WrongSettings(Exception):
    """A setting that this kind does not have, or a value it does not take; the message says which."""


def checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings as they are stored: only what was said. Raises WrongSettings."""
    known = {**DEFAULTS.get(kind, {}), **OF_EVERY}
    choices = CHOICES.get(kind, {})
    return {name: _right(name, value, known, choices) for name, value in given.items() if value is not None}


def _right(name: str, value: Any, known: Mapping[str, Any], choices: Mapping[str, Any]) -> Any:
    if name not in known:
        raise WrongSettings(_("There is no setting “%(name)s” here.") % {"name": name[:40]})
    fits = _is_like(value, known[name]) and _is_named(name, value)
    if not fits or (name in choices and value not in choices[name]):
        raise WrongSettings(_("“%(name)s” cannot be that.") % {"name": name})
    return value


def _is_like(value: Any, usual: Any) -> bool:
    """Whether a value is of the kind of the usual one; None stands for a number that may be left out."""
    if isinstance(usual, bool):
        return isinstance(value, bool)
    if usual is None or isinstance(usual, int | float):
        whole = isinstance(usual, int)
        fitting = isinstance(value, int) if whole else isinstance(value, int | float)
        return fitting and not isinstance(value, bool) and 0 <= value <= LARGEST
    if isinstance(usual, str):
        return _is_text(value)
    return _are_like(value, usual)


def _are_like(value: Any, usual: Any) -> bool:
    if not isinstance(value, type(usual)) or len(value) > MOST_ITEMS:
        return False
    items = [*value.keys(), *value.values()] if isinstance(value, dict) else list(value)
    numbers = bool(usual) and all(isinstance(one, int | float) for one in usual)
    if numbers:
        return len(value) == len(usual) and all(_is_like(one, 0.0) for one in items)
    return all(_is_text(one) for one in items)


def _is_named(name: str, value: Any) -> bool:
    """Whether what names rows, and pictures by their scene's number, can be read as that."""
    if name == "pictures":
        return all(SCENE.fullmatch(number) and _is_key(key) for number, key in value.items())
    return name not in KEYS or _is_key(value)


def _is_key(value: str) -> bool:
    try:
        return not value or bool(uuid.UUID(value))
    except ValueError:
        return False


def _is_text(value: Any) -> bool:
    """Whether it is a text that can be stored."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value
