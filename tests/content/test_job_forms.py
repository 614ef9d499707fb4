"""What people choose of a job by hand, or of a clip made anew, is what its kind knows."""

from typing import Any

import pytest

from content.forms.repurposing import AnewForm, JobForm
from content.looks.designs import STYLES
from content.models import ContentAsset
from content.pipeline.costing import RENDERED
from content.pipeline.makers import settings as job_settings
from tests.cast import Cast

# What the browser sends of the fields, as they stand when nobody touches them.
UNTOUCHED = {"start": "", "end": "", "layout": "auto", "style": "", "headline": "", "cards": "on"}


@pytest.mark.parametrize("kind", sorted(RENDERED))
@pytest.mark.parametrize(
    "chosen", [{}, {"cards": "", "without_gaps": "on"}, {"style": STYLES[0][0], "start": "3", "end": "9"}]
)
def test_a_clip_of_any_kind_is_made_anew_as_its_form_is_sent(kind: str, chosen: dict[str, str]) -> None:
    shown = AnewForm(kind=kind)
    sent = {name: value for name, value in (UNTOUCHED | chosen).items() if name in shown.fields}
    if "layout" in shown.fields:
        sent["layout"] = shown.fields["layout"].choices[0][0]  # type: ignore[attr-defined]
    form = AnewForm(sent, kind=kind)
    assert form.is_valid(), form.errors
    told = job_settings.checked(kind, form.picture())
    assert told["cards"] is (sent.get("cards") == "on")
    assert ("start" in told) == (kind != "script_video" and "start" in chosen)


def test_an_audiogram_takes_one_of_its_own_layouts_anew() -> None:
    layouts = [key for key, _name in AnewForm(kind="audiogram").fields["layout"].choices]  # type: ignore[attr-defined]
    form = AnewForm({"layout": layouts[-1], "cards": "on"}, kind="audiogram")
    assert form.is_valid()
    assert job_settings.checked("audiogram", form.picture())["layout"] == layouts[-1]
    assert not AnewForm({"layout": "two"}, kind="audiogram").is_valid()


@pytest.mark.parametrize("kind", ["shorts", "audiogram", "carousel", "social", "article", "thread"])
def test_a_job_by_hand_is_told_nothing_that_its_kind_does_not_know(cast: Cast, kind: str) -> None:
    asset = ContentAsset(organization=cast.kesar, kind="video", title="Talk")
    data: dict[str, Any] = UNTOUCHED | {"kind": kind, "platforms": ["linkedin"], "note": "Warmly", "layout": "two"}
    form = JobForm(data, asset=asset)
    assert form.is_valid(), form.errors
    told = job_settings.checked(kind, form.config())
    assert told.get("layout") == ("two" if kind == "shorts" else None)
