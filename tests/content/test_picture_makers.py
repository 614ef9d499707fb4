"""Audiograms and carousels: full pieces in the brand's look, drawn, measured, with words for who cannot see them."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from accounts import tenancy
from content.models import BrandTemplate, ContentAsset, GeneratedContent, PieceFile, RepurposingJob, Transcript
from content.pieces.composing import media_of, sent_mime
from content.pieces.preflight import refusals
from content.pipeline import repurposing, understand
from content.pipeline.makers import picturing
from content.pipeline.makers.kinds import CHOICES, DEFAULTS, MAKERS
from content.services import repurposing as commands
from content.understanding import understand as read_words
from tests.cast import Cast
from tests.content.making import bring
from trenddrop.core import media, typefaces
from trenddrop.core.media import run_ffmpeg

SAID = (
    "Why does your skin feel worse every monsoon? The biggest mistake is washing your face five times a day."
    " Use a light cream with ceramides while your skin is still damp."
)
SMALL: dict[str, Any] = {"side": 144, "count": 1, "seconds": [2.0, 6.0]}


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of a tone that comes and goes, as speech does."""
    path = tmp_path_factory.mktemp("voices") / "voice.wav"
    sound = "sine=f=220:r=16000:d=6,volume='0.15+0.3*abs(sin(4*t))':eval=frame"
    run_ffmpeg(["-f", "lavfi", "-i", sound, str(path)])
    return path


@pytest.fixture
def podcast(cast: Cast, voice: Path) -> ContentAsset:
    """A recording with words and their seconds, as the pipeline leaves one."""
    return heard(cast, voice)


def heard(cast: Cast, path: Path, *, words: str = SAID, language: str = "en") -> ContentAsset:
    asset = bring(cast, path)
    info, parts = media.probe(path), words.split()
    step = 5.8 / len(parts)
    timed = [[round(n * step, 2), round((n + 0.9) * step, 2), word, None] for n, word in enumerate(parts)]
    with tenancy.of_organization(cast.kesar.pk):
        known = {"duration": info.duration, "media_info": info.__dict__, "language": language}
        ContentAsset.objects.filter(pk=asset.pk).update(status="ready", size=info.size, **known)
        Transcript.objects.create(
            organization=cast.kesar, asset=asset, words=timed, text=words, language=language, engine="test"
        )
        return ContentAsset.objects.select_related("brand").get(pk=asset.pk)


def written(cast: Cast) -> ContentAsset:
    """An article that was understood."""
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        understand.save(asset, read_words(asset.text))
    return asset


def job_of(
    cast: Cast, asset: ContentAsset, kind: str, *platforms: str, form: str = "", **config: Any
) -> RepurposingJob:
    """Ben has it made, and a worker makes it."""
    with tenancy.of_organization(cast.kesar.pk):
        job = RepurposingJob.objects.create(
            organization=cast.kesar, asset=asset, brand=cast.brand, asked_by=cast.ben.user, kind=kind,
            platforms=list(platforms), config=config, format=form,
        )  # fmt: skip
    assert repurposing.run_next() == job.pk
    with tenancy.of_organization(cast.kesar.pk):
        return RepurposingJob.objects.get(pk=job.pk)


def pieces_of(job: RepurposingJob) -> list[GeneratedContent]:
    with tenancy.of_organization(job.organization_id):
        return list(GeneratedContent.objects.select_related("asset").filter(job=job).order_by("platform"))


def files_of(piece: GeneratedContent) -> list[PieceFile]:
    with tenancy.of_organization(piece.organization_id):
        return list(PieceFile.objects.filter(piece=piece).order_by("slide"))


def test_an_audiogram_is_a_video_with_wave_words_and_a_good_report(cast: Cast, podcast: ContentAsset) -> None:
    job = job_of(cast, podcast, "audiogram", "linkedin", "x", side=144, seconds=[3.0, 6.0])
    assert (job.status, job.error, job.progress) == ("completed", "", 100)
    first, second = pieces_of(job)
    assert [(first.platform, first.kind), second.platform] == [("linkedin", "short_video"), "x"]
    assert first.text
    assert first.text != second.text
    own = media_of(first)
    assert own is not None
    assert (own.kind, own.width, own.height, sent_mime(first)) == ("video", 144, 144, "video/mp4")
    (take,) = files_of(first)
    assert take.poster
    assert take.alt_text
    assert {one["check"]: one["ok"] for one in take.report} == dict.fromkeys(
        ("length", "streams", "size", "black", "frozen", "silence", "loudness", "captions", "letters"), True
    )
    assert refusals(first) == []


def test_one_audiogram_is_made_unless_more_are_asked_for(cast: Cast, podcast: ContentAsset) -> None:
    short: dict[str, Any] = {"side": 144, "seconds": [1.0, 3.0]}
    assert len(pieces_of(job_of(cast, podcast, "audiogram", "linkedin", **short))) == 1
    assert len(pieces_of(job_of(cast, podcast, "audiogram", "linkedin", **short | {"count": 3}))) > 1


@pytest.mark.parametrize("layout", CHOICES["audiogram"]["layout"][1:])
@pytest.mark.parametrize("form", ["vertical", "landscape"])
def test_each_layout_moves_with_the_sound(cast: Cast, podcast: ContentAsset, layout: str, form: str) -> None:
    config = SMALL | {"start": 0.0, "end": 1.2, "layout": layout, "captions": False}
    job = job_of(cast, podcast, "audiogram", "linkedin", form=form, **config)
    (piece,) = pieces_of(job)
    (take,) = files_of(piece)
    told = {one["check"]: one["ok"] for one in take.report}
    assert "captions" not in told
    assert (told["frozen"], told["size"], told["length"]) == (True, True, True)
    assert (take.recipe["layout"], piece.format) == (layout, form)


def test_words_from_right_to_left_and_signs_without_a_font_are_shown_or_told(cast: Cast, voice: Path) -> None:
    asset = heard(cast, voice, words="مرحبا بكم في متجرنا اليوم \U00012000 نحن هنا", language="ar")
    config = SMALL | {"start": 0.0, "end": 5.0, "headline": "مرحبا"}
    (piece,) = pieces_of(job_of(cast, asset, "audiogram", "instagram", form="vertical", **config))
    told = {one["check"]: one for one in files_of(piece)[0].report}
    assert told["captions"]["ok"]
    assert not told["letters"]["ok"]
    assert "\U00012000" in told["letters"]["told"]


def test_what_has_no_sound_is_refused_in_words(cast: Cast) -> None:
    job = job_of(cast, written(cast), "audiogram", "linkedin")
    assert job.status == "failed"
    assert job.error


def test_a_carousel_has_as_many_pictures_as_each_platform_takes(cast: Cast) -> None:
    job = job_of(cast, written(cast), "carousel", "instagram", "x", count=6)
    assert (job.status, job.error) == ("completed", "")
    first, second = pieces_of(job)
    assert (first.platform, second.platform) == ("instagram", "x")
    assert (first.kind, first.format) == ("carousel", "portrait")
    pictures, fewer = files_of(first), files_of(second)
    assert [row.slide for row in pictures] == list(range(1, len(pictures) + 1))
    assert 3 <= len(fewer) <= 4 < len(pictures) <= 6
    assert all(row.is_current and row.alt_text for row in pictures)
    assert {(row.media_info["width"], row.media_info["height"]) for row in pictures} == {(1080, 1350)}
    assert len({Path(row.file.path).read_bytes() for row in pictures}) == len(pictures)
    assert all(one["ok"] for row in pictures for one in row.report)
    assert first.file.name == pictures[0].file.name
    assert sent_mime(first) == "image/jpeg"
    assert refusals(first) == []


def test_a_carousel_wears_the_brands_colours(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        BrandTemplate.objects.create(
            organization=cast.kesar, brand=cast.brand, colour="#aa0011", accent="#00aa22", ground="#f0f0ff"
        )
    (piece,) = pieces_of(job_of(cast, written(cast), "carousel", "linkedin", layout="stripe", form="square", count=3))
    rows = files_of(piece)
    with Image.open(rows[0].file.path) as cover, Image.open(rows[1].file.path) as point:
        assert cover.size == (1080, 1080)
        corners = cover.convert("RGB").getpixel((5, 5)), point.convert("RGB").getpixel((1070, 5))
    for seen, wished in zip(corners, [(0xAA, 0x00, 0x11), (0xF0, 0xF0, 0xFF)], strict=True):
        assert isinstance(seen, tuple)
        assert max(abs(one - two) for one, two in zip(seen, wished, strict=True)) < 8


def test_a_platform_that_takes_no_pictures_is_told(cast: Cast) -> None:
    job = job_of(cast, written(cast), "carousel", "youtube")
    assert job.status == "failed"
    assert "Choose others" in job.error


def test_every_choice_of_the_makers_is_one_their_settings_know() -> None:
    for kind in ("audiogram", "carousel"):
        assert kind in MAKERS
        assert set(CHOICES[kind]) <= set(DEFAULTS[kind])
        assert all(DEFAULTS[kind][name] in values for name, values in CHOICES[kind].items())


def test_letters_that_no_font_has_are_named_once() -> None:
    line = picturing.unseen("ok \U00012000\U00012000 fine")
    assert (line["ok"], line["value"]) == (False, "\U00012000")
    assert picturing.unseen("all fine")["ok"]
    assert typefaces.missing("") == ""


def test_a_post_shows_its_line_as_a_quotation_of_whoever_says_it(cast: Cast, podcast: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        Transcript.objects.filter(asset=podcast).update(turns=[[0.0, "Ravi Deshpande"]])
        understand.save(podcast, read_words(SAID))
    with tenancy.of_member(cast.ben):
        job = commands.ask(podcast, kind="social", by=cast.ben, platforms=["bluesky"], config={"card": "quote"})
    repurposing.run_next()
    with tenancy.of_organization(cast.kesar.pk):
        files = list(PieceFile.objects.filter(piece__job=job))
    assert {one.recipe["kind"] for one in files} == {"quote"}
    assert all(one.alt_text.endswith("Ravi Deshpande") for one in files)
