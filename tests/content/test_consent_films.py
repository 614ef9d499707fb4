"""Films that are being made when a person takes their consent back: none is kept with their voice."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry
from billing.models import CreditReservation
from content.models import GeneratedContent, PieceFile, RepurposingJob, VoiceClone, VoiceOver
from content.pipeline.makers import script_video
from content.services import voice_overs, voices
from tests.cast import Cast
from tests.content.test_script_videos import SAYS, ask, made_of
from tests.content.test_voices import a_voice, approved, program, spoken
from trenddrop.core.media import rendering

__all__ = ["program"]


def revoked_while_rendering(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, voice: VoiceClone, *, without: VoiceOver | None = None
) -> None:
    """Let somebody take the consent back when a film is rendered and not kept yet; a voice-over is deleted before."""
    render = rendering.render

    def rendered(*args: Any, **given: Any) -> None:
        render(*args, **given)
        with tenancy.of_member(cast.ben):
            if without is not None:
                voice_overs.delete(without, by=cast.ben)
            voices.revoke(voice, by=cast.ben)

    monkeypatch.setattr(script_video, "render", rendered)


def a_person(cast: Cast) -> VoiceClone:
    return a_voice(cast, is_clone=True, person="Asha Menon", consented_at=timezone.now())


def test_a_film_that_is_being_made_is_not_kept_once_the_consent_is_taken_back(
    cast: Cast, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice, script = a_person(cast), approved(cast, *SAYS)
    row = spoken(cast, script, voice)
    (job,) = ask(cast, script, voice_over=row.pk)
    (silent,) = ask(cast, script)
    revoked_while_rendering(monkeypatch, cast, voice)
    job, pieces = made_of(job)
    assert (job.status, pieces, job.lease_until) == ("cancelled", [], None)
    assert job.note == "Asha Menon took their consent back, so this video is not made."
    with tenancy.of_organization(cast.kesar.pk):
        assert not PieceFile.objects.exists()
        assert RepurposingJob.objects.get(pk=silent.pk).status == "queued"
        assert AuditEntry.objects.filter(action="repurposing.stopped").count() == 1
        held = CreditReservation.objects.filter(state="held").values_list("reference", flat=True)
        assert list(held) == [f"job:{silent.pk}"]


def test_nor_is_it_where_the_voice_over_was_deleted_before(
    cast: Cast, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice, script = a_person(cast), approved(cast, *SAYS)
    row = spoken(cast, script, voice)
    (job,) = ask(cast, script, voice_over=row.pk)
    revoked_while_rendering(monkeypatch, cast, voice, without=row)
    job, pieces = made_of(job)
    assert (job.status, pieces) == ("failed", [])
    assert "may not speak any more" in job.error
    with tenancy.of_organization(cast.kesar.pk):
        assert not PieceFile.objects.exists()


def test_a_film_with_what_the_voice_spoke_as_its_music_goes_too(cast: Cast, program: Path) -> None:
    voice = a_person(cast)
    sound = voice_overs.make_asset(spoken(cast, approved(cast, *SAYS), voice), by=cast.ben)
    made, waiting = (ask(cast, approved(cast, *SAYS), music=sound.pk)[0] for _n in range(2))
    made, (piece,) = made_of(made)
    with tenancy.of_member(cast.ben):
        voices.revoke(voice, by=cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        assert not PieceFile.objects.exists()
        assert not GeneratedContent.objects.get(pk=piece.pk).file
        assert RepurposingJob.objects.get(pk=waiting.pk).status == "cancelled"
