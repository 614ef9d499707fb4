"""Videos of scripts that are refused: nothing of them is queued, held or kept."""

from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from billing import credits as ledger
from content.models import ContentAsset, GeneratedContent, RepurposingJob, Script
from content.pipeline import repurposing
from content.pipeline.makers.settings import WrongSettings, checked
from content.services import repurposing as commands
from content.services import scripts
from tests.api.asking import as_member
from tests.billing.living import subscribe
from tests.cast import Cast
from tests.content.test_ideas import signed_in
from tests.content.test_script_videos import SAYS, ask, held
from tests.content.test_voices import approved, fresh


def test_a_video_in_more_formats_than_there_are_credits_for_is_made_in_none(cast: Cast, settings: Any) -> None:
    ben, script = signed_in(cast.ben), approved(cast, *SAYS)
    settings.BILLING_ENABLED = True
    subscribe(cast.kesar, timezone.now(), ai_credits=1)
    chosen = {"platforms": ["tiktok"], "formats": ["vertical", "square"], "captions": "on"}
    answer = ben.post(f"/ideas/scripts/{script.pk}/video/", chosen)
    assert (answer.status_code, "used up" in answer.content.decode()) == (422, True)
    with tenancy.of_organization(cast.kesar.pk):
        assert not RepurposingJob.objects.exists()
        assert not ContentAsset.objects.filter(script=script).exists()
    assert ledger.available(cast.kesar.pk, now=timezone.now()) == 1
    assert ben.post(f"/ideas/scripts/{script.pk}/video/", chosen | {"formats": ["square"]}).status_code == 302


def filmed(cast: Cast, script: Script) -> GeneratedContent:
    """A piece of a script's video, as the maker leaves one."""
    (job,) = ask(cast, script)
    with tenancy.of_organization(cast.kesar.pk):
        RepurposingJob.objects.filter(pk=job.pk).update(status="completed")
        GeneratedContent.objects.create(
            organization=cast.kesar, asset=job.asset, job=job, script=script, is_main=False, part=1,
            platform="instagram", kind="short_video",
        )  # fmt: skip
        return GeneratedContent.objects.select_related("asset").get(job=job)


def edit(cast: Cast, script: Script) -> None:
    """Have somebody write other words, which nobody approves."""
    with tenancy.of_member(cast.ben):
        scripts.edit(held(script), title="Rain", told=[{"say": "Buy it all now, today"}], by=cast.ben)


def test_no_program_films_a_script_past_its_approval(cast: Cast) -> None:
    script, api = approved(cast, *SAYS), as_member(cast.ben)
    edit(cast, script)
    with tenancy.of_member(cast.ben):
        asset = scripts.make_asset(held(script), by=cast.ben)
    answer = api.post("repurposing-jobs", {"asset": str(asset.pk), "kind": "script_video", "platforms": ["tiktok"]})
    assert (answer.status_code, "on the script’s own page" in answer.json()["detail"]) == (422, True)
    with tenancy.of_organization(cast.kesar.pk):
        assert not RepurposingJob.objects.exists()


def test_a_video_made_anew_is_of_its_script_at_the_price_of_its_length(cast: Cast) -> None:
    script = approved(cast, *SAYS)
    with tenancy.of_organization(cast.kesar.pk):
        Script.objects.filter(pk=script.pk).update(scenes=[one | {"seconds": 75.0} for one in script.scenes])
    piece = filmed(cast, script)
    answer = as_member(cast.ben).post("repurposing-jobs/anew", {"piece": str(piece.pk), "config": {"style": "boxed"}})
    assert answer.status_code == 202, answer.content
    assert (answer.json()["script"], answer.json()["estimated_credits"]) == (str(script.pk), 3)


def test_a_video_is_not_made_anew_of_words_nobody_approved(cast: Cast) -> None:
    script = approved(cast, *SAYS)
    piece = filmed(cast, script)
    edit(cast, script)
    with (
        tenancy.of_member(cast.ben),
        pytest.raises(commands.NothingToMake, match="Nobody has approved this script"),
    ):
        commands.anew(piece, by=cast.ben, changes={"style": "boxed"})


def test_words_that_were_changed_while_the_video_waited_are_not_filmed(cast: Cast) -> None:
    script = approved(cast, *SAYS)
    (job,) = ask(cast, script)
    edit(cast, script)
    assert repurposing.run_next() == job.pk
    assert (fresh(job).status, "Nobody has approved this script" in fresh(job).error) == ("failed", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pictures": {"a": ""}},
        {"pictures": {"0": ""}},
        {"pictures": {"²": ""}},
        {"pictures": {"1": "red"}},
        {"voice_over": "asha"},
        {"music": "rain"},
        {"piece": "first"},
    ],
)
def test_settings_that_name_nothing_are_refused_before_anything_is_queued(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongSettings, match="cannot be that"):
        checked("script_video", wrong)
