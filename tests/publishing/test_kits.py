"""What is laid ready for the platform: the words as planned, the file as it is, pictures made to fit."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone
from PIL import Image

from accounts import tenancy
from content.models import ContentAsset, PosterFrame
from publishing.delivery import kits
from publishing.models import ScheduledPost
from publishing.platforms.base import PublishKit, Rejected
from tests.cast import Cast
from tests.publishing.conftest import Desk, make_connection, make_piece, make_post


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that does not compress well."""
    size = width * height * len(mode)
    return Image.frombytes(mode, (width, height), Random(3).randbytes(size))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the storage of the test keeps its files."""
    (tmp_path / "media" / "assets").mkdir(parents=True)
    return tmp_path / "media" / "assets"


def plan(cast: Cast, asset: dict[str, Any], **post: Any) -> ScheduledPost:
    fields = {"title": "A", "organization": cast.kesar}
    stored = ContentAsset.objects.create(**(fields | asset))
    piece = make_piece(cast.kesar, asset=stored, platform=post.pop("platform", "bluesky"))
    account = make_connection(cast.kesar, platform=piece.platform)
    metadata = {"include_media": True, "alt_text": "A jar", "language": "en"} | post.pop("metadata", {})
    return make_post(piece, account, at=timezone.now(), metadata=metadata, **post)


def pack(post: ScheduledPost) -> Iterator[PublishKit]:
    with kits.packed(kits.contents(post)) as kit:
        yield kit


def test_words_go_without_a_file(kesar: Cast) -> None:
    post = plan(kesar, {"kind": "blog"}, hashtags=["monsoon"])
    [kit] = pack(post)
    assert (kit.text, kit.title, list(kit.hashtags), kit.language) == (post.text, post.title, ["monsoon"], "en")
    assert kit.key == str(post.idempotency_key)
    assert kit.media == ()


def test_a_video_goes_as_it_is_with_its_thumbnail(kesar: Cast, folder: Path) -> None:
    (folder / "clip.mp4").write_bytes(b"not touched")
    noise(64, 36).save(folder / "frame.jpg")
    info = {"container": "mp4", "duration": 12.5, "width": 1080, "height": 1920, "size": 11}
    post = plan(kesar, {"kind": "video", "file": "assets/clip.mp4", "mime_type": "video/mp4", "media_info": info})
    frame = PosterFrame.objects.create(
        organization=kesar.kesar, asset=post.piece.asset, at=1.0, image="assets/frame.jpg", width=64, height=36
    )
    post.metadata["thumbnail"] = str(frame.pk)
    for kit in pack(post):
        [media] = kit.media
        assert media.path.read_bytes() == b"not touched"
        assert (media.mime, media.alt, media.width, media.height, media.duration, media.size) == (
            "video/mp4", "A jar", 1080, 1920, 12.5, 11,
        )  # fmt: skip
        assert kit.thumbnail is not None
        assert (kit.thumbnail.mime, kit.thumbnail.width) == ("image/jpeg", 64)


def test_a_frame_of_another_asset_is_no_thumbnail(kesar: Cast, folder: Path) -> None:
    (folder / "clip.mp4").write_bytes(b"x")
    post = plan(kesar, {"kind": "video", "file": "assets/clip.mp4", "mime_type": "video/mp4"})
    other = ContentAsset.objects.create(organization=kesar.kesar, kind="video", title="Other")
    frame = PosterFrame.objects.create(
        organization=kesar.kesar, asset=other, at=1.0, image="assets/frame.jpg", width=64, height=36
    )
    post.metadata["thumbnail"] = str(frame.pk)
    [kit] = pack(post)
    assert kit.thumbnail is None


def test_nothing_is_attached_when_the_person_said_so(kesar: Cast, folder: Path) -> None:
    post = plan(kesar, {"kind": "image", "file": "assets/gone.png"}, metadata={"include_media": False})
    [kit] = pack(post)
    assert kit.media == ()


def test_a_picture_that_fits_is_not_touched(kesar: Cast, folder: Path) -> None:
    noise(200, 100).save(folder / "small.png")
    post = plan(kesar, {"kind": "image", "file": "assets/small.png", "mime_type": "image/png"})
    for kit in pack(post):
        assert kit.media[0].path == folder / "small.png"
        assert (kit.media[0].width, kit.media[0].height) == (200, 100)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_over_the_limit_is_made_smaller_and_stays_itself(kesar: Cast, folder: Path, mode: str) -> None:
    noise(1500, 1000, mode).save(folder / "big.png")
    assert (folder / "big.png").stat().st_size > 2_000_000
    post = plan(kesar, {"kind": "image", "file": "assets/big.png", "mime_type": "image/png"})
    for kit in pack(post):
        [media] = kit.media
        assert media.size == media.path.stat().st_size <= 2_000_000
        assert media.mime == "image/jpeg"
        with Image.open(media.path) as picture:
            assert picture.format == "JPEG"
            assert picture.size == (media.width, media.height)
            assert picture.width / picture.height == pytest.approx(1.5, abs=0.01)
    assert not media.path.exists()


@pytest.mark.parametrize(
    ("sides", "sent"), [((4000, 3000), (1440, 1080)), ((1200, 2400), (960, 1920)), ((800, 600), (800, 600))]
)
def test_a_picture_is_fitted_into_the_platforms_box_lying_or_standing(
    kesar: Cast, folder: Path, sides: tuple[int, int], sent: tuple[int, int]
) -> None:
    Image.new("RGB", sides, "orange").save(folder / "big.jpg")
    info = {"container": "jpeg", "width": sides[0], "height": sides[1], "size": 9}
    picture = {"kind": "image", "file": "assets/big.jpg", "mime_type": "image/jpeg", "media_info": info}
    for kit in pack(plan(kesar, picture, platform="tiktok")):
        [media] = kit.media
        assert (media.width, media.height) == sent
        with Image.open(media.path) as found:
            assert found.size == sent


def test_a_turned_picture_stays_upright(kesar: Cast, folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    noise(1600, 1200).save(folder / "turned.jpg", quality=100, exif=exif)
    post = plan(kesar, {"kind": "image", "file": "assets/turned.jpg", "mime_type": "image/jpeg"})
    for kit in pack(post):
        width, height = kit.media[0].width, kit.media[0].height
        assert width is not None
        assert height is not None
        assert height > width


@pytest.mark.parametrize("content", [None, b"", b"<svg/>", b"\x89PNG\r\n\x1a\n broken"])
def test_a_file_that_is_gone_or_broken_is_told_and_the_words_are_kept(
    kesar: Cast, folder: Path, content: bytes | None
) -> None:
    if content is not None:
        (folder / "x.png").write_bytes(content)
    post = plan(kesar, {"kind": "image", "file": "assets/x.png", "mime_type": "image/png"})
    with pytest.raises(Rejected, match="words are kept"):
        list(pack(post))


class Elsewhere(FileSystemStorage):
    """A storage that is no disk of this machine."""

    def path(self, name: str) -> str:
        """There is none."""
        raise NotImplementedError

    def _open(self, name: str, mode: str = "rb") -> Any:
        return ContentFile(Path(super().path(name)).read_bytes())


def test_a_file_in_the_cloud_is_copied_for_the_time_of_the_call(kesar: Cast, folder: Path) -> None:
    (folder / "clip.mp4").write_bytes(b"far away")
    post = plan(kesar, {"kind": "video", "file": "assets/clip.mp4", "mime_type": "video/mp4"})
    storage = Elsewhere(location=str(default_storage.path("")))
    with kits.packed(kits.contents(post), storage=storage) as kit:
        path = kit.media[0].path
        assert path.read_bytes() == b"far away"
        assert folder not in path.parents
    assert not path.exists()


def test_a_deleted_file_ends_the_post_with_words_not_with_a_crash(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        asset = desk.post.piece.asset
        ContentAsset.objects.filter(pk=asset.pk).update(kind="video", file="assets/gone.mp4", mime_type="video/mp4")
    desk.work()
    assert desk.now().status == "failed"
    assert "deleted" in desk.now().error
    assert desk.platform.calls["media"] == 0
