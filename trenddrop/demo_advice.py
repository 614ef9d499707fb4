"""The demo's advice: what was offered and done over the last weeks, as it would stand, and what is offered now."""

import datetime as dt
import uuid
from random import Random

from accounts import tenancy
from analytics.collection import advising
from analytics.models import MeasuredPost, Suggestion

WEEKS = 12
TAKEN, CONTROL = 0.5, 0.2  # of the posts came of advice; of these by habit, by lot


def gather(organization_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Let half of the last weeks' posts have come of advice, then make the pass that a worker makes.

    Whether it helped is reckoned from the demo's numbers like anybody's: they know nothing of advice.
    """
    rng = Random(7)
    with tenancy.of_organization(organization_id):
        rows = MeasuredPost.objects.filter(
            organization=organization_id, learned_at__isnull=False, published_at__gte=now - dt.timedelta(weeks=WEEKS)
        )
        chosen = rows.select_related("post__piece__feedback").order_by("published_at", "pk")
        Suggestion.objects.bulk_create(
            [
                _done(row, is_control=rng.random() < CONTROL)
                for row in chosen.filter(post__piece__feedback__isnull=False)
                if rng.random() < TAKEN
            ]
        )
    advising.advise(organization_id, now=now)


def _done(row: MeasuredPost, *, is_control: bool) -> Suggestion:
    """A suggestion that became this post."""
    choices = dict(row.post.piece.feedback.choices)
    reasons = [
        {
            "choice": choice, "value": value, "times": 1.0, "low": 0.7, "high": 1.4, "sure": 0.5, "posts": 0,
            "others": 0, "share": 0.0, "is_habit": False, "is_trial": True, "is_claim": False,
        }
        for choice, value in list(choices.items())[:3]
    ]  # fmt: skip
    before = row.published_at - dt.timedelta(days=2)
    return Suggestion(
        organization_id=row.organization_id,
        client_id=row.client_id,
        connection_id=row.connection_id or row.post.connection_id,
        piece_id=row.post.piece_id,
        post_id=row.post_id,
        status=Suggestion.Status.TAKEN,
        choices=choices,
        reasons=reasons,
        is_control=is_control,
        suggested_for=row.published_at,
        offered_at=before,
        taken_at=before,
        is_simulated=row.is_simulated,
    )
