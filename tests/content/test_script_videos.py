"""From a script to a video: its scenes in chosen pictures, spoken, with captions inside the frame, checked."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts import tenancy
from content.models import ContentAsset, GeneratedContent, PieceFile, RepurposingJob, Script
from content.pipeline import repurposing
from content.pipeline.makers import script_video
from content.services import script_videos
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.making import bring
from tests.content.test_ideas import signed_in
from tests.content.test_voices import a_voice, approved, program, spoken
from tests.core.recordings import draw
from trenddrop.core import media

__all__ = ["program"]
SAYS = ("Cold water tells", "Real saffron turns it golden")
SMALL = {"side": 144, "title": False, "cards": False, "logo": False}


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red picture."""
    out = tmp_path_factory.mktemp("pictures") / "red.png"
    Image.new("RGB", (320, 200), (220, 30, 30)).save(out)
    return out


def wish(**given: Any) -> script_videos.Wish:
    settings = SMALL | given.pop("settings", {})
    return script_videos.Wish(**{"platforms": ["instagram"], "settings": settings} | given)


def ask(cast: Cast, script: Script, **given: Any) -> list[RepurposingJob]:
    with tenancy.of_member(cast.ben):
        return script_videos.ask(held(script), wish(**given), by=cast.ben)


def held(script: Script) -> Script:
    with tenancy.of_organization(script.organization_id):
        return Script.objects.select_related("prompt__brand").get(pk=script.pk)


def made_of(job: RepurposingJob) -> tuple[RepurposingJob, list[GeneratedContent]]:
    """Work as a worker would, and return the job and its pieces as they stand."""
    assert repurposing.run_next() == job.pk
    with tenancy.of_organization(job.organization_id):
        pieces = list(GeneratedContent.objects.filter(job=job).order_by("platform"))
        return RepurposingJob.objects.get(pk=job.pk), pieces


def take_of(piece: GeneratedContent) -> PieceFile:
    with tenancy.of_organization(piece.organization_id):
        return PieceFile.objects.get(piece=piece)


def colour_at(piece: GeneratedContent, seconds: float, folder: Path) -> tuple[int, ...]:
    """Return the colour of the picture's upper middle."""
    out = folder / "at.png"
    media.run_ffmpeg(["-ss", str(seconds), "-i", piece.file.path, "-frames:v", "1", str(out)])
    with Image.open(out) as image:
        return tuple(image.convert("RGB").getpixel((image.width // 2, image.height // 8)))  # type: ignore[arg-type]


def test_scenes_are_shown_while_they_are_spoken(cast: Cast, program: Path, picture: Path, tmp_path: Path) -> None:
    script = approved(cast, *SAYS)
    row = spoken(cast, script, a_voice(cast))
    red = bring(cast, picture)
    (job,) = ask(cast, script, voice_over=row.pk, pictures={2: red.pk}, platforms=["instagram", "tiktok"])
    job, (instagram, tiktok) = made_of(job)
    assert (job.status, job.error) == ("completed", "")
    assert (instagram.kind, instagram.format, instagram.ai_label) == ("short_video", "vertical", True)
    assert instagram.script_id == script.pk
    assert instagram.duration == pytest.approx(row.duration, abs=0.15)
    assert (instagram.media_info["width"], instagram.media_info["height"]) == (144, 256)
    second = row.timings[1][0]
    red_part = colour_at(instagram, second + 0.4, tmp_path)
    assert red_part[0] > 150
    assert red_part[1] < 90
    ground = colour_at(instagram, 0.2, tmp_path)
    assert ground[0] < 120
    take = take_of(tiktok)
    assert [one["check"] for one in take.report if not one["ok"]] == []
    assert {"length", "streams", "loudness", "captions"} <= {one["check"] for one in take.report}
    assert take.recipe["voice"] == str(row.voice_id)
    assert [word[2] for word in take.recipe["words"]] == " ".join(SAYS).split()
    assert take.recipe["words"][3][0] == pytest.approx(second, abs=0.02)


def test_without_a_voice_the_words_are_read(cast: Cast) -> None:
    (job,) = ask(cast, approved(cast, "Cold water tells", "Try it"), formats=["square"])
    job, (piece,) = made_of(job)
    assert (job.status, job.error) == ("completed", "")
    assert (piece.media_info["width"], piece.media_info["height"]) == (144, 144)
    assert piece.ai_label is False
    assert piece.duration == pytest.approx(2 * script_video.SHORTEST_SCENE, abs=0.15)
    assert [one["check"] for one in take_of(piece).report if not one["ok"]] == []


def test_a_moving_picture_and_music_go_along(cast: Cast, tmp_path: Path) -> None:
    film = draw(tmp_path / "film.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
                source="testsrc=d=1:s=160x90:r=10")  # fmt: skip
    tune = draw(tmp_path / "tune.mp3", source="sine=f=330:d=2")
    moving, music = bring(cast, film), bring(cast, tune)
    (job,) = ask(cast, approved(cast, "Cold water tells"), pictures={1: moving.pk}, music=music.pk)
    job, (piece,) = made_of(job)
    assert (job.status, job.error) == ("completed", "")
    loud = next(one for one in take_of(piece).report if one["check"] == "loudness")
    assert loud["value"] == pytest.approx(-14.0, abs=1.5)


def test_each_format_is_a_job(cast: Cast) -> None:
    jobs = ask(cast, approved(cast, *SAYS), formats=["vertical", "square", "landscape"])
    assert [job.format for job in jobs] == ["vertical", "square", "landscape"]
    assert len({job.asset_id for job in jobs}) == 1


def test_credits_are_held_for_as_long_as_its_scenes_take(cast: Cast) -> None:
    script = approved(cast, "Cold water tells", "Try it")
    with tenancy.of_organization(script.organization_id):
        long = [scene | {"seconds": 75.0} for scene in held(script).scenes]
        Script.objects.filter(pk=script.pk).update(scenes=long)
    (job,) = ask(cast, script)
    assert job.estimated_credits == 3


def test_a_voice_that_may_not_speak_any_more_is_not_laid_in(cast: Cast, program: Path) -> None:
    script = approved(cast, *SAYS)
    row = spoken(cast, script, a_voice(cast))
    (job,) = ask(cast, script, voice_over=row.pk)
    with tenancy.of_organization(cast.kesar.pk):
        type(row).objects.filter(pk=row.pk).update(status="cancelled", file="")
    job, pieces = made_of(job)
    assert (job.status, pieces) == ("failed", [])
    assert "may not speak any more" in job.error
    with pytest.raises(script_videos.NotUsable):
        ask(cast, script, voice_over=row.pk)


def test_what_belongs_to_another_client_is_not_used(cast: Cast, picture: Path) -> None:
    script, red = approved(cast, *SAYS), bring(cast, picture)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=red.pk).update(client=cast.client)
    with pytest.raises(script_videos.NotUsable):
        ask(cast, script, pictures={1: red.pk})


def test_only_what_somebody_approved_is_filmed(cast: Cast) -> None:
    ben = signed_in(cast.ben)
    script = approved(cast, *SAYS)
    ben.post(f"/ideas/scripts/{script.pk}/reopen/")
    answer = ben.post(f"/ideas/scripts/{script.pk}/video/", {"platforms": ["x"], "formats": ["vertical"]})
    assert answer.status_code == 422
    assert "Nobody has approved this script" in answer.content.decode()


def test_a_video_is_asked_for_on_a_page(cast: Cast, picture: Path) -> None:
    ben, script, red = signed_in(cast.ben), approved(cast, *SAYS), bring(cast, picture, title="Red threads")
    page = ben.get(f"/ideas/scripts/{script.pk}/video/").content.decode()
    assert page.count("Red threads") == 2
    answer = ben.post(
        f"/ideas/scripts/{script.pk}/video/",
        {"platforms": ["tiktok"], "formats": ["vertical", "square"], "scene-1": str(red.pk), "captions": "on"},
    )
    assert answer.status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        jobs = list(RepurposingJob.objects.filter(script=script))
    assert {job.format for job in jobs} == {"vertical", "square"}
    assert all(job.config["pictures"] == {"1": str(red.pk)} for job in jobs)
    assert all(job.config["title"] is False for job in jobs)


def test_the_page_asks_few_questions(cast: Cast, picture: Path, django_assert_max_num_queries: Any) -> None:
    ben, script = signed_in(cast.ben), approved(cast, *SAYS)
    for _n in range(4):
        bring(cast, picture)
    ben.get(f"/ideas/scripts/{script.pk}/video/")
    with django_assert_max_num_queries(12):
        ben.get(f"/ideas/scripts/{script.pk}/video/")


def test_the_page_names_what_the_video_costs_at_most_and_the_jobs_hold_no_more(cast: Cast) -> None:
    ben, script = signed_in(cast.ben), approved(cast, *SAYS)
    page = f"/ideas/scripts/{script.pk}/video/"
    assert "Costs at most 1 credit." in ben.get(page).content.decode()
    chosen = {"platforms": ["instagram", "youtube"], "formats": ["vertical", "square"], "captions": "on"}
    assert "Costs at most 2 credits." in ben.get(f"{page}price/", chosen).content.decode()
    assert "Costs" not in ben.get(f"{page}price/", {"platforms": ["instagram"]}).content.decode()
    ben.post(page, chosen)
    with tenancy.of_member(cast.ben):
        assert [job.estimated_credits for job in RepurposingJob.objects.all()] == [1, 1]
    assert signed_in(cast.esha).get(f"{page}price/").status_code == 403


def test_a_program_asks_for_a_video(cast: Cast, picture: Path) -> None:
    api, script, red = as_member(cast.ben), approved(cast, *SAYS), bring(cast, picture)
    body = {"platforms": ["youtube"], "pictures": [{"scene": 2, "asset": str(red.pk)}]}
    made = api.post(f"scripts/{script.pk}/video", body)
    assert made.status_code == 202, made.content
    (job,) = made.json()
    assert (job["kind"], job["format"], job["config"]["pictures"]) == ("script_video", "vertical", {"2": str(red.pk)})
    wrong = api.post(f"scripts/{script.pk}/video", body | {"pictures": [{"scene": 9, "asset": str(red.pk)}]})
    assert (wrong.status_code, wrong["Content-Type"]) == (422, "application/problem+json")
    assert as_member(cast.chitra).post(f"scripts/{script.pk}/video", body).status_code == 403


def test_strangers_see_no_page(cast: Cast) -> None:
    script = approved(cast, *SAYS)
    assert Client().get(f"/ideas/scripts/{script.pk}/video/").status_code == 302
    assert signed_in(cast.dev).get(f"/ideas/scripts/{script.pk}/video/").status_code == 404
