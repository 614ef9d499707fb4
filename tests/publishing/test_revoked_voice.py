"""A planned post in which a person speaks who took their consent back: it does not go out with their voice."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts import tenancy
from content.models import ContentAsset, GeneratedContent, MediaFix, PieceFile, VoiceClone
from content.services import voices
from publishing.models import ScheduledPost
from tests.publishing.conftest import Desk, make_piece


def spoken_post(desk: Desk, voice: VoiceClone, *, by_recipe: bool = False) -> GeneratedContent:
    """Let the desk's post send a video in which the voice is heard."""
    kesar = desk.cast.kesar
    stored = default_storage.save("pieces/spoken.mp4", ContentFile(b"a person speaks"))
    with tenancy.of_organization(kesar.pk):
        asset = ContentAsset.objects.create(
            organization=kesar, kind="audio", title="Rain", status="ready", voice=None if by_recipe else voice
        )
        piece = make_piece(kesar, asset=asset, file=stored, media_info={"kind": "video", "mime": "video/mp4"})
        PieceFile.objects.create(
            organization=kesar, piece=piece, number=1, origin="rendered", file=stored,
            recipe={"voice": str(voice.pk)} if by_recipe else {},
        )  # fmt: skip
        MediaFix.objects.create(organization=kesar, piece=piece, status="processing", fence=1)
        metadata = {"include_media": True, "file": stored, "mime": "video/mp4", "media_info": piece.media_info}
        ScheduledPost.objects.filter(pk=desk.post.pk).update(piece=piece, metadata=metadata)
    return piece


def a_person(desk: Desk) -> VoiceClone:
    with tenancy.of_organization(desk.cast.kesar.pk):
        return VoiceClone.objects.create(
            organization=desk.cast.kesar, name="Asha", person="Asha Menon", provider="local", provider_voice="x",
            is_clone=True, consented_at=timezone.now(),
        )  # fmt: skip


def check(desk: Desk, piece: GeneratedContent, voice: VoiceClone) -> None:
    path = Path(default_storage.path(str(piece.file.name)))
    assert path.exists()
    with tenancy.of_member(desk.cast.asha):
        voices.revoke(voice, by=desk.cast.asha)
    assert not path.exists()
    with tenancy.of_organization(desk.cast.kesar.pk):
        assert not PieceFile.objects.filter(piece=piece).exists()
        assert MediaFix.objects.get(piece=piece).status == "cancelled"
        assert not GeneratedContent.objects.get(pk=piece.pk).file
    desk.work()
    assert desk.now().status == "failed"
    assert "The file of this post was deleted" in desk.now().error
    assert desk.platform.calls["media"] == 0


def test_a_planned_post_of_what_a_revoked_voice_spoke_fails_and_says_so(desk: Desk) -> None:
    voice = a_person(desk)
    check(desk, spoken_post(desk, voice), voice)


def test_a_video_rendered_with_the_voice_goes_although_its_asset_is_another(desk: Desk) -> None:
    voice = a_person(desk)
    piece = spoken_post(desk, voice, by_recipe=True)
    check(desk, piece, voice)
    with tenancy.of_organization(desk.cast.kesar.pk):
        assert ContentAsset.objects.get(pk=piece.asset_id).deleted_at is None
