"""Names in a text by capitals and a short gazetteer: a suggestion with a confidence, not a claim."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from trenddrop.core.text.casing import has_capitals
from trenddrop.core.text.data import words
from trenddrop.core.text.gazetteer import ambiguous, first_names, names
from trenddrop.core.text.stopwords import stop_words
from trenddrop.core.text.tokens import Token, tokens

TITLES = words("titles")
COMPANY_ENDS = words("company_ends")
PLACE_ENDS = words("place_ends")
CONNECTORS = frozenset({"of", "the", "de", "da", "di", "do", "dos", "del", "la", "van", "von", "&", "bin", "al"})
HANDLE = regex.compile(r"(?<![\w/@.])@[\w.]*\w")
LONGEST_NAME = 5  # words
GAZETTEER_LONGEST = 4


@dataclass(frozen=True)
class Entity:
    """A name, its kind (person, organisation, place, date, event, handle, name ...), how often and where first."""

    text: str
    kind: str
    count: int
    first_sentence: int
    first_position: int
    confidence: float


@dataclass(frozen=True)
class _Found:
    text: str
    kind: str
    sentence: int
    position: int
    confidence: float


def find(sentences: Sequence[str], *, limit: int = 30) -> list[Entity]:
    """The names in the sentences, the most frequent first."""
    cased = has_capitals(" ".join(sentences))
    found = [one for index, text in enumerate(sentences) for one in _in_sentence(text, index, cased=cased)]
    trusted = _without_sentence_starts(found, sentences) if cased else found
    return _merged(trusted)[:limit]


def _in_sentence(text: str, index: int, *, cased: bool) -> Iterator[_Found]:
    for match in HANDLE.finditer(text):
        yield _Found(match[0], "handle", index, match.start(), 0.95)
    spoken = tokens(text)
    position = 0
    while position < len(spoken):
        length, found = _at(text, spoken, position, index, cased=cased)
        if found:
            yield found
        position += length


def _at(text: str, spoken: list[Token], at: int, index: int, *, cased: bool) -> tuple[int, _Found | None]:
    known = _known(spoken, at, cased=cased)
    if known:
        length, name, kind = known
        extended = _capital_run(text, spoken, at) if cased else 0
        if extended <= length:
            return length, _Found(name, kind, index, spoken[at].start, 0.9 if cased else 0.5)
    if not cased or not (length := _capital_run(text, spoken, at)):
        return 1, None
    run = spoken[at : at + length]
    name = text[run[0].start : run[-1].end]
    kind, confidence = _kind([token.text for token in run])
    return length, _Found(name.removesuffix("'s").removesuffix("’s"), kind, index, run[0].start, confidence)


def _known(spoken: list[Token], at: int, *, cased: bool) -> tuple[int, str, str] | None:
    for length in range(min(GAZETTEER_LONGEST, len(spoken) - at), 0, -1):
        run = spoken[at : at + length]
        key = " ".join(token.normal for token in run)
        if key in names() and (run[0].text[0].isupper() if cased else key not in ambiguous()):
            return length, *names()[key]
    return None


def _capital_run(text: str, spoken: list[Token], at: int) -> int:
    """The number of words from `at` that are written like one name."""
    length = 0
    for offset, token in enumerate(spoken[at : at + LONGEST_NAME]):
        if offset and text[spoken[at + offset - 1].end : token.start] not in {" ", ". ", " & "}:
            break
        if token.text[0].isupper() and (offset or token.normal not in stop_words("en")):
            length = offset + 1
        elif not (offset and token.normal in CONNECTORS):
            break
        if token.text != token.normal and text[token.end - 2 : token.end] in {"'s", "’s"}:
            break
    return length


def _kind(run: list[str]) -> tuple[str, float]:
    first, last = run[0].lower().rstrip("."), run[-1].lower()
    if first in TITLES or (run[0] in first_names() and len(run) <= 3):
        return "person", 0.75
    if last in COMPANY_ENDS:
        return "organisation", 0.7
    if last in PLACE_ENDS:
        return "place", 0.65
    return "name", 0.5 if len(run) > 1 else 0.4


def _without_sentence_starts(found: list[_Found], sentences: Sequence[str]) -> list[_Found]:
    """A single capital word that only ever begins sentences is no name."""
    inside = {one.text.lower() for one in found if sentences[one.sentence][: one.position].strip(" \"'“‘(¿¡-–")}
    return [
        one
        for one in found
        if one.kind != "name" or " " in one.text or one.text.lower() in inside or one.text.isupper()
    ]


def _merged(found: list[_Found]) -> list[Entity]:
    groups: dict[str, list[_Found]] = {}
    for one in found:
        groups.setdefault(one.text.lower(), []).append(one)
    entities = [_entity(group) for group in groups.values()]
    return sorted(entities, key=lambda entity: (-entity.count, -entity.confidence, entity.first_sentence))


def _entity(group: list[_Found]) -> Entity:
    spelled = Counter(one.text for one in group).most_common(1)[0][0]
    best = max(group, key=lambda one: one.confidence)
    return Entity(spelled, best.kind, len(group), group[0].sentence, group[0].position, best.confidence)
