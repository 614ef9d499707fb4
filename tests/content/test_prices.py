"""What a job put together by hand costs at most is named before it is asked for, and holds."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from billing.models import Subscription
from content.forms.repurposing import JobForm
from content.models import ContentAsset, RepurposingJob
from content.services import repurposing as commands
from tests.billing.living import subscribe
from tests.cast import Cast
from tests.content.test_repurposing import film, fresh, signed_in, talk

__all__ = ["film", "talk"]  # fixtures
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("chosen", "costs"),
    [
        ({"kind": "shorts", "platforms": ["tiktok"], "count": "2"}, 2),
        ({"kind": "shorts", "platforms": ["tiktok"]}, 3),
        ({"kind": "shorts", "platforms": ["tiktok", "youtube"], "start": "1", "end": "3.5"}, 1),
        ({"kind": "shorts", "platforms": ["tiktok"], "end": "170"}, 1),
        ({"kind": "audiogram", "platforms": ["linkedin"]}, 1),
        ({"kind": "audiogram", "platforms": ["linkedin"], "count": "2"}, 2),
        ({"kind": "social", "platforms": ["bluesky"]}, 0),
    ],
)
def test_what_is_chosen_by_hand_names_its_price_and_holds_no_more(
    chosen: dict[str, Any], costs: int, cast: Cast, talk: ContentAsset
) -> None:
    said = signed_in(cast.ben).get(f"/studio/{talk.pk}/more/price/", chosen).content.decode()
    words = {0: "Costs no credits.", 1: "Costs at most 1 credit."}.get(costs, f"Costs at most {costs} credits.")
    assert words in said
    with tenancy.of_member(cast.ben):
        form = JobForm(chosen, asset=talk)
        assert form.is_valid()
        job = commands.ask(talk, kind=chosen["kind"], by=cast.ben, platforms=chosen["platforms"], config=form.config())
    assert fresh(job).estimated_credits == costs


def test_the_price_stands_beside_the_button_before_anything_is_chosen(cast: Cast, talk: ContentAsset) -> None:
    ben = signed_in(cast.ben)
    assert "Costs at most 3 credits." in ben.get(f"/studio/{talk.pk}/more/").content.decode()
    assert "Costs at most 1 credit." in ben.get(f"/studio/{talk.pk}/more/", {"start": "1", "end": "4"}).content.decode()
    assert "Costs" not in ben.get(f"/studio/{talk.pk}/more/price/", {"kind": "nothing"}).content.decode()


def test_who_may_make_nothing_is_told_no_price(cast: Cast, talk: ContentAsset) -> None:
    assert signed_in(cast.esha).get(f"/studio/{talk.pk}/more/price/", {"kind": "shorts"}).status_code == 403


@pytest.mark.parametrize(
    ("stands", "told"),
    [
        ({"status": "past_due", "past_due_since": LONG_AGO, "held_at": LONG_AGO}, "A payment is due."),
        ({"status": "canceled", "ended_at": LONG_AGO}, "Your plan has ended."),
    ],
)
def test_nothing_new_is_made_while_a_payment_is_due_or_the_plan_has_ended(
    stands: dict[str, Any], told: str, cast: Cast, talk: ContentAsset, settings: Any
) -> None:
    settings.BILLING_ENABLED = True
    subscribe(cast.kesar, timezone.now(), ai_credits=None)
    with tenancy.of_member(cast.ben):
        job = commands.ask(talk, kind="shorts", by=cast.ben, platforms=["tiktok"])
        commands.cancel(job, by=cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        Subscription.objects.update(**stands)
    ben, chosen = signed_in(cast.ben), {"kind": "shorts", "platforms": ["tiktok"]}
    assert told in ben.post(f"/studio/{talk.pk}/more/ask/", chosen).content.decode()
    assert told in ben.post(f"/jobs/{job.pk}/retry/", follow=True).content.decode()
    asked = ben.post("/api/v1/repurposing-jobs", chosen | {"asset": str(talk.pk)}, content_type="application/json")
    assert (asked.status_code, told in asked.json()["detail"]) == (402, True)
    with tenancy.operator():
        assert list(RepurposingJob.objects.values_list("status", flat=True)) == ["cancelled"]
