"""Which parts of a recording become clips, and the words that are said in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from accounts import tenancy
from content.models import ContentAnalysis, Transcript
from content.pipeline.makers import CannotMake, Work
from content.pipeline.match import sentences_of
from content.pipeline.transcribe import words_of
from content.transcripts.clips import clips_of
from trenddrop.core.media.captioning import Spoken
from trenddrop.core.media.rendering import Span, silences_out
from trenddrop.core.speech import Word
from trenddrop.core.text.sentences import Sentence

SHORTEST, LONGEST = 1.0, 600.0  # seconds of a clip
MOST = 12
GAP = 0.4  # seconds between words that count as silence where nothing was marked
Interval = tuple[float, float]


@dataclass(frozen=True)
class Said:
    """What is known of a recording's sound: words and sentences with their seconds, silences, fillers, topics."""

    words: Sequence[Word] = ()
    sentences: Sequence[Sentence] = ()
    silences: Sequence[Interval] = ()
    fillers: Sequence[Interval] = ()
    topics: Sequence[str] = ()
    transcript: Transcript | None = None


@dataclass(frozen=True)
class Part:
    """A clip to be: where it is in the original, and why it was chosen."""

    span: Span
    reasons: Sequence[str] = ()
    score: float | None = None
    spans: Sequence[Span] = field(default_factory=tuple)


def said_in(work: Work) -> Said:
    """Read it, in a scope of its own."""
    with tenancy.of_organization(work.job.organization_id):
        row = Transcript.objects.filter(asset=work.asset).first()
        analysis = ContentAnalysis.objects.filter(asset=work.asset).only("topics").first()
        sentences = sentences_of(work.asset)
    if row is None:
        return Said()
    words = words_of(row)
    marked = [(start, end) for kind, start, end in row.marks if kind == "silence"]
    return Said(
        words=words,
        sentences=[one for one in sentences if one.start is not None and one.end is not None],
        silences=marked or gaps(words),
        fillers=[(start, end) for kind, start, end in row.marks if kind == "filler"],
        topics=[topic for topic, _weight in analysis.topics] if analysis else (),
        transcript=row,
    )


def gaps(words: Sequence[Word]) -> list[Interval]:
    """Return the pauses between words."""
    pairs = pairwise(words)
    return [(one.end, after.start) for one, after in pairs if after.start - one.end >= GAP]


def parts_of(work: Work, said: Said, usual: Mapping[str, Any], *, duration: float) -> list[Part]:
    """Return the clips to make: the range chosen by hand, else the best moments, as many and as long as is `usual`
    for their kind where the job does not say. Raises CannotMake.
    """
    config = work.config
    if config.get("start") is not None or config.get("end") is not None:
        return [_by_hand(config, said, duration)]
    if said.transcript is None or not said.sentences:
        raise CannotMake(_("No words are known of this recording, so no moment can be chosen. Choose a range by hand."))
    low, high = config.get("seconds") or usual["seconds"]
    wish = str(config.get("wish") or "")
    found = clips_of(
        said.transcript,
        count=min(max(int(config.get("count") or usual["count"]), 1), MOST),
        seconds=(float(low), float(high)),
        wish=wish,
        topics=said.topics,
        names=work.brand.words if work.brand else (),
    )
    if not found and wish:
        raise CannotMake(_("Nothing in this recording speaks of “%(wish)s”.") % {"wish": wish})
    if not found:
        raise CannotMake(_("No part of this recording stands by itself. Choose a range by hand."))
    made = [Part(Span(clip.start, clip.end), [str(each.factor) for each in clip.why], clip.score) for clip in found]
    return [_clean(part, said, clean=bool(config.get("clean"))) for part in made]


def _by_hand(config: Any, said: Said, duration: float) -> Part:
    start = max(0.0, float(config.get("start") or 0.0))
    end = min(float(config["end"]) if config.get("end") is not None else duration, duration, start + LONGEST)
    if end - start < SHORTEST:
        raise CannotMake(_("The range must lie inside the recording and be at least a second long."))
    return _clean(Part(Span(start, end), [_("chosen by hand")]), said, clean=bool(config.get("clean")))


def _clean(part: Part, said: Said, *, clean: bool) -> Part:
    """Fill in what of the part is shown: all of it, or without fillers and long silences."""
    kept = silences_out(said.words, said.silences, said.fillers, part.span) if clean else []
    return Part(part.span, part.reasons, part.score, tuple(kept) or (part.span,))


def heard_in(said: Said, spans: Sequence[Span]) -> list[Spoken]:
    """Return the words said in the spans, in seconds of the result."""
    found, begin = [], 0.0
    for span in spans:
        for word in said.words:
            middle = (word.start + word.end) / 2
            if span.start <= middle < span.end and not _is_filler(word, said.fillers, spans):
                start, end = max(word.start, span.start), min(word.end, span.end)
                found.append(Spoken(word.text, begin + start - span.start, begin + end - span.start))
        begin += span.end - span.start
    return found


def _is_filler(word: Word, fillers: Sequence[Interval], spans: Sequence[Span]) -> bool:
    middle = (word.start + word.end) / 2
    return len(spans) > 1 and any(start <= middle <= end for start, end in fillers)


def sentences_in(said: Said, span: Span) -> list[Sentence]:
    """Return the sentences that lie inside a part, most of each."""
    inside = []
    for one in said.sentences:
        start, end = one.start or 0.0, one.end or 0.0
        if min(end, span.end) - max(start, span.start) > (end - start) / 2:
            inside.append(one)
    return inside
