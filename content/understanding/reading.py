"""Read a transcript or a text: the embedded way, without a model or a network."""

import math
from collections.abc import Iterable, Sequence

from content.understanding import moments, moods
from content.understanding.measures import measure
from content.understanding.results import NamedEntity, Understanding
from content.understanding.summary import centrality, summarise
from trenddrop.core.text import entities, keywords, sentiment
from trenddrop.core.text import language as languages
from trenddrop.core.text.casing import has_capitals
from trenddrop.core.text.sentences import Sentence, Spoken, from_text, from_words
from trenddrop.core.text.tidy import needs_tidying, tidy

MADE_BY = "TrendDrop text rules 1"
KNOWN_LANGUAGES = frozenset({"en", "hi", "hi-Latn", "es"})
TOPICS, KEYWORDS = 5, 15
FEWEST_WORDS = 20


def read(source: Sequence[Spoken] | str, *, language: str = "en", proper_names: Iterable[str] = ()) -> list[Sentence]:
    """The sentences of a text or of recognised words, tidied for reading, with their seconds when spoken."""
    raw = from_text(source) if isinstance(source, str) else from_words(source)
    cased, names = has_capitals(" ".join(sentence.text for sentence in raw)), list(proper_names)
    clean = (
        Sentence(tidy(one.text, proper_names=names, language=language, cased=cased), one.start, one.end) for one in raw
    )
    return [sentence for sentence in clean if sentence.text]


def understand(
    source: Sequence[Spoken] | str, language: str | None = None, *, proper_names: Iterable[str] = ()
) -> Understanding:
    """What is in a transcript or text. `language` when it is known; `proper_names` to be written as given."""
    text = source if isinstance(source, str) else " ".join(word.text for word in source)
    detected, sure = languages.detect(text)
    code = language if language and language != detected.split("-")[0] else detected
    sentences = read(source, language=code, proper_names=proper_names)
    if not sentences:
        return Understanding(code, sure, "", made_by=MADE_BY, notes=["There are no words to read."])
    return _understood(text, sentences, code, sure)


def _understood(text: str, sentences: list[Sentence], code: str, sure: float) -> Understanding:
    told = [sentence.text for sentence in sentences]
    rank = centrality(told, code).tolist()
    feeling = sentiment.score(told, code)
    felt = feeling.per_sentence if feeling else None
    found = moments.passages(sentences, centrality=rank, feelings=felt or (), language=code)
    most = min(8, max(4, len(told) // 3))
    words = keywords.extract(text, code, KEYWORDS)
    return Understanding(
        language=code,
        language_confidence=sure,
        summary=summarise(told, rank, code),
        topics=words[:TOPICS],
        keywords=words,
        entities=_entities(text, sentences),
        sentiment=feeling.score if feeling else None,
        emotions=sentiment.emotions(text, code),
        hooks=moments.hooks(found, most),
        quotes=moments.quotes(found, most),
        insights=moments.insights(found, most),
        moods=moods.over_time(sentences, felt or (), code),
        measures=measure(sentences, found, felt, words, code, has_cues=code in KNOWN_LANGUAGES),
        made_by=MADE_BY,
        confidence=_confidence(text, code, sure),
        notes=_notes(text, code),
    )


def _entities(text: str, sentences: list[Sentence]) -> list[NamedEntity]:
    cased = has_capitals(text)
    told = [sentence.text if cased else sentence.text.lower() for sentence in sentences]
    return [
        NamedEntity(
            one.text,
            one.kind,
            one.count,
            sentences[one.first_sentence].second_of(one.first_position),
            one.confidence,
        )
        for one in entities.find(told)
    ]


def _confidence(text: str, code: str, sure: float) -> float:
    """0..1: lower for few words, no punctuation, a language we have no lists for, or one we are not sure of."""
    value = 0.8 if code in KNOWN_LANGUAGES else 0.5
    value *= 0.75 if needs_tidying(text) else 1.0
    value *= math.sqrt(min(1.0, len(text.split()) / 100))
    return round(value * (0.6 + 0.4 * sure), 2)


def _notes(text: str, code: str) -> list[str]:
    notes = []
    if len(text.split()) < FEWEST_WORDS:
        notes.append("There are too few words for a reliable reading.")
    if code == languages.UNKNOWN:
        notes.append("The language could not be told.")
    elif code not in KNOWN_LANGUAGES:
        notes.append("There are no word lists for this language: moments are chosen by form and place only.")
    if not code.startswith("en"):
        notes.append("Sentiment and emotions are only available for English.")
    if needs_tidying(text):
        notes.append("The text has no punctuation or capitals of its own: sentences were cut by pauses and length.")
    return notes
