"""Which languages are spoken, stretch by stretch: a recording may hold two."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from trenddrop.core.speech import Word
from trenddrop.core.text.language import UNKNOWN, detect

LANGUAGES = (
    "en", "hi", "hi-Latn", "bn", "ta", "te", "mr", "gu", "kn", "ml", "pa", "ur", "es", "pt", "fr", "de", "it", "nl",
    "pl", "ru", "tr", "ar", "he", "fa", "id", "ja", "ko", "zh", "vi", "th",
)  # fmt: skip
STRETCH = 40  # words; fewer do not say in which language they are
SURE = 0.8
SHARE = 0.15  # of the stretches a language must hold to be told


def languages(words: Sequence[Word]) -> list[str]:
    """Return the languages that hold a good part of the words, the most spoken first."""
    stretches = [words[at : at + STRETCH] for at in range(0, len(words), STRETCH)]
    told = [detect(" ".join(word.text for word in stretch)) for stretch in stretches if len(stretch) > STRETCH // 2]
    counts = Counter(code for code, sure in told if code != UNKNOWN and sure >= SURE)
    return [code for code, n in counts.most_common() if n >= max(2, SHARE * len(told))]


def note(words: Sequence[Word]) -> str:
    """Return what is to be said when more than one language is spoken; empty otherwise."""
    found = languages(words)
    if len(found) < 2:
        return ""
    return _("Two languages are spoken (%(codes)s); summary and mood are read in the first.") % {
        "codes": ", ".join(found)
    }
