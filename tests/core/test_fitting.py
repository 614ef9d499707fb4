"""Files made fit: the shape, length and coding that were asked for come out, whatever went in."""

from pathlib import Path
from typing import Literal

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.core.recordings import draw
from tests.core.scenes import face, filmed
from trenddrop.core.media import (
    Fit,
    MediaCancelled,
    MediaError,
    fit_picture,
    fit_video,
    focus_on_faces,
    probe,
    run_ffmpeg,
)
from trenddrop.core.media.fitting import cut, frame_size
from trenddrop.core.media.toning import is_hdr

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


@pytest.mark.parametrize("how", ["crop", "pad"])
def test_hdr_is_brought_down_to_what_phones_show(how: Literal["crop", "pad"], tmp_path: Path) -> None:
    source = hdr(tmp_path / "hdr.mp4")
    out = fit_video(source, tmp_path / "out.mp4", Fit(aspect=9 / 16, how=how), probe(source))
    assert "yuv420p(tv, bt709" in run_ffmpeg(["-i", str(out), "-f", "null", "-"])
    # Half of PQ's code is about 93 of 10,000 candles: not the mid grey that the code would be by itself.
    plain = draw(tmp_path / "plain.mp4", source="color=gray:s=320x180:d=1")
    same = fit_video(plain, tmp_path / "same.mp4", Fit(aspect=9 / 16, how=how), probe(plain))
    assert abs(brightness(out) - brightness(same)) > 8


def brightness(path: Path) -> float:
    """Return the mean of the middle of the first picture, 0 to 255."""
    still = path.with_suffix(".png")
    run_ffmpeg(["-i", str(path), "-frames:v", "1", str(still)])
    with Image.open(still) as picture:
        middle = picture.convert("L").crop((20, 120, 60, 160))
    return sum(middle.tobytes()) / (middle.width * middle.height)


def hdr(path: Path) -> Path:
    """Write a second of grey, coded for bright screens."""
    tags = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=none"
    told = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-tag:v", "hvc1"]
    coded = ["-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", tags, *told]
    return draw(path, *coded, source="color=gray:s=320x180:d=1")


def test_a_cover_in_front_of_the_picture_does_not_hide_what_it_is(tmp_path: Path) -> None:
    cover, film, both = tmp_path / "cover.png", hdr(tmp_path / "film.mp4"), tmp_path / "both.mp4"
    Image.new("RGB", (64, 64), "red").save(cover)
    told = ["-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic"]
    run_ffmpeg(["-i", str(film), "-i", str(cover), *told, str(both)])
    both.write_bytes(cover_first(both.read_bytes()))
    with av.open(str(both)) as container:
        assert [stream.codec_context.name for stream in container.streams.video] == ["png", "hevc"]
    assert is_hdr(both)


def cover_first(film: bytes) -> bytes:
    """Move what an MP4 says of itself, and its cover, in front of its tracks."""
    at = film.index(b"moov") - 4
    size = int.from_bytes(film[at : at + 4], "big")
    inside, boxes = film[at + 8 : at + size], []
    while inside:
        length = int.from_bytes(inside[:4], "big")
        boxes.append(inside[:length])
        inside = inside[length:]
    boxes.sort(key=lambda box: ["mvhd", "udta"].index(name) if (name := box[4:8].decode()) in {"mvhd", "udta"} else 2)
    return film[: at + 8] + b"".join(boxes) + film[at + size :]


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
