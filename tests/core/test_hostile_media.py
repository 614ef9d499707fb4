"""Nothing that is brought can make a render read other files, reach the network or outgrow its limits."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.core.hostile_files import SHORT, Target, containers, damaged, good, lists
from tests.core.recordings import draw
from tests.core.scenes import coloured, heard, strength
from trenddrop.core.media import MediaError, MediaInfo, probe, run_ffmpeg
from trenddrop.core.media.rendering import Edit, Layer, Span, Still, follow, render
from trenddrop.core.media.running import source

SIZE = (64, 64)
TONE = 3000  # hertz; what the secret sounds like
SECONDS, BYTES, MEMORY = 12, 2_000_000, 1_500_000  # for one file; of a result; kilobytes of ffmpeg's
BELIEVED = MediaInfo(
    kind="video", container="mov", size=1000, duration=1.0, width=64, height=64, fps=10.0, video_codec="h264",
    audio_codec="aac", channels=1, sample_rate=48_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address on this machine, and who came."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def wait() -> None:
            with suppress(OSError):
                while True:
                    visitor, address = server.accept()
                    came.append(address)
                    visitor.close()

        threading.Thread(target=wait, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", came
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coloured(tmp_path_factory.mktemp("film") / "film.mp4", seconds=1, size="64x64")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return good(tmp_path_factory.mktemp("good"))


@pytest.fixture
def target(tmp_path: Path, listener: tuple[str, list[object]]) -> Target:
    """A folder with a secret in it that nobody has read yet."""
    folder = tmp_path / "work"
    folder.mkdir()
    secret = draw(tmp_path / "secret.wav", source=f"sine=f={TONE}:d=2")
    os.utime(secret, (0, secret.stat().st_mtime))
    return Target(secret, listener[0], folder)


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.FFMPEG_TIMEOUT = SECONDS


def believed(path: Path) -> MediaInfo:
    """What the file is; and what it would be taken for if it were not looked at first."""
    try:
        return probe(path)
    except MediaError:
        return BELIEVED


@contextmanager
def memory_watched() -> Iterator[list[int]]:
    """Keep the most kilobytes that each program started meanwhile holds at once.

    What the system says of ended children (``RUSAGE_CHILDREN``) begins with what this process itself holds.
    """
    done, most, ours = threading.Event(), [0], str(os.getpid())

    def watch() -> None:
        while not done.wait(0.05):
            for status in Path("/proc").glob("[0-9]*/status"):
                with suppress(OSError):
                    told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                    if told["PPid"].strip() == ours and "VmHWM" in told:
                        most[0] = max(most[0], int(told["VmHWM"].split()[0]))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def use_everywhere(evil: Path, film: Path, folder: Path) -> list[Path]:
    """Bring the file in every place that takes one; return what came of it."""
    info, whole = believed(evil), (Span(0, 0.3),)
    known = probe(film)
    edits: list[tuple[Path | None, Edit, MediaInfo | None]] = [
        (evil, Edit(whole, SIZE), info),
        (film, Edit(whole, SIZE, music=evil), known),
        (film, Edit(whole, SIZE, intro=evil), known),
        (None, Edit((), SIZE, stills=(Still(evil, 0.2),)), None),
        (film, Edit(whole, SIZE, layers=(Layer(evil),)), known),
    ]
    made = []
    for number, (path, edit, facts) in enumerate(edits):
        out = folder / f"made-{number}.mp4"
        with suppress(MediaError):
            render(path, out, edit, facts)
            made.append(out)
    return made


def check_harmless(evil: Path, film: Path, target: Target, came: list[object]) -> list[Path]:
    """Use the file; nothing was opened, nobody called, nothing large or left over, and soon done."""
    began = time.monotonic()
    with memory_watched() as most:
        made = use_everywhere(evil, film, target.folder)
    assert time.monotonic() - began < 2 * SECONDS
    assert came == []
    assert target.secret.stat().st_atime == 0, "the secret was read"
    assert {path.name for path in target.folder.iterdir()} <= {evil.name, *(path.name for path in made)}
    assert sum(path.stat().st_size for path in made) < BYTES
    assert most[0] < MEMORY
    return made


def test_a_secret_that_is_read_would_be_noticed(target: Target) -> None:
    evil = target.folder / "evil.mp4"
    evil.write_text(lists()["concat-file"](target))
    run_ffmpeg(["-safe", "0", "-i", str(evil), "-f", "null", "-"])
    if target.secret.stat().st_atime == 0:
        pytest.skip("this disk does not say when a file was read")


def test_a_visitor_would_be_noticed(target: Target, listener: tuple[str, list[object]]) -> None:
    evil = target.folder / "evil.mp4"
    evil.write_text(lists()["hls-url"](target))
    with suppress(MediaError):
        run_ffmpeg(["-protocol_whitelist", "file,http,tcp", "-f", "hls", "-i", str(evil), "-f", "null", "-"], timeout=9)
    assert listener[1]
    listener[1].clear()


def test_memory_of_a_program_would_be_noticed_and_ours_is_not_taken_for_its_own() -> None:
    ours = bytearray(200_000_000)
    with memory_watched() as small:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(1)"], check=True)
    with memory_watched() as large:
        subprocess.run([sys.executable, "-c", "import time; x = b'1' * 100_000_000; time.sleep(1)"], check=True)
    assert 0 < small[0] < 100_000 < large[0] < len(ours) // 1000


@pytest.mark.parametrize("name", sorted(lists()))
def test_a_list_makes_nothing(name: str, target: Target, film: Path, listener: tuple[str, list[object]]) -> None:
    evil = target.folder / "evil.mp4"
    evil.write_text(lists()[name](target))
    assert check_harmless(evil, film, target, listener[1]) == []


@pytest.mark.parametrize("name", sorted(containers()))
def test_a_container_that_lies_gives_nothing_away(
    name: str, target: Target, film: Path, listener: tuple[str, list[object]]
) -> None:
    evil = target.folder / "evil.mov"
    evil.write_bytes(containers()[name](target))
    for out in check_harmless(evil, film, target, listener[1]):
        assert strength(heard(out), TONE) < -60


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for seed, kind in enumerate(sorted(SHORT))])
def test_damage_is_told_or_overcome(
    kind: str, seed: int, target: Target, film: Path, recordings: dict[str, bytes], listener: tuple[str, list[object]]
) -> None:
    evil = target.folder / f"evil.{kind}"
    evil.write_bytes(damaged(recordings[kind], seed))
    check_harmless(evil, film, target, listener[1])
    with suppress(MediaError):
        follow(evil, (Span(0, 0.3),), believed(evil), aspect=1.0)


@pytest.mark.parametrize(
    "name", ["-i.mp4", "%d.mp4", "a|b.mp4", "concat:a.mp4", "data:x,y.mp4", "a\nb.mp4", "$(id).mp4", "a' b;[c],=:.mp4"]
)
def test_a_file_is_opened_whatever_its_name_means_to_others(name: str, target: Target, film: Path) -> None:
    odd = target.folder / name
    odd.write_bytes(film.read_bytes())
    out = target.folder / f"{name}.out.mp4"
    render(odd, out, Edit((Span(0, 0.2),), SIZE, intro=odd), probe(odd))
    assert probe(out).duration == pytest.approx(1.2, abs=0.1)


def test_captions_open_no_other_file(target: Target, film: Path, listener: tuple[str, list[object]]) -> None:
    words = target.folder / "words.ass"
    words.write_text(
        f"[Script Info]\nVideo File: {target.secret}\nAudio File: {target.url}/a\n[V4+ Styles]\n"
        f"Format: Name, Fontname, Fontsize\nStyle: A,{target.secret},20\n[Events]\nFormat: Start, End, Style, Text\n"
        f"Dialogue: 0:00:00.00,0:00:09.00,A,{{\\fn{target.secret}\\p1}}m 0 0 l 9 9{{\\p0}}x\n"
    )
    out = target.folder / "out.mp4"
    render(film, out, Edit((Span(0, 0.2),), SIZE, captions=words, fonts=film.parent), probe(film))
    assert (target.secret.stat().st_atime, listener[1]) == (0, [])


def test_the_most_that_a_picture_may_be_still_fits_into_memory(target: Target, film: Path) -> None:
    large = target.folder / "large.png"
    Image.new("L", (8000, 8000)).save(large, compress_level=1)
    out = target.folder / "out.mp4"
    render(None, out, Edit((), SIZE, stills=(Still(large, 0.2),)), None)
    assert probe(out).has_video


def test_there_are_more_than_forty_of_them(target: Target) -> None:
    assert len(lists()) + len(containers()) + len(SHORT) >= 60
    assert source(target.secret)[0] == "-protocol_whitelist"
