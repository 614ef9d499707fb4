"""What stands as the title of a text that has none: its beginning."""

from trenddrop.core.platforms.threads import DASHES
from trenddrop.core.text.shortening import ELLIPSIS, shorten_to

LONGEST = 60
SPACED = 8  # times as much is read: enough where blank lines stand between the words


def beginning(text: str, most: int = LONGEST) -> str:
    """Return whole words of a text's beginning in one line, with … where it was cut; of a thread, its first part."""
    first = next((part for part in DASHES.split(text[: most * SPACED]) if part.strip()), "")
    line = " ".join(first.split())[: most * 2]
    return shorten_to(line, fits=lambda words: len(words) <= most) or line[: most - 1] + ELLIPSIS * bool(line)
