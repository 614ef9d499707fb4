"""Addresses in a text as X finds them (twitter-text 3): with or without https, real domain endings only."""

from dataclasses import dataclass

import regex

from trenddrop.core.text.data import words

LATIN = r"\u00c0-\u024f"
LABEL = rf"[a-z0-9{LATIN}](?:[a-z0-9_{LATIN}-]*[a-z0-9{LATIN}])?"
PATH = rf"a-z0-9!*';:=+,.$/%#\[\]\u2013_~@|&{LATIN}\u0400-\u04ff-"
ADDRESS = regex.compile(
    r"(?P<before>^|[^A-Za-z0-9@＠$#＃])"
    r"(?P<scheme>https?://)?"
    rf"(?P<domain>(?:{LABEL}\.)+[a-z]{{2,24}}(?![a-z0-9@+-]))"
    r"(?::[0-9]+)?"
    rf"(?P<path>/[{PATH}]*(?:\([{PATH}]+\)[{PATH}]*)*(?<=[a-z0-9=_#/+){LATIN}\u0400-\u04ff-]))?"
    r"(?P<query>\?[a-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*[a-z0-9_&=#/-])?",
    regex.IGNORECASE | regex.ASCII,
)


@dataclass(frozen=True)
class Link:
    """An address at `text[start:end]`."""

    start: int
    end: int
    has_scheme: bool


def find_links(text: str) -> list[Link]:
    """The addresses in `text`, in order, not overlapping."""
    found: list[Link] = []
    position = 0
    while match := ADDRESS.search(text, position):
        link = _link(match)
        if link is not None:
            found.append(link)
        position = max(link.end if link else match.end("domain"), match.start() + 1)
    return found


def _link(match: regex.Match[str]) -> Link | None:
    domain = _known_domain(match["domain"])
    has_scheme = match["scheme"] is not None
    if not domain or (not has_scheme and match["before"] and match["before"] in "-_./"):
        return None
    start = match.start("scheme") if has_scheme else match.start("domain")
    whole = len(domain) == len(match["domain"]) and (has_scheme or match["path"])
    return Link(start, match.end() if whole else match.start("domain") + len(domain), has_scheme)


def _known_domain(domain: str) -> str:
    """The longest part of `domain` from its start that ends in a real top-level domain."""
    labels = domain.split(".")
    while len(labels) > 1 and labels[-1].lower() not in words("tlds"):
        labels.pop()
    return ".".join(labels) if len(labels) > 1 else ""
