"""What a model handed in, held against what it was given: nothing planted, nothing made up, none of our own words."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from content.writing.figures import numbers_in
from trenddrop.core.llm import LLMNonsense
from trenddrop.core.platforms import MENTION
from trenddrop.core.text.contacts import contacts_in
from trenddrop.core.text.orders import gives_orders
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import normal_words, stem

SCRIPTS = ("Latin", "Devanagari", "Cyrillic", "Arabic", "Hebrew", "Han", "Hangul", "Greek", "Thai", "Tamil", "Bengali")
LETTERS = {name: regex.compile(rf"\p{{{name}}}") for name in SCRIPTS}
ENOUGH_LETTERS = 40
REPEATED = 8  # words in a row of ours
SMALL = 12  # numbers up to this one are counted by the writer: "3 things"
OF_LETTERS = 0.6
JUDGED, SHARED, OF_WORDS = 4, 2, 0.25  # telling words


class UnusableDraft(LLMNonsense):
    """The model's draft can't be posted; the message says why, the hint tells the model."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint or self.hint


@dataclass(frozen=True)
class Given:
    """What the model was given. `trusted`: words of the brand and of who asks: contacts may come from there alone."""

    material: str
    trusted: str
    ours: str
    language: str


def refuse_foreign(text: str, given: Given) -> None:
    """Raise UnusableDraft for what nobody asked for, and for what was planted by somebody's text."""
    _refuse_contacts(text, given)
    _refuse_our_words(text, given)
    _refuse_other_script(text, given)
    _refuse_made_up(text, given)


def _refuse_contacts(text: str, given: Given) -> None:
    trusted = given.trusted.lower()
    unknown = next((one for one in contacts_in(text, MENTION) if one.lower() not in trusted), None)
    if unknown:
        raise UnusableDraft(
            f"The model's text held {unknown}, which neither the brand nor the wish names.",
            hint="It held an address, a number or a name to contact that was not asked for. Leave such things out.",
        )


def _refuse_our_words(text: str, given: Given) -> None:
    runs = _runs(given.ours)
    words = normal_words(text)
    repeats = any(tuple(words[n : n + REPEATED]) in runs for n in range(len(words)))
    if repeats or gives_orders(text):
        raise UnusableDraft(
            "The model's text spoke of its own instructions.",
            hint="It repeated instructions. Write the post only, for the people who will read it.",
        )


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = normal_words(text)
    return frozenset(tuple(words[n : n + REPEATED]) for n in range(len(words) - REPEATED + 1))


def _refuse_other_script(text: str, given: Given) -> None:
    wanted, written = _script(given.material), _script(text)
    expected = "Latin" if given.language.endswith("-Latn") or given.language.startswith("en") else wanted
    if expected and written and written not in (expected, wanted):
        raise UnusableDraft(
            f"The model wrote in another script ({written}) than the material.",
            hint="It was in another language than asked for. Keep to the language you were given.",
        )


def _script(text: str) -> str:
    """The script of most of a text's letters; empty for too few."""
    counts = {name: len(pattern.findall(text)) for name, pattern in LETTERS.items()}
    most = max(counts, key=lambda name: counts[name])
    return most if counts[most] >= max(ENOUGH_LETTERS, OF_LETTERS * sum(counts.values())) else ""


def _refuse_made_up(text: str, given: Given) -> None:
    known = numbers_in(f"{given.material} {given.trusted}")
    invented = sorted(one for one in numbers_in(text, words=False) if one > SMALL and one not in known)
    if invented:
        raise UnusableDraft(
            f"The model's text held a figure ({invented[0]:g}) that is not in the material.",
            hint="It held figures that are not in the material. Use only figures that are said there.",
        )
    if not _shares_words(text, [given.material, given.trusted], given.language):
        raise UnusableDraft(
            "The model's text had nothing to do with the material.",
            hint="It had nothing to do with the material. Write about what is said there.",
        )


def _shares_words(text: str, sources: Iterable[str], language: str) -> bool:
    """Whether two telling words of the text, or a quarter, were given; a text of few words is not judged."""
    common = stop_words(language)
    words = {stem(word) for word in normal_words(text) if word not in common}
    given = {stem(word) for source in sources for word in normal_words(source)}
    return len(words) < JUDGED or len(words & given) >= min(SHARED, len(words) * OF_WORDS)
