"""The Studio's questions: one asset with everything known of it, in few queries."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, Left, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _

from content.models import (
    ContentAnalysis,
    ContentAsset,
    GeneratedContent,
    PieceVersion,
    PipelineStep,
    PosterFrame,
    Transcript,
    TrendMatch,
)
from trenddrop.core import platforms

PAUSE = 0.7  # seconds of silence that begin a new line
LINE_WORDS = 26
UNSURE = 0.6
FETCHED = [PipelineStep.Status.RUNNING, PipelineStep.Status.DONE, PipelineStep.Status.FAILED]
NEARBY = 12  # words around a reckoned second
SHOWN = {"hooks": 3, "quotes": 2, "insights": 2}


@dataclass(frozen=True)
class Line:
    """A line of the transcript: where it starts, and its words as (second, text, unsure, matched)."""

    at: float
    words: list[tuple[float, str, bool, bool]]


@dataclass(frozen=True)
class ShownMoment:
    """A hook, quote or insight with its reasons in words."""

    kind: str
    at: float | None
    text: str
    score: float
    reasons: list[str]
    percent: float | None


@dataclass(frozen=True)
class ShownMatch:
    """A topic that fits: the words said with their seconds, who reports it, and why it counts."""

    match: TrendMatch
    words: list[tuple[str, float | None]]
    sources: list[str]
    why: str


@dataclass(frozen=True)
class ShownVersion:
    """A version in the list: its number, the beginning of its text, who or what wrote it, when and why."""

    number: int
    text: str
    author: str
    made_by: str
    model: str
    note: str
    created_at: dt.datetime
    restore_url: str


STEP_FIELDS = ["name", "status", "progress", "note", "error", "data", "finished_at"]
VERSION_FIELDS = ["number", "made_by", "model", "note", "created_at"]
VERSIONS = 20
BEGINNING = 200  # letters of a version's text


def with_parts(assets: QuerySet[ContentAsset]) -> QuerySet[ContentAsset]:
    """Read the small parts of assets with them, each as a list of JSON: `step_rows`, `frame_rows`."""
    own = {"asset": OuterRef("pk")}
    steps = PipelineStep.objects.filter(**own).order_by("position")
    frames = PosterFrame.objects.filter(**own).order_by("at")
    return assets.annotate(
        step_rows=ArraySubquery(steps.values(json=JSONObject(**{name: name for name in STEP_FIELDS}))),
        frame_rows=ArraySubquery(frames.values(json=JSONObject(pk="pk", at="at"))),
    )


def pieces_of(asset: ContentAsset) -> QuerySet[GeneratedContent]:
    """Return an asset's pieces in the order they were made, with their latest versions as `version_rows`."""
    versions = (
        PieceVersion.objects.filter(piece=OuterRef("pk"))
        .order_by("-number")
        .values(
            json=JSONObject(
                **{name: name for name in VERSION_FIELDS},
                text=Left("text", BEGINNING),
                author=Coalesce(NullIf("author__full_name", Value("")), "author__email", Value("")),
            )
        )
    )
    pieces = GeneratedContent.objects.filter(asset=asset, deleted_at=None).order_by("created_at", "pk")
    return pieces.annotate(version_rows=ArraySubquery(versions[:VERSIONS]))


def steps_of(asset: ContentAsset) -> list[PipelineStep]:
    """Return the steps that `with_parts` read."""
    rows: list[dict[str, Any]] = asset.step_rows  # type: ignore[attr-defined]
    return [PipelineStep(**row | {"finished_at": _moment_of(row["finished_at"])}) for row in rows]


def versions_of(piece: GeneratedContent) -> list[ShownVersion]:
    """Return the versions that `pieces_of` read, the latest first."""
    rows: list[dict[str, Any]] = piece.version_rows  # type: ignore[attr-defined]
    return [
        ShownVersion(
            **row | {"created_at": dt.datetime.fromisoformat(row["created_at"])},
            restore_url=reverse("piece_restore", args=[piece.pk, row["number"]]),
        )
        for row in rows
    ]


def frames_of(asset: ContentAsset) -> list[dict[str, Any]]:
    """Return the frames that `with_parts` read, each with its address."""
    rows: list[dict[str, Any]] = asset.frame_rows  # type: ignore[attr-defined]
    return [row | {"image": reverse("frame", args=[row["pk"]])} for row in rows]


def _moment_of(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def labels() -> dict[str, str]:
    """Return the steps' names for people."""
    return {
        "fetch": _("Fetched"),
        "probe": _("Uploaded"),
        "frames": _("Pictures"),
        "transcribe": _("Transcript"),
        "understand": _("Understood"),
        "match": _("Trends"),
        "generate": _("Pieces"),
    }


def shown_steps(steps: Sequence[PipelineStep]) -> list[dict[str, Any]]:
    """Describe the steps to the rail; fetching is only told where there was something to fetch."""
    names = labels()
    fields = ["name", "status", "progress", "note", "error"]
    shown = [step for step in steps if step.name != "fetch" or step.status in FETCHED]
    return [{"label": names[step.name]} | {name: getattr(step, name) for name in fields} for step in shown]


def words_to_correct(lines: Sequence["Line"]) -> str:
    """Return the transcript as text, a line for each pause."""
    return "\n".join(" ".join(text for _at, text, _unsure, _matched in line.words) for line in lines)


def lines(transcript: Transcript | None, matches: Sequence[TrendMatch]) -> list[Line]:
    """Break the words into lines at pauses, with the words that met a topic marked."""
    if transcript is None:
        return []
    marked = _marked(transcript.words, matches)
    found: list[Line] = []
    before = None
    for number, (start, end, text, confidence) in enumerate(transcript.words):
        if before is None or start - before > PAUSE or len(found[-1].words) >= LINE_WORDS:
            found.append(Line(start, []))
        unsure = confidence is not None and confidence < UNSURE
        found[-1].words.append((start, text, unsure, number in marked))
        before = end
    return found


def _marked(words: Sequence[Any], matches: Sequence[TrendMatch]) -> set[int]:
    """Return the positions of words that are evidence of a match."""
    marked: set[int] = set()
    starts, plain = [word[0] for word in words], [_plain(word[2]) for word in words]
    for match in matches:
        for evidence in match.evidence:
            if evidence.get("at") is not None:
                said = [_plain(word) for word in str(evidence["words"]).split()]
                marked.update(_place(plain, said, bisect_left(starts, evidence["at"])))
    return marked


def _place(plain: Sequence[str], said: Sequence[str], near: int) -> range:
    """Return where the words stand, nearest to a position: their second is reckoned from their sentence's."""
    first = max(0, near - NEARBY)
    found = [n for n in range(first, near + NEARBY) if plain[n : n + len(said)] == list(said)]
    start = min(found, key=lambda n: abs(n - near)) if found else near
    return range(start, start + len(said)) if found else range(0)


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def moments(analysis: ContentAnalysis | None, duration: float | None) -> list[ShownMoment]:
    """Return the best hooks, quotes and insights in the order they are said, none twice."""
    if analysis is None:
        return []
    names = {"hooks": _("Hook"), "quotes": _("Quote"), "insights": _("Insight")}
    found: dict[str, ShownMoment] = {}
    for kind, most in SHOWN.items():
        for each in getattr(analysis, kind)[:most]:
            found.setdefault(each["text"], _moment(names[kind], each, duration))
    return sorted(found.values(), key=lambda moment: moment.at or 0.0)


def _moment(kind: str, each: dict[str, Any], duration: float | None) -> ShownMoment:
    at = each["start"]
    percent = round(100 * at / duration, 2) if at is not None and duration else None
    reasons = [reason["factor"] for reason in each["reasons"]]
    return ShownMoment(kind, at, each["text"], each["score"], reasons, percent)


def shown_matches(matches: Sequence[TrendMatch]) -> list[ShownMatch]:
    """Describe matches with their evidence; the same words are told once."""
    return [_match(match) for match in matches]


def _match(match: TrendMatch) -> ShownMatch:
    said: dict[str, float | None] = {}
    for evidence in match.evidence:
        said.setdefault(evidence["words"], evidence.get("at"))
    why = ", ".join(reason["factor"] for reason in match.reasons)
    sentence = f"{why[:1].upper()}{why[1:]}." if why else ""
    return ShownMatch(match, list(said.items())[:4], match.topic.source_kinds, sentence)


def composed(piece: GeneratedContent) -> str:
    """Return the text as it would be sent."""
    return platforms.compose(text=piece.text, hashtags=piece.hashtags, call_to_action=piece.call_to_action)


def counters(piece: GeneratedContent) -> dict[str, dict[str, int]]:
    """Return how much of each limit is used, counted as the platform counts."""
    rules = platforms.rules(piece.platform)
    found = {"text": {"used": platforms.measure(piece.platform, composed(piece)), "limit": rules.text_limit}}
    if rules.title_limit is not None:
        found["title"] = {"used": len(piece.title), "limit": rules.title_limit}
    if rules.hashtag_limit is not None:
        found["hashtags"] = {"used": len(piece.hashtags), "limit": rules.hashtag_limit}
    return found


def problems(piece: GeneratedContent) -> list[platforms.Problem]:
    """Return what the platform would refuse about the words; the file is checked when it is planned."""
    found = platforms.check(
        piece.platform,
        title=piece.title,
        text=piece.text,
        hashtags=piece.hashtags,
        call_to_action=piece.call_to_action,
    )
    return [problem for problem in found if problem.field != "media"]


def tabs(asset: ContentAsset, pieces: Sequence[GeneratedContent]) -> list[dict[str, Any]]:
    """Describe the pieces to the tabs."""
    address = reverse("studio", args=[asset.pk])
    return [
        {"piece": piece, "url": f"{address}?piece={piece.pk}", "warning": bool(problems(piece)), "progress": None}
        for piece in pieces
    ]
