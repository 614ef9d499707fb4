"""The crop finds who speaks, moves only when it must, and then without trembling."""

from pathlib import Path

import numpy as np
import pytest

from tests.core.scenes import FAST, face, filmed
from trenddrop.core.media import MediaCancelled, probe, run_ffmpeg
from trenddrop.core.media.faces import faces_of
from trenddrop.core.media.rendering import Follow, Span, follow, motion
from trenddrop.core.media.rendering.paths import Shot, smooth

TALL = 9 / 16


def followed(path: Path, seconds: float, aspect: float = TALL) -> Follow:
    return follow(path, (Span(0, seconds),), probe(path), aspect=aspect)


def test_a_face_in_a_picture_is_found_where_it_is(tmp_path: Path) -> None:
    picture = face(200)
    picture.save(tmp_path / "face.png")
    (found,) = faces_of(tmp_path / "face.png")
    assert found.x == pytest.approx(0.5, abs=0.05)
    assert found.y == pytest.approx(0.58, abs=0.08)
    (tmp_path / "none.png").write_bytes(b"no picture")
    assert faces_of(tmp_path / "none.png") == []


def test_who_leans_about_is_held_in_a_crop_that_stands(tmp_path: Path) -> None:
    film = filmed(tmp_path / "lean.mp4", lambda at: [(int(400 + 8 * np.sin(5 * at)), 90, 150, 0)], seconds=4)
    found = followed(film, 4)
    assert (found.layout, found.seen) == ("follow", 1.0)
    assert motion(found.path).way == 0
    assert found.path[0].x == pytest.approx(475 / 640, abs=0.03)


def test_who_walks_is_followed_in_one_movement_and_never_left(tmp_path: Path) -> None:
    def place(at: float) -> list[tuple[int, int, int, float]]:
        return [(int(40 + 5 * np.sin(7 * at) + 90 * np.clip(at - 1.5, 0, 4)), 90, 150, 0)]

    found = followed(filmed(tmp_path / "walk.mp4", place, seconds=7), 7)
    moved = motion(found.path)
    assert moved.turns == 0
    assert moved.jolt < 2.5
    clock = np.arange(0, 7, 0.1)
    camera = np.interp(clock, [key.at for key in found.path], [key.x for key in found.path])
    middle = np.asarray([place(at)[0][0] + 75 for at in clock]) / 640
    assert np.abs(camera - middle).max() < 0.5 * found.path[0].width - 0.05


def test_false_finds_and_trembling_do_not_move_the_crop() -> None:
    dice = np.random.default_rng(6)
    at = tuple(np.arange(0, 60, 0.2))
    x = 0.4 + dice.normal(0, 0.006, len(at))
    x[40:300:37] = 0.9  # a poster on the wall
    path = smooth([Shot(0, 60, at, tuple(x), tuple(x))], TALL**2, 1.0)
    assert motion(path) == motion(path[:1])
    assert path[0].x == pytest.approx(0.4, abs=0.01)


def test_a_smooth_way_has_no_overshoot_and_gentle_ends() -> None:
    at = tuple(np.arange(0, 10, 0.2))
    x = tuple(0.3 if moment < 4 else 0.7 for moment in at)
    path = smooth([Shot(0, 10, at, x, x)], 0.3, 1.0)
    moved = motion(path)
    assert moved.turns == 0
    assert moved.way == pytest.approx(0.4, abs=0.01)
    assert max(key.x for key in path) <= 0.7 + 1e-6
    assert moved.jolt < 8
    assert len(path) < 60


def test_the_crop_jumps_where_the_film_is_cut(tmp_path: Path) -> None:
    def place(at: float) -> list[tuple[int, int, int, float]]:
        return [(60, 90, 150, 0)] if at < 2 else [(430, 60, 190, 0)]

    one, other, film = (tmp_path / f"{name}.mp4" for name in ("one", "other", "film"))
    filmed(one, lambda _at: [(60, 90, 150, 0)], seconds=2, ground=200)
    filmed(other, lambda _at: [(430, 60, 190, 0)], seconds=2, ground=40)
    run_ffmpeg(["-i", str(one), "-i", str(other), "-filter_complex", "[0][1]concat", *FAST, str(film)])
    found = followed(film, 4)
    assert motion(found.path).way == 0
    jump = [key.at for key, after in zip(found.path, found.path[1:], strict=False) if after.at == key.at]
    assert jump == [pytest.approx(2, abs=0.11)]
    assert [round(key.x, 1) for key in (found.path[0], found.path[-1])] == [0.2, 0.8]


def test_two_who_are_far_apart_get_a_pane_each(tmp_path: Path) -> None:
    film = filmed(tmp_path / "two.mp4", lambda _at: [(40, 90, 130, 0), (460, 100, 130, 0)], seconds=3)
    found = followed(film, 3)
    assert found.layout == "two"
    assert found.path[0].x == pytest.approx(105 / 640, abs=0.04)
    assert found.second[0].x == pytest.approx(525 / 640, abs=0.04)
    assert motion(found.path).way == motion(found.second).way == 0
    assert followed(film, 3, aspect=16 / 9).layout == "follow"


def test_in_turns_the_picture_is_with_who_moves_the_mouth(tmp_path: Path) -> None:
    def place(at: float) -> list[tuple[int, int, int, float]]:
        open_now = 1.0 if int(at * 10) % 4 < 2 else 0.0
        left, right = (open_now, 0.0) if at < 4 else (0.0, open_now)
        faces = [(30, 60, 170, left), (440, 60, 170, right)]
        return faces if at < 8 else faces[1:]

    film = filmed(tmp_path / "turns.mp4", place, seconds=20)
    found = followed(film, 20)
    assert found.layout == "follow"
    at_two, at_seven = (np.interp(at, [key.at for key in found.path], [key.x for key in found.path]) for at in (2, 7))
    assert at_two < 0.3
    assert at_seven > 0.7


def test_a_small_face_in_the_corner_of_a_screen_is_put_below_it(tmp_path: Path) -> None:
    film = tmp_path / "screen.mp4"
    camera = filmed(tmp_path / "camera.mp4", lambda at: [(int(500 + 2 * np.sin(9 * at)), 270, 70, 0)], seconds=3)
    screen = (
        "color=white:s=640x360:r=10:d=3,drawgrid=w=32:h=18:c=gray[a];[0]crop=120:90:480:260[b];[a][b]overlay=505:262"
    )
    run_ffmpeg(["-i", str(camera), "-filter_complex", screen, *FAST, str(film)])
    found = followed(film, 3)
    assert found.layout == "screen"
    (key,) = found.path
    assert 0.8 < key.x < 1
    assert key.y > 0.75
    assert key.width < 0.25


def test_without_a_face_nothing_is_cut_off(tmp_path: Path) -> None:
    film = filmed(tmp_path / "empty.mp4", lambda _at: [], seconds=1)
    assert followed(film, 1) == Follow((), (), "fit", 0.0)
    assert followed(film, 1, aspect=1.5).layout == "follow"


def test_looking_can_be_stopped(tmp_path: Path) -> None:
    film = filmed(tmp_path / "empty.mp4", lambda _at: [], seconds=1)
    with pytest.raises(MediaCancelled):
        follow(film, (Span(0, 1),), probe(film), aspect=TALL, cancelled=lambda: True)
