"""Which live topics fit which brand: only what changed is held against each other, in a fixed number of statements."""

import datetime as dt
import uuid
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import AudienceProfile, BrandProfile, BrandVoiceSample
from tests.cast import Cast
from tests.content.making import topic
from trenddrop.core.embeddings import EmbeddingFailed
from trends.collection import brands, fitting
from trends.collection.shortlisting import Index
from trends.models import BrandFit, FittedTopic, OwnHashtag, TrendRelevance, TrendTopic
from trends.relevance import Profile, Scale, facts, relevance
from trends.services import examples

DAY = dt.timedelta(days=1)
NAMES = ["#MonsoonSkin", "skinbarrier", "Barrier of skin", "chai", "#chaitime", "स्किन केयर", "twilight", "light"]


def fits(brand: BrandProfile) -> dict[str, float]:
    with tenancy.operator():
        rows = TrendRelevance.objects.filter(brand=brand).select_related("topic").order_by("-score", "topic__title")
        return {row.topic.title: row.score for row in rows}


def reasons(brand: BrandProfile, title: str) -> dict[str, str]:
    with tenancy.operator():
        found = TrendRelevance.objects.get(brand=brand, topic__title=title).reasons
    return {name: words for name, _points, words in found}


@pytest.fixture
def rising(cast: Cast, now: dt.datetime) -> list[TrendTopic]:
    """Three topics, held against every brand."""
    made = [topic("Monsoon skincare"), topic("Glass skin"), topic("Gully cricket")]
    fitting.fit_all(now=now)
    return made


def test_topics_fit_by_word_and_by_field_and_others_do_not(cast: Cast, rising: list[TrendTopic]) -> None:
    assert list(fits(cast.brand)) == ["Monsoon skincare", "Glass skin"]
    assert fits(cast.lisbon_brand) == {}


def test_what_has_not_changed_is_not_looked_at_again(cast: Cast, rising: list[TrendTopic], now: dt.datetime) -> None:
    assert fitting.fit_all(now=now + dt.timedelta(minutes=10)) == 0
    assert list(fits(cast.brand)) == ["Monsoon skincare", "Glass skin"]
    topic("Ceramide milk")
    assert fitting.fit_all(now=now + dt.timedelta(minutes=20)) == 1
    assert list(fits(cast.brand)) == ["Monsoon skincare", "Ceramide milk", "Glass skin"]


def test_a_topic_of_which_something_new_is_said_is_fitted_anew(
    cast: Cast, rising: list[TrendTopic], now: dt.datetime
) -> None:
    TrendTopic.objects.filter(title="Gully cricket").update(names=["Gully cricket", "Cricket and skincare"])
    TrendTopic.objects.filter(title="Glass skin").update(title="Window glass", names=[])
    fitting.fit_all(now=now)
    assert set(fits(cast.brand)) == {"Monsoon skincare", "Gully cricket"}


def test_a_rating_that_changes_no_word_makes_no_work(cast: Cast, rising: list[TrendTopic], now: dt.datetime) -> None:
    TrendTopic.objects.update(score=99, mention_count=5, updated_at=now + DAY)
    assert fitting.fit_all(now=now) == 0


def test_a_brand_that_says_something_new_is_held_against_everything(
    cast: Cast, rising: list[TrendTopic], now: dt.datetime
) -> None:
    with tenancy.operator():
        BrandProfile.objects.filter(pk=cast.brand.pk).update(keywords=["cricket"], industry="sports", name="Gully")
    fitting.fit_all(now=now)
    assert list(fits(cast.brand)) == ["Gully cricket"]


def test_a_brand_that_was_just_changed_can_be_fitted_alone(
    cast: Cast, rising: list[TrendTopic], now: dt.datetime
) -> None:
    late = topic("Rooftop cinema")
    with tenancy.operator():
        BrandProfile.objects.filter(pk=cast.lisbon_brand.pk).update(keywords=["rooftop"])
    assert fitting.fit_brand(cast.lisbon_brand.pk, now=now) == 1
    assert list(fits(cast.lisbon_brand)) == ["Rooftop cinema"]
    TrendTopic.objects.filter(pk=late.pk).update(context=["A film under the monsoon"])
    fitting.fit_all(now=now)
    assert "Rooftop cinema" in fits(cast.brand)  # the other brands still see it as new


def test_each_brand_is_held_against_everything_once_a_day(
    cast: Cast, rising: list[TrendTopic], now: dt.datetime
) -> None:
    with tenancy.operator():
        TrendRelevance.objects.all().delete()
    assert fitting.fit_all(now=now + dt.timedelta(hours=23)) == 0
    assert fitting.fit_all(now=now + dt.timedelta(hours=25)) == 2


def test_what_is_over_keeps_its_fit_for_a_month_and_what_is_blocked_loses_it(
    cast: Cast, rising: list[TrendTopic], now: dt.datetime
) -> None:
    TrendTopic.objects.filter(title="Glass skin").update(status="expired", last_seen_at=now)
    TrendTopic.objects.filter(title="Monsoon skincare").update(is_blocked=True)
    fitting.fit_all(now=now)
    assert list(fits(cast.brand)) == ["Glass skin"]
    fitting.fit_all(now=now + 31 * DAY)
    assert fits(cast.brand) == {}


def test_only_the_best_fits_are_kept(cast: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "KEPT", 3)
    for number in range(6):
        topic(f"skincare {number}", names=["monsoon"] * (number > 3))
    fitting.fit_all(now=now)
    assert len(fits(cast.brand)) == 3
    assert {"skincare 4", "skincare 5"} < set(fits(cast.brand))


def test_audience_voice_past_and_guidelines_reach_the_fit(
    cast: Cast, rising: list[TrendTopic], now: dt.datetime
) -> None:
    with tenancy.operator():
        AudienceProfile.objects.create(
            organization=cast.kesar, brand=cast.brand, name="Students", interests=["glass skin"], locations=["Mumbai"]
        )
        for number in range(2):
            BrandVoiceSample.objects.create(
                organization=cast.kesar,
                brand=cast.brand,
                text=f"Dewy, day {number}.",
                text_hash=str(number),
            )
        OwnHashtag.objects.create(
            organization=cast.kesar, tag="GlassSkin", normalized="glassskin", platform="x", hour=now - 9 * DAY,
            posts=6, ratios=[1.5, 1.6, 1.7, 1.8, 1.9, 2.0],
        )  # fmt: skip
        BrandProfile.objects.filter(pk=cast.brand.pk).update(guidelines="Never talk about monsoon.")
    TrendTopic.objects.filter(title="Glass skin").update(names=["Glass skin", "dewy skin"])
    fitting.fit_all(now=now)
    assert {"audience", "voice", "past", "niche"} <= set(reasons(cast.brand, "Glass skin"))
    assert "Monsoon skincare" not in fits(cast.brand)


def test_words_of_everybody_are_no_voice() -> None:
    said = ["The kettle sings every morning, take your time.", "A kettle, a morning, and people who take time."]
    assert "kettle" in brands.vocabulary(said)
    assert not brands.vocabulary(said) & {"take", "time", "people", "the"}


@pytest.mark.parametrize("semantic", [False, True])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keyword=st.sampled_from(["skin", "skin barrier", "chai", "monsoon skin", "स्किन केयर", "light"]),
    names=st.lists(st.sampled_from(NAMES), max_size=3),
    context=st.lists(st.sampled_from(["all about chai", "skin and barrier", "acne", ""]), max_size=2),
    industry=st.sampled_from(["", "skincare", "food"]),
)  # fmt: skip
def test_the_shortlist_never_leaves_out_what_fits(
    semantic: bool, keyword: str, names: list[str], context: list[str], industry: str
) -> None:
    brand, found = Profile(keywords=[keyword], industry=industry), facts(names, context)
    scale = Scale(semantic=semantic)
    listed = Index([found], np.zeros((1, 4), dtype=np.float32)).shortlist(brand, floor=fitting.FLOOR, scale=scale)
    assert listed == [0] or relevance(brand, found, scale=scale).score < fitting.FLOOR


def statements(now: dt.datetime) -> int:
    with CaptureQueriesContext(connection) as asked:
        fitting.fit_all(now=now)
    return len(asked)


def test_a_pass_takes_the_same_statements_for_few_brands_and_topics_and_many(cast: Cast, now: dt.datetime) -> None:
    topic("Monsoon skincare")
    fitting.fit_all(now=now)
    counts = []
    for many in (2, 40):
        with tenancy.operator():
            BrandProfile.objects.bulk_create(
                BrandProfile(organization=cast.kesar, name=f"{many} {number}", keywords=["monsoon"])
                for number in range(many)
            )
        for number in range(many):
            topic(f"Monsoon {many} {number}")
        counts.append(statements(now))
    assert counts[0] == counts[1] <= 44


def test_topics_come_in_chunks_and_brands_in_parts(
    cast: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "CHUNK", 3)
    monkeypatch.setattr(fitting, "BRANDS", 2)
    with tenancy.operator():
        BrandProfile.objects.bulk_create(
            BrandProfile(organization=cast.kesar, name=f"Brand {number}", keywords=["monsoon"]) for number in range(4)
        )
    for number in range(8):
        topic(f"Monsoon {number}")
    assert fitting.fit_all(now=now) == 8 * 5
    assert fitting.fit_all(now=now) == 0
    assert FittedTopic.objects.count() == 8
    with tenancy.operator():
        assert BrandFit.objects.count() == 6


def test_a_topic_that_goes_while_it_is_fitted_breaks_nothing(cast: Cast, now: dt.datetime) -> None:
    gone = uuid.uuid4()
    with tenancy.operator():
        loaded = brands.load([cast.brand.pk], FakeModel(), now=now)
    fitting._write([(loaded[0], gone, relevance(Profile(keywords=["x"]), facts(["x"])))], now=now)
    assert fits(cast.brand) == {}


class FakeModel:
    """An embedder that cannot be reached."""

    name, dimensions, semantic, remote = "away", 4, True, True

    def embed(self, texts: list[str]) -> Any:
        raise EmbeddingFailed("away")


@pytest.fixture
def loaded(now: dt.datetime, cast: Cast) -> Cast:
    """The cast, with the example topics."""
    assert examples.load(now) > 20
    return cast


def test_of_the_examples_skincare_comes_first_for_kesar_and_cricket_is_not_claimed(loaded: Cast) -> None:
    found = list(fits(loaded.brand))
    assert found[0] in {"monsoon skincare", "Monsoon skincare", "#MonsoonSkincare"}
    text = " ".join(found).casefold()
    assert "cricket" not in text
    assert "phone" not in text
    assert fits(loaded.lisbon_brand) == {}


def test_a_fit_tells_its_reasons_and_they_add_up(loaded: Cast) -> None:
    with tenancy.operator():
        for fit in TrendRelevance.objects.filter(brand=loaded.brand):
            assert fit.score >= fitting.FLOOR
            assert sum(points for _name, points, _words in fit.reasons) == pytest.approx(fit.score, abs=0.2)
