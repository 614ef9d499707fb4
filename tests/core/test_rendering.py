"""A render gives what was asked for, picture by picture and sample by sample, whatever it was made of."""

import resource
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from content.screens import reports
from tests.core.scenes import FAST, RGB, colour_of, coloured, heard, pictures, strength
from trenddrop.core.media import MediaCancelled, MediaError, measure_loudness, probe, run_ffmpeg
from trenddrop.core.media import running as running_module
from trenddrop.core.media.rendering import Edit, Ground, Keep, Layer, Span, Still, Wave, check, render, seam

TALL, WIDE, SQUARE = (144, 256), (256, 144), (160, 160)


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds: red, lime, blue, yellow, with a tone."""
    return coloured(tmp_path_factory.mktemp("scenes") / "colours.mp4")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds nothing yet."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def made(source: Path | None, edit: Edit, folder: Path, name: str = "out.mp4") -> Path:
    out = folder / name
    render(source, out, edit, probe(source) if source else None)
    return out


def names(path: Path, fps: float = 30) -> list[str]:
    return [colour_of(picture) for picture in pictures(path, (8, 8), fps=fps)]


def test_parts_are_shown_in_the_order_asked_for_and_cut_to_the_picture(colours: Path, folder: Path) -> None:
    edit = Edit((Span(2, 2.5), Span(0, 1), Span(3.2, 3.5)), WIDE)
    out = made(colours, edit, folder)
    assert names(out) == ["blue"] * 15 + ["red"] * 30 + ["yellow"] * 9
    assert [each.check for each in check(out, edit) if not each.ok] == []
    assert list(folder.iterdir()) == [out]


def test_many_cuts_keep_sound_and_picture_together(folder: Path) -> None:
    beep = "aevalsrc='0.5*sin(2*PI*800*t)*gt(mod(t,1),0.5)'"
    source = coloured(folder / "in.mp4", sound=beep)
    spans = tuple(Span(second + 0.31 + 0.0101 * second, second + 0.69) for second in range(4))
    out = made(source, Edit(spans, WIDE), folder)
    sound, at = heard(out), 0.0
    for span in spans:
        begin = at + 0.5 - span.start % 1
        assert np.abs(sound[int((begin - 0.06) * 48_000) : int((begin - 0.03) * 48_000)]).max() < 0.05
        assert np.abs(sound[int((begin + 0.04) * 48_000) : int((begin + 0.08) * 48_000)]).max() > 0.2
        at += round(span.end * 30) / 30 - round(span.start * 30) / 30
    assert probe(out).duration == pytest.approx(at, abs=0.04)


def test_a_cut_in_a_tone_does_not_click(folder: Path) -> None:
    source = coloured(folder / "in.mp4", sound="sine=f=200")
    sound = heard(made(source, Edit((Span(0.5, 1.1), Span(2.3, 3)), WIDE), folder))
    cut = round(0.6 * 48_000)
    steepest = np.abs(np.diff(sound[cut - 9600 : cut - 2400])).max()
    assert np.abs(np.diff(sound[cut - 1200 : cut + 1200])).max() <= steepest * 1.3
    assert np.abs(sound[cut - 20 : cut + 20]).max() < 0.25 * np.abs(sound).max()


@pytest.mark.parametrize("volume", ["0.9", "0.02"], ids=["loud", "quiet"])
def test_what_is_loud_and_what_is_quiet_end_equally_loud(volume: str, folder: Path) -> None:
    bursts = f"aevalsrc='{volume}*(random(0)-0.5)*(0.2+gt(mod(t,0.5),0.2))'"
    source = coloured(folder / "in.mp4", sound=bursts)
    out = made(source, Edit((Span(0, 4),), WIDE), folder)
    assert measure_loudness(out) == pytest.approx(-14, abs=0.7)
    assert np.abs(heard(out)).max() < 0.98


@pytest.mark.parametrize("layout", ["follow", "two", "screen", "fit"])
@pytest.mark.parametrize("size", [TALL, WIDE, SQUARE], ids=["tall", "wide", "square"])
def test_every_layout_fills_every_frame(layout: str, size: tuple[int, int], colours: Path, folder: Path) -> None:
    path = (Keep(0, 0.2, 0.5, 0.4), Keep(0.4, 0.8, 0.5, 0.4))
    edit = Edit((Span(0.5, 1.0),), size, layout, path=path, second=(Keep(0, 0.8, 0.5, 0.5),))  # type: ignore[arg-type]
    out = made(colours, edit, folder)
    info = probe(out)
    assert ((info.width, info.height), info.fps) == (size, 30)
    shown = pictures(out, size)
    assert len(shown) == 15
    assert np.abs(shown[5].astype(int) - RGB["red"]).max(axis=2).mean() < 60


@pytest.mark.parametrize(
    ("layout", "size", "where"),
    [
        ("two", TALL, 0.5),
        ("two", WIDE, None),
        ("screen", TALL, 80 / 256),
        ("screen", WIDE, None),
        ("follow", TALL, None),
    ],
)
def test_where_two_panes_meet_is_known(layout: str, size: tuple[int, int], where: float | None, folder: Path) -> None:
    """Captions lie there: it is the line between the grey above and the white below."""
    source = folder / "halves.mp4"
    run_ffmpeg(["-f", "lavfi", "-i", "color=gray:s=640x360:d=1,drawbox=x=560:w=80:c=white:t=fill", *FAST, str(source)])
    left, right = (Keep(0, 0.1, 0.5, 0.12),), (Keep(0, 0.95, 0.5, 0.09),)
    path, second = (right, ()) if layout == "screen" else (left, right)
    edit = Edit((Span(0, 0.5),), size, layout=layout, path=path, second=second)  # type: ignore[arg-type]
    assert seam(edit, Ground(640, 360)) == where
    if where is not None:
        column = pictures(made(source, edit, folder), size)[0][:, 10].mean(axis=1)
        assert int((column < 190).sum()) == pytest.approx(where * size[1], abs=3)


def test_a_crop_moves_along_its_path_and_not_back_and_forth(folder: Path) -> None:
    source = folder / "edge.mp4"
    run_ffmpeg(
        ["-f", "lavfi", "-i", "color=black:s=640x360:r=30:d=2,drawbox=x=320:w=320:c=white:t=fill", *FAST, str(source)]
    )
    path = (Keep(0, 0.25, 0.5, 1), Keep(0.2, 0.25, 0.5, 1), Keep(1.8, 0.75, 0.5, 1), Keep(2, 0.75, 0.5, 1))
    out = made(source, Edit((Span(0, 2),), (180, 320), path=path), folder)
    white = (pictures(out, (180, 320))[:, 160] > 128).all(axis=2).sum(axis=1).astype(int)
    steps = np.diff(white)
    assert (white[0], white[-1]) == (0, 180)
    assert steps.min() >= 0
    moving = steps[(white[1:] > 0) & (white[:-1] < 180)][1:-1]
    assert moving.max() - moving.min() <= 1


def test_a_video_filmed_upside_down_is_shown_upright(folder: Path) -> None:
    flat, turned = folder / "flat.mp4", folder / "turned.mp4"
    run_ffmpeg(["-f", "lavfi", "-i", "color=red:s=320x180:d=1,drawbox=h=90:c=blue:t=fill", *FAST, str(flat)])
    run_ffmpeg(["-display_rotation", "180", "-i", str(flat), "-c", "copy", str(turned)])
    assert probe(turned).rotation == 180
    shown = pictures(made(turned, Edit((Span(0, 0.5),), TALL), folder), (8, 8))[0]
    assert shown[1, 4].argmax() == 0
    assert shown[6, 4].argmax() == 2


def test_a_video_with_uneven_pictures_keeps_its_time(folder: Path) -> None:
    source, uneven = coloured(folder / "in.mp4"), folder / "uneven.mkv"
    thinned = "select='lt(t,1)+not(mod(n,7))'"
    run_ffmpeg(["-i", str(source), "-vf", thinned, "-fps_mode", "vfr", "-c:a", "copy", *FAST, str(uneven)])
    out = made(uneven, Edit((Span(0.5, 3.5),), WIDE), folder)
    shown = names(out)
    assert len(shown) == 90
    for second, colour in ((0.2, "red"), (1.0, "lime"), (2.0, "blue"), (2.9, "yellow")):
        assert shown[int(second * 30)] == colour


def test_hdr_is_brought_down_to_what_phones_show(folder: Path) -> None:
    source = folder / "hdr.mp4"
    tags = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=none"
    tags_too = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"]
    coded = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", tags, *tags_too, "-tag:v", "hvc1"]
    run_ffmpeg(["-f", "lavfi", "-i", "color=gray:s=320x180:d=1", "-pix_fmt", "yuv420p10le", *coded, str(source)])
    out = made(source, Edit((Span(0, 0.3),), TALL), folder)
    told = run_ffmpeg(["-i", str(out), "-f", "null", "-"])
    assert "yuv420p(tv, bt709" in told
    plain = made(coloured(folder / "in.mp4", sound=""), Edit((Span(0, 0.1),), TALL), folder, "plain.mp4")
    assert "yuv420p(tv, bt709" in run_ffmpeg(["-i", str(plain), "-f", "null", "-"])
    # Half of PQ's code is about 93 of 10,000 candles: a mid grey, neither black nor burnt out.
    assert 90 < pictures(out, (8, 8))[0].mean() < 220


def test_six_channels_become_two_and_none_becomes_silence(folder: Path) -> None:
    around, mute = folder / "six.mkv", coloured(folder / "mute.mp4", sound="")
    run_ffmpeg(["-i", str(mute), "-f", "lavfi", "-i", "anoisesrc=a=0.1:d=4", "-ac", "6", "-c:v", "copy", str(around)])
    assert probe(around).channels == 6
    edit = Edit((Span(0, 3),), WIDE)
    assert probe(made(around, edit, folder, "a.mp4")).channels == 2
    silent = made(mute, edit, folder, "b.mp4")
    found = {each.check: each for each in check(silent, edit, silent=True)}
    assert (found["silence"].ok, found["streams"].ok) == (True, True)
    assert not {each.check: each for each in check(silent, edit)}["silence"].ok


def test_a_picture_of_one_pixel_is_refused_with_the_reason(folder: Path) -> None:
    dot = folder / "dot.mkv"
    run_ffmpeg(["-f", "lavfi", "-i", "color=red:s=1x1:d=1", "-c:v", "ffv1", "-pix_fmt", "bgr0", str(dot)])
    with pytest.raises(MediaError, match="too small to make a video of"):
        made(dot, Edit((Span(0, 1),), TALL), folder)


def test_the_end_of_twelve_hours_is_reached_at_once(folder: Path) -> None:
    long = folder / "long.mkv"
    run_ffmpeg(["-f", "lavfi", "-i", "testsrc=s=64x64:r=1/60:d=43200", "-g", "1", *FAST, str(long)], timeout=60)
    out = made(long, Edit((Span(42_000, 42_001),), SQUARE), folder)
    assert probe(out).duration == pytest.approx(1, abs=0.05)
    with pytest.raises(MediaError, match="Nothing is left"):
        made(long, Edit((Span(50_000, 50_010),), SQUARE), folder, "after.mp4")


@pytest.mark.parametrize("at", [0.0, 0.05, 0.3, 0.9])
def test_a_render_stops_at_every_step_and_leaves_nothing(at: float, colours: Path, folder: Path) -> None:
    shown: list[float] = []
    edit = Edit((Span(0, 4), Span(0, 4), Span(0, 4)), (320, 568), "fit")
    with pytest.raises(MediaCancelled):
        render(
            colours, folder / "out.mp4", edit, probe(colours),
            progress=shown.append, cancelled=lambda: bool(shown) and shown[-1] >= at,
        )  # fmt: skip
    assert list(folder.iterdir()) == []
    assert shown == sorted(shown)


def test_a_full_disk_is_told_and_leaves_nothing(colours: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit = Edit((Span(0, 4),), WIDE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    try:
        with pytest.raises(MediaError, match="no room"):
            made(colours, edit, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    monkeypatch.setattr(running_module, "OUTPUT_BYTES", 3_000)
    with pytest.raises(MediaError, match="no room"):
        made(coloured(folder / "mute.mp4", sound=""), edit, folder)
    assert [path.name for path in folder.iterdir()] == ["mute.mp4"]


def test_intro_outro_and_music_of_any_kind_are_taken(colours: Path, folder: Path) -> None:
    intro = coloured(folder / "intro.mp4", seconds=1, size="100x300", sound="")
    outro, music = folder / "outro.png", folder / "music.wav"
    Image.new("RGBA", (301, 77), "fuchsia").save(outro)
    run_ffmpeg(["-f", "lavfi", "-i", "sine=f=2000:d=0.7", str(music)])
    edit = Edit((Span(1, 3),), SQUARE, intro=intro, outro=outro, music=music)
    out = made(colours, edit, folder)
    assert names(out, 2) == ["red"] * 2 + ["lime"] * 2 + ["blue"] * 2 + ["fuchsia"] * 6
    assert [each.check for each in check(out, edit) if not each.ok] == []


def test_music_is_lowered_while_somebody_speaks(folder: Path) -> None:
    said = "aevalsrc='0.4*sin(2*PI*300*t)*lt(mod(t,2),1)'"
    source, music = coloured(folder / "in.mp4", sound=said), folder / "music.mp3"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=f=2000:d=1.5", str(music)])
    sound = heard(made(source, Edit((Span(0, 4),), WIDE, music=music), folder))
    under, alone = (strength(sound[int(at * 48_000) : int((at + 0.35) * 48_000)], 2000) for at in (2.5, 3.5 - 0.35))
    speech = strength(sound[int(2.5 * 48_000) : int(2.85 * 48_000)], 300)
    assert alone - under > 3
    assert speech - under > 12


def test_layers_and_captions_lie_over_the_picture_when_they_should(colours: Path, folder: Path) -> None:
    odd = folder / "it's; [a], b:c"
    odd.mkdir()
    layer = Image.new("RGBA", WIDE, (0, 0, 0, 0))
    layer.paste((255, 255, 255, 255), (0, 0, 60, 60))
    layer.save(odd / "layer.png")
    (odd / "words.ass").write_text(
        "[Script Info]\nPlayResX: 256\nPlayResY: 144\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, Alignment\nStyle: A,Instrument Sans,60,&H00FFFFFF,5\n"
        "[Events]\nFormat: Start, End, Style, Text\nDialogue: 0:00:01.00,0:00:01.50,A,XXXX\n"
    )
    edit = Edit((Span(0, 2),), WIDE, captions=odd / "words.ass", fonts=odd,
                layers=(Layer(odd / "layer.png", 0.5, 0.98),))  # fmt: skip
    shown = pictures(made(colours, edit, odd), WIDE)
    corner = shown[:, 30, 30].min(axis=1)
    assert [bool(value > 200) for value in corner[[10, 20, 28, 40]]] == [False, True, True, False]
    words = (shown[:, 72].min(axis=2) > 180).sum(axis=1)
    assert [bool(value > 10) for value in words[[20, 35, 50]]] == [False, True, False]


def test_pictures_become_scenes_that_move_slowly_over_a_voice(folder: Path) -> None:
    picture, voice = folder / "a.png", folder / "voice.wav"
    ground = Image.new("RGB", (400, 300), "red")
    ground.paste((255, 255, 255), (100, 75, 300, 225))
    ground.save(picture)
    run_ffmpeg(["-f", "lavfi", "-i", "sine=f=300:d=2", str(voice)])
    film = coloured(folder / "film.mp4", seconds=1)
    stills = (Still(picture, 1.0), Still(picture, 0.5, "none", fitted=True), Still(film, 1.0))
    edit = Edit((), WIDE, stills=stills, wave=Wave(20, 100, 216, 40, "#ffffff"))
    out = made(voice, edit, folder)
    shown = pictures(out, WIDE)
    assert len(shown) == 75
    white = (shown[:30, 40].min(axis=2) > 128).sum(axis=1).astype(int)
    assert white[-1] > white[0]
    assert np.diff(white).min() >= -1  # of what the coder blurs
    assert colour_of(shown[70]) == "red"
    assert {each.check: each.ok for each in check(out, edit)}["length"]


def test_a_recording_without_a_picture_needs_pictures(folder: Path) -> None:
    voice = folder / "voice.wav"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=d=1", str(voice)])
    with pytest.raises(MediaError, match="has no picture"):
        made(voice, Edit((Span(0, 1),), TALL), folder)
    with pytest.raises(MediaError, match="neither a recording nor pictures"):
        render(None, folder / "out.mp4", Edit((Span(0, 1),), TALL), None)


def test_faults_of_a_result_are_found_and_told(folder: Path) -> None:
    bad = folder / "bad.mp4"
    frozen = "color=black:s=144x256:r=30:d=2[a];testsrc=s=144x256:r=30:d=1,loop=loop=240:size=1:start=5[b];[a][b]concat"
    sound = "aevalsrc='0.02*sin(2*PI*500*t)*lt(t,3)':d=9"
    run_ffmpeg(["-filter_complex", frozen, "-f", "lavfi", "-i", sound, *FAST, str(bad)])
    trembling = tuple(Keep(step / 2, 0.4 + 0.1 * (step % 2), 0.5, 0.5) for step in range(11))
    edit = Edit((Span(0, 5),), (160, 256), path=trembling)
    found = {each.check: each for each in check(bad, edit, captions_inside=False)}
    assert {name for name, each in found.items() if not each.ok} == {
        "length", "size", "black", "frozen", "silence", "loudness", "crop", "captions",
    }  # fmt: skip
    assert found["crop"].told.startswith("The crop goes to and fro 9 times.")
    assert [each.told for each in found.values() if not reports.is_known(each.told)] == []
    assert found["black"].told == "The picture is black for 2.0 s, at 0:00."
    assert found["streams"].ok


def test_what_cannot_be_made_is_refused_before_anything_runs(colours: Path, folder: Path) -> None:
    for edit, reason in (
        (Edit((Span(0, 1),), (143, 256)), "cannot be made"),
        (Edit((Span(0, 1),), (14400, 256)), "cannot be made"),
        (Edit((Span(0, 1),), TALL, fps=0), "pictures a second"),
        (Edit((Span(1, 1),), TALL), "Nothing is left"),
        (Edit((Span(2, 1),), TALL), "Nothing is left"),
        (Edit(tuple(Span(0, 1) for _ in range(4000)), TALL), "at most 3000"),
    ):
        with pytest.raises(MediaError, match=reason):
            made(colours, edit, folder)
