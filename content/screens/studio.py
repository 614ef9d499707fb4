"""The Studio's questions: one asset with everything known of it, in few queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Left, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _

from content.models import (
    ContentAnalysis,
    ContentAsset,
    GeneratedContent,
    Generation,
    PieceVersion,
    PipelineStep,
    PosterFrame,
    TrendMatch,
)
from content.pieces.composing import composed
from content.pieces.preflight import refusals
from content.screens import making, reasons
from trenddrop.core import platforms
from trenddrop.core.platforms.threads import parts_of

FETCHED = [PipelineStep.Status.RUNNING, PipelineStep.Status.DONE, PipelineStep.Status.FAILED]
SHOWN = {"hooks": 3, "quotes": 2, "insights": 2}


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
    tokens: int
    credits: int | None
    note: str
    created_at: dt.datetime
    restore_url: str


STEP_FIELDS = ["name", "status", "progress", "note", "error", "data", "started_at", "finished_at"]
VERSION_FIELDS = ["number", "made_by", "model", "tokens", "note", "created_at"]
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
    cost = Generation.objects.filter(of=OuterRef("piece_id"), version=OuterRef("number")).order_by("-created_at")
    versions = (
        PieceVersion.objects.filter(piece=OuterRef("pk"))
        .order_by("-number")
        .values(
            json=JSONObject(
                **{name: name for name in VERSION_FIELDS},
                text=Left("text", BEGINNING),
                credits=Subquery(cost.values("credits")[:1]),
                author=Coalesce(NullIf("author__full_name", Value("")), "author__email", Value("")),
            )
        )
    )
    pieces = GeneratedContent.objects.filter(asset=asset, deleted_at=None).order_by("created_at", "pk")
    return making.with_parts(pieces.annotate(version_rows=ArraySubquery(versions[:VERSIONS])))


def steps_of(asset: ContentAsset) -> list[PipelineStep]:
    """Return the steps that `with_parts` read."""
    rows: list[dict[str, Any]] = asset.step_rows  # type: ignore[attr-defined]
    times = ("started_at", "finished_at")
    return [PipelineStep(**row | {name: _moment_of(row[name]) for name in times}) for row in rows]


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
    factors = [reasons.name(reason["factor"]) for reason in each["reasons"]]
    return ShownMoment(kind, at, each["text"], each["score"], factors, percent)


def shown_matches(matches: Sequence[TrendMatch]) -> list[ShownMatch]:
    """Describe matches with their evidence; the same words are told once."""
    return [_match(match) for match in matches]


def _match(match: TrendMatch) -> ShownMatch:
    said: dict[str, float | None] = {}
    for evidence in match.evidence:
        said.setdefault(evidence["words"], evidence.get("at"))
    why = ", ".join(reasons.name(reason["factor"]) for reason in match.reasons)
    sentence = f"{why[:1].upper()}{why[1:]}." if why else ""
    return ShownMatch(match, list(said.items())[:4], match.topic.source_kinds, sentence)


def counters(piece: GeneratedContent) -> dict[str, dict[str, int]]:
    """Return how much of each limit is used, counted as the platform counts; of a thread, its longest part."""
    rules = platforms.rules(piece.platform)
    parts = parts_of(piece.platform, composed(piece))
    used = max(platforms.measure(piece.platform, part) for part in parts)
    found = {"text": {"used": used, "limit": rules.text_limit}}
    if rules.title_limit is not None:
        found["title"] = {"used": len(piece.title), "limit": rules.title_limit}
    if rules.hashtag_limit is not None:
        found["hashtags"] = {"used": len(piece.hashtags), "limit": rules.hashtag_limit}
    return found


def tabs(asset: ContentAsset, pieces: Sequence[GeneratedContent]) -> list[dict[str, Any]]:
    """Describe the pieces to the tabs."""
    address = reverse("studio", args=[asset.pk])
    for piece in pieces:
        piece.asset = asset
    return [
        {
            "piece": piece,
            "url": f"{address}?piece={piece.pk}",
            "warning": bool(refusals(piece)),
            "progress": None,
            "told": told_apart(piece),
        }
        for piece in pieces
    ]


def told_apart(piece: GeneratedContent) -> str:
    """Return what sets a piece that a job made apart from others for its platform: its kind and number."""
    if piece.is_main:
        return ""
    number = f" {piece.part}" if piece.part else ""
    return f"{piece.get_kind_display()}{number}"
