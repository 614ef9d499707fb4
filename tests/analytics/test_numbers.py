"""A post's numbers on its page."""

import datetime as dt

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from analytics.models import MeasuredPost
from analytics.services import measuring
from tests.analytics.posting import connection, published, snapshot
from tests.cast import Cast

HOUR = dt.timedelta(hours=1)


def page(row: MeasuredPost, member: Membership, **headers: str) -> str:
    client = Client()
    client.force_login(member.user)
    return client.get(reverse("post_numbers", args=[row.post_id]), headers=headers).content.decode()


def words(html: str) -> str:
    return " ".join(html.split())


def test_before_the_first_count_the_page_says_when_it_comes_and_looks_again(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast), timezone.now())
    shown = words(page(row, cast.ben, HX_Request="true"))
    assert "The first numbers are asked for at" in shown
    assert 'hx-trigger="every 15s"' in shown


def test_what_a_platform_does_not_give_is_said_and_never_nought(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast, platform="bluesky"), timezone.now() - 3 * HOUR)
        snapshot(row, 1, None, likes=4)
        snapshot(row, 2, None, likes=9)
    shown = words(page(row, cast.ben, HX_Request="true"))
    assert '<dt>Engagement</dt><dd><a class="figure"' in shown
    assert ">9</a></dd>" in shown
    assert '<dt>Views</dt><dd><a class="figure dim"' in shown
    assert ">not given</a></dd>" in shown
    assert "Bluesky tells nobody how often a post was seen" in shown
    assert "Engagement rose to 9 in" in shown
    assert "hx-trigger" not in shown


def test_a_post_stands_against_the_posts_before_it_at_the_same_age(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        account = connection(cast)
        for days in (5, 6, 7):
            snapshot(published(cast, account, timezone.now() - days * 24 * HOUR), 1, 100)
        row = published(cast, account, timezone.now() - 3 * HOUR)
        snapshot(row, 2, 250)
    shown = words(page(row, cast.ben))
    assert "2.50×" in shown
    assert "the median of this account’s last 3 posts at the same age" in shown
    assert "<!doctype html>" in shown.lower()


def test_one_count_is_no_curve_and_two_are(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast), timezone.now() - 3 * HOUR)
        snapshot(row, 1, 100)
    assert "after the second count" in page(row, cast.ben, HX_Request="true")
    with tenancy.of_organization(cast.kesar.pk):
        snapshot(row, 2, 180)
    shown = page(row, cast.ben, HX_Request="true")
    assert "Views rose to 180 in 2 h after publishing." in shown
    chart = shown[shown.index('class="chart"') : shown.index("</svg>")]
    assert [chart.count(f">{age} h</text>") for age in (1, 2)] == [1, 1], "each age is named once below the curve"


def test_numbers_of_another_organisation_are_not_there(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast), timezone.now())
        measuring.start(row.post)
    client = Client()
    client.force_login(cast.dev.user)
    assert client.get(reverse("post_numbers", args=[row.post_id])).status_code == 404


def test_a_post_that_nobody_can_count_has_no_numbers_on_its_page_and_no_page_of_them(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast), timezone.now())
        row.delete()
    client = Client()
    client.force_login(cast.asha.user)
    address = reverse("post_numbers", args=[row.post_id])
    part = client.get(address, headers={"HX-Request": "true"})
    assert (part.status_code, part.content) == (200, b"")
    assert client.get(address).status_code == 404
    client.force_login(cast.dev.user)
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 404
