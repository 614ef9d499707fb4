"""The set phrases of a tone in a language. Languages without phrases get the speaker's sentences alone."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

PATH = Path(__file__).with_name("phrases.toml")
DEFAULT_TONE = "professional"


@dataclass(frozen=True)
class Voice:
    """Chooses phrases by `rng`, never one that `avoid` (an earlier version) holds if there is another."""

    phrases: dict[str, list[str]]
    brand: str
    rng: Random
    avoid: str = ""

    def say(self, kind: str, **names: str) -> str:
        """A phrase of `kind`, or nothing: where the language has none, or it would need a name we don't have."""
        known = {"brand": self.brand, **names}
        filled = [_filled(phrase, known) for phrase in self.phrases.get(kind, [])]
        usable = [phrase for phrase in filled if phrase is not None]
        fresh = [phrase for phrase in usable if not phrase or phrase not in self.avoid]
        return self.rng.choice(fresh or usable) if usable else ""


def voice(*, language: str, tone: str, brand: str, rng: Random, avoid: str = "") -> Voice:
    """The phrases for a piece in `language`; the tone counts only where that language has it."""
    return Voice(_phrases(language, tone), brand, rng, avoid)


def _phrases(language: str, tone: str) -> dict[str, list[str]]:
    table = _table()
    if language.startswith("en") and tone == "hinglish":
        return _of(table, "hi-Latn", tone)
    code = language if language in table else language.split("-", maxsplit=1)[0]
    return _of(table, code, tone)


def _of(table: dict[str, Any], code: str, tone: str) -> dict[str, list[str]]:
    tones: dict[str, dict[str, list[str]]] = table.get(code, {})
    if not tones:
        return {}
    return tones.get(tone) or tones.get(DEFAULT_TONE) or next(iter(tones.values()))


def _filled(phrase: str, names: dict[str, str]) -> str | None:
    for name, value in names.items():
        if "{" + name + "}" in phrase and not value:
            return None
        phrase = phrase.replace("{" + name + "}", value)
    return None if "{" in phrase else phrase


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def tones() -> Sequence[str]:
    """Every tone that some language has."""
    return sorted({tone for table in _table().values() for tone in table if tone != "any"})
