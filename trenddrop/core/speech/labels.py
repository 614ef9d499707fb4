"""Names of speakers in front of lines, as people write them in transcripts: “Asha: we start with saffron”."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

LABEL = re.compile(r"^\s*(?:[-–—>]+\s*)?(?P<name>[^\W\d_][^:：\n]{0,39}?)\s*[:：](?:\s+|$)(?P<words>.*)$")
MOST_WORDS = 4
FEWEST = 2


def speakers(lines: Sequence[str], known: Iterable[str] = ()) -> frozenset[str]:
    """Return the names that stand in front of lines.

    A name counts when it is known, comes twice, or when every line has one: “Remember: wash” is no speaker.
    """
    told = [name for line in lines if (name := _name(line))]
    counts, familiar = Counter(told), {_same(name) for name in known}
    everywhere = len(counts) >= FEWEST and len(told) == sum(bool(line.strip()) for line in lines)
    return frozenset(name for name, n in counts.items() if everywhere or n >= FEWEST or _same(name) in familiar)


def split(line: str, names: frozenset[str]) -> tuple[str | None, str]:
    """Return who speaks a line (None where it does not say) and its words."""
    found = LABEL.match(line)
    if found and _name(line) in names:
        return _name(line), found["words"]
    return None, line


def _name(line: str) -> str | None:
    found = LABEL.match(line)
    name = " ".join(found["name"].split()) if found else ""
    is_name = name[:1] != name[:1].lower() or name[:1].lower() == name[:1].upper()
    return name if name and is_name and len(name.split()) <= MOST_WORDS and not set(name) & set(".?!,;") else None


def _same(name: str) -> str:
    return " ".join(name.casefold().split())
