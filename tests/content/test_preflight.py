"""Preflight: what a platform would refuse is told while composing, and one click mends what can be mended."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts import tenancy
from content.models import ContentAsset, GeneratedContent, PieceVersion
from content.pieces import fitting
from content.pieces.composing import SentMedia, composed, media_of
from content.pieces.preflight import WORDS, Fix, mended, preflight, refusals
from content.pipeline import generate
from content.services import pieces as commands
from tests.cast import Cast
from tests.content.making import bring, pieces, process
from trenddrop.core import platforms
from trenddrop.core.media import Fit

LONG = "Saffron wakes tired skin. " * 30
VIDEO: dict[str, Any] = {
    "container": "mov,mp4,m4a", "duration": 42.0, "width": 1080, "height": 1920, "size": 5_000_000, "fps": 30.0,
    "video_codec": "h264", "audio_codec": "aac", "sample_rate": 48_000,
}  # fmt: skip


def piece(platform: str, *, info: dict[str, Any] | None = None, kind: str = "video", **words: Any) -> GeneratedContent:
    """A piece that stands in no table."""
    asset = ContentAsset(kind=kind if info else "blog", title="Skin", media_info=info or {}, file="a" if info else "")
    made = GeneratedContent(**{"platform": platform, "text": "Rain.", "alt_text": "A cloud", "language": "en"} | words)
    made.asset = asset
    return made


def codes(made: GeneratedContent) -> list[str]:
    return [finding.problem.code for finding in preflight(made)]


def after(made: GeneratedContent, fix: Fix) -> GeneratedContent:
    for name, value in mended(made, fix).items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("made", "fix"),
    [
        (piece("x", text=LONG), Fix.SHORTEN_TEXT),
        (piece("x", text=LONG, hashtags=["skin", "rain"], call_to_action="Follow"), Fix.SHORTEN_TEXT),
        (piece("x", text="Rain.", hashtags=[f"averylonghashtag{n}" for n in range(30)]), Fix.SHORTEN_TEXT),
        (piece("x", text="Rain.", hashtags=[f"averylonghashtag{n}" for n in range(30)]), Fix.FEWER_HASHTAGS),
        (piece("bluesky", text="👩‍👩‍👧‍👦" * 130), Fix.SHORTEN_TEXT),
        (piece("bluesky", text=f"One.\n\n---\n\n{LONG}\n\n---\n\n{LONG}"), Fix.SHORTEN_TEXT),
        (piece("threads", text="Rain #one #two", hashtags=["three"]), Fix.FEWER_HASHTAGS),
        (piece("instagram", info=VIDEO, hashtags=[f"tag{n}x" for n in range(40)]), Fix.FEWER_HASHTAGS),
        (piece("instagram", info=VIDEO, mentions=[f"friend{n}" for n in range(25)]), Fix.FEWER_MENTIONS),
        (piece("youtube", info=VIDEO, title="word " * 40), Fix.SHORTEN_TITLE),
        (piece("youtube", info=VIDEO, title=""), Fix.TITLE_FROM_TEXT),
        (piece("youtube", info=VIDEO, title="a<b>"), Fix.CLEAN_TITLE),
        (piece("youtube", info=VIDEO, title="ok", text="1 < 2"), Fix.CLEAN_TEXT),
    ],
    ids=lambda value: value.value if isinstance(value, Fix) else value.platform,
)
def test_a_click_mends_what_it_is_offered_for(made: GeneratedContent, fix: Fix) -> None:
    assert any(fix in finding.fixes for finding in refusals(made))
    assert refusals(after(made, fix)) == []
    assert composed(made).strip()


@pytest.mark.parametrize("fix", sorted(WORDS))
def test_a_click_changes_nothing_that_fits(fix: Fix) -> None:
    assert mended(piece("youtube", info=VIDEO, title="Rain", hashtags=["skin"]), fix) in ({}, {"title": "Rain."})


def test_the_call_the_people_and_the_hashtags_stay_when_the_text_is_cut() -> None:
    made = after(piece("x", text=LONG, call_to_action="Follow", mentions=["asha"], hashtags=["skin"]), Fix.SHORTEN_TEXT)
    assert composed(made).endswith("Follow\n\n@asha\n\n#skin")


def test_a_threads_parts_are_counted_each_by_itself() -> None:
    thread = "\n\n---\n\n".join(["Saffron wakes tired skin. " * 9] * 4)
    assert codes(piece("bluesky", text=thread)) == []
    (finding,) = preflight(piece("bluesky", text=f"{thread}\n\n---\n\n{LONG}"))
    assert finding.message.startswith("Part 5 is ")


def test_alt_text_is_advice_and_keeps_nothing_back() -> None:
    made = piece("bluesky", info=VIDEO, alt_text="")
    assert codes(made) == ["alt_text_missing"]
    assert refusals(made) == []


def test_the_file_is_not_judged_when_it_stays_behind() -> None:
    made = piece("bluesky", info=VIDEO | {"container": "avi"}, include_media=False)
    assert codes(made) == []


def test_readers_are_told_of_ai_in_the_text_only_where_the_platform_has_no_mark() -> None:
    made = piece("bluesky", ai_label=True)
    assert composed(made) == "Rain.\n\nMade with AI."
    assert composed(piece("bluesky", ai_label=True, language="hi")).endswith("AI की मदद से बनाया गया।")
    assert composed(piece("x", ai_label=True)) == "Rain."
    assert composed(made, "x") == "Rain."


# What is done about a file


def media(**facts: Any) -> SentMedia:
    found = media_of(piece("x", info=VIDEO))
    assert found is not None
    return replace(found, **facts)


@pytest.mark.parametrize(
    ("platform", "facts", "expected"),
    [
        ("x", {}, None),
        ("x", {"duration": 0.1}, None),
        ("bluesky", {"kind": "audio"}, None),
        ("bluesky", {"container": "matroska,webm"}, Fit(copy=True)),
        ("instagram", {"fps": 120.0}, 60.0),
        ("instagram", {"fps": 10.0}, 30.0),
    ],
)
def test_the_least_change_that_helps_is_planned(platform: str, facts: dict[str, Any], expected: Any) -> None:
    fit = fitting.plan(platform, media(**facts))
    assert (fit.fps if fit and isinstance(expected, float) else fit) == expected


def test_a_cut_begins_where_it_was_chosen_and_never_runs_over_the_end() -> None:
    for start, expected in [(0.0, 0.0), (30.0, 30.0), (170.0, 60.0)]:
        fit = fitting.plan("x", media(duration=200.0), fitting.Choice(start=start))
        assert fit is not None
        assert fit.seconds is not None
        assert fit.start == expected
        assert fit.seconds < 140


def test_a_shape_that_is_refused_becomes_one_just_inside() -> None:
    fit = fitting.plan("instagram", media(kind="image", width=1000, height=2000, size=1000))
    assert fit is not None
    assert fit.aspect == pytest.approx(0.808)


def test_a_large_file_gets_a_rate_that_fits_its_length() -> None:
    fit = fitting.plan("mastodon", media(size=200_000_000, duration=600.0))
    assert fit is not None
    assert fit.bit_rate is not None
    assert fit.bit_rate * 600 / 8 < 103_809_024


@pytest.mark.parametrize("platform", [key.value for key in platforms.RULES])
def test_every_plan_is_told_in_words(platform: str) -> None:
    awful = media(container="avi", video_codec="mpeg4", audio_codec="mp3", fps=300.0, duration=50_000.0, width=8000)
    fit = fitting.plan(platform, awful)
    assert fit is not None
    assert all(line.endswith(".") for line in fitting.told(fit, awful))


# On the page


@pytest.fixture
def ben(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ben.user)
    return client


def again(found: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(found.organization_id):
        return GeneratedContent.objects.select_related("asset").get(pk=found.pk)


def test_one_click_saves_what_was_written_and_mends_it_and_keeps_both(cast: Cast, ben: Client) -> None:
    found = pieces(process(bring(cast)))["x"]
    answer = ben.post(f"/pieces/{found.pk}/", {"text": LONG, "fix": "shorten_text"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Saved and mended." in answer["HX-Trigger"]
    saved = again(found)
    assert len(saved.text) < 280
    with tenancy.of_organization(cast.kesar.pk):
        texts = list(PieceVersion.objects.filter(piece=found).order_by("number").values_list("text", flat=True))
    assert texts == [found.text, LONG.strip(), saved.text]


def test_while_composing_the_form_is_judged_and_nothing_is_saved(cast: Cast, ben: Client) -> None:
    found = pieces(process(bring(cast)))["x"]
    page = ben.post(f"/pieces/{found.pk}/check/", {"text": LONG, "hashtags": "#skin"}).content.decode()
    assert "over X&#x27;s 280 characters" in page
    assert 'value="shorten_text"' in page
    assert 'value="fewer_hashtags"' in page
    assert "X takes it as it is." in ben.post(f"/pieces/{found.pk}/check/", {"text": "Rain."}).content.decode()
    assert again(found).version == 1


def test_an_unknown_click_and_what_cannot_be_stored_change_nothing(cast: Cast, ben: Client) -> None:
    found = pieces(process(bring(cast)))["x"]
    assert ben.post(f"/pieces/{found.pk}/", {"text": "Rain.", "fix": "magic"}).status_code == 422
    assert ben.post(f"/pieces/{found.pk}/", {"mentions": "@" + "x" * 101}).status_code == 422
    assert again(found).version == 1


def test_everything_of_the_composer_is_kept(cast: Cast, ben: Client) -> None:
    found = pieces(process(bring(cast)))["bluesky"]
    given = {
        "text": "Rain.", "mentions": "@chai.point, Asha", "category": "Education", "goals": "Visits",
        "target_audience": "People in Kochi", "ai_label": "on",
    }  # fmt: skip
    ben.post(f"/pieces/{found.pk}/", given)
    saved = again(found)
    assert (saved.mentions, saved.category, saved.goals) == (["chai.point", "Asha"], "Education", "Visits")
    assert (saved.target_audience, saved.ai_label) == ("People in Kochi", True)
    assert composed(saved) == "Rain.\n\n@chai.point @Asha\n\nMade with AI."


def test_versions_are_compared_word_by_word(cast: Cast, ben: Client) -> None:
    found = pieces(process(bring(cast)))["x"]
    ben.post(f"/pieces/{found.pk}/", {"text": "Wash twice, with cold water."})
    ben.post(f"/pieces/{found.pk}/", {"text": "Wash twice, with warm water.", "mentions": "@asha"})
    page = ben.get(f"/pieces/{found.pk}/versions/").content.decode()
    assert "From v2 to v3" in page
    assert "cold</del>" in page
    assert "warm</ins>" in page
    assert "@asha</ins>" in page
    assert "These two say the same." in ben.get(f"/pieces/{found.pk}/versions/?from=2&to=2").content.decode()
    assert "From v2 to v3" in ben.get(f"/pieces/{found.pk}/versions/?from=9&to=x").content.decode()


def test_what_a_piece_is_for_steers_what_is_written_anew(cast: Cast, ben: Client) -> None:

    found = pieces(process(bring(cast)))["x"]
    found.goals, found.target_audience = "More subscribers", "Cyclists"
    with tenancy.of_organization(cast.kesar.pk):
        order = commands.brief(found, generate.gather(found.asset), note="")
    assert order.brand.goals == "More subscribers"
    assert order.brand.audience.startswith("Cyclists")
