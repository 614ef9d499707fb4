"""What Kesar's goals, findings and odd days are; and which address shows which of them."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from analytics.models import Anomaly, AnomalyCause, Goal, GoalMilestone, Insight, InsightRun
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(
        ("numbers_goal", "numbers_goal_edit", "numbers_goal_give_up", "numbers_goal_take_up", "numbers_goal_remove"),
        "goal",
    ),
    **dict.fromkeys(
        ("numbers_insight", "numbers_insight_do", "numbers_insight_dismiss", "numbers_insight_restore"), "insight"
    ),
    **dict.fromkeys(("numbers_odd_day", "numbers_odd_day_dismiss"), "anomaly"),
}
RESOURCES: dict[str, str] = {
    "api-goals-": "goal",
    "api-insights-": "insight",
    "api-insight-runs-": "insight_run",
    "api-anomalies-": "anomaly",
}


def found(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Give the client a goal, a finding and an odd day."""
    now = timezone.now()
    on = {"organization": cast.kesar, "client": cast.client}
    goal = Goal.objects.create(
        **on, name="KESAR followers", metric="followers", measure="level", target=1000, starts_on=now.date(),
        deadline=now.date() + dt.timedelta(days=60), made_by=cast.asha.user,
    )  # fmt: skip
    GoalMilestone.objects.create(
        organization=cast.kesar, goal=goal, percent=25, passed_on=now.date(), value=250, told_at=now
    )
    run = InsightRun.objects.create(
        **on, ran_at=now, asked=10, found=1, thin=[{"what": "posts", "name": "KESAR", "have": 3, "need": 12}]
    )
    insight = Insight.objects.create(
        **on, connection_id=ids["connection"], kind="content", question="content.weekday", key="KESAR",
        platform="practice", metric="views", sentence="KESAR posts on Fridays bring more.", basis="KESAR",
        numbers={"effect": 1.5, "low": 1.2, "high": 1.9, "n_with": 1, "n_without": 1, "certainty": 0.95},
        evidence={
            "kind": "posts", "dimension": "weekday", "value": "4",
            "with": [[str(ids["post"]), "2026-11-01", 1.5]], "without": [[str(ids["post"]), "2026-11-02", 1.0]],
        },
        advice={"dimension": "weekday", "value": "4"}, effect=1.5, p=0.001, q=0.01, sample=2, use=0.5,
        first_found_at=now, found_at=now,
    )  # fmt: skip
    anomaly = Anomaly.objects.create(
        **on, connection_id=ids["connection"], platform="practice", series=f"{ids['connection']}:views",
        metric="views", kind="spike", date=now.date(), value=900, expected=100, low=50, high=200, score=0.9,
        sentence="KESAR: 900 views.", found_at=now,
    )  # fmt: skip
    AnomalyCause.objects.create(
        organization=cast.kesar, anomaly=anomaly, kind="post", post_id=ids["post"], share=0.5, sentence="KESAR won it."
    )
    return {"goal": goal.pk, "insight": insight.pk, "insight_run": run.pk, "anomaly": anomaly.pk}
