"""Who earned a sale, as it is written down: all models at once, anew when the window changes, forgotten in time."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from analytics.collection import crediting
from analytics.models import ConversionSite, Touch
from analytics.services import links, sites
from tests.analytics.converting import (
    VISITOR,
    conversions_of,
    earned,
    link_of,
    post_of,
    sale,
    send,
    site_of,
    tell,
    touches,
    work,
)
from tests.cast import Cast

DAY = dt.timedelta(days=1)


def test_all_models_stand_side_by_side_and_a_shorter_window_is_reckoned_anew(cast: Cast) -> None:
    site, secret = site_of(cast)
    posts = [post_of(cast, name) for name in ("practice", "bluesky", "mastodon")]
    now = timezone.now()
    for post, days in zip(posts, (20, 8, 1), strict=True):
        tell(site, {"kind": "visit", "link": link_of(cast, post).code, "visitor": VISITOR})
        with tenancy.of_organization(cast.kesar.pk):
            Touch.objects.filter(post=post).update(at=now - days * DAY)
    send(site, secret, sale())
    work()
    (row,) = conversions_of(cast)
    first, second, third = (str(post.pk) for post in posts)
    assert earned(row, "first") == {first: 1.0}
    assert earned(row, "last") == {third: 1.0}
    assert earned(row, "linear") == pytest.approx({first: 1 / 3, second: 1 / 3, third: 1 / 3})
    assert earned(row, "decay")[third] > earned(row, "decay")[second] > earned(row, "decay")[first]
    assert len(row.touchpoints) == 3
    with tenancy.of_organization(cast.kesar.pk):
        sites.change(site, {"window_days": 10}, by=cast.asha)
    assert crediting.credit_again(site.pk, organization_id=cast.kesar.pk, now=timezone.now()) == 1
    assert earned(conversions_of(cast)[0], "first") == {second: 1.0}


def test_a_sale_without_a_visitor_is_credited_to_the_link_it_names(cast: Cast) -> None:
    site, secret = site_of(cast)
    post = post_of(cast)
    send(site, secret, sale("1", visitor="", link=link_of(cast, post).code))
    send(site, secret, sale("2", visitor="", utm={"source": "Newsletter", "campaign": "rain"}))
    send(site, secret, sale("3", visitor=""))
    send(site, secret, sale("4", visitor="", link="nobodys"))
    work()
    found = {row.external_id: earned(row) for row in conversions_of(cast)}
    assert found == {"1": {str(post.pk): 1.0}, "2": {"newsletter": 1.0}, "3": {"nobody": 1.0}, "4": {"nobody": 1.0}}


def test_the_link_of_another_organisation_earns_nothing(cast: Cast) -> None:
    site, secret = site_of(cast)
    with tenancy.of_organization(cast.lisbon.pk):
        theirs = links.make("https://lisbon.example/", by=cast.dev, code="lisbon")
    send(site, secret, sale(link=theirs.code))
    tell(site, {"kind": "visit", "link": theirs.code, "visitor": VISITOR})
    work()
    assert earned(conversions_of(cast)[0]) == {"nobody": 1.0}
    assert touches(cast) == []


def test_touches_and_pseudonyms_are_forgotten_in_time_and_the_salt_with_them(cast: Cast, settings: Any) -> None:
    site, secret = site_of(cast)
    tell(site, {"kind": "visit", "source": "x", "visitor": VISITOR})
    send(site, secret, sale())
    work()
    before = conversions_of(cast)[0]
    assert before.visitor
    settings.TOUCHES_KEPT = 396 * DAY
    crediting.forget(now=timezone.now() + 395 * DAY)
    assert len(touches(cast)) == 1
    crediting.forget(now=timezone.now() + 397 * DAY)
    assert touches(cast) == []
    row = conversions_of(cast)[0]
    assert (row.visitor, row.value, earned(row)) == ("", before.value, {"x": 1.0})
    with tenancy.of_organization(cast.kesar.pk):
        assert bytes(ConversionSite.objects.get().salt) != bytes(site.salt)
