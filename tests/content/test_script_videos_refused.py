"""Videos of scripts that are refused: nothing of them is queued, held or kept."""

from typing import Any

from django.utils import timezone

from accounts import tenancy
from billing import credits as ledger
from content.models import ContentAsset, RepurposingJob
from tests.billing.living import subscribe
from tests.cast import Cast
from tests.content.test_ideas import signed_in
from tests.content.test_script_videos import SAYS
from tests.content.test_voices import approved


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
