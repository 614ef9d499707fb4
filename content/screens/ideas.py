"""What the pages of ideas show: ideas with their scripts, a script with its scenes, versions and voice-overs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from accounts.models import Membership
from content.models import Prompt, Script, VoiceClone, VoiceOver

NEIGHBOURS = 6
UNDER_WAY = (VoiceOver.Status.QUEUED, VoiceOver.Status.PROCESSING)


@dataclass(frozen=True)
class ShownScene:
    """A scene with its number and the second it begins at; `is_stale`: the recording says other words."""

    number: int
    heading: str
    say: str
    show: str
    seconds: float
    at: float
    is_stale: bool = False


def prompts_of(member: Membership) -> QuerySet[Prompt]:
    """Return a member's ideas with their scripts, the latest first."""
    shown = Script.objects.order_by("-created_at").only("title", "status", "version", "prompt_id")
    rows = Prompt.objects.visible_to(member).filter(deleted_at=None)
    rows = rows.select_related("topic", "created_by").defer("material", "topic__embedding")
    return rows.prefetch_related(Prefetch("scripts", shown))


def deleted_of(member: Membership) -> QuerySet[Prompt]:
    """Return a member's ideas that were put aside."""
    rows = Prompt.objects.visible_to(member).exclude(deleted_at=None)
    return rows.defer("material").order_by("-deleted_at", "-pk")


def matching(rows: QuerySet[Prompt], said: str) -> QuerySet[Prompt]:
    """Return those whose idea, hashtag, tags or scripts' titles hold every word of `said`."""
    for word in said.split()[:8]:
        here = Q(text__icontains=word) | Q(hashtag__icontains=word) | Q(url__icontains=word) | Q(tags__contains=[word])
        rows = rows.filter(here | Q(pk__in=Script.objects.filter(title__icontains=word).values("prompt")))
    return rows


def scripts_of(member: Membership) -> QuerySet[Script]:
    """Return a member's scripts of ideas that were not put aside."""
    return Script.objects.visible_to(member).filter(prompt__deleted_at=None)


def voices_of(member: Membership) -> QuerySet[VoiceClone]:
    """Return a member's voices, by name; those whose consent was taken back come last, the latest first."""
    return VoiceClone.objects.visible_to(member).order_by(F("revoked_at").desc(nulls_first=True), "name", "pk")


def spoken_of(member: Membership) -> QuerySet[VoiceOver]:
    """Return a member's voice-overs of ideas that were not put aside."""
    return VoiceOver.objects.visible_to(member).filter(script__prompt__deleted_at=None)


def shown_scenes(scenes: Sequence[dict[str, Any]], recorded: Sequence[str] | None = None) -> list[ShownScene]:
    """Return the scenes as the page shows them; `recorded` is what each said when it was spoken."""
    shown, at = [], 0.0
    for number, one in enumerate(scenes, 1):
        stale = recorded is not None and one["say"] not in recorded
        seconds = float(one.get("seconds") or 0)
        shown.append(ShownScene(number, one["heading"], one["say"], one["show"], seconds, round(at, 1), stale))
        at += seconds
    return shown
