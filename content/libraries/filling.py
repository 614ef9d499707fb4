"""Templates with {placeholders}: read, checked, filled.

    filling.fill("{hook}\n\nMore from {brand}", {"hook": "Stop scrubbing.", "brand": "Kesar"}).text

A doubled brace is a brace. What is filled in is never read as a template again.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST, LONGEST = 20, 30
# What the product fills in by itself; any other name is asked for when the template is used.
KNOWN: dict[str, Promise] = {
    "brand": gettext_lazy("the brand’s name"),
    "topic": gettext_lazy("the trend the piece rides on"),
    "title": gettext_lazy("the asset’s title"),
    "hook": gettext_lazy("its best opening"),
    "quote": gettext_lazy("its best quote"),
    "insight": gettext_lazy("what it teaches"),
    "summary": gettext_lazy("what it is about, in a sentence"),
    "keyword": gettext_lazy("its first keyword"),
    "text": gettext_lazy("the text as it stands"),
    "link": gettext_lazy("the address it came from"),
    "platform": gettext_lazy("the platform’s name"),
    "month": gettext_lazy("this month"),
    "year": gettext_lazy("this year"),
}


class BadTemplate(Exception):
    """The template cannot be read; the message says where."""


@dataclass(frozen=True)
class Place:
    """A placeholder's name."""

    name: str


@dataclass(frozen=True)
class Filled:
    """The text, and the names nothing was known for; those still stand in the text, in their braces."""

    text: str
    missing: list[str]


def parts(template: str) -> list[str | Place]:
    """Split a template into words and placeholders. Raises BadTemplate."""
    found: list[str | Place] = []
    words, rest = "", template
    while rest:
        if rest[:2] in {"{{", "}}"}:
            words, rest = words + rest[0], rest[2:]
        elif rest[0] == "{":
            name, rest = _place(rest)
            found += [words, Place(name)] if words else [Place(name)]
            words = ""
        elif rest[0] == "}":
            raise BadTemplate(_("A } stands without its {. Write }} to say a brace."))
        else:
            cut = min((at for at in map(rest.find, "{}") if at >= 0), default=len(rest))
            words, rest = words + rest[:cut], rest[cut:]
    return [*found, words] if words else found


def _place(rest: str) -> tuple[str, str]:
    """Read one placeholder from its brace on; return its name and what follows."""
    inside, closed, after = rest[1:].partition("}")
    if not closed or "{" in inside:
        raise BadTemplate(_("“%(words)s” opens a { that is not closed.") % {"words": rest[:20]})
    name = "_".join(inside.lower().split())
    if not name or len(name) > LONGEST or not all(_may_stand(letter) for letter in name):
        raise BadTemplate(
            _("“{%(name)s}” is no placeholder: letters, digits and _, at most %(most)s.")
            % {"name": inside[:40], "most": LONGEST}
        )
    return name, after


def _may_stand(letter: str) -> bool:
    return letter in "_-" or unicodedata.category(letter)[0] in "LMN"


def names(template: str) -> list[str]:
    """Return the placeholders, each once, in order. Raises BadTemplate."""
    return list(dict.fromkeys(part.name for part in parts(template) if isinstance(part, Place)))


def check(template: str) -> list[str]:
    """Return the placeholders of a template that may be kept. Raises BadTemplate."""
    found = names(template)
    if len(found) > MOST:
        raise BadTemplate(_("At most %(most)s placeholders. Take some out.") % {"most": MOST})
    return found


def fill(template: str, values: Mapping[str, str]) -> Filled:
    """Put values in. A line that was only placeholders, all of them empty on purpose, goes. Raises BadTemplate."""
    missing: dict[str, None] = {}
    lines: list[list[str | Place]] = [[]]
    for part in parts(template):
        if isinstance(part, Place):
            lines[-1].append(part)
            continue
        first, *more = part.split("\n")
        lines[-1].append(first)
        lines += [[words] for words in more]
    told = [_line(line, values, missing) for line in lines]
    return Filled(_tidy("\n".join(line for line in told if line is not None)), list(missing))


def _line(line: list[str | Place], values: Mapping[str, str], missing: dict[str, None]) -> str | None:
    said = ""
    for part in line:
        if isinstance(part, str):
            said += part
        elif part.name in values:
            said += values[part.name].strip()
        else:
            missing[part.name] = None
            said += "{" + part.name + "}"
    has_place = any(isinstance(part, Place) for part in line)
    return None if has_place and not said.strip() else said


def _tidy(text: str) -> str:
    """Leave no more than one empty line, and no spaces at the ends of lines."""
    kept: list[str] = []
    for line in (each.rstrip() for each in text.strip().split("\n")):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)
