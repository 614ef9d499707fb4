"""A platform's own page: every field of its document, with gaps and reasons."""

import datetime as dt

from django.urls import reverse

from accounts import tenancy
from analytics.documents import DOCUMENTS
from analytics.queries import platform
from analytics.queries.account_days import Told
from analytics.screens import platform as screen
from analytics.span import DAY
from tests.analytics.counted import counted, counted_days, signed_in, today, tracked, wish
from tests.cast import Cast

NOV = dt.date(2026, 11, 3)


def found(cast: Cast, key: str, *, metric: str = "", **params: str) -> platform.PlatformNumbers:
    asked, accounts = wish(cast.asha, **params)
    return platform.of(key, asked, accounts, metric=metric)


def test_totals_stand_sums_add_and_shares_are_means(kesar: Cast) -> None:
    account = tracked(kesar, "instagram")
    last = today(kesar) - DAY
    for number in range(56):
        rate = 0.02 if number < 28 else 0.01
        told = {"followers": 1000 - number, "likes": 10, "engagement_rate": rate}
        counted(account, last - number * DAY, told)
    numbers = found(kesar, "instagram")
    assert numbers.told("followers").told == Told(1000, 972, 28, 28)  # type: ignore[union-attr]
    assert numbers.told("likes").told == Told(280, 280, 28, 28)  # type: ignore[union-attr]
    assert round(numbers.told("engagement_rate").told.now or 0, 6) == 0.02  # type: ignore[union-attr]


def test_what_is_null_says_why(kesar: Cast) -> None:
    account = tracked(kesar, "instagram")
    counted(account, today(kesar) - DAY, {"followers": 5, "reach": None}, missing={"reach": "too_few"})
    _first, _rest, untold = screen.told_apart(found(kesar, "instagram"))
    notes = {each.key: each.note for each in untold}
    assert notes["reach"] == "The platform keeps it back while numbers are small."
    assert notes["impressions"] == "The platform tells nobody."


def test_days_that_nobody_counted_are_gaps_and_are_named(kesar: Cast) -> None:
    account = tracked(kesar, "instagram")
    last = today(kesar) - DAY
    for number in range(28):
        if number not in {3, 4, 9}:
            counted(account, last - number * DAY, {"followers": 100})
    numbers = found(kesar, "instagram")
    drawn = screen.chart(numbers)
    assert drawn is not None
    assert [drawn.series[0].values[27 - number] for number in (3, 4, 9)] == [None, None, None]
    assert len(numbers.accounts[0].missing) == 3
    assert screen.gaps(numbers)[0].startswith("@kesar was not counted on ")


def test_days_are_named_in_stretches() -> None:
    days = [NOV, NOV + DAY, NOV + 2 * DAY, NOV + 6 * DAY]
    assert screen.stretches(days) == "3 Nov to 5 Nov, 9 Nov"
    assert screen.stretches([]) == ""


def test_an_account_that_begins_later_is_named_and_a_missed_one_is_a_gap(kesar: Cast) -> None:
    old, new = tracked(kesar, "instagram", "old"), tracked(kesar, "instagram", "new")
    last = today(kesar) - DAY
    counted_days(old, last, 28, lambda _date: {"followers": 100})
    counted_days(new, last, 10, lambda _date: {"followers": 50})
    new.days.filter(date=last - 2 * DAY).delete()
    line = found(kesar, "instagram").line
    assert line is not None
    assert line.now[last] == 150
    assert last - 2 * DAY not in line.now
    assert line.now[last - 12 * DAY] == 100
    assert line.joined == [(last - 9 * DAY, "new")]


def test_lists_of_the_last_day_are_shown_with_what_stands_in_them(kesar: Cast) -> None:
    artist = tracked(kesar, "spotify", "Mira Vale")
    lists = {
        "streams": 10,
        "top_tracks": [{"id": "1", "title": "Salt Lines", "streams": 1200, "url": "javascript:alert(1)"}],
        "top_countries": [{"name": "IN", "share": 0.67}],
        "editorial_playlists": "not a list",
    }
    counted(artist, today(kesar) - DAY, lists)
    shown = screen.listings(found(kesar, "spotify"))
    assert [each.key for each in shown] == ["top_tracks", "top_countries"]
    assert [cell.text for cell in shown[0].rows[0]] == ["Salt Lines", "1,200"]
    assert shown[0].rows[0][0].url == ""
    assert [cell.text for cell in shown[1].rows[0]] == ["India", "67\u00a0%"]


def test_a_day_that_tells_less_hides_neither_followers_nor_the_lists_of_the_days_before(kesar: Cast) -> None:
    artist, last = tracked(kesar, "spotify", "Mira Vale"), today(kesar) - DAY
    cities = {"followers": 1997, "streams": 345, "top_cities": [{"name": "Kolkata", "count": 1200}]}
    counted(artist, last - 2 * DAY, cities, change_7d=12)
    counted(artist, last - DAY, {"streams": 300, "editorial_playlists": [{"name": "Radar"}]})
    counted(artist, last, {"streams": 310, "top_cities": None})
    numbers = found(kesar, "spotify")
    stood = numbers.accounts[0].stood
    assert stood is not None
    assert (stood.followers, stood.change_7d) == (1997, 12)
    assert {each.key for each in screen.listings(numbers)} == {"top_cities", "editorial_playlists"}
    client = signed_in(kesar.asha)
    page = client.get(reverse("numbers_platform", args=["spotify"])).content.decode()
    assert '<td class="num">1,997\n' in page
    with tenancy.operator():
        tracked(kesar, "spotify", "Not counted yet")
    assert "Not counted yet" in client.get(reverse("numbers_platform", args=["spotify"])).content.decode()
    assert client.get("/api/v1/numbers/platforms/spotify").json()["accounts"][0]["followers"] == 1997
    assert "1,997" in client.get(reverse("numbers_accounts")).content.decode()


def test_every_platform_has_a_page_with_nothing_with_one_day_and_with_all_null(kesar: Cast) -> None:
    client = signed_in(kesar.asha)
    for key, document in DOCUMENTS.items():
        address = reverse("numbers_platform", args=[key])
        assert "No account of this platform is counted" in client.get(address).content.decode(), key
        account = tracked(kesar, key, is_simulated=key == "practice")
        counted(account, today(kesar) - DAY, {each.key: None for each in document.fields}, followers=None)
        assert client.get(address).status_code == 200, key
        assert client.get(address, {"csv": "figures"})["Content-Type"].startswith("text/csv"), key
        assert client.get(f"/api/v1/numbers/platforms/{key}").status_code == 200, key


def test_a_platform_nobody_counts_is_not_found(kesar: Cast) -> None:
    client = signed_in(kesar.asha)
    assert client.get(reverse("numbers_platform", args=["geocities"])).status_code == 404
    assert client.get("/api/v1/numbers/platforms/geocities").status_code == 404


def test_another_organisations_account_is_not_found(cast: Cast) -> None:
    with tenancy.operator():
        account = tracked(cast, "instagram")
    address = reverse("numbers_platform", args=["instagram"])
    assert signed_in(cast.dev).get(address, {"account": str(account.pk)}).status_code == 404
