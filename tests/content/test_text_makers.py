"""Texts out of one recording: an article with stills, a newsletter, posts, a thread, a script; booked and told."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from accounts import tenancy
from content.models import (
    ContentAsset,
    GeneratedContent,
    Generation,
    PieceFile,
    PieceVersion,
    RepurposingJob,
    Script,
    Transcript,
)
from content.pieces.preflight import refusals
from content.pipeline import repurposing, understand
from content.services import repurposing as commands
from content.understanding import understand as read_words
from content.writing.sections import sections_of, told_at
from tests.billing.living import subscribe
from tests.cast import Cast
from tests.content import transcripts
from tests.content.briefs import reading
from tests.content.making import ARTICLE, bring
from tests.core.recordings import draw
from tests.core.test_llm import completion
from trenddrop.core.platforms import fits
from trenddrop.core.platforms.lengths import compose
from trenddrop.core.platforms.threads import parts_of


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety seconds of a moving picture, tiny."""
    out = tmp_path_factory.mktemp("film") / "film.mp4"
    return draw(out, "-c:v", "libx264", "-preset", "ultrafast", source="testsrc=d=90:s=64x36:r=2")


def recording(cast: Cast, *, film: Path | None = None, text: str = transcripts.SAFFRON_LINES) -> ContentAsset:
    """A recording whose words are known and understood."""
    asset = bring(cast, film, text="" if film else text, kind="" if film else "blog", title="Is your saffron real?")
    with tenancy.of_organization(cast.kesar.pk):
        if film:
            words = transcripts.spoken(text)
            rows = [[word.start, word.end, word.text, None] for word in words]
            Transcript.objects.create(organization=cast.kesar, asset=asset, words=rows, text=text, language="en")
            understand.save(asset, read_words(words))
        else:
            understand.save(asset, read_words(text))
        return ContentAsset.objects.get(pk=asset.pk)


def job_of(cast: Cast, asset: ContentAsset, kind: str, *platforms: str, **config: Any) -> RepurposingJob:
    """Ben has it made, and a worker makes it."""
    with tenancy.of_member(cast.ben):
        job = commands.ask(asset, kind=kind, by=cast.ben, platforms=platforms, config=config)
    assert repurposing.run_next() == job.pk
    with tenancy.of_organization(cast.kesar.pk):
        return RepurposingJob.objects.get(pk=job.pk)


def pieces_of(job: RepurposingJob) -> list[GeneratedContent]:
    with tenancy.of_organization(job.organization_id):
        made = GeneratedContent.objects.filter(job=job).select_related("asset").order_by("part", "platform")
        return list(made)


def test_an_article_of_a_video_brings_a_still_for_each_section(cast: Cast, film: Path) -> None:
    job = job_of(cast, recording(cast, film=film), "article", "linkedin", "facebook")
    assert (job.status, job.error) == ("completed", "")
    facebook, linkedin = pieces_of(job)
    assert (facebook.kind, linkedin.kind, linkedin.is_main) == ("article", "article", False)
    assert linkedin.title == "Is your saffron real?"
    assert len(linkedin.text.split("\n\n")) >= 4
    with tenancy.of_organization(cast.kesar.pk):
        stills = list(PieceFile.objects.filter(piece=linkedin))
    assert [still.slide for still in stills] == list(range(1, len(stills) + 1))
    assert len(stills) >= 2
    assert [still.recipe["at"] for still in stills] == sorted({still.recipe["at"] for still in stills})
    assert all("A still of the video while this is said" in still.alt_text for still in stills)
    assert stills[0].media_info["width"] == 64


def test_a_section_is_shown_where_it_is_told() -> None:
    _found, told = reading("saffron")
    third, last = told[4], told[-2]
    text = f"Something else entirely.\n\nA heading\n\n{third.text} And more.\n\nAnother heading\n\n{last.text}"
    found = told_at(text, told)
    assert [one.number for one in found] == [1, 2, 3]
    assert [one.at for one in found] == [None, third.start, last.start]


def test_sections_begin_at_headings_or_after_enough_words() -> None:
    assert sections_of("Opening words here.\n\nA heading\n\nIts text.\n\nIts second paragraph.") == [
        "Opening words here.",
        "A heading\n\nIts text.\n\nIts second paragraph.",
    ]
    long = "A sentence that says something. " * 9
    assert len(sections_of(f"{long}\n\n{long}\n\n{long}")) == 3


def test_a_newsletter_has_a_subject_points_and_no_hashtags(cast: Cast) -> None:
    job = job_of(cast, recording(cast), "newsletter")
    (piece,) = pieces_of(job)
    assert (piece.kind, piece.platform, piece.hashtags) == ("newsletter", "linkedin", [])
    assert piece.title == "Is your saffron real?"
    assert piece.text.count("• ") >= 2
    lines = [line for line in piece.text.split("\n") if line]
    assert len(lines) == len(set(lines))
    assert fits("linkedin", compose(text=piece.text, call_to_action=piece.call_to_action))


def test_posts_are_each_of_another_part(cast: Cast, film: Path) -> None:
    job = job_of(cast, recording(cast, film=film), "social", "x", "linkedin", "instagram", "youtube", count=2)
    assert job.status == "completed"
    found = pieces_of(job)
    assert {(piece.part, piece.platform) for piece in found} == {
        (part, platform) for part in (1, 2) for platform in ("instagram", "linkedin", "x")
    }
    first, second = (next(one for one in found if (one.part, one.platform) == (n, "linkedin")) for n in (1, 2))
    assert first.text != second.text
    assert first.ends_at is not None
    assert second.starts_at is not None
    assert first.ends_at <= second.starts_at
    assert [refusals(piece) for piece in found] == [[]] * 6
    with tenancy.of_organization(cast.kesar.pk):
        pictures = {take.piece.part: take for take in PieceFile.objects.filter(job=job).select_related("piece")}
    assert pictures[1].alt_text != pictures[2].alt_text
    assert (pictures[1].media_info["kind"], pictures[1].media_info["width"]) == ("image", 1080)
    assert all(one["ok"] for one in pictures[1].report)


def test_a_picture_is_drawn_only_where_it_is_wished_for_or_needed(cast: Cast) -> None:
    job = job_of(cast, recording(cast), "social", "x", "instagram", count=1, picture=False)
    instagram, x = pieces_of(job)
    assert bool(instagram.file)
    assert not x.file
    assert (instagram.include_media, x.include_media) == (True, False)


def test_a_thread_goes_where_threads_are(cast: Cast) -> None:
    job = job_of(cast, recording(cast), "thread", "mastodon", "linkedin")
    (piece,) = pieces_of(job)
    assert (piece.kind, piece.platform) == ("thread", "mastodon")
    assert len(parts_of("mastodon", piece.text)) >= 3


@pytest.mark.parametrize(
    ("kind", "platform", "told"),
    [
        ("thread", "linkedin", "None of the chosen platforms"),
        ("article", "x", "None of the chosen platforms"),
        ("social", "youtube", "None of the chosen platforms"),
        ("newsletter", "linkedin", "Too little is said here for a newsletter"),
        ("thread", "x", "Too little is said here for a thread"),
    ],
)
def test_what_cannot_be_made_is_told(cast: Cast, kind: str, platform: str, told: str) -> None:
    job = job_of(cast, recording(cast, text="Rain is coming to Pune tomorrow."), kind, platform)
    assert job.status == "failed"
    assert told in job.error
    assert pieces_of(job) == []


def test_without_any_words_there_is_nothing_to_write(cast: Cast, film: Path) -> None:
    asset = bring(cast, film)
    job = job_of(cast, asset, "newsletter")
    assert (job.status, "Nothing is said" in job.error) == ("failed", True)


def test_a_script_of_an_article_stands_in_ideas(cast: Cast) -> None:
    job = job_of(cast, recording(cast, text=ARTICLE), "script", seconds=30)
    assert (job.status, job.error) == ("completed", "")
    with tenancy.of_organization(cast.kesar.pk):
        script = Script.objects.select_related("prompt").get(jobs=job)
        assert script.versions.count() == 1
    assert len(script.scenes) >= 3
    assert (script.seconds, script.status) == (30, "draft")
    assert script.prompt.brand_id == cast.brand.pk
    assert script.prompt.created_by_id == cast.ben.user.pk


def test_a_models_newsletter_is_taken_and_booked(cast: Cast, httpserver: HTTPServer, settings: Settings) -> None:
    settings.LLM_MODEL = "openai:local"
    settings.LLM_BASE_URL = httpserver.url_for("/v1")
    letter = {"title": "Saffron in cold water", "text": "Is your saffron real?\n\n• Cold water\n• A few threads"}
    answer = completion(json.dumps(letter | {"hashtags": [], "call_to_action": "Try it."}))
    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_data(
        json.dumps(answer), content_type="application/json"
    )
    job = job_of(cast, recording(cast), "newsletter")
    (piece,) = pieces_of(job)
    assert (piece.title, piece.kind, piece.is_fallback) == ("Saffron in cold water", "newsletter", False)
    with tenancy.of_organization(cast.kesar.pk):
        kept = Generation.objects.get(of=piece.pk)
        version = PieceVersion.objects.get(piece=piece)
    assert kept.prompt.startswith("newsletter@")
    assert (kept.credits, kept.asked_by_id) == (job.credits_used, cast.ben.user.pk)
    assert job.credits_used > 0
    assert (version.model, version.tokens) == ("openai:local", 135)


@pytest.mark.parametrize("kind", ["newsletter", "carousel", "script"])
def test_a_job_that_holds_the_last_credits_writes_of_them_and_books_no_more(
    kind: str, cast: Cast, httpserver: HTTPServer, settings: Settings
) -> None:
    asset = recording(cast)
    settings.LLM_MODEL = "openai:local"
    settings.LLM_BASE_URL = httpserver.url_for("/v1")
    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_data(
        json.dumps(completion("{}")), content_type="application/json"
    )
    settings.BILLING_ENABLED = True
    with tenancy.of_member(cast.ben):
        most = commands.price(asset, kind=kind, platforms=["linkedin"])
    subscribe(cast.kesar, timezone.now(), ai_credits=most)
    job = job_of(cast, asset, kind, "linkedin")
    assert (job.status, job.error) == ("completed", "")
    assert job.estimated_credits == most > 0
    with tenancy.of_organization(cast.kesar.pk):
        assert Generation.objects.exists()  # the model was asked, and is no use


def test_a_job_that_goes_on_writes_only_what_is_missing(cast: Cast) -> None:
    asset = recording(cast)
    job = job_of(cast, asset, "social", "x", "bluesky", count=1)
    with tenancy.of_organization(cast.kesar.pk):
        before = {piece.platform: piece.pk for piece in pieces_of(job)}
        GeneratedContent.objects.filter(pk=before["x"]).delete()
        RepurposingJob.objects.filter(pk=job.pk).update(status="queued")
    assert repurposing.run_next() == job.pk
    after = {piece.platform: piece.pk for piece in pieces_of(job)}
    assert after["bluesky"] == before["bluesky"]
    assert after["x"] != before["x"]
