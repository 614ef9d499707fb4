"""Files made fit: the shape, length and coding that were asked for come out, whatever went in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.core.recordings import draw
from tests.core.scenes import face, filmed
from trenddrop.core.media import Fit, MediaCancelled, MediaError, fit_picture, fit_video, focus_on_faces, probe
from trenddrop.core.media.fitting import cut, frame_size

SIDES = st.integers(16, 4096)
ASPECTS = st.floats(0.3, 3.0)


@given(width=SIDES, height=SIDES, aspect=ASPECTS, focus=st.floats(0, 1))
def test_a_crop_lies_inside_the_picture(width: int, height: int, aspect: float, focus: float) -> None:
    left, top, wide, high = cut(width, height, aspect, focus)
    assert left >= 0
    assert top >= 0
    assert left + wide <= width
    assert top + high <= height
    assert wide % 2 == 0
    assert high % 2 == 0


@given(width=SIDES, height=SIDES, aspect=st.none() | ASPECTS, most=st.integers(64, 2000))
def test_sides_are_even_and_within_the_limit(width: int, height: int, aspect: float | None, most: int) -> None:
    wide, high = frame_size(Fit(aspect=aspect, max_side=most), width, height)
    assert wide % 2 == 0
    assert high % 2 == 0
    assert max(wide, high) <= max(most, 2)


def test_a_fit_is_read_as_it_was_stored_and_forgets_what_it_does_not_know() -> None:
    fit = Fit(start=1.5, seconds=3.0, aspect=0.5625, how="pad", fps=30.0)
    assert Fit.read(fit.stored | {"sparkle": True}) == fit


def test_a_video_is_cut_cropped_and_coded_anew(tmp_path: Path) -> None:
    wide = draw(
        tmp_path / "wide.mkv", "-c:v", "libvpx-vp9", "-deadline", "realtime", source="testsrc=d=3:s=320x180:r=10"
    )
    shown: list[float] = []
    fit = Fit(start=0.5, seconds=1.0, aspect=9 / 16, fps=24.0, min_side=120)
    info = probe(fit_video(wide, tmp_path / "out.mp4", fit, probe(wide), progress=shown.append))
    assert (info.video_codec, "mp4" in info.container) == ("h264", True)
    assert info.duration == pytest.approx(1.0, abs=0.15)
    assert info.fps == pytest.approx(24.0)
    assert info.width is not None
    assert info.height is not None
    assert info.width / info.height == pytest.approx(9 / 16, abs=0.02)
    assert min(info.width, info.height) >= 120
    assert shown[-1] > 0.5


def test_padding_keeps_the_whole_picture(tmp_path: Path) -> None:
    wide = draw(tmp_path / "wide.mp4", source="color=red:d=1:s=320x180:r=10")
    info = probe(fit_video(wide, tmp_path / "out.mp4", Fit(aspect=9 / 16, how="pad", max_side=320), probe(wide)))
    assert (info.width, info.height) == (180, 320)
    upright = frame_size(Fit(aspect=9 / 16, how="pad"), 1920, 1080)
    assert upright == (1080, 1920)  # filled up, not blown up


def test_what_is_coded_right_is_only_put_into_another_container(tmp_path: Path) -> None:
    film = draw(tmp_path / "film.mkv", "-c:v", "libx264", "-preset", "ultrafast")
    info = probe(fit_video(film, tmp_path / "out.mp4", Fit(copy=True), probe(film)))
    assert info.video_codec == "h264"
    assert "mp4" in info.container
    assert info.duration == pytest.approx(2.0, abs=0.15)


def test_nothing_is_left_of_what_was_stopped(tmp_path: Path) -> None:
    film = draw(tmp_path / "film.mp4")
    with pytest.raises(MediaCancelled):
        fit_video(film, tmp_path / "out.mp4", Fit(), probe(film), cancelled=lambda: True)
    assert not (tmp_path / "out.mp4").exists()


def test_a_picture_is_brought_into_shape(tmp_path: Path) -> None:
    Image.new("RGBA", (400, 1000), (255, 0, 0, 128)).save(tmp_path / "tall.png")
    for how in ("crop", "pad"):
        out = fit_picture(tmp_path / "tall.png", tmp_path / f"{how}.jpg", Fit(aspect=0.808, how=how))
        with Image.open(out) as made:
            assert made.format == "JPEG"
            assert made.width / made.height == pytest.approx(0.808, abs=0.01)


def test_a_damaged_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    with pytest.raises(MediaError, match="damaged"):
        fit_picture(tmp_path / "bad.jpg", tmp_path / "out.jpg", Fit())


@pytest.mark.parametrize(("aspect", "left"), [(9 / 16, 410), (2.4, 0)], ids=["tall", "wide"])
def test_a_crop_is_put_around_the_face_when_nobody_says_around_what(aspect: float, left: int, tmp_path: Path) -> None:
    film = filmed(tmp_path / "film.mp4", lambda _at: [(430, 40, 160, 0)], seconds=1)
    fit = focus_on_faces(film, Fit(aspect=aspect, faces=True), probe(film), tmp_path)
    begins, top, wide, high = cut(640, 360, fit.aspect or 1, fit.focus)
    assert begins == pytest.approx(left, abs=20)
    assert begins <= 430 + 30
    assert begins + wide >= 590 - 30
    assert top <= 60
    assert top + high >= 190
    still = tmp_path / "face.png"
    face(200).save(still)
    assert focus_on_faces(still, Fit(aspect=0.5), probe(still), tmp_path).focus == 0.5
    assert focus_on_faces(still, Fit(aspect=0.5, faces=True), probe(still), tmp_path).focus == pytest.approx(
        0.5, abs=0.1
    )
