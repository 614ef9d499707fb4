"""A wish in words taken apart: what it is about, in which connection, and whose words are wanted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from trenddrop.core.text.tokens import normal_words, stem

CONNECTION = regex.compile(
    r"\b(?:when|while|during|in terms of|as for)\b(?:\s(?:it came to|talking|discussing|putting|mentioning|considering"
    r"|reflecting|evaluating|the discussion|he|she|they)\b)?",
    regex.IGNORECASE,
)
FEWEST_BEFORE = 4  # words a wish must have said before "when …" is the connection
TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "hon", "right", "honourable", "the", "chair", "acting", "deputy", "sir", "prof"}
)
NAME_WORD = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}'’-]*")
TELLING_NAME = 5  # letters of a last name that is enough by itself

Term = tuple[str, float]


@dataclass(frozen=True)
class Wish:
    """Stems with their weights 0..1.6: of all of it, of what is asked, of the connection; and the speakers named."""

    everything: Sequence[Term]
    asked: Sequence[Term]
    connection: Sequence[Term]
    speakers: frozenset[str]


def taken_apart(
    wish: str, speakers: Iterable[str], *, skipped: frozenset[str], usual: Mapping[str, float] | None = None
) -> Wish:
    """`skipped` words say nothing; `usual` weighs words that many wishes have ("discuss") by how little they tell."""
    asked, connection = _halves(wish)
    spoken_of = named(wish, speakers)
    whose = {stem(word) for name in spoken_of for word in normal_words(name)}

    def terms(text: str) -> list[Term]:
        return [
            (word, (usual or {}).get(word, 1.0)) for word in dict.fromkeys(_words(text, skipped)) if word not in whose
        ]

    return Wish(terms(wish), terms(asked), terms(connection), spoken_of)


def _halves(wish: str) -> tuple[str, str]:
    found = CONNECTION.search(wish)
    if found is None or len(wish[: found.start()].split()) < FEWEST_BEFORE:
        return wish, ""
    return wish[: found.start()], wish[found.end() :]


def _words(text: str, skipped: frozenset[str]) -> list[str]:
    found = []
    for word in normal_words(text):
        parts = [part for part in word.split("-") if len(part) > 2] if "-" in word else []
        found += [stem(each) for each in (word, *parts) if each not in skipped and len(each) > 1]
    return found


def named(wish: str, speakers: Iterable[str]) -> frozenset[str]:
    """The speakers a wish names: by the whole name, by a telling last name, or by a rank only one of them has."""
    names = sorted(set(speakers) - {""})
    return frozenset(name for name in names if _is_named(wish, name, names))


def _is_named(wish: str, name: str, names: Sequence[str]) -> bool:
    own = [word for word in NAME_WORD.findall(name) if word.lower() not in TITLES]
    if not own:
        return False
    if len(own) == 1:
        return bool(regex.search(rf"(?<!^)\b{regex.escape(own[0])}\b", wish))
    if _squashed(" ".join(own)) in _squashed(wish):
        return True
    if len(own[-1]) == 1:
        alike = [other for other in names if other.split()[0] == own[0]]
        return len(alike) == 1 and bool(regex.search(rf"\b{regex.escape(own[0])}\b(?! \p{{Lu}}\b)", wish, regex.I))
    if len(own[-1]) >= TELLING_NAME and own[-1][:1].isupper():
        return bool(
            regex.search(
                rf"{regex.escape(own[0])} {regex.escape(own[-1][:6])}|\p{{L}}* ?{regex.escape(own[-1])}\b", wish
            )
        )
    return False


def _squashed(text: str) -> str:
    return "".join(NAME_WORD.findall(text.lower()))
