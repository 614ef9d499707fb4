"""The overview: what the days brought, against as many days before, and what is not told."""

import datetime as dt
import uuid
from random import Random

import pytest
from django.db import connection as database
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from analytics.models import Conversion, ConversionCredit, ConversionSite, PostDay
from analytics.queries import overview
from analytics.queries.account_days import Told
from analytics.queries.narrowing import Wish
from analytics.rollups import posts
from analytics.screens import figures
from analytics.screens import overview as screen
from analytics.span import DAY
from publishing.models import PlatformConnection
from tests.analytics.counted import counted, counted_days, post_day, rolled_up, signed_in, today, tracked, wish, won
from tests.analytics.posting import connection, published, snapshot
from tests.cast import Cast

BUDGET = 18  # of which six are the session, its member and the shell's


def page(client: Client, **params: str) -> str:
    answer = client.get(reverse("numbers"), params)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def shown(cast: Cast, **params: str) -> dict[str, figures.Figure]:
    asked, accounts = wish(cast.asha, **params)
    found = overview.of_member(cast.asha, asked, accounts)
    return {each.key: each for each in screen.headlines(found)}


def two_spans(account: PlatformConnection, cast: Cast, *, now: int | None, before: int | None, days: int = 28) -> None:
    for number in range(1, days + 1):
        won(account, today(cast) - number * DAY, views=now, reach=now, engagement=now and now // 10)
        won(
            account, today(cast) - (number + days) * DAY, views=before, reach=before, engagement=before and before // 10
        )


def test_the_days_are_held_against_as_many_before(kesar: Cast) -> None:
    two_spans(connection(kesar, "instagram"), kesar, now=150, before=100)
    told = shown(kesar)
    assert told["views"].value == 150 * 28
    assert told["views"].change is not None
    assert (told["views"].change.look, told["views"].change.words) == ("up", "+50 %".replace(" ", "\u00a0"))
    assert told["views"].change.since == "from 2,800"
    assert told["rate"].text == "10.0\u00a0%"
    assert told["rate"].change is not None
    assert told["rate"].change.words == "as before"


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [(10, 0, "from nothing"), (0, 0, "as before"), (0, 10, "−100\u00a0%"), (2000, 10, "200×"), (-5, 10, "")],
)
def test_no_change_is_told_that_cannot_be_reckoned(now: float, before: float, words: str) -> None:
    change = figures.changed(now, before)
    assert change is not None
    assert change.words == words


@pytest.mark.parametrize(("now", "before"), [(None, 4), (4, None), (None, None)])
def test_what_nobody_told_has_no_change(now: float | None, before: float | None) -> None:
    assert figures.changed(now, before) is None


def test_what_a_platform_does_not_tell_is_said_with_its_name_and_is_never_nought(kesar: Cast) -> None:
    won(connection(kesar, "bluesky"), today(kesar) - DAY, views=None, engagement=12)
    told = shown(kesar)
    assert told["views"].value is None
    assert told["views"].note == "not given by Bluesky"
    won(connection(kesar, "instagram", account_id="ig"), today(kesar) - DAY, views=40, reach=30, engagement=3)
    assert shown(kesar)["views"].note == "without Bluesky: not told there"


def test_made_up_numbers_are_never_added_to_real_ones(kesar: Cast) -> None:
    won(connection(kesar, "practice"), today(kesar) - DAY, views=1_000_000)
    only_practice = shown(kesar)["views"]
    assert (only_practice.value, only_practice.is_practice) == (1_000_000, True)
    won(connection(kesar, "youtube", account_id="yt"), today(kesar) - DAY, views=7)
    assert (shown(kesar)["views"].value, shown(kesar)["views"].is_practice) == (7, False)
    practice = shown(kesar, numbers="practice")["views"]
    assert (practice.value, practice.is_practice) == (1_000_000, True)


def test_falling_followers_are_told_as_fewer(kesar: Cast) -> None:
    account = tracked(kesar, "instagram")
    last = today(kesar) - DAY
    for number in range(57):
        counted(account, last - number * DAY, {"followers": 1000 + 3 * number}, change_24h=-3)
    told = shown(kesar)["followers"]
    assert (told.value, told.before, told.text) == (-84, -84, "−84")
    drawn = page(signed_in(kesar.asha), metric="followers")
    assert "Followers gained a day" in drawn


def test_one_day_alone_is_no_growth(kesar: Cast) -> None:
    counted(tracked(kesar, "instagram"), today(kesar) - DAY, {"followers": 500})
    assert shown(kesar)["followers"].value is None
    assert "nan" not in page(signed_in(kesar.asha)).lower().split()


def test_streams_stand_beside_views_where_an_artist_is_counted(kesar: Cast) -> None:
    artist = tracked(kesar, "spotify", "Mira Vale")
    for number in range(1, 57):
        counted(artist, today(kesar) - number * DAY, {"streams": 100 if number <= 28 else 80, "followers": 10})
    told = shown(kesar)
    assert (told["streams"].value, told["streams"].before) == (2800, 2240)
    assert told["followers"].value is None  # an artist's followers are not a page's


def test_the_line_shows_streams_where_an_artist_is_counted_and_nowhere_else(kesar: Cast) -> None:
    plain = page(signed_in(kesar.asha), metric="streams")
    assert "Streams a day" not in plain
    assert '<option value="streams"' not in plain
    for name, platform, number in (("Mira Vale", "spotify", 100), ("Mira Vale D", "deezer", 0), ("Two", "spotify", 7)):
        artist = tracked(kesar, platform, name)
        counted(artist, today(kesar) - DAY, {"streams": number, "followers": 10})
        counted(artist, today(kesar) - 40 * DAY, {"streams": 3, "followers": 10})
    asked, accounts = wish(kesar.asha)
    drawn = screen.chart(overview.of_member(kesar.asha, asked, accounts), "streams")
    assert [value for value in drawn.series[0].values if value is not None] == [107]
    assert [value for value in drawn.series[1].values if value is not None] == [9]
    offered = page(signed_in(kesar.asha), metric="streams")
    assert "Streams a day" in offered
    assert '<option value="streams" selected' in offered


def test_streams_of_fewer_days_are_not_held_against_those_of_more(kesar: Cast) -> None:
    counted_days(tracked(kesar, "spotify"), today(kesar) - DAY, 35, lambda _date: {"streams": 100})
    told = shown(kesar)["streams"]
    assert (told.value, told.before, told.change) == (2800, None, None)
    assert told.note == "@kesar; not the same days or accounts were counted before"


def test_followers_gained_in_fewer_days_are_not_held_against_those_of_more(kesar: Cast) -> None:
    account, last = tracked(kesar, "instagram"), today(kesar) - DAY
    counted_days(account, last, 35, lambda date: {"followers": 9000 - 10 * (last - date).days})
    told = shown(kesar)["followers"]
    assert (told.value, told.before, told.change) == (280, None, None)
    assert told.note == "not the same days or accounts were counted before"


def test_followers_counted_once_a_week_are_held_against_each_other(kesar: Cast) -> None:
    account, last = tracked(kesar, "instagram"), today(kesar) - DAY
    for week in range(9):
        counted(account, last - week * 7 * DAY, {"followers": 9000 - 10 * week})
    told = shown(kesar)["followers"]
    assert (told.value, told.before) == (40, 40)


def test_an_artist_that_was_not_counted_before_makes_no_change_of_the_others(kesar: Cast) -> None:
    counted_days(tracked(kesar, "spotify"), today(kesar) - DAY, 56, lambda _date: {"streams": 100})
    counted_days(tracked(kesar, "spotify", "@two"), today(kesar) - DAY, 28, lambda _date: {"streams": 900})
    told = shown(kesar)["streams"]
    assert (told.value, told.before, told.change) == (28_000, None, None)
    assert told.note == "@kesar, @two; not the same days or accounts were counted before"


def test_an_account_that_is_counted_no_more_makes_no_fall_of_the_others() -> None:
    stays, ended = Told(100, 90, 28, 28), Told(None, 500, 0, 28)
    for both in (stays.plus(ended), ended.plus(stays)):
        assert (both.now, both.before, both.is_uneven) == (100, None, True)
    assert stays.plus(Told()) == stays


def test_conversions_are_counted_by_the_organisations_days(kesar: Cast) -> None:
    assert shown(kesar)["conversions"].note == "no site tells of any yet"
    site = ConversionSite.objects.create(organization=kesar.kesar, name="Shop", public_key="k", salt=b"1")
    for number, days in enumerate((2, 3, 30)):
        Conversion.objects.create(
            organization=kesar.kesar, site=site, external_id=str(number), type="purchase", source="server",
            at=timezone.now() - days * DAY,
        )  # fmt: skip
    won(connection(kesar, "youtube"), today(kesar) - DAY, views=7)
    told = shown(kesar)["conversions"]
    assert (told.value, told.before) == (2, 1)


def test_an_account_that_posts_nothing_has_no_conversions_of_others(kesar: Cast) -> None:
    site = ConversionSite.objects.create(organization=kesar.kesar, name="Shop", public_key="k", salt=b"1")
    done = Conversion.objects.create(
        organization=kesar.kesar, site=site, external_id="1", type="purchase", source="server",
        at=timezone.now() - 2 * DAY,
    )  # fmt: skip
    ConversionCredit.objects.create(organization=kesar.kesar, conversion=done, model=site.attribution, share=1)
    artist = tracked(kesar, "spotify")
    counted(artist, today(kesar) - DAY, {"streams": 5})
    assert shown(kesar)["conversions"].value == 1
    assert shown(kesar, account=str(artist.pk))["conversions"].value == 0


@pytest.mark.parametrize("seed", range(4))
def test_the_best_posts_are_those_a_recount_of_every_post_finds(kesar: Cast, seed: int) -> None:
    random = Random(seed)
    accounts = [connection(kesar, name, account_id=name) for name in ("instagram", "youtube", "practice")]
    for number in range(1, 41):
        row = published(kesar, random.choice(accounts), timezone.now() - number * (DAY - dt.timedelta(minutes=7)))
        views, is_told = 0, random.random() < 0.8  # some platforms do not count views
        for hour in sorted(random.sample(range(1, 400), random.randint(1, 5))):
            if row.published_at + dt.timedelta(hours=hour) < timezone.now():
                views = max(0, views + random.randint(-30, 200))  # a platform takes some back now and then
                snapshot(row, hour, views if is_told else None, likes=random.randint(0, 40))
    posts.roll_up(kesar.kesar.pk, now=timezone.now(), anew=True)
    for first, last in ((28, 0), (7, 0), (30, 12), (20, 19)):
        days = {"from": str(today(kesar) - first * DAY), "to": str(today(kesar) - last * DAY)}
        asked, every = wish(kesar.asha, **days, numbers="real")
        found = overview.of_member(kesar.asha, asked, every).best
        assert [(each.post_id, each.views, each.engagement) for each in found] == recounted(asked)


def recounted(asked: Wish) -> list[tuple[uuid.UUID, int | None, int | None]]:
    """The best real posts by all their days."""
    days = PostDay.objects.filter(date__gte=asked.span.first, date__lte=asked.span.last)
    rows = days.exclude(post__measured__is_simulated=True).order_by().values_list("post_id")
    sums = list(rows.annotate(views=Sum("views"), engagement=Sum("engagement")))
    lowest = float("-inf")
    sums.sort(key=lambda each: [-(lowest if number is None else number) for number in each[1:]] + [each[0]])
    return sums[: overview.BEST]


def test_it_asks_no_more_with_ten_times_the_rows(kesar: Cast) -> None:
    rolled_up(kesar)
    client = signed_in(kesar.asha)
    account = connection(kesar, "instagram")
    two_spans(account, kesar, now=10, before=5, days=7)
    counted(tracked(kesar, "tiktok", "t"), today(kesar) - DAY, {"followers": 5})
    row = published(kesar, account, timezone.now() - 3 * DAY)
    post_day(row.post_id, kesar, today(kesar) - 2 * DAY, views=30)
    few = asked(client)
    for number in range(12):
        other = connection(kesar, "youtube", account_id=f"y{number}", handle=f"y{number}")
        two_spans(other, kesar, now=10, before=5, days=7)
        more = published(kesar, other, timezone.now() - (4 + number) * DAY)
        post_day(more.post_id, kesar, today(kesar) - 2 * DAY, views=number)
        counted(tracked(kesar, "tiktok", f"t{number}"), today(kesar) - DAY, {"followers": 5})
    many = asked(client)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= BUDGET, "\n".join(many)


def asked(client: Client) -> list[str]:
    with CaptureQueriesContext(database) as queries:
        assert client.get(reverse("numbers"), {"days": "7"}).status_code == 200
    passing = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [each["sql"] for each in queries if not each["sql"].startswith(passing)]


@pytest.mark.parametrize("numbers", ["practice", "real"])
def test_another_figure_is_of_the_same_numbers_real_or_made_up(cast: Cast, numbers: str) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        for number, key in enumerate(("practice", "youtube")):
            account = connection(cast, key, account_id=f"{number}")
            for day in range(1, 5):
                won(account, today(cast) - day * DAY, views=7)
    client = signed_in(cast.asha)
    for place in (reverse("numbers"), reverse("numbers_client", args=[cast.client.pk])):
        shown = client.get(place, {"numbers": numbers}).content.decode()
        assert f'<input type="hidden" name="numbers" value="{numbers}">' in shown, place


def test_nothing_at_all_says_what_to_do_next(kesar: Cast) -> None:
    assert "No account is counted yet" in page(signed_in(kesar.asha))
    connection(kesar, "instagram")
    shown = page(signed_in(kesar.asha))
    assert "the first numbers come with the next count" in shown
    assert "Those of today stand at each post" in shown
    assert f'href="{reverse("numbers_posts")}">The numbers of each post' in shown
    assert "Everything</a>" not in shown
    assert "Everything</a>" in page(signed_in(kesar.asha), platform="instagram")


def test_a_span_in_the_future_is_the_usual_one(kesar: Cast) -> None:
    asked, _accounts = wish(kesar.asha, **{"from": "2099-01-01", "to": "2099-02-01"})
    assert (asked.span.days, asked.span.last) == (28, today(kesar) - DAY)


@pytest.mark.parametrize("name", ["account", "client", "brand", "platform"])
def test_what_is_not_there_is_not_found(kesar: Cast, name: str) -> None:
    for value in (str(uuid.uuid4()), "nonsense"):
        assert signed_in(kesar.asha).get(reverse("numbers"), {name: value}).status_code == 404


def test_another_organisations_account_and_client_are_not_found(cast: Cast) -> None:
    with tenancy.operator():
        account = connection(cast, "instagram")
    dev = signed_in(cast.dev)
    assert dev.get(reverse("numbers"), {"account": str(account.pk)}).status_code == 404
    assert dev.get(reverse("numbers"), {"client": str(cast.client.pk)}).status_code == 404


def test_a_clients_member_sees_that_client_alone(cast: Cast) -> None:
    with tenancy.operator():
        won(connection(cast, "instagram", client=cast.client), today(cast) - DAY, views=41)
        won(connection(cast, "instagram", account_id="m", client=cast.metro), today(cast) - DAY, views=1000)
    with tenancy.of_member(cast.esha):
        asked, accounts = wish(cast.esha)
        assert overview.of_member(cast.esha, asked, accounts).now.won["views"] == 41
    assert "1,041" not in page(signed_in(cast.esha))


def test_every_table_is_a_file_with_the_same_numbers(kesar: Cast) -> None:
    account = connection(kesar, "instagram", handle="=HYPERLINK(1)", client=kesar.client)
    two_spans(account, kesar, now=150, before=100)
    client = signed_in(kesar.asha)
    for name in ("headlines", "days", "platforms", "accounts", "clients", "brands", "posts"):
        answer = client.get(reverse("numbers"), {"csv": name})
        assert answer["Content-Type"].startswith("text/csv"), name
    told = client.get(reverse("numbers"), {"csv": "accounts"}).content.decode()
    assert "'=HYPERLINK(1),instagram,4200,2800" in told
    days = client.get(reverse("numbers"), {"csv": "days"}).content.decode().splitlines()
    assert len(days) == 1 + 56


def test_the_api_tells_the_same(kesar: Cast) -> None:
    two_spans(connection(kesar, "instagram"), kesar, now=150, before=100)
    client = signed_in(kesar.asha)
    told = client.get("/api/v1/numbers/overview").json()
    views = next(each for each in told["headlines"] if each["key"] == "views")
    assert (views["value"], views["before"]) == (4200, 2800)
    assert told["platforms"][0]["views"] == 4200
    assert len(told["days"]) == 28
    assert client.get("/api/v1/numbers/overview", {"account": str(uuid.uuid4())}).status_code == 422
