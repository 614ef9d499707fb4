"""Whether a recorded consent says what it must: the person's own name, and a yes that nothing takes back."""

from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

YES = regex.compile(
    r"\b(?:yes|yeah|i agree|i consent|i allow|i permit|i give (?:\w+ ){0,3}(?:consent|permission)|you (?:may|can) use"
    r"|haan|haa?n ji|han|sehmat|sahmat|manzoor|s[ií]|acepto|de acuerdo|oui|j'accepte|einverstanden|sim|aceito)\b"
    r"|हाँ|हां|सहमत|मंज़ूर|मंजूर",
    regex.IGNORECASE,
)
NO = regex.compile(
    r"\b(?:do not|don't|does not|did not|never|cannot|can't|will not|won't|refuse to|not)\s+(?:\w+\s+){0,2}"
    r"(?:agree|consent|allow|permit|give|want|use|accept)\b"
    r"|\b(?:i refuse|i object|no consent|without (?:my )?(?:consent|permission)|sehmat nahi|no acepto|je refuse)\b|नहीं",
    regex.IGNORECASE,
)
LETTER = regex.compile(r"[\p{L}\p{M}]")
LIKE = 0.74  # of a name's letters in their order: recognisers write names as they hear them
ROOM = 2  # letters that a heard name may be longer or shorter


@dataclass(frozen=True)
class Consent:
    """What a recording says."""

    has_name: bool
    has_yes: bool
    has_no: bool

    @property
    def stands(self) -> bool:
        """Whether it is a consent."""
        return self.has_name and self.has_yes and not self.has_no


def consent_in(heard: str, person: str) -> Consent:
    """Judge what was heard."""
    return Consent(_names(heard, person), bool(YES.search(heard)), bool(NO.search(heard)))


def _names(heard: str, person: str) -> bool:
    """Whether the name is heard, whole, however it was cut into words."""
    wanted, said = _letters(person), _letters(heard)
    if not wanted:
        return False
    sizes = range(max(1, len(wanted) - ROOM), len(wanted) + ROOM + 1)
    windows = (said[at : at + size] for size in sizes for at in range(len(said) - size + 1))
    return any(_alike(wanted, window) for window in windows)


def _alike(wanted: str, window: str) -> bool:
    match = SequenceMatcher(None, wanted, window, autojunk=False)
    return match.real_quick_ratio() >= LIKE and match.quick_ratio() >= LIKE and match.ratio() >= LIKE


def _letters(text: str) -> str:
    return "".join(LETTER.findall(text.casefold()))
