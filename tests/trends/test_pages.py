"""The trends pages: what they show, to whom, and what they cost."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from accounts.models import BrandProfile, Membership
from tests.cast import Cast
from tests.trends.collecting import HOUR, keyword, source_of, store
from trends.collection import fitting, storing
from trends.detection.explaining import burst_words
from trends.models import TrendDay, TrendObservation, TrendRelevance, TrendSource, TrendTopic
from trends.normalise import Kind
from trends.services import examples
from trends.sources.base import Item


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def read(client: Client, address: str = "/trends/", **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


@pytest.fixture
def loaded(cast: Cast) -> Cast:
    """The cast, with the example topics as of now."""
    examples.load(timezone.now())
    return cast


def test_the_list_shows_what_fits_my_brand_first_and_why(loaded: Cast) -> None:
    page = read(signed_in(loaded.asha))
    assert "monsoon skincare" in page
    assert "speaks of" in page
    assert "For Kesar Naturals" in page
    assert "GullyCricket" not in page
    assert page.index("monsoon skincare") < page.index("#SkinBarrier")


def test_a_brand_that_nothing_fits_sees_everything_and_no_claim(loaded: Cast) -> None:
    page = read(signed_in(loaded.dev))
    assert "GullyCricket" in page
    assert "speaks of" not in page
    assert "Kesar" not in page


def test_a_brand_without_words_is_told_why_nothing_is_scored(loaded: Cast) -> None:
    with tenancy.operator():
        BrandProfile.objects.filter(organization=loaded.kesar).update(keywords=[])
        TrendRelevance.objects.all().delete()
        topic = TrendTopic.objects.live().first()
    told, asha = "Not scored: Kesar Naturals has no words yet", signed_in(loaded.asha)
    assert topic
    for address in ("/trends/?view=all", f"/trends/{topic.pk}/"):
        assert told in read(asha, address), address
    with tenancy.operator():
        BrandProfile.objects.filter(organization=loaded.kesar).update(keywords=["ceramides"])
    assert told not in read(asha, "/trends/?view=all")


def test_each_brand_has_its_own_reasons(loaded: Cast) -> None:
    with tenancy.operator():
        BrandProfile.objects.filter(pk=loaded.lisbon_brand.pk).update(keywords=["street food"])
    fitting.fit_all()
    page = read(signed_in(loaded.dev))
    assert "“street food”" in page
    assert "skincare”" not in page


def test_examples_are_called_examples(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="monsoonskincare")
    for address in ("/trends/", f"/trends/{topic.pk}/"):
        page = read(signed_in(loaded.asha), address)
        assert "Example data." in page
        assert "invented" in page


def test_with_the_first_real_topic_no_example_is_shown(loaded: Cast) -> None:
    source = source_of("bluesky")
    TrendSource.objects.filter(pk=source.pk).update(last_success_at=timezone.now(), enabled=True, health="ok")
    store(source, [keyword("Real rain", 5)], now=timezone.now())
    page = read(signed_in(loaded.asha), "/trends/?view=all")
    assert "Real rain" in page
    assert "Example data" not in page
    assert ">example<" not in page
    assert "monsoon skincare" not in page


def test_stating_a_state_a_source_or_a_kind_narrows_the_list(loaded: Cast) -> None:
    client = signed_in(loaded.asha)
    assert "GlassSkin" in read(client, "/trends/?view=declining")
    assert "monsoon skincare" not in read(client, "/trends/?view=declining")
    wikipedia = read(client, "/trends/?view=all&source=wikipedia")
    assert "Pakora" in wikipedia
    assert "monsoon skincare" not in wikipedia
    assert "Nine needed" in read(client, "/trends/?view=all&kind=headline")
    assert "#GlassSkin" not in read(client, "/trends/?view=all&kind=headline")
    assert "No topic fits this filter" in read(client, "/trends/?region=US")


def test_a_search_that_finds_nothing_for_the_brand_leads_to_the_same_search_in_all(loaded: Cast) -> None:
    client = signed_in(loaded.asha)
    page = read(client, "/trends/?q=GullyCricket")
    assert "No topic fits this filter" in page
    assert '<a href="?view=all&amp;q=GullyCricket">Look among all topics</a>' in page
    assert "#GullyCricket" in read(client, "/trends/?view=all&q=GullyCricket")
    assert "Look among all topics" not in read(client, "/trends/?view=all&q=zebra")


def test_a_topic_told_in_two_countries_is_in_the_list_of_both_and_its_page_names_them(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="glassskin")
    TrendTopic.objects.filter(pk=topic.pk).update(regions=["IN", "US"])
    client = signed_in(loaded.asha)
    for region in ("IN", "US"):
        assert "GlassSkin" in read(client, f"/trends/?view=all&region={region}")
    assert "No topic fits this filter" in read(client, "/trends/?view=all&region=BR")
    assert "India, United States" in read(client, f"/trends/{topic.pk}/")


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("monsoon skin", "monsoon skincare"),
        ("skincare", "monsoon skincare"),
        ("#monsoonskincare", "monsoon skincare"),
        ("Night mode cameras", "Night mode cameras"),
        ("स्किन", "शादी से पहले स्किन केयर"),
        ("☔🎶", "☔🎶"),
    ],
)
def test_a_search_finds_a_topic_by_any_of_its_spellings(q: str, found: str, loaded: Cast) -> None:
    answer = signed_in(loaded.asha).get("/trends/", {"view": "all", "q": q})
    assert found in answer.content.decode()
    assert "PaniPuri" not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "age=x&least=99999&sort=nonsense&language=%00&platform=" + "x" * 99,
        "sort=fit&least=60&age=1",
        "view=nonsense",
        "kind=x&source=%00&region=" + "z" * 500,
        "q=%00%25_%27%22",
        "q=" + "a" * 5000,
        "view=ours&q=",
    ],
)
def test_odd_addresses_still_give_a_page(query: str, loaded: Cast) -> None:
    read(signed_in(loaded.asha), f"/trends/?{query}")


@pytest.mark.parametrize("place", ["x", "1.0~", "1.0~nonsense", "x~01a1fc88-08fa-799f-93af-9b62386f80b7"])
def test_a_place_that_is_not_ours_is_not_found(place: str, loaded: Cast) -> None:
    assert signed_in(loaded.asha).get("/trends/", {"after": place}).status_code == 404


@pytest.mark.parametrize("sort", ["score", "newest", "growth", "burst"])
def test_more_shows_every_topic_once_in_every_order_also_among_equals(sort: str, cast: Cast) -> None:
    now = timezone.now()
    store(source_of(), [keyword(f"Topic number {number}", 5) for number in range(75)], now=now)
    TrendTopic.objects.update(growth_24h=0.5, burst=3.0)
    client, address, seen = signed_in(cast.dev), f"/trends/?view=all&sort={sort}", []
    for _ in range(3):
        answer = client.get(address)
        seen += [row.topic.title for row in answer.context["page"].rows]
        address = f"/trends/{answer.context['next_url']}"
    assert len(seen) == len(set(seen)) == 75
    assert answer.context["next_url"] == ""


def test_a_part_of_the_page_comes_without_the_shell(loaded: Cast) -> None:
    part = read(signed_in(loaded.asha), "/trends/", **{"HX-Request": "true", "HX-Target": "topics"})
    assert part.lstrip().startswith("<section")
    assert "For Kesar Naturals" in part
    assert '<nav class="side"' not in part


def test_titles_of_any_script_and_hostile_ones_are_shown_as_they_are(cast: Cast) -> None:
    titles = ["كأس العالم ٢٠٢٦", "שבת שלום", "☔🎶", "<script>alert(1)</script>", "{{ 7|add:7 }}", "\u202egnp.exe"]
    store(source_of(), [keyword(title, 5) for title in titles], now=timezone.now())
    page = read(signed_in(cast.dev), "/trends/?view=all")
    assert page.count("<bdi") == len(titles)
    assert "كأس العالم ٢٠٢٦" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7|add:7 }}" in page


def test_a_topics_page_explains_its_curve_its_sources_and_its_fit(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="monsoonskincare")
    answer = signed_in(loaded.asha).get(f"/trends/{topic.pk}/")
    page = answer.content.decode()
    assert sorted({one.kind for one in answer.context["seen"]}) == sorted(topic.source_kinds)
    assert answer.context["curve"].series[0].values[-1] > 0
    assert len(answer.context["table"].names) == 4
    assert "#MonsoonSkincare" in page
    assert "Why it fits" in page
    assert "“skincare”" in page
    assert "Growth:" in page
    assert "Humidity and sweat" in page
    assert round(sum(points for *_, points in answer.context["factors"])) == pytest.approx(topic.score, abs=4)


@pytest.mark.parametrize("days", ["1", "3", "7", "-1", "x"])
def test_the_curve_is_shown_over_hours(days: str, loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="panipuri")
    answer = signed_in(loaded.asha).get(f"/trends/{topic.pk}/", {"days": days})
    assert answer.context["days"] == (days if days in "137" else "3")
    assert not answer.context["course"].by_day
    assert len(answer.context["curve"].x) in (range(20, 25) if days == "1" else range(40, 73))


def rolled(topic: TrendTopic, source: TrendSource, *, days: int, today: dt.date, count: int = 100) -> None:
    TrendDay.objects.bulk_create(
        TrendDay(topic=topic, source=source, day=today - dt.timedelta(days=ago), hours=24, count=count + ago, most=9)
        for ago in range(2, days + 2)
    )


@pytest.mark.parametrize(("days", "shown"), [("30", 30), ("all", 60)])
def test_beyond_a_week_days_are_shown_those_rolled_up_and_the_last_ones_added_up(
    days: str, shown: int, cast: Cast
) -> None:
    now, source = timezone.now(), source_of("google_news")
    (topic,) = store(source, [keyword("Long lived", 5)], now=now)
    rolled(topic, source, days=59, today=now.date())
    TrendObservation.objects.create(topic=topic, source=source, hour=storing.hour_of(now) - 24 * HOUR, count=70)
    course = signed_in(cast.dev).get(f"/trends/{topic.pk}/", {"days": days}).context["course"]
    assert course.by_day
    assert len(course.at) == shown
    assert course.at[-1].date() == now.astimezone(dt.UTC).date() - dt.timedelta(days=1)
    assert course.total[-2] == 102
    assert 70 <= course.total[-1] <= 3 * 70


def test_the_curve_stands_beside_what_was_expected_and_what_is_usual_and_says_both_in_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)  # else an hour may end in between
    examples.load(now)
    topic = TrendTopic.objects.get(normalized="monsoonskincare")
    answer = signed_in(cast.asha).get(f"/trends/{topic.pk}/")
    chart, page = answer.context["curve"], answer.content.decode()
    assert len(chart.band.low) == len(chart.band.high) == len(chart.x)
    assert all(low <= high for low, high in zip(chart.band.low, chart.band.high, strict=True))
    usual = chart.series[1]
    assert (usual.label, round(topic.expected or 0)) == ("Expected", usual.values[-1])
    assert "Expected for this hour" in page
    assert f"Expected for this hour: {usual.values[-1]:,.0f}; usual is" in chart.summary
    assert (topic.observed, topic.expected, topic.burst) != (None, None, None)
    assert burst_words(topic.observed or 0, topic.expected or 0, topic.burst or 0) in page


def test_a_forecast_is_told_with_its_maker_and_an_old_one_is_not(loaded: Cast) -> None:
    now = timezone.now()
    told = {
        "made_at": now.isoformat(), "breakout": 0.34, "breakout_level": 900.0, "made_by": "rule", "is_fallback": True,
        "state_1h": {"state": "up", "chance": 0.61}, "state_6h": {"state": "gone", "chance": None}, "known": 3,
        "needed": 500,
    }  # fmt: skip
    TrendTopic.objects.filter(normalized="monsoonskincare").update(forecast=told)
    topic = TrendTopic.objects.get(normalized="monsoonskincare")
    page = read(signed_in(loaded.asha), f"/trends/{topic.pk}/")
    for words in ("Breaks out within 12 hours", "34", "by rule, not by a model yet", "rising", "gone", "3 of 500"):
        assert words in page
    told["made_at"] = (now - 7 * HOUR).isoformat()
    TrendTopic.objects.filter(pk=topic.pk).update(forecast=told)
    assert "What comes next" not in read(signed_in(loaded.asha), f"/trends/{topic.pk}/")


@pytest.mark.parametrize(
    ("status", "states", "said"),
    [
        ("trending", ("up", "down"), "Now: trending; expected in an hour: rising, in six hours: falling."),
        ("emerging", ("flat", "gone"), "Now: emerging; expected in an hour: level, in six hours: gone."),
        ("declining", ("down", "up"), "Now: declining; expected in an hour: falling, in six hours: rising."),
        ("trending", ("up", "up"), ""),
        ("declining", ("down", "gone"), ""),
    ],
)
def test_where_the_forecast_points_another_way_than_the_topic_one_sentence_says_both(
    status: str, states: tuple[str, str], said: str, loaded: Cast
) -> None:
    topic = TrendTopic.objects.get(title="monsoon skincare")
    topic.status, made_at = status, timezone.now() - HOUR
    topic.forecast = {"state_1h": {"state": states[0]}, "state_6h": {"state": states[1]}, "made_at": str(made_at)}
    topic.save(update_fields=["status", "forecast"])
    page = read(signed_in(loaded.asha), f"/trends/{topic.pk}/")
    assert "What comes next" in page
    assert said in page
    assert bool(said) == ("Now: " in page)


def test_a_topics_names_stand_with_who_calls_it_so_and_where_it_is_talked_about(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(title__startswith="Humid days")
    answer = signed_in(loaded.asha).get(f"/trends/{topic.pk}/")
    countries = {place.country: place for place in answer.context["places"]}
    assert set(countries) == {"IN", "GB"}
    assert round(sum(place.share for place in countries.values())) == 100
    assert countries["IN"].share > countries["GB"].share
    assert "United Kingdom" in answer.content.decode()


def test_figures_of_searches_are_not_added_to_mentions(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="monsoonskincare")
    places = signed_in(loaded.asha).get(f"/trends/{topic.pk}/").context["places"]
    assert [place.country for place in places] == [""]  # Mastodon and Bluesky look at the whole world


def test_an_earlier_run_is_shown_with_its_curve(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="newmusicfriday", run=2)
    answer = signed_in(loaded.asha).get(f"/trends/{topic.pk}/")
    (run,) = answer.context["kin"].runs
    assert run.topic.run == 1
    assert len(run.curve) >= 2
    assert "Earlier runs" in answer.content.decode()


def test_a_merged_topic_goes_on_to_the_one_it_was_merged_into(cast: Cast) -> None:
    now = timezone.now()
    winner, middle, loser = store(source_of(), [keyword(f"Topic {name}", 5) for name in "abc"], now=now)
    TrendTopic.objects.filter(pk=middle.pk).update(merged_into=winner, status="expired")
    TrendTopic.objects.filter(pk=loser.pk).update(merged_into=middle, status="expired")
    client = signed_in(cast.dev)
    answer = client.get(f"/trends/{loser.pk}/", {"days": "7"})
    assert (answer.status_code, answer["Location"]) == (302, f"/trends/{winner.pk}/?days=7")
    assert "Topic b" in read(client, f"/trends/{winner.pk}/")
    TrendTopic.objects.filter(pk=winner.pk).update(merged_into=loser)  # nothing of ours makes such a ring
    assert client.get(f"/trends/{loser.pk}/").status_code in {200, 302}


def test_a_topic_of_searches_says_searches_and_one_just_seen_says_too_new(cast: Cast) -> None:
    now = timezone.now()
    (searched,) = store(source_of("google_trends"), [keyword("Gold rate", traffic=500)], now=now)
    assert "Searches or views an hour" in read(signed_in(cast.dev), f"/trends/{searched.pk}/")
    assert "Too new for a curve" in read(signed_in(cast.dev), f"/trends/{searched.pk}/")


def test_a_topic_that_is_over_says_so_and_a_blocked_one_is_gone(cast: Cast) -> None:
    (topic,) = store(source_of(), [keyword("Over", 5)], now=timezone.now())
    TrendTopic.objects.update(status="expired")
    assert "This run of the topic is over" in read(signed_in(cast.dev), f"/trends/{topic.pk}/")
    TrendTopic.objects.update(is_blocked=True)
    assert signed_in(cast.dev).get(f"/trends/{topic.pk}/").status_code == 404
    assert signed_in(cast.dev).get(f"/trends/{uuid.uuid4()}/").status_code == 404


def test_a_client_may_not_see_trends_and_a_stranger_signs_in(loaded: Cast) -> None:
    topic = TrendTopic.objects.first()
    assert topic is not None
    for address in ("/trends/", f"/trends/{topic.pk}/"):
        assert signed_in(loaded.esha).get(address).status_code == 403
        assert Client().get(address).status_code == 302
        assert signed_in(loaded.chitra).get(address).status_code == 200
        assert signed_in(loaded.asha).post(address).status_code == 405


def test_only_who_may_edit_is_invited_to_make_a_post(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="monsoonskincare")
    assert f"?topic={topic.pk}" in read(signed_in(loaded.ben), f"/trends/{topic.pk}/")
    assert f"?topic={topic.pk}" not in read(signed_in(loaded.chitra), f"/trends/{topic.pk}/")


def test_the_sources_stand_beside_with_the_worst_of_each_kind_first(cast: Cast) -> None:
    now = timezone.now()
    for name, health in (("News A", "ok"), ("News B", "down")):
        TrendSource.objects.create(
            kind="google_news",
            name=name,
            health=health,
            last_success_at=now,
            last_error="It is down." * (health == "down"),
        )
    TrendSource.objects.create(kind="bluesky", name="B", health="ok", last_success_at=now, next_poll_at=now - 3 * HOUR)
    TrendSource.objects.create(kind="mastodon", name="M", health="ok", last_success_at=now, next_poll_at=now + HOUR)
    answer = signed_in(cast.dev).get("/trends/")
    strands = answer.context["strands"]
    assert [(one.kind, one.feeds, one.health, one.is_late) for one in strands] == [
        ("google_news", 2, "down", False),
        ("bluesky", 1, "ok", True),
        ("mastodon", 1, "ok", False),
    ]
    assert "It is down." in answer.content.decode()


def cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_list_costs_the_same_for_3_topics_as_for_30(cast: Cast) -> None:
    now, counts = timezone.now(), []
    client = signed_in(cast.asha)
    for size in (3, 30):
        store(source_of(name=f"Bluesky {size}"), [keyword(f"Monsoon {number}", 5) for number in range(size)], now=now)
        fitting.fit_all()
        counts.append((cost(client, "/trends/"), cost(client, "/trends/?view=all&q=monsoon")))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 12


def test_a_topics_page_costs_the_same_for_3_observations_as_for_30(cast: Cast) -> None:
    now = timezone.now()
    client, counts, topic = signed_in(cast.asha), [], None
    for size in (3, 30):
        for number in range(size // 3):
            for hours in range(3):
                source = TrendSource.objects.filter(name=f"S{number}").first() or source_of(name=f"S{number}")
                (topic,) = store(source, [Item("#Rain", Kind.HASHTAG, count=5)], now=now - hours * HOUR)
        assert topic is not None
        counts.append(cost(client, f"/trends/{topic.pk}/"))
    assert counts[0] == counts[1] < 12


def test_days_cost_no_more_than_hours(cast: Cast) -> None:
    now, source, client = timezone.now(), source_of(), signed_in(cast.asha)
    (topic,) = store(source, [keyword("Rain", 5)], now=now)
    TrendTopic.objects.create(
        title="Rain", normalized=topic.normalized, run=0, kind="keyword", first_detected_at=now, last_seen_at=now,
        status="expired",
    )  # fmt: skip
    rolled(topic, source, days=40, today=now.date())
    assert cost(client, f"/trends/{topic.pk}/?days=all") == cost(client, f"/trends/{topic.pk}/?days=1") < 12


def test_times_are_the_readers(loaded: Cast) -> None:
    topic = TrendTopic.objects.get(normalized="panipuri")
    answer = signed_in(loaded.asha).get(f"/trends/{topic.pk}/")
    assert answer.context["curve"].labels[-1].endswith(":30")  # Kolkata is half an hour off
    assert isinstance(topic.first_detected_at, dt.datetime)
