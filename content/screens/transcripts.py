"""The transcript editor's page: the lines of one part of the recording, and what stands beside them."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from content.forms.transcripts import LanguageForm, MarkForm, SpeakerForm, SubtitlesForm
from content.models import ContentAsset, Transcript
from content.screens.studio import steps_of
from content.transcripts import marking, spoken, turns
from content.transcripts.spoken import Line
from trenddrop.core.speech import Word

LINES = 50  # a page: about a thousand words, eight minutes


@dataclass(frozen=True)
class Part:
    """A page of lines: its number from 1 of `count`, its lines, and the seconds from which to which it goes."""

    number: int
    count: int
    lines: list[Line]
    start: float = 0.0
    end: float = 0.0

    @property
    def before(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number < self.count else None


def part(lines: Sequence[Line], *, at: float | None = None, number: int = 1) -> Part:
    """Return the page on which second `at` is said, or the page of a number; the nearest there is."""
    count = max(1, -(-len(lines) // LINES))
    if at is not None:
        number = max(0, bisect_right(lines, at + turns.NEAR, key=_begins) - 1) // LINES + 1
    number = min(max(1, number), count)
    first, stop = (number - 1) * LINES, min(number * LINES, len(lines))
    start = lines[first].at if number > 1 else 0.0
    end = lines[stop].at if stop < len(lines) else float("inf")
    return Part(number, count, list(lines[first:stop]), start, end)


def _begins(line: Line) -> float:
    return line.at


def beside(asset: ContentAsset, said: Transcript | None) -> dict[str, Any]:
    """Return what stands beside the lines: the player, speakers, what was marked, language, files."""
    _words, speaking = spoken.parts_of(said)
    marks = marking.marks_of(said.marks) if said else []
    args = [asset.pk]
    return {
        "transcript": said,
        "media_url": reverse("file", args=args) if asset.file else "",
        "poster_url": reverse("thumbnail", args=args) if asset.thumbnail else "",
        "captions_url": reverse("captions", args=args),
        "subtitles_url": reverse("asset_subtitles", args=args),
        "is_stale": spoken.is_stale(said, steps_of(asset)),
        "speakers": [(name, SpeakerForm(initial={"old": name}, auto_id=False)) for name in turns.names(speaking)],
        "filler_count": sum(mark[0] == marking.FILLER for mark in marks),
        "mark_count": len(marks),
        "silence_seconds": marking.seconds(marks, marking.SILENCE),
        "filler_seconds": marking.seconds(marks, marking.FILLER),
        "left_out": json.dumps([[start, end] for _kind, start, end in marks]) if marks else "",
        "mark_form": MarkForm(),
        "subtitles_form": SubtitlesForm(),
        "language_form": LanguageForm(initial={"language": said.language if said else ""}),
        "can_go_back": said is not None and said.edited_at is not None and has_first(said),
    }


def has_first(said: Transcript) -> bool:
    """Say whether what was first heard is kept; it is large and stays where it is."""
    return Transcript.objects.filter(pk=said.pk).exclude(recognised={}).exists()


def shown_marks(said: Transcript | None, within: Part) -> list[dict[str, Any]]:
    """Describe the marks that begin on a page, a filler with its words."""
    words, _speaking = spoken.parts_of(said)
    marks = marking.marks_of(said.marks) if said else []
    return [_mark(mark, words) for mark in marks if within.start <= mark[1] < within.end]


def _mark(mark: marking.Mark, words: Sequence[Word]) -> dict[str, Any]:
    kind, start, end = mark
    inside = marking.spans(mark, words) if kind == marking.FILLER else range(0)
    text = " ".join(words[number].text for number in inside)
    return {"kind": kind, "start": start, "end": end, "seconds": round(end - start, 1), "text": text}
