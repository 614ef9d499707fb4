"""What a job put together by hand costs at most is named before it is asked for, and holds."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from billing import credits as ledger
from billing.models import Subscription
from content.forms.repurposing import JobForm
from content.models import BrandTemplate, ContentAsset, RepurposingJob, Template, Transcript
from content.pipeline import repurposing
from content.services import repurposing as commands
from tests.billing.living import subscribe
from tests.cast import Cast
from tests.content.test_repurposing import SAID, ask, film, fresh, pieces, quick, signed_in, talk

__all__ = ["film", "quick", "talk"]  # fixtures
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


@pytest.mark.parametrize(
    ("chosen", "costs"),
    [
        ({"kind": "shorts", "platforms": ["tiktok"], "count": "2", "cards": "on"}, 4),
        ({"kind": "shorts", "platforms": ["tiktok"], "count": "2"}, 2),
        ({"kind": "shorts", "platforms": ["tiktok"], "count": "2", "cards": "on", "format": "square"}, 2),
        ({"kind": "audiogram", "platforms": ["linkedin"], "cards": "on", "format": "vertical"}, 2),
        ({"kind": "audiogram", "platforms": ["linkedin"], "cards": "on"}, 1),
    ],
)
def test_the_price_counts_the_looks_intro_and_outro_where_they_are_shown(
    chosen: dict[str, Any], costs: int, cast: Cast, talk: ContentAsset
) -> None:
    dress(cast)
    said = signed_in(cast.ben).get(f"/studio/{talk.pk}/more/price/", chosen).content.decode()
    assert f"Costs at most {costs} credit" in said
    with tenancy.of_member(cast.ben):
        form = JobForm(chosen, asset=talk)
        assert form.is_valid()
        order: dict[str, Any] = {"platforms": chosen["platforms"], "format": chosen.get("format", "")}
        job = commands.ask(talk, kind=chosen["kind"], by=cast.ben, config=form.config(), **order)
    assert fresh(job).estimated_credits == costs


def test_a_line_of_the_plan_names_what_is_held_for_it(cast: Cast, talk: ContentAsset) -> None:
    dress(cast)
    with tenancy.of_member(cast.ben):
        ContentAsset.objects.filter(pk=talk.pk).update(duration=600.0)
        Transcript.objects.filter(asset=talk).update(text=f"{SAID} " * 9)
        plan = commands.plan(ContentAsset.objects.get(pk=talk.pk), by=cast.ben, now=timezone.now())
        (line,) = [line for line in plan.lines if line["kind"] == "shorts"]
        (job,) = commands.make(plan, by=cast.ben, keys=[line["key"]])
    assert (line["format"], line["credits"]) == ("vertical", 2 * line["count"])
    assert fresh(job).estimated_credits == line["credits"]


def dress(cast: Cast) -> None:
    """Give Kesar's brand an outro of its own, three seconds long, for upright films."""
    with tenancy.of_organization(cast.kesar.pk):
        own: dict[str, Any] = {"formats": ["vertical"], "file": "looks/outro.mp4", "media_info": {"duration": 3.0}}
        outro = Template.objects.create(organization=cast.kesar, kind="outro", name="Bye", **own)
        BrandTemplate.objects.create(organization=cast.kesar, brand=cast.brand, outro=outro)


def test_no_more_is_booked_than_was_told(cast: Cast, talk: ContentAsset, quick: list[int], settings: Any) -> None:
    settings.BILLING_ENABLED = True
    subscribe(cast.kesar, timezone.now(), ai_credits=5)
    job = ask(cast, talk, config={"count": 1, "start": 0.0, "end": 4.0})
    repurposing.run_next()
    assert (fresh(job).status, len(pieces(job))) == ("completed", 3)  # each of six seconds
    assert (fresh(job).estimated_credits, fresh(job).credits_used) == (1, 1)
    assert ledger.available(cast.kesar.pk, now=timezone.now()) == 4


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
