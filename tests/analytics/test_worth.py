"""What originals cost and brought: nothing divided by nought, no two currencies added, every part explained."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import AuditEntry, ClientAccount, Membership
from analytics import scoring
from analytics.collection import worth
from analytics.forms.worth import CostForm
from analytics.models import Conversion, ConversionCredit, ConversionSite, MeasuredPost, RoiCalculation
from analytics.queries import worth as queries
from analytics.services import conversions, sites
from analytics.services import worth as commands
from analytics.services.worth import CannotCost
from content.models import ContentAsset, GeneratedContent
from publishing.models import PlatformConnection
from tests.analytics.posting import NOW, connection, published
from tests.api.asking import as_member
from tests.cast import Cast

DAY = dt.timedelta(days=1)


def original(cast: Cast, title: str = "Full take") -> ContentAsset:
    return ContentAsset.objects.create(
        organization=cast.kesar, kind="video", title=title, status="ready", created_by=cast.asha.user
    )


def posted(
    cast: Cast, account: PlatformConnection, asset: ContentAsset, at: dt.datetime, **counts: Any
) -> MeasuredPost:
    """A post of an original, counted."""
    row = published(cast, account, at)
    row.post.piece.asset, row.post.piece.is_main = asset, False
    row.post.piece.save()
    MeasuredPost.objects.filter(pk=row.pk).update(last_at=NOW, **counts)
    return row


def sold(
    cast: Cast, row: MeasuredPost, value: str, currency: str = "INR", share: float = 1.0, **more: Any
) -> Conversion:
    site = ConversionSite.objects.filter(organization=cast.kesar).first() or ConversionSite.objects.create(
        organization=cast.kesar, name="Shop", public_key="pk", salt=b"x" * 32
    )
    number = Conversion.objects.count()
    sale = Conversion.objects.create(
        organization=cast.kesar, site=site, external_id=str(number), type="purchase", source="server",
        value=Decimal(value), currency=currency, at=NOW, **more,
    )  # fmt: skip
    for model, part in (("last", share), ("first", 1.0)):
        ConversionCredit.objects.create(
            organization=cast.kesar, conversion=sale, model=model, post=row.post, share=part
        )
    return sale


def reckoned(cast: Cast, asset: ContentAsset) -> RoiCalculation:
    worth.recalculate(cast.kesar.pk, [asset.pk], now=NOW)
    return RoiCalculation.objects.get(asset=asset)


def test_an_original_is_reckoned_from_its_cost_its_posts_and_its_credits(kesar: Cast) -> None:
    asset, account = original(kesar), connection(kesar, "bluesky")
    first = posted(kesar, account, asset, NOW - 5 * DAY, views=900, reach=800, likes=40, comments=10)
    posted(kesar, account, asset, NOW - 4 * DAY, views=100, likes=None, comments=None)
    sold(kesar, first, "3000", share=0.5)
    sold(kesar, first, "100", "USD")
    sold(kesar, first, "5000", refunded_at=NOW)
    commands.enter_cost(
        asset, by=kesar.asha, now=NOW, hours=Decimal(2), hourly_rate=Decimal(400), money=Decimal(200), currency="inr"
    )
    row = RoiCalculation.objects.get(asset=asset)
    assert (row.cost, row.currency, row.is_estimated) == (Decimal("1000.00"), "INR", False)
    assert (row.posts, row.multiplier, row.views, row.reach, row.engagement) == (2, 2.0, 1000, 800, 50)
    assert (row.conversions, row.value, row.roi) == (1.5, Decimal("1500.00"), 0.5)
    assert (row.cost_per_engagement, row.cost_per_reach) == (Decimal("20.0000"), Decimal("1.2500"))
    assert queries.per_thousand(row) == Decimal("1250.00")
    assert row.parts["other_currencies"] == {"USD": "100.00"}
    assert AuditEntry.objects.filter(action="cost.entered").count() == 1


def test_what_is_given_back_of_a_sale_is_no_return_and_is_reckoned_anew(kesar: Cast) -> None:
    asset = original(kesar)
    sale = sold(kesar, posted(kesar, connection(kesar, "bluesky"), asset, NOW - 5 * DAY, views=10), "100", share=0.5)
    worth.recalculate_due(now=timezone.now())
    assert RoiCalculation.objects.get(asset=asset).value == Decimal("50.00")
    assert worth.recalculate_due(now=timezone.now()) == 0
    conversions.refund(sale, amount=Decimal(99), by=kesar.asha, now=timezone.now())
    assert worth.recalculate_due(now=timezone.now()) == 1
    row = RoiCalculation.objects.get(asset=asset)
    assert (row.value, row.conversions) == (Decimal("0.50"), 0.5)


def test_what_nobody_told_stays_empty_and_nothing_is_divided_by_nought(kesar: Cast) -> None:
    row = reckoned(kesar, original(kesar))
    told = (row.cost, row.value, row.roi, row.cost_per_engagement, row.cost_per_reach, row.multiplier, row.value_score)
    assert set(told) == {None}
    asset = original(kesar)
    posted(kesar, connection(kesar, "bluesky"), asset, NOW - 3 * DAY, views=0, reach=0, likes=0)
    commands.enter_cost(asset, by=kesar.asha, now=NOW, money=Decimal(5), currency="INR")
    row = RoiCalculation.objects.get(asset=asset)
    assert (row.engagement, row.cost_per_engagement, row.cost_per_reach, row.roi) == (0, None, None, None)
    assert queries.per_thousand(row) is None


def test_a_return_is_told_where_a_website_of_the_client_or_the_house_tells_of_conversions(kesar: Cast) -> None:
    asset = original(kesar)
    ContentAsset.objects.filter(pk=asset.pk).update(client=kesar.client)
    posted(kesar, connection(kesar, "bluesky"), asset, NOW - 3 * DAY, views=9, likes=1)
    commands.enter_cost(asset, by=kesar.asha, now=NOW, money=Decimal(5), currency="INR")

    def returned(changed: int) -> float | None:
        assert worth.recalculate_due(now=timezone.now() + DAY) == changed
        return RoiCalculation.objects.get(asset=asset).roi

    def site(client: ClientAccount | None) -> ConversionSite:
        name = str(client or "house")
        return ConversionSite.objects.create(
            organization=kesar.kesar, client=client, name=name, public_key=name, salt=b"x" * 32
        )

    assert returned(1) is None
    site(kesar.metro)
    assert returned(0) is None
    own = site(kesar.client)
    assert returned(1) == -1.0
    sites.remove(own, by=kesar.asha)
    assert returned(1) is None
    site(None)
    assert returned(1) == -1.0
    assert returned(0) == -1.0


def test_a_cost_is_estimated_from_three_like_it_on_and_says_so(kesar: Cast) -> None:
    for number, hours in enumerate((4, 6, 20)):
        assert reckoned(kesar, original(kesar)).cost is None, number
        commands.enter_cost(
            original(kesar), by=kesar.asha, now=NOW, hours=Decimal(hours), hourly_rate=Decimal(500), currency="INR"
        )
    asset = original(kesar)
    row = reckoned(kesar, asset)
    assert (row.cost, row.hours, row.is_estimated) == (Decimal("3000.00"), Decimal(6), True)
    assert row.parts["usual"]["of"] == 3
    commands.enter_cost(asset, by=kesar.asha, now=NOW, money=Decimal(9), currency="INR")
    assert not RoiCalculation.objects.get(asset=asset).is_estimated
    commands.remove_cost(asset, by=kesar.asha, now=NOW)
    assert RoiCalculation.objects.get(asset=asset).is_estimated
    assert AuditEntry.objects.filter(action="cost.removed").count() == 1


def test_practice_never_stands_beside_real_numbers(kesar: Cast) -> None:
    asset = original(kesar)
    posted(kesar, connection(kesar), asset, NOW - 5 * DAY, views=1_000_000, likes=9)
    made_up = reckoned(kesar, asset)
    assert (made_up.views, made_up.parts["is_made_up"]) == (1_000_000, True)
    posted(kesar, connection(kesar, "bluesky", account_id="b"), asset, NOW - 4 * DAY, views=10, likes=1)
    real = reckoned(kesar, asset)
    assert (real.views, real.posts, real.parts["is_made_up"], real.parts["practice_posts"]) == (10, 1, False, 1)


def test_only_what_changed_is_reckoned_again(kesar: Cast) -> None:
    asset, account = original(kesar), connection(kesar, "bluesky")
    posted(kesar, account, asset, NOW - 5 * DAY, views=1)
    original(kesar, "never posted")
    assert worth.recalculate_due(now=NOW + DAY) == 1
    assert worth.recalculate_due(now=NOW + DAY) == 0
    MeasuredPost.objects.update(last_at=NOW + 2 * DAY)
    assert worth.recalculate_due(now=NOW + 3 * DAY) == 1


def test_totals_never_add_two_currencies(kesar: Cast) -> None:
    for currency, money in (("INR", 100), ("INR", 50), ("USD", 7)):
        commands.enter_cost(original(kesar), by=kesar.asha, now=NOW, money=Decimal(money), currency=currency)
    found = {each.currency: each for each in queries.totals(queries.of_member(kesar.asha))}
    assert {name: each.cost for name, each in found.items()} == {"INR": Decimal(150), "USD": Decimal(7)}
    assert found["INR"].roi is None


@pytest.mark.parametrize(
    "given",
    [
        {"currency": "XXX9", "money": Decimal(1)},
        {"currency": "RUPEE", "money": Decimal(1)},
        {"currency": "INR"},
        {"currency": "INR", "hours": Decimal(3)},
        {"currency": "INR", "money": Decimal(-1)},
        {"currency": "INR", "hours": Decimal(99_999), "hourly_rate": Decimal(1)},
        {"currency": "INR", "money": Decimal(10) ** 12},
    ],
)
def test_a_cost_without_sense_changes_nothing(kesar: Cast, given: dict[str, Any]) -> None:
    asset = original(kesar)
    with pytest.raises(CannotCost):
        commands.enter_cost(asset, by=kesar.asha, now=NOW, **given)
    assert not RoiCalculation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1,50,000", 150000), ("12,5", Decimal("12.5")), ("1 500.25", Decimal("1500.25")), ("1,500", 1500)],
)
def test_amounts_are_read_as_people_write_them(typed: str, value: Any) -> None:
    form = CostForm({"money": typed, "currency": "INR"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["money"] == value


# The score

KNOWN = st.builds(
    scoring.Known,
    roi=st.none() | st.floats(-5, 1e6),
    attention=st.none() | st.floats(0, 1e6),
    cost_per_engagement=st.none() | st.floats(0, 1e6),
    usual_cost_per_engagement=st.none() | st.floats(0, 1e6),
    posts=st.integers(0, 10_000),
)


@given(KNOWN)
def test_a_score_stays_within_its_ends_and_is_the_weighed_mean_of_its_parts(known: scoring.Known) -> None:
    parts = scoring.parts(known)
    found = scoring.score(parts)
    assert (found is None) == (not parts)
    assert all(0 <= part.points <= 100 for part in parts.values())
    if found is not None:
        points = [part.points for part in parts.values()]
        assert min(points) <= found <= max(points)
        assert 98 <= sum(part.weight for part in parts.values()) <= 102


@given(st.floats(-2, 50), st.floats(0, 5))
def test_a_better_return_never_scores_lower(roi: float, more: float) -> None:
    assert scoring.of_return(roi) <= scoring.of_return(roi + more)


def test_the_formulas_are_those_the_page_tells() -> None:
    assert [scoring.of_return(roi) for roi in (-1, 0, 1)] == [0, 50, 75]
    parts = scoring.parts(scoring.Known(attention=2.0, cost_per_engagement=1.0, usual_cost_per_engagement=2.0, posts=5))
    assert {name: part.points for name, part in parts.items()} == {"attention": 80, "price": 80, "reuse": 63}
    assert scoring.parts(scoring.Known(posts=12)) == {}


# Pages and programs


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_the_table_sorts_by_any_column_and_asks_no_more_for_more_rows(cast: Cast) -> None:
    client, counts = browser(cast.asha), []
    client.get(reverse("today"))
    for _times in range(2):
        with tenancy.of_organization(cast.kesar.pk):
            for _row in range(12):
                commands.enter_cost(original(cast), by=cast.asha, now=NOW, money=Decimal(9), currency="INR")
        with CaptureQueriesContext(database) as asked:
            assert client.get(reverse("numbers_worth")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    for column in queries.COLUMNS:
        for sort in (column, f"-{column}", f"--{column}"):
            assert client.get(reverse("numbers_worth"), {"sort": sort, "page": "x"}).status_code == 200
    file = client.get(reverse("numbers_worth"), {"csv": "return"}).content.decode()
    assert file.count("Full take") == 24


def test_a_cost_is_entered_on_the_page_and_refused_to_whoever_only_looks(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asset = original(cast)
        ContentAsset.objects.filter(pk=asset.pk).update(client=cast.client)
    address = reverse("numbers_worth_cost", args=[asset.pk])
    given = {"hours": "2", "hourly_rate": "500", "currency": "INR"}
    assert browser(cast.esha).post(address, given).status_code == 403
    assert browser(cast.dev).post(address, given).status_code == 404
    client = browser(cast.chitra)
    assert client.post(address, {**given, "currency": "QQQ"}).status_code == 422
    assert client.post(address, given).status_code == 302
    page = client.get(reverse("numbers_worth_of", args=[asset.pk])).content.decode()
    assert "₹1,000" in page
    assert "as entered" in page
    with tenancy.operator():
        Membership.objects.filter(pk=cast.farah.pk).update(permission_overrides={"costs.view": True})
    assert browser(cast.farah).get(reverse("numbers_worth_of", args=[asset.pk])).status_code == 404


def test_what_work_costs_is_shown_to_a_client_only_where_the_house_says_so(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asset = original(cast)
        ContentAsset.objects.filter(pk=asset.pk).update(client=cast.client)
        commands.enter_cost(asset, by=cast.asha, now=NOW, money=Decimal(9), currency="INR")
    pages = (reverse("numbers_worth"), reverse("numbers_worth_of", args=[asset.pk]))
    esha = browser(cast.esha)
    assert [esha.get(page).status_code for page in pages] == [403, 403]
    assert reverse("numbers_worth") not in esha.get(reverse("numbers")).content.decode()
    api = as_member(cast.esha)
    assert [api.get(name).status_code for name in ("asset-costs", "roi-calculations")] == [403, 403]
    with tenancy.of_member(cast.esha):
        assert not queries.of_member(cast.esha).exists()
    with tenancy.operator():
        Membership.objects.filter(pk=cast.esha.pk).update(permission_overrides={"costs.view": True})
    assert [browser(cast.esha).get(page).status_code for page in pages] == [200, 200]
    page = browser(cast.asha).get(reverse("numbers")).content.decode()
    assert reverse("numbers_worth") in page


def test_the_studio_leads_to_the_return_of_an_original_and_to_the_search_of_an_article(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asset = original(cast)
        ContentAsset.objects.filter(pk=asset.pk).update(client=cast.client)
        of: dict[str, Any] = {"organization": cast.kesar, "asset": asset, "client": cast.client, "text": "Ghee."}
        article = GeneratedContent.objects.create(**of, platform="wordpress")
        clip = GeneratedContent.objects.create(**of, platform="tiktok")
    worth_page = reverse("numbers_worth_of", args=[asset.pk])
    for member, shown in ((cast.asha, True), (cast.esha, False)):
        for piece in (article, clip):
            page = browser(member).get(f"{reverse('studio', args=[asset.pk])}?piece={piece.pk}").content.decode()
            assert (worth_page in page) is shown
            assert (reverse("numbers_search_of", args=[piece.pk]) in page) is (piece == article)


def test_a_program_enters_a_cost_and_reads_the_return(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asset = original(cast)
    api = as_member(cast.asha)
    made = api.post("asset-costs", {"asset": str(asset.pk), "money": "250", "currency": "EUR"})
    assert (made.status_code, made.json()["total"]) == (201, 250.0) or made.json()["total"] == "250.00"
    (row,) = api.get("roi-calculations", asset=str(asset.pk)).json()["results"]
    assert (row["cost"], row["roi"], row["is_made_up"]) == ("250.00", None, False)
    assert api.post(f"roi-calculations/{row['id']}/reckon").status_code == 200
    assert api.delete(f"asset-costs/{made.json()['id']}").status_code == 204
    assert api.post("asset-costs", {"asset": str(asset.pk), "currency": "EUR"}).status_code == 422
