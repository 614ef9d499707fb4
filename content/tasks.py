"""Background work of content: ids in, one call out."""

import uuid

from celery import shared_task
from django.utils import timezone

from content import cleaning, forgetting
from content.libraries import results as library_results
from content.pipeline import clipping, fixing, inspecting, repurposing, running, speaking, tagging, voicing


@shared_task
def process_asset(*, asset_id: str, organization_id: str) -> None:
    """Take an asset through its open steps."""
    running.run(uuid.UUID(asset_id), uuid.UUID(organization_id))


@shared_task
def resume_interrupted() -> None:
    """Wake what a dead worker left, and what was queued but never began."""
    for asset, organization in running.interrupted(now=timezone.now()):
        process_asset.delay(asset_id=str(asset), organization_id=str(organization))


@shared_task
def make_fit(*, fix_id: str, organization_id: str) -> None:
    """Make a piece's file fit its platform."""
    fixing.run(uuid.UUID(fix_id), uuid.UUID(organization_id))


@shared_task
def resume_fixes() -> None:
    """Wake what a dead worker left of files being made fit."""
    for fix, organization in fixing.interrupted(now=timezone.now()):
        make_fit.delay(fix_id=str(fix), organization_id=str(organization))


@shared_task
def write_clip(*, template_id: str, organization_id: str, brought: str) -> None:
    """Write an intro's or outro's clip anew."""
    clipping.run(uuid.UUID(template_id), uuid.UUID(organization_id), brought=brought)


@shared_task
def look_through(*, take_id: str, organization_id: str) -> None:
    """Look through a file that was finished elsewhere."""
    inspecting.run(uuid.UUID(take_id), uuid.UUID(organization_id))


@shared_task
def resume_clips() -> None:
    """Wake a worker for each clip that still waits, and for each brought file that nobody looked through."""
    for take, organization in inspecting.interrupted(now=timezone.now()):
        look_through.delay(take_id=str(take), organization_id=str(organization))
    for template, organization, brought in clipping.interrupted(now=timezone.now()):
        write_clip.delay(template_id=str(template), organization_id=str(organization), brought=brought)


@shared_task
def remove_stale_uploads() -> None:
    """Remove uploads nobody came back for."""
    cleaning.remove_stale_uploads(now=timezone.now())


@shared_task
def purge_deleted() -> None:
    """Remove what was deleted long ago for good."""
    cleaning.purge_deleted(now=timezone.now())
    cleaning.purge_pieces(now=timezone.now())
    forgetting.purge_ideas(now=timezone.now())


@shared_task
def speak_script(*, voice_over_id: str, organization_id: str) -> None:
    """Speak a script."""
    speaking.run(uuid.UUID(voice_over_id), uuid.UUID(organization_id))


@shared_task
def prepare_voice(*, voice_id: str, organization_id: str) -> None:
    """Hear a voice's consent, have it made, let it speak a sample."""
    voicing.prepare(uuid.UUID(voice_id), uuid.UUID(organization_id))


@shared_task
def forget_voice(*, voice_id: str, organization_id: str) -> None:
    """Have the provider remove a voice whose consent was taken back."""
    voicing.forget(uuid.UUID(voice_id), uuid.UUID(organization_id))


@shared_task
def resume_voices() -> None:
    """Wake what a dead worker left of voices and voice-overs."""
    now = timezone.now()
    for key, organization in speaking.interrupted(now=now):
        speak_script.delay(voice_over_id=str(key), organization_id=str(organization))
    for key, organization in voicing.waiting(now=now):
        prepare_voice.delay(voice_id=str(key), organization_id=str(organization))
    for key, organization in voicing.unforgotten():
        forget_voice.delay(voice_id=str(key), organization_id=str(organization))


@shared_task
def learn_tags() -> None:
    """Learn which tags makers choose, from the videos seen since."""
    tagging.learn_again()


@shared_task
def measure_libraries() -> None:
    """Work out what came of the items of libraries."""
    library_results.measured(now=timezone.now())


@shared_task
def repurpose(*, job_id: str) -> None:
    """Do the repurposing job that is due first; `job_id` is the one that rang."""
    del job_id
    repurposing.run_next()


@shared_task
def resume_repurposing() -> None:
    """Wake a worker for each job that a dead one left, and for what was queued and never began."""
    for job in repurposing.interrupted(now=timezone.now()):
        repurpose.delay(job_id=str(job))
