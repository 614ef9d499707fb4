"""The clips of a transcript: the ones worth showing, or the ones that answer a wish in words."""

from collections.abc import Iterable, Sequence

from content.models import Transcript
from content.transcripts import marking, spoken, turns
from content.understanding import read
from content.understanding.clipping import Clip, clips


def clips_of(
    transcript: Transcript,
    *,
    wish: str = "",
    count: int = 5,
    seconds: tuple[float, float] = (15.0, 60.0),
    topics: Sequence[str] = (),
    names: Iterable[str] = (),
) -> list[Clip]:
    """Return at most `count` clips, the best first; `names` are written as given. Nothing where nothing fits."""
    words, speaking = spoken.parts_of(transcript)
    language = transcript.language or "en"
    sentences = read(words, language=language, proper_names=names)
    silences = [(start, end) for kind, start, end in marking.marks_of(transcript.marks) if kind == marking.SILENCE]
    return clips(
        sentences,
        silences,
        count=count,
        seconds=seconds,
        wish=wish,
        topics=topics,
        speakers=[turns.speaker_at(speaking, one.start or 0.0) for one in sentences] if speaking else (),
        language=language,
    )
