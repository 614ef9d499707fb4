"""What a job put together by hand costs at most is named before it is asked for, and holds."""

from typing import Any

import pytest

from accounts import tenancy
from content.forms.repurposing import JobForm
from content.models import ContentAsset
from content.services import repurposing as commands
from tests.cast import Cast
from tests.content.test_repurposing import film, fresh, signed_in, talk

__all__ = ["film", "talk"]  # fixtures


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
