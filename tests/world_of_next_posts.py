"""What Kesar is advised; and which address shows which of it."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from analytics.models import BackTest, Suggestion, SuggestionArm
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("numbers_suggestion", "advice_do", "advice_dismiss"), "suggestion"),
    "advice_ask": "connection",
}
RESOURCES: dict[str, str] = {
    "api-suggestions-": "suggestion",
    "api-suggestion-arms-": "suggestion_arm",
    "api-back-tests-": "back_test",
}


def next_posts(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Give the client's account a next post, a belief and a week's answer."""
    now = timezone.now()
    on = {"organization": cast.kesar, "client": cast.client, "connection_id": ids["connection"]}
    reason = {
        "choice": "hook", "value": "question", "times": 1.3, "low": 1.1, "high": 1.6, "sure": 0.97, "posts": 9,
        "others": 20, "share": 0.3, "is_habit": False, "is_trial": False, "is_claim": False,
    }  # fmt: skip
    suggestion = Suggestion.objects.create(
        **on, sentence="KESAR: open with a question.", choices={"hook": "question"}, reasons=[reason], expected=1.3,
        low=1.1, high=1.6, sure=0.97, basis=29, offered_at=now, suggested_for=now + dt.timedelta(days=2), key="KESAR",
    )  # fmt: skip
    arm = SuggestionArm.objects.create(**on, dimension="hashtag", value="KESAR", posts=9, others=20, mean=0.2,
                                       variance=0.01, last_at=now)  # fmt: skip
    numbers = {
        "advised": 9, "own": 9, "matched": 18, "ratio": 1.2, "low": 0.9, "high": 1.6, "better": 3.0, "worse": 0.3,
        "verdict": "same",
    }  # fmt: skip
    back_test = BackTest.objects.create(
        **on, week=now.date() - dt.timedelta(days=now.weekday() + 7), advised=9, own=9, ratio=1.2, low=0.9, high=1.6,
        verdict="same", numbers={"design": "lot", "lot": numbers, "matched": numbers}, made_at=now,
    )  # fmt: skip
    return {"suggestion": suggestion.pk, "suggestion_arm": arm.pk, "back_test": back_test.pk}
