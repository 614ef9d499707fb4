"""What a media file is, and what is made of it, also when it is damaged or meant badly."""

import resource
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.core.recordings import MEDIA, SAMPLE, box, draw
from trenddrop.core.media import (
    MediaCancelled,
    MediaError,
    choose_frame_times,
    extract_speech,
    measure_loudness,
    poster_frames,
    probe,
    run_ffmpeg,
    waveform,
)
from trenddrop.core.media import running as running_module
from trenddrop.core.media.running import source

CANARY = "canary-3f9c: only for the eyes of this machine"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds nothing yet."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def test_a_video_tells_its_length_sides_and_codecs() -> None:
    info = probe(SAMPLE)
    assert (info.kind, info.width, info.height, info.fps) == ("video", 1280, 720, 25.0)
    assert (info.video_codec, info.audio_codec, info.has_audio, info.has_video) == ("h264", "aac", True, True)
    assert info.duration == pytest.approx(47.5, abs=0.1)
    assert info.size == SAMPLE.stat().st_size


def test_a_recording_without_picture_is_audio() -> None:
    info = probe(MEDIA / "question.mp3")
    assert (info.kind, info.has_video, info.width, info.audio_codec) == ("audio", False, None, "mp3float")
    assert info.duration == pytest.approx(6, abs=0.1)


def test_an_audio_file_with_a_cover_is_still_audio(tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (300, 300), "orange").save(cover)
    song = tmp_path / "song.mp3"
    run_ffmpeg(
        ["-i", str(MEDIA / "question.mp3"), "-i", str(cover), "-map", "0:a", "-map", "1:v", "-c:a", "copy", str(song)]
    )
    assert probe(song).kind == "audio"


def test_a_clip_filmed_with_the_phone_on_its_side_has_the_sides_people_see(tmp_path: Path) -> None:
    turned = tmp_path / "turned.mp4"
    run_ffmpeg(["-display_rotation", "90", "-i", str(SAMPLE), "-t", "1", "-c", "copy", str(turned)])
    info = probe(turned)
    assert (info.width, info.height) == (720, 1280)
    assert info.rotation in {90, 270}


def test_a_photo_held_upright_has_the_sides_people_see(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 300)).save(tmp_path / "photo.jpg", exif=exif)
    info = probe(tmp_path / "photo.jpg")
    assert (info.kind, info.width, info.height) == ("image", 300, 400)


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").touch()
    with pytest.raises(MediaError, match="is empty"):
        probe(tmp_path / "clip.mp4")


def test_noise_called_mp4_is_told(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(bytes(range(7, 256)) * 400)
    with pytest.raises(MediaError, match="damaged"):
        probe(tmp_path / "clip.mp4")


def test_a_damaged_video_is_told(tmp_path: Path) -> None:
    content = bytearray(SAMPLE.read_bytes())
    start = content.index(b"moov")
    content[start + 8 : start + 4000] = b"\xaa" * 3992
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(MediaError, match=r"neither picture nor sound.+Export it again"):
        probe(tmp_path / "clip.mp4")


@pytest.mark.parametrize("share", [0.5, 0.8, 0.99])
def test_a_video_that_ends_in_the_middle_is_told_with_how_much_is_missing(tmp_path: Path, share: float) -> None:
    content = SAMPLE.read_bytes()
    (tmp_path / "clip.mp4").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(
        MediaError, match=rf"ends in the middle\. At least {round(100 - 100 * share)} % of it is missing"
    ):
        probe(tmp_path / "clip.mp4")


def test_a_video_whose_index_never_came_is_told(tmp_path: Path) -> None:
    late = draw(tmp_path / "late.mp4")  # the index is written last
    content = late.read_bytes()
    late.write_bytes(content[: content.index(b"moov") - 4])
    with pytest.raises(MediaError, match="ends in the middle"):
        probe(late)


def test_a_recording_that_ends_in_the_middle_is_told(tmp_path: Path) -> None:
    sound = draw(tmp_path / "a.wav", source="sine=d=3")
    sound.write_bytes(sound.read_bytes()[:100_000])
    with pytest.raises(MediaError, match=r"ends in the middle\. At least \d+ %"):
        probe(sound)


def test_a_recorder_that_never_wrote_the_length_is_forgiven(tmp_path: Path) -> None:
    sound = draw(tmp_path / "a.wav", source="sine=d=3")
    content = bytearray(sound.read_bytes())
    struct.pack_into("<I", content, 4, 0xFFFFFFFF)
    sound.write_bytes(content)
    assert probe(sound).kind == "audio"


def test_a_picture_that_ends_in_the_middle_is_told(tmp_path: Path) -> None:
    photo = draw(tmp_path / "photo.jpg", "-frames:v", "1", source="testsrc=s=1280x720")
    photo.write_bytes(photo.read_bytes()[:9000])
    with pytest.raises(MediaError, match="ends in the middle"):
        probe(photo)


def playlists(canary: Path) -> dict[str, str]:
    """Texts that make a careless player open other files."""
    return {
        "hls": f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile://{canary}\n#EXT-X-ENDLIST\n",
        "hls with a concat": f"#EXTM3U\n#EXTINF:1,\nconcat:file://{canary}|file:///etc/passwd\n#EXT-X-ENDLIST\n",
        "concat": f"ffconcat version 1.0\nfile '{canary}'\n",
        "subfile": f"#EXTM3U\n#EXTINF:1,\nsubfile,,start,0,end,99,,:{canary}\n#EXT-X-ENDLIST\n",
        "dash": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{canary}</BaseURL></MPD>',
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{canary}" width="9" height="9"/></svg>',
    }


@pytest.mark.parametrize("kind", sorted(playlists(Path("/"))))
def test_a_list_that_calls_itself_a_video_opens_no_other_file(folder: Path, kind: str) -> None:
    canary = draw(folder / "secret.wav", source="sine=d=1")
    evil = folder / "evil.mp4"
    evil.write_text(playlists(canary)[kind])
    with pytest.raises(MediaError):
        probe(evil)
    for use in (lambda: extract_speech(evil, folder / "out.wav"), lambda: poster_frames(evil, [0.0], folder)):
        with pytest.raises(MediaError):
            use()
    assert {path.name for path in folder.iterdir()} == {"secret.wav", "evil.mp4"}


def test_without_the_whitelist_the_same_list_would_have_been_opened(folder: Path) -> None:
    draw(folder / "secret.wav", source="sine=d=1")
    evil = folder / "evil.mp4"
    evil.write_text("ffconcat version 1.0\nfile secret.wav\n")
    run_ffmpeg(["-i", str(evil), str(folder / "stolen.wav")])
    assert (folder / "stolen.wav").stat().st_size > 10_000
    with pytest.raises(MediaError, match="points to other files"):
        run_ffmpeg([*source(evil), str(folder / "again.wav")])
    assert not (folder / "again.wav").exists()


def test_text_is_never_drawn_into_a_picture(tmp_path: Path) -> None:
    evil = tmp_path / "evil.mp4"
    evil.write_text(CANARY * 50)
    with pytest.raises(MediaError):
        poster_frames(evil, [0.0], tmp_path)


def bomb(path: Path, side: int) -> Path:
    """Write a PNG of side × side black pixels in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pack = zlib.compressobj(9)
    rows = b"".join(pack.compress(bytes(side // 8 + 1)) for _row in range(side)) + pack.flush()
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize("side", [9_000, 13_000, 50_000])
def test_a_picture_that_would_fill_the_memory_is_refused_unopened(tmp_path: Path, side: int) -> None:
    evil = bomb(tmp_path / "evil.png", side)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for use in (lambda: probe(evil), lambda: poster_frames(evil, [0.0], tmp_path)):
        with pytest.raises(MediaError, match=r"more pixels than can be opened|which is more than can be opened"):
            use()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


def test_a_video_with_absurd_sides_is_refused(tmp_path: Path) -> None:
    wide = draw(tmp_path / "wide.mkv", "-frames:v", "1", "-c:v", "ffv1", source="color=s=20000x16")
    with pytest.raises(MediaError, match="20000 × 16 pixels"):
        probe(wide)


def test_a_file_with_too_many_tracks_is_refused(tmp_path: Path) -> None:
    tracks = ["-map", "0:a"] * 40
    crowd = draw(tmp_path / "crowd.mkv", *tracks, "-c:a", "pcm_s16le", source="sine=d=0.1")
    with pytest.raises(MediaError, match="40 tracks"):
        probe(crowd)


def test_an_index_that_promises_billions_of_frames_costs_neither_time_nor_memory(tmp_path: Path) -> None:
    tables = b"".join(
        box(kind, bytes(4) + struct.pack(">I", 0x0FFFFFFF) + bytes(64)) for kind in (b"stts", b"stsc", b"stco", b"ctts")
    )
    tables += box(b"stsz", bytes(8) + struct.pack(">I", 0x0FFFFFFF) + bytes(64))
    track = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", tables))))
    evil = tmp_path / "evil.mp4"
    evil.write_bytes(box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", track * 200))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(MediaError):
        probe(evil)
    assert time.monotonic() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_boxes_without_end_are_not_walked_for_ever(tmp_path: Path) -> None:
    evil = tmp_path / "evil.mp4"
    evil.write_bytes(box(b"ftyp", b"isom\0\0\0\0isom") + box(b"free") * 300_000)
    began = time.monotonic()
    with pytest.raises(MediaError):
        probe(evil)
    assert time.monotonic() - began < 5


def test_an_hour_of_silence_is_read_in_seconds_and_little_memory(tmp_path: Path) -> None:
    hour = draw(tmp_path / "hour.mp3", "-b:a", "8k", source="anullsrc=r=8000:cl=mono:d=3600")
    assert probe(hour).duration == pytest.approx(3600, abs=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sound = tmp_path / "speech.wav"
    assert extract_speech(hour, sound) is None
    assert sound.stat().st_size == pytest.approx(3600 * 32_000, rel=0.001)
    assert set(waveform(sound)) == {0}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kilobytes
    assert measure_loudness(sound) is None


def test_speech_is_written_as_the_recogniser_wants_it_and_progress_only_grows(tmp_path: Path) -> None:
    shown: list[float] = []
    out = tmp_path / "speech.wav"
    loudness = extract_speech(SAMPLE, out, duration=47.5, progress=shown.append)
    assert loudness == measure_loudness(SAMPLE)
    info = probe(out)
    assert (info.sample_rate, info.channels, info.audio_codec) == (16_000, 1, "pcm_s16le")
    assert info.duration == pytest.approx(47.5, abs=0.2)
    assert shown == sorted(shown)
    assert shown[-1] > 0.9


def test_loudness_and_wave_tell_speech_from_silence(tmp_path: Path) -> None:
    loud = measure_loudness(SAMPLE)
    assert loud is not None
    assert -30 < loud < -10
    extract_speech(SAMPLE, tmp_path / "speech.wav")
    peaks = waveform(tmp_path / "speech.wav", buckets=100)
    assert len(peaks) == 100
    assert max(peaks) == 100
    assert min(peaks) < 10


def test_a_video_without_sound_has_no_speech_to_extract(tmp_path: Path) -> None:
    mute = draw(tmp_path / "mute.mp4")
    assert not probe(mute).has_audio
    with pytest.raises(MediaError, match="no sound"):
        extract_speech(mute, tmp_path / "speech.wav")
    assert not (tmp_path / "speech.wav").exists()


def test_poster_frames_are_spread_over_the_video_and_differ(tmp_path: Path) -> None:
    times = choose_frame_times(probe(SAMPLE))
    frames = poster_frames(SAMPLE, times, tmp_path)
    assert len(frames) == len(times) == 6
    assert times == sorted(times)
    assert 0 < times[0] < 5
    assert 42 < times[-1] < 47.5
    colours = set()
    for frame in frames:
        with Image.open(frame) as image:
            assert image.size == (640, 360)
            colours.add(image.resize((1, 1)).getpixel((0, 0)))
    assert len(colours) >= 3


def test_a_moment_behind_the_end_still_gives_a_picture(tmp_path: Path) -> None:
    (frame,) = poster_frames(MEDIA / "portrait.mp4", [99.0], tmp_path, width=200)
    with Image.open(frame) as image:
        assert image.width == 200


def test_a_photo_becomes_an_upright_still_that_tells_nothing_of_its_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, CANARY
    Image.new("RGB", (1600, 1200), "orange").save(tmp_path / "photo.jpg", exif=exif)
    (still,) = poster_frames(tmp_path / "photo.jpg", [0.0, 1.0], tmp_path)
    with Image.open(still) as image:
        assert image.size == (640, 853)
    assert CANARY.encode() not in still.read_bytes()


def test_what_is_see_through_stands_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(tmp_path / "logo.png")
    (still,) = poster_frames(tmp_path / "logo.png", [0.0], tmp_path)
    with Image.open(still) as image:
        assert image.getpixel((50, 50)) == (255, 255, 255)


def endless() -> list[str]:
    return ["-re", "-f", "lavfi", "-i", "testsrc=s=64x64:r=5", "-f", "null", "-"]


def test_cancelling_stops_ffmpeg_at_once() -> None:
    began, asked = time.monotonic(), 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    with pytest.raises(MediaCancelled):
        run_ffmpeg(endless(), timeout=60, cancelled=cancelled)
    assert time.monotonic() - began < 5
    assert not _children()


def test_what_takes_too_long_is_stopped_with_a_word() -> None:
    with pytest.raises(MediaError, match="took far too long"):
        run_ffmpeg(endless(), timeout=1)
    assert not _children()


def test_what_writes_too_much_is_stopped_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_module, "OUTPUT_BYTES", 200_000)
    with pytest.raises(MediaError, match="no room"):
        draw(tmp_path / "big.wav", source="anoisesrc=d=60")
    assert (tmp_path / "big.wav").stat().st_size <= 200_000


def test_what_takes_too_much_memory_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_module, "MEMORY_BYTES", 400 * 1024**2)
    with pytest.raises(MediaError):
        draw(tmp_path / "huge.png", "-frames:v", "1", source="color=s=12000x12000")


def _children() -> list[str]:
    """Return the command lines of this process's running ffmpegs."""
    own = Path("/proc/self/task")
    numbers = {word for task in own.glob("*/children") for word in task.read_text().split()}
    lines = [Path(f"/proc/{number}/cmdline") for number in numbers]
    return [text for line in lines if line.exists() and "ffmpeg" in (text := line.read_text())]
