"""Scores: sums of named factors, honest about what could not be measured."""

import pytest
from django.test import Client

from accounts import tenancy
from content.models import ContentAnalysis
from content.pipeline.scoring import rescore
from content.understanding import understand
from content.understanding.fits import HABITS, fit
from content.understanding.scores import SCORES, Facts, score
from content.understanding.weighing import Factor, weigh, within
from tests.cast import Cast
from tests.content import transcripts
from tests.content.making import bring, fresh, process, topic

DULL = "The meeting was moved to Tuesday. The room has twelve chairs. The minutes were sent to the members. " * 3
FRENCH = "Le marché ouvre à huit heures et les vendeurs installent leurs étals sur la place du village. " * 4


def facts(text: str, **given: object) -> Facts:
    found = understand(text)
    read = {
        "measures": found.measures,
        "topics": found.topics,
        "entities": found.entities,
        "hooks": found.hooks,
        "quotes": found.quotes,
        "insights": found.insights,
        "moods": [one.sentiment for one in found.moods],
    }
    return Facts(**(read | given))  # type: ignore[arg-type]


# Sums


@pytest.mark.parametrize("name", list(SCORES))
def test_a_score_is_the_sum_of_its_factors_points_and_weights_make_a_hundred(name: str) -> None:
    found = score(facts(transcripts.LISBON_ROOFTOPS, title="Lisbon", trend=40.0, kind="video", duration=70.0))[name]
    assert found.score == pytest.approx(sum(one.points for one in found.factors), abs=0.6)
    assert sum(one.weight for one in found.factors) == pytest.approx(100, abs=0.5)


@pytest.mark.parametrize("name", list(SCORES))
def test_every_factor_says_why(name: str) -> None:
    found = score(facts(transcripts.LISBON_ROOFTOPS, title="Lisbon"))[name]
    assert all(one.why and one.name for one in found.factors)


def test_what_cannot_be_measured_gives_its_weight_to_the_others() -> None:
    found = weigh([Factor("a", 30, 0.5, "half"), Factor("b", 60, None, "unknown"), Factor("c", 30, 1.0, "all")])
    assert found.score == 75
    assert [one.weight for one in found.factors] == [50.0, 0.0, 50.0]
    assert [one.value for one in found.factors] == [0.5, None, 1.0]


def test_nothing_measured_is_no_score_rather_than_nought() -> None:
    assert weigh([Factor("a", 30, None, "unknown")]).score is None


def test_a_range_falls_off_on_both_sides() -> None:
    assert within(30, 20, 40) == 1
    assert within(10, 20, 40) == within(80, 20, 40) == 0.5
    assert within(0, 20, 40) == 0


# What the scores tell apart


def test_minutes_of_a_meeting_are_no_match_for_a_good_opening() -> None:
    dull, lively = score(facts(DULL)), score(facts(transcripts.LISBON_ROOFTOPS))
    for name in ("virality", "engagement_potential", "repurposing_value"):
        assert (dull[name].score or 0) + 20 < (lively[name].score or 0), name


def test_a_title_that_names_the_subject_is_found_better() -> None:
    bare = score(facts(transcripts.SAFFRON_LINES, title="VID_2026"))["seo"].score or 0
    named = score(facts(transcripts.SAFFRON_LINES, title="How to tell real saffron from fake"))["seo"].score or 0
    assert named >= bare + 20


def test_a_trend_that_was_not_looked_for_is_not_counted_against_it() -> None:
    unknown = score(facts(transcripts.LISBON_ROOFTOPS))["virality"]
    none = score(facts(transcripts.LISBON_ROOFTOPS, trend=0.0))["virality"]
    strong = score(facts(transcripts.LISBON_ROOFTOPS, trend=90.0, trend_title="Lisbon"))["virality"]
    assert (none.score or 0) < (unknown.score or 0)
    assert (none.score or 0) < (strong.score or 0)
    assert "“Lisbon” fits with 90 of 100." in [one.why for one in strong.factors]


def test_feeling_is_left_out_where_it_cannot_be_told() -> None:
    found = score(facts(transcripts.KESAR_HINGLISH))["virality"]
    feeling = next(one for one in found.factors if one.name == "strong feeling")
    assert feeling.value is None
    assert feeling.weight == 0
    assert "English" in feeling.why


def test_a_language_without_word_lists_still_gets_what_can_be_counted() -> None:
    found = score(facts(FRENCH))["engagement_potential"]
    measured = {one.name for one in found.factors if one.value is not None}
    assert measured == {"asks questions", "sentences easy to read"}


def test_no_words_no_scores() -> None:
    assert all(one.score is None for one in score(facts("")).values())
    assert fit(facts("")) == {}


def test_emoji_alone_have_no_scores() -> None:
    assert all(one.score is None for one in score(facts("🙂🙂🙂 🎉")).values())


# Platforms


def test_an_upright_short_film_suits_other_platforms_than_an_essay() -> None:
    film = fit(facts(transcripts.SAFFRON_LINES, kind="video", duration=40.0, width=1080, height=1920))
    essay = fit(facts(transcripts.SAFFRON_LINES, kind="blog"))
    assert set(film) == set(map(str, HABITS))
    assert (film["tiktok"].score or 0) > (essay["tiktok"].score or 0) + 15
    assert (essay["bluesky"].score or 0) > (essay["tiktok"].score or 0)


def test_a_wide_picture_loses_where_upright_ones_fill_the_screen() -> None:
    wide = fit(facts(transcripts.SAFFRON_LINES, kind="video", duration=40.0, width=1920, height=1080))
    tall = fit(facts(transcripts.SAFFRON_LINES, kind="video", duration=40.0, width=1080, height=1920))
    assert (wide["tiktok"].score or 0) < (tall["tiktok"].score or 0)
    assert (wide["youtube"].score or 0) > (tall["youtube"].score or 0)


def test_what_a_platform_refuses_whole_is_said_with_what_to_do() -> None:
    found = fit(facts(transcripts.SAFFRON_LINES, kind="video", duration=400.0))["x"]
    length = next(one for one in found.factors if one.name == "its length")
    assert "cut it to 140 seconds" in length.why


# The mood


def test_the_mood_is_told_over_time_with_seconds() -> None:
    found = understand(transcripts.spoken(transcripts.SAFFRON_LINES))
    assert len(found.moods) >= 3
    assert all(one.start is not None and one.end is not None for one in found.moods)
    assert [one.start for one in found.moods] == sorted(one.start or 0 for one in found.moods)
    assert all(-100 <= one.sentiment <= 100 for one in found.moods)


def test_a_turn_from_sorrow_to_joy_shows() -> None:
    sad = "We lost everything and I cried every night. It was a terrible, painful, horrible time. I hated it. "
    glad = "Then it all became wonderful. I love this happy, beautiful, amazing life. We are so delighted. "
    found = understand(sad * 3 + glad * 3).moods
    assert found[0].sentiment < -30
    assert found[-1].sentiment > 30
    assert "sadness" in found[0].emotions
    assert "joy" in found[-1].emotions


def test_a_short_note_has_no_course_of_moods() -> None:
    assert understand("I love this. It is great.").moods == []


# In the pipeline, on the page, through the API


def test_processing_scores_an_asset_and_a_trend_that_fits_counts(cast: Cast) -> None:
    topic("Skin barrier", names=["skin barrier", "ceramides"])
    found = process(bring(cast)).analysis
    assert found.virality is not None
    assert found.seo is not None
    trend = next(each for each in found.factors["virality"] if each["name"] == "rides a live trend")
    assert trend["points"] > 0
    assert "Skin barrier" in trend["why"]
    assert found.platform_fit["bluesky"]["score"] > found.platform_fit["tiktok"]["score"]


def test_a_new_title_is_scored_without_reading_again(cast: Cast) -> None:
    asset = process(bring(cast, title="VID_1234.mp4"))
    before = asset.analysis.seo
    with tenancy.of_organization(cast.kesar.pk):
        asset.title = "How to keep the skin barrier in the monsoon"
        asset.save(update_fields=["title"])
        rescore(asset)
    assert (fresh(asset).analysis.seo or 0) > (before or 0)


def test_the_studio_shows_each_score_with_what_made_it(cast: Cast) -> None:
    asset = process(bring(cast))
    client = Client()
    client.force_login(cast.ben.user)
    page = client.get(f"/studio/{asset.pk}/").content.decode()
    assert f"Why {asset.analysis.virality} for virality" in page
    assert "The opening stops a thumb" in page
    assert "Where it fits" in page
    assert "Mood over time" in page


def test_an_asset_read_before_there_were_scores_still_opens(cast: Cast) -> None:
    asset = process(bring(cast))
    with tenancy.of_organization(cast.kesar.pk):
        ContentAnalysis.objects.update(factors={}, platform_fit={}, moods=[], virality=None, seo=None, measures={})
    client = Client()
    client.force_login(cast.ben.user)
    page = client.get(f"/studio/{asset.pk}/")
    assert page.status_code == 200
    assert "for virality" not in page.content.decode()


def test_the_api_gives_scores_with_their_factors(cast: Cast) -> None:
    asset = process(bring(cast))
    client = Client()
    client.force_login(cast.chitra.user)
    found = client.get(f"/api/v1/assets/{asset.pk}/analysis").json()
    assert found["virality"] == asset.analysis.virality
    assert sum(each["points"] for each in found["factors"]["virality"]) == pytest.approx(found["virality"], abs=0.6)
    assert found["platform_fit"]["x"]["score"] is not None
    assert found["moods"]
    assert found["measures"]["words"] > 50
