"""What published pieces teach: results are recorded, held against each other, and correct predictions."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from accounts import audit
from accounts.models import Membership
from content.learning import choosing, lessons
from content.models import Calibration, FeedbackSignal, GeneratedContent, PieceVersion
from content.pipeline import foretelling
from content.understanding import learning, posts
from content.understanding.learning import Effect, Result

MADE_UP = "practice"  # numbers of the practice network teach about itself only
LATEST = 400


def record(
    piece: GeneratedContent,
    *,
    version: int,
    platform: str,
    engagement: float,
    measured_at: dt.datetime,
    sent_at: dt.datetime | None = None,
) -> FeedbackSignal:
    """Keep what a piece did: `engagement` over the account's own usual. Its features are those of the version sent.

    `sent_at`: when it went live, by the account's clock. Safe to call again with newer numbers. Call in the
    organisation's scope.
    """
    post = _sent(piece, version, platform)
    found, _new = FeedbackSignal.objects.update_or_create(
        piece=piece,
        defaults={
            "organization_id": piece.organization_id,
            "platform": platform,
            "engagement": engagement,
            "features": posts.features(post),
            "choices": choosing.chosen(piece, post, sent_at=sent_at),
            "predicted": posts.virality(post).score,
            "measured_at": measured_at,
        },
    )
    return found


def tell_choices(signal: FeedbackSignal, *, version: int, sent_at: dt.datetime) -> None:
    """Keep what was chosen for a piece whose result was recorded before that was asked. Call in the scope."""
    post = _sent(signal.piece, version, signal.platform)
    found = choosing.chosen(signal.piece, post, sent_at=sent_at)
    FeedbackSignal.objects.filter(pk=signal.pk).update(choices=found)


def _sent(piece: GeneratedContent, version: int, platform: str) -> posts.Post:
    return _as_sent(piece, PieceVersion.objects.filter(piece=piece, number=version).first(), platform)


def _as_sent(piece: GeneratedContent, sent: PieceVersion | None, platform: str) -> posts.Post:
    post = replace(foretelling.post_of(piece), platform=platform)
    if sent is None:
        return post
    return replace(
        post,
        title=sent.title,
        text=sent.text,
        hashtags=list(sent.hashtags),
        call_to_action=sent.call_to_action,
        mentions=list(sent.mentions),
    )


def relearn(organization_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Hold an organisation's results against each other: lessons, and a correction for each platform.

    Returns how many corrections were made. Call in the organisation's scope.
    """
    rows = FeedbackSignal.objects.filter(organization=organization_id, is_left_out=False)
    signals = list(rows.select_related("piece").order_by("-measured_at", "pk")[: 10 * LATEST])
    by_platform: dict[str, list[FeedbackSignal]] = defaultdict(list)
    for one in signals:
        by_platform[one.platform].append(one)
    for each in by_platform.values():
        _tell(each[:LATEST])
    by_platform[foretelling.EVERYWHERE] = [one for one in signals if one.platform != MADE_UP]
    kept = [key for key, each in by_platform.items() if _calibrate(organization_id, key, each[:LATEST], now=now)]
    Calibration.objects.filter(organization=organization_id).exclude(platform__in=kept).delete()
    return len(kept)


def _tell(signals: Sequence[FeedbackSignal]) -> None:
    """Write to each signal which of its features went with more, which with less, among its client's own posts."""
    by_client: dict[uuid.UUID | None, list[FeedbackSignal]] = defaultdict(list)
    for one in signals:
        by_client[one.piece.client_id].append(one)
    for own in by_client.values():
        sure = [effect for effect in learning.effects(lessons.results(own)) if effect.certain]
        for one in own:
            one.helped, one.hurt = _mine(one, sure, up=True), _mine(one, sure, up=False)
    FeedbackSignal.objects.bulk_update(signals, ["helped", "hurt"], batch_size=200)


def _mine(signal: FeedbackSignal, sure: Sequence[Effect], *, up: bool) -> list[str]:
    return [one.feature for one in sure if signal.features.get(one.feature) and (one.ratio > 1) == up]


def _calibrate(
    organization_id: uuid.UUID, platform: str, signals: Sequence[FeedbackSignal], *, now: dt.datetime
) -> bool:
    """Make a platform's correction anew; False where there are too few results."""
    oldest_first: list[Result] = lessons.results(signals)[::-1]
    found = learning.correction(oldest_first)
    if found is None:
        return False
    values = {
        "points": found.points,
        "posts": found.posts,
        "error_before": found.before,
        "error_after": found.after,
        "error_usual": found.usual,
        "is_used": found.helps,
        "made_at": now,
    }
    Calibration.objects.update_or_create(organization_id=organization_id, platform=platform, defaults=values)
    return True


def leave_out(signal: FeedbackSignal, *, left_out: bool, by: Membership) -> FeedbackSignal:
    """Learn nothing more from a post (it was advertised, say), or learn from it again."""
    changed = FeedbackSignal.objects.filter(pk=signal.pk, is_left_out=not left_out).update(is_left_out=left_out)
    signal.is_left_out = left_out
    if changed:
        action = "lesson.left_out" if left_out else "lesson.taken_in"
        audit.record(action, signal.piece, organization_id=signal.organization_id, by=by)
        relearn(signal.organization_id, now=timezone.now())
        signal.refresh_from_db()
    return signal


def renew(*, by: Membership) -> int:
    """Hold the results against each other now. Returns how many corrections were made."""
    made = relearn(by.organization_id, now=timezone.now())
    audit.record("lesson.renewed", by.organization, organization_id=by.organization_id, by=by, corrections=made)
    return made
