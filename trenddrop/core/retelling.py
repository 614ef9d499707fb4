"""Sentences that were kept in English, said again in the reader's language.

What is reckoned in the background is stored as it was said then. Here it is known again by its form: the sentence as
the catalogue has it, with %(slots)s. What is not known is shown as it was kept.
"""

import re
from collections.abc import Sequence

from django.utils.translation import get_language, gettext

_SLOT = re.compile(r"%\((\w+)\)s")


class Retelling:
    """Forms of sentences, and of what may stand in their slots (`inside`), which is told again in its turn."""

    def __init__(self, sentences: Sequence[str], *, inside: Sequence[str] = ()) -> None:
        self._forms = [(form, _pattern(form)) for form in sorted(sentences, key=_fixed, reverse=True)]
        self._inside = Retelling(inside) if inside else None

    def __call__(self, kept: str) -> str:
        """Return a kept sentence as the reader says it."""
        if (get_language() or "en").partition("-")[0] == "en":
            return kept
        for form, pattern in self._forms:
            if found := pattern.fullmatch(kept):
                inner = self._inside or self
                return gettext(form) % {name: inner(words) for name, words in found.groupdict().items()}
        return kept

    def knows(self, kept: str) -> bool:
        """Say whether a sentence has a known form."""
        return any(pattern.fullmatch(kept) for _form, pattern in self._forms)


def _fixed(form: str) -> int:
    return len(_SLOT.sub("", form))


def _pattern(form: str) -> re.Pattern[str]:
    parts = _SLOT.split(form.replace("%%", "%"))
    fixed = [re.escape(part) if place % 2 == 0 else f"(?P<{part}>.+)" for place, part in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
