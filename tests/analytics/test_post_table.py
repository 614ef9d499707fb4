"""The table of posts, numbers explained on a click, and numbers that people bring."""

import csv
import datetime as dt
import html
import io
import re
import uuid
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from analytics import figures
from analytics.catalogue import METRICS
from analytics.models import MeasuredPost, PostMetrics
from analytics.queries import post_table
from analytics.services import entering
from analytics.span import Span
from tests.analytics.posting import connection, published, snapshot
from tests.cast import Cast

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def many(cast: Cast, count: int, **fields: Any) -> list[MeasuredPost]:
    """Posts with more and more views; each fifth has none."""
    now, account = timezone.now(), connection(cast, **fields)
    rows = []
    for number in range(count):
        row = published(cast, account, now - (number + 1) * HOUR)
        snapshot(row, 0.5, None if number % 5 == 4 else 100 + number // 2, likes=number)
        rows.append(row)
    figures.refresh(rows, now=now)
    return rows


@pytest.mark.parametrize("sort", ["-views", "views", "-engagement", "like_rate", "-published_at", "-skip_rate"])
def test_pages_by_any_metric_hold_every_post_once_and_those_without_a_value_last(kesar: Cast, sort: str) -> None:
    many(kesar, 13)
    order, seen, mark, pages = post_table.order_of(sort), [], "", 0
    today = timezone.now().date()
    rows = post_table.rows_of(kesar.asha, post_table.Narrowed(Span(today - 3 * DAY, today + DAY), "Asia/Kolkata"))
    while pages == 0 or mark:
        page = post_table.page(rows, order, after=mark, size=4)
        seen += page.rows
        mark, pages = page.more, pages + 1
    assert len({row.pk for row in seen}) == len(seen) == 13
    values = [row.sorted_by for row in seen]  # type: ignore[attr-defined]
    told = [value for value in values if value is not None]
    assert values == [*told, *[None] * (len(values) - len(told))]
    assert told == sorted(told, reverse=sort.startswith("-"))


def test_a_mark_that_makes_no_sense_is_the_first_page() -> None:
    for text in ("x", "%%%", "WzEsMl0", "bnVsbA", "ééé"):
        assert post_table._read(text, post_table.Order()) is None


@pytest.mark.parametrize("value", ["1e400", "-1e400", "NaN", "Infinity", "1" + "0" * 400, "[" * 5000])
@pytest.mark.parametrize("sort", ["-views", "views", "like_rate"])
def test_a_mark_of_a_number_that_is_none_is_the_first_page(kesar: Cast, value: str, sort: str) -> None:
    row = published(kesar, connection(kesar), timezone.now() - dt.timedelta(days=3))
    mark = urlsafe_b64encode(f'[{value},"{uuid.uuid4()}"]'.encode()).decode().rstrip("=")
    assert post_table.page(MeasuredPost.objects.all(), post_table.order_of(sort), after=mark).rows == [row]


def test_the_page_shows_chosen_columns_and_asks_as_much_for_many_as_for_few(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        many(cast, 3)
    address = reverse("numbers_posts") + "?columns=likes&columns=like_rate&sort=-likes"
    client = of(cast.chitra)
    with CaptureQueriesContext(database) as few:
        shown = client.get(address).content.decode()
    assert "Like rate" in shown
    assert "Virality</a>" not in shown
    assert 'aria-sort="descending"' in shown
    with tenancy.of_organization(cast.kesar.pk):
        many(cast, 9, account_id="other", handle="@other")
    with CaptureQueriesContext(database) as more:
        assert client.get(address).status_code == 200
    assert len(more) <= len(few)


def test_filters_narrow_and_another_client_is_not_there(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        one = many(cast, 2)[0]
        account = many(cast, 1, platform="bluesky", account_id="sky", handle="@sky")[0].connection_id
        MeasuredPost.objects.filter(pk=one.pk).update(client_id=cast.client.pk)
        type(one.post).objects.filter(pk=one.post_id).update(client_id=cast.client.pk)
    client = of(cast.asha)

    def posts(query: str) -> int:
        return client.get(reverse("numbers_posts") + query).content.decode().count('class="post-name"')

    assert posts("") == 3
    assert posts(f"?account={account}") == posts("?platform=bluesky") == 1
    assert posts(f"?client={cast.client.pk}") == 1
    assert posts("?kind=thread") == posts("?brand=00000000-0000-0000-0000-000000000000") == 0
    assert of(cast.esha).get(reverse("numbers_posts")).content.decode().count('class="post-name"') in {0, 1}
    assert of(cast.dev).get(reverse("numbers_posts")).content.decode().count('class="post-name"') == 0


def test_choosing_a_period_keeps_what_the_table_is_narrowed_to(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        many(cast, 2)
    page = of(cast.asha).get(
        reverse("numbers_posts"), {"platform": "bluesky", "client": str(cast.client.pk), "days": "7"}
    )
    periods = re.findall(r'href="\?([^"]*days=[^"]*)"', page.content.decode())
    assert len(periods) > 2
    for query in periods:
        asked = dict(parse_qsl(html.unescape(query)))
        assert (asked["platform"], asked["client"]) == ("bluesky", str(cast.client.pk))
        assert not {"from", "to"} & asked.keys()


def test_the_file_of_all_can_be_brought_back(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        rows = many(cast, 4)
    client = of(cast.asha)
    text = client.get(reverse("numbers_posts") + "?csv=posts&columns=views,saves").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0][-2:] == ["Views", "Saves"]
    assert len(lines) == 5
    body = "Post;Views;Saves;Likes\n" + "".join(f"{row.post_id};1,20,450;7;\n" for row in rows[:2])
    body += "00000000-0000-0000-0000-000000000000;1;1;1\nno post;1;1;1\n" + f"{rows[2].post_id};many;;\n"
    file = SimpleUploadedFile("posts.csv", ("\ufeff" + body).encode())
    shown = client.post(reverse("numbers_posts_bring"), {"file": file}).content.decode()
    assert "Numbers of 2 posts were taken in." in shown
    assert "is no post of yours" in shown
    assert "“many” is no such number" in shown
    with tenancy.of_organization(cast.kesar.pk):
        row = MeasuredPost.objects.get(pk=rows[0].pk)
        assert (row.views, row.saves, row.likes, row.origin) == (120450, 7, 0, "csv")
        assert row.figures["save_rate"] == pytest.approx(7 / 120450, rel=1e-3)
        assert AuditEntry.objects.filter(action="numbers.brought", metadata__count=2).exists()


def test_numbers_by_hand_are_a_snapshot_and_the_same_moment_again_corrects_it(kesar: Cast) -> None:
    now = timezone.now()
    row = published(kesar, connection(kesar, platform="spill"), now - 2 * DAY)
    entering.enter(row, counts={"views": 900, "likes": 30}, by=kesar.asha, now=now, at=now - DAY)
    entering.enter(row, counts={"views": 950, "likes": 30}, by=kesar.asha, now=now, at=now - DAY)
    entering.enter(row, counts={"views": 500}, by=kesar.asha, now=now, at=now - 30 * HOUR)
    row.refresh_from_db()
    assert (row.views, row.likes, row.origin) == (950, 30, "hand")
    assert list(PostMetrics.objects.order_by("taken_at").values_list("views", flat=True)) == [500, 950]
    assert AuditEntry.objects.filter(action="numbers.entered").count() == 3


@pytest.mark.parametrize(
    ("counts", "hours"),
    [({}, -1), ({"views": 5}, 1), ({"views": 5}, -200), ({"views": -1}, -1), ({"virality": 5}, -1),
     ({"completion": 1.5}, -1), ({"nonsense": 1}, -1), ({"views": float("nan")}, -1)],
)  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(kesar: Cast, counts: dict[str, float], hours: int) -> None:
    now = timezone.now()
    row = published(kesar, connection(kesar), now - 2 * DAY)
    with pytest.raises(entering.CannotEnter):
        entering.enter(row, counts=counts, by=kesar.asha, now=now, at=now + hours * HOUR)
    assert not PostMetrics.objects.exists()


def test_the_form_takes_numbers_as_people_write_them(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast, platform="fanbase"), timezone.now() - DAY)
    address, client = reverse("numbers_post_enter", args=[row.post_id]), of(cast.asha)
    assert client.post(address, {"views": "1,20,450", "completion": "45"}).status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        row.refresh_from_db()
    assert (row.views, row.completion) == (120450, 0.45)
    assert "no such number" in client.post(address, {"views": "lots"}).content.decode()
    assert of(cast.dev).get(address).status_code == 404


def test_a_click_on_a_number_tells_its_formula_with_its_very_values(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast, platform="instagram"), timezone.now() - DAY)
        snapshot(row, 1, 2000, likes=50)
        figures.refresh([row], now=timezone.now())
    client = of(cast.chitra)
    shown = client.get(
        reverse("numbers_explain", args=[row.post_id]) + "?metric=engagement_rate_views", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Engagement ÷ Views" in shown
    assert "50 ÷ 2,000 = 2.50\u00a0%" in shown
    assert "<!doctype" not in shown.lower()
    silent = client.get(reverse("numbers_explain", args=[row.post_id]) + "?metric=save_rate").content.decode()
    assert "Saves is not given" in silent
    assert client.get(reverse("numbers_explain", args=[row.post_id]) + "?metric=nothing").status_code == 404


def test_the_catalogue_is_searched_by_words_and_is_a_file(cast: Cast) -> None:
    client = of(cast.chitra)
    page = client.get(reverse("numbers_metrics")).content.decode()
    assert page.count("data-explains") == len(METRICS)
    found = client.get(reverse("numbers_metrics") + "?q=half-life").content.decode()
    assert found.count("data-explains") == 1
    assert "No metric has these words" in client.get(reverse("numbers_metrics") + "?q=zebra").content.decode()
    file = client.get(reverse("numbers_metrics") + "?csv=metrics").content.decode()
    assert file.count("\r\n") == len(METRICS) + 1
    assert client.get(reverse("numbers_metric", args=["virality"])).status_code == 200


def test_the_expected_band_needs_five_posts_and_then_says_where_a_post_stands(cast: Cast) -> None:
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        account = connection(cast)
        for number in range(4):
            earlier = published(cast, account, now - (10 + number) * DAY)
            snapshot(earlier, 1, 100 + number)
            snapshot(earlier, 30, 200)
        row = published(cast, account, now - DAY)
        snapshot(row, 1, 300)
        snapshot(row, 2, 400)
    address, client = reverse("post_numbers", args=[row.post_id]), of(cast.asha)
    assert "once 5 earlier posts" in client.get(address).content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        fifth = published(cast, account, now - 9 * DAY)
        snapshot(fifth, 1, 104)
        snapshot(fifth, 30, 210)
    shown = client.get(address).content.decode()
    assert "That is above what was to be expected: 101 to 103, from 5 earlier posts." in shown
    assert 'class="band"' in shown
    file = client.get(address + "?csv=curve").content.decode()
    assert file.count("\r\n") == 3
    assert "half_life" in client.get(address + "?csv=figures").content.decode()
