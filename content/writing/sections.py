"""Where in the recording each section of an article is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tokens import normal_words, stem

SECTION_LETTERS = 240  # letters after which a paragraph without a heading begins a section of its own
HEADING_WORDS = 12
LEAST_SHARED = 0.8  # of the words of a sentence stand in the section that tells it


@dataclass(frozen=True)
class Section:
    """A part of an article: its number from 1, its words, the sentence it tells and when that is said (seconds)."""

    number: int
    text: str
    told: str = ""
    at: float | None = None


def sections_of(text: str) -> list[str]:
    """Cut an article at its headings; without headings, after paragraphs that are long enough."""
    found: list[str] = []
    begins = True
    for paragraph in (part.strip() for part in text.split("\n\n") if part.strip()):
        heading = is_heading(paragraph)
        if begins or heading:
            found.append(paragraph)
        else:
            found[-1] = f"{found[-1]}\n\n{paragraph}"
        begins = not heading and len(found[-1]) >= SECTION_LETTERS
    return found


def is_heading(paragraph: str) -> bool:
    """Say whether a paragraph heads what follows: short, on one line, and no finished sentence."""
    short = len(paragraph.split()) <= HEADING_WORDS and "\n" not in paragraph
    return short and not paragraph.endswith((".", "!", "…", "।", ":")) and bool(normal_words(paragraph))


def told_at(text: str, sentences: Sequence[Sentence]) -> list[Section]:
    """Find for each section the first sentence of the recording that it tells, after that of the section before."""
    said = [(one, {stem(word) for word in normal_words(one.text)}) for one in sentences]
    found, after = list[Section](), -1.0
    for number, part in enumerate(sections_of(text), 1):
        words = {stem(word) for word in normal_words(part)}
        first = next((one for one, own in said if _tells(words, own) and _later(one, after)), None)
        after = first.start if first is not None and first.start is not None else after
        found.append(Section(number, part, first.text if first else "", first.start if first else None))
    return found


def _tells(section: set[str], sentence: set[str]) -> bool:
    return len(sentence) > 2 and len(section & sentence) >= LEAST_SHARED * len(sentence)


def _later(one: Sentence, after: float) -> bool:
    return one.start is None or one.start > after
