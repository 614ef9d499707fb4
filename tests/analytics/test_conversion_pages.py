"""Conversions entered, brought and looked at: by hand, from files, on pages and through the API."""

import datetime as dt
import json
import zoneinfo
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile
from analytics import span
from analytics.attribution import MODELS
from analytics.models import ConversionSite, LinkDay, ShortLink
from analytics.queries import conversions as queries
from analytics.services import conversions as commands
from analytics.shops import files
from analytics.views import conversions as views
from tests.analytics.converting import (
    VISITOR,
    conversions_of,
    earned,
    link_of,
    messages,
    post_of,
    sale,
    send,
    site_of,
    tell,
    visitor,
    work,
)
from tests.analytics.counted import today, won
from tests.analytics.posting import connection
from tests.cast import Cast
from trenddrop.core import csvs

DAY = dt.timedelta(days=1)


# By hand, and from files


def test_a_file_in_semicolons_with_indian_digits_and_a_bom_is_read_and_counts_once(cast: Cast) -> None:
    site, _secret = site_of(cast)
    lines = (
        "Order ID;Date;Total;Currency;Source\r\nA-1;20/11/2026;₹ 1,23,456.50;INR;Instagram\r\nA-2;2026-11-19;499;;\r\n"
    )
    client = Client()
    client.force_login(cast.asha.user)
    for _time in range(2):
        sent = {"file": csv_file(lines.encode("utf-8-sig"))}
        assert client.post(reverse("conversions_import", args=[site.pk]), sent).status_code == 302
        work(dt.datetime(2026, 11, 30, tzinfo=dt.UTC))
    rows = {row.external_id: row for row in conversions_of(cast)}
    assert rows["A-1"].value == Decimal("123456.50")
    assert (rows["A-2"].value, rows["A-2"].currency) == (Decimal("499.00"), "INR")
    assert earned(rows["A-1"]) == {"instagram": 1.0}


def csv_file(content: bytes) -> Any:
    return SimpleUploadedFile("sales.csv", content, content_type="text/csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name;when\n", "below its names"), ("order\n1\n", "none called at"), ("", "none called"),
        ("id,at\n1,some day\n2,never\n", "Line 3"), ("id,at,value\n1,2026-11-01,minus\n,2026-11-01,5\n", "Line 3"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_whole_and_says_which_lines(cast: Cast, text: str, words: str) -> None:
    site, _secret = site_of(cast)
    client = Client()
    client.force_login(cast.asha.user)
    answer = client.post(reverse("conversions_import", args=[site.pk]), {"file": csv_file(text.encode())})
    assert answer.status_code in {200, 422}
    assert messages(cast) == []
    if text:
        with pytest.raises(csvs.CannotRead, match=words):
            files.read(text.encode(), zone=dt.UTC, usual_currency="INR")  # type: ignore[arg-type]


@given(st.decimals(0, 99_999_999, places=2))
def test_an_amount_is_read_as_it_was_written_in_any_country(amount: Decimal) -> None:
    assert Decimal(files.number(f"{amount:,.2f}")) == amount
    assert Decimal(files.number(f"{amount:,.2f}".translate(str.maketrans(",.", ".,")))) == amount
    assert Decimal(files.number(f"€ {amount}")) == amount


def test_a_conversion_is_entered_given_back_and_removed_on_pages(cast: Cast) -> None:
    site, _secret = site_of(cast)
    link = link_of(cast, post_of(cast))
    client = Client()
    client.force_login(cast.asha.user)
    given = {"external_id": "fair-1", "type": "purchase", "at": "2026-11-20T10:00", "value": "100", "currency": "INR"}
    assert client.post(reverse("conversion_enter", args=[site.pk]), {**given, "link": link.pk}).status_code == 302
    again = client.post(reverse("conversion_enter", args=[site.pk]), given)
    assert again.status_code == 422
    (row,) = conversions_of(cast)
    page = client.get(reverse("numbers_conversion", args=[row.pk])).content.decode()
    assert "fair-1" in page
    refund = reverse("conversion_refund", args=[row.pk])
    assert client.post(refund, {"amount": "40"}).status_code == 302
    assert client.post(refund, {"amount": "70"}).status_code == 422
    assert client.post(refund, {"amount": ""}).status_code == 302
    (row,) = conversions_of(cast)
    assert (row.refunded, row.refunded_at is not None) == (Decimal("100.00"), True)
    client.post(reverse("conversion_remove", args=[row.pk]))
    assert conversions_of(cast) == []
    with tenancy.of_organization(cast.kesar.pk):
        told = set(AuditEntry.objects.filter(action__startswith="conversion.").values_list("action", flat=True))
    assert told == {"conversion.entered", "conversion.refunded", "conversion.removed"}


# The page and the API


def sold(cast: Cast) -> tuple[Any, ConversionSite]:
    """A post with views and clicks, two sales of it in two currencies, one sale of nobody's, one given back."""
    site, secret = site_of(cast)
    post = post_of(cast)
    link = link_of(cast, post)
    visitor().get(f"/l/{link.code}")
    tell(site, {"kind": "visit", "link": link.code, "visitor": VISITOR})
    send(site, secret, {"events": [sale("1"), sale("2", value="10", currency="USD"), sale("3", visitor=""), sale("4")]})
    send(site, secret, {"id": "4", "type": "refund"})
    work()
    work()
    return post, site


def test_the_page_shows_the_funnel_and_never_adds_currencies(cast: Cast) -> None:
    post, _site = sold(cast)
    client = Client()
    client.force_login(cast.asha.user)
    page = " ".join(client.get(reverse("numbers_conversions")).content.decode().split())
    assert "₹499" in page
    assert "$10" in page
    assert "direct or unknown" not in page  # by post it is no post
    assert "no post" in page

    def lines(name: str, more: str = "") -> list[list[str]]:
        answer = client.get(f"{reverse('numbers_conversions')}?csv={name}{more}").content.decode("utf-8-sig")
        return [line.split(",") for line in answer.splitlines()[1:]]

    assert [line[1] for line in lines("funnel")] == ["", "1", "1", "3"]
    by_post = {(line[1], line[2]): line[3:5] for line in lines("by-post")}
    assert by_post[str(post.pk), "INR"] == ["2.0", "499.00"]
    assert by_post[str(post.pk), "USD"] == ["", "10.00"]
    assert by_post["", "INR"] == ["1.0", "499.00"]
    assert {line[0] for line in lines("by-channel", "&by=channel")} == {"Practice network", "direct or unknown"}
    assert len(lines("conversions")) == 4
    assert sum(int(line[1]) for line in lines("time")) == 3


def test_with_a_website_chosen_views_and_clicks_are_its_clients_and_brands(cast: Cast) -> None:
    house, _secret = site_of(cast)
    with tenancy.operator():
        brand = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai masala")
        made = ConversionSite.objects.create
        of: dict[str, Any] = {"organization": cast.kesar, "salt": b"x" * 32}
        chai = made(**of, client=cast.client, brand=brand, name="Chai", public_key="chai")
        metro = made(**of, client=cast.metro, name="Metro", public_key="metro")
        owners = [(None, None), (cast.client, brand), (cast.client, None), (cast.metro, None)]
        for number, (owner, whose) in enumerate(owners):
            account = connection(cast, "instagram", account_id=str(number), client=owner)
            won(account, today(cast), views=10**number, brand=whose)
            link = ShortLink.objects.create(organization=cast.kesar, client=owner, brand=whose, code=f"c{number}")
            LinkDay.objects.create(organization=cast.kesar, link=link, date=today(cast), clicks=2 * 10**number)
    client = Client()
    client.force_login(cast.asha.user)

    def told(site: ConversionSite | None) -> tuple[Any, ...]:
        query = f"?site={site.pk}" if site else ""
        found = client.get(f"/api/v1/conversions/funnel{query}").json()
        return found["views"], found["clicks"], found["of"], found["is_shared"]

    assert told(None) == (1111, 2222, "", False)
    assert told(house) == (1, 2, "", False)
    assert told(chai) == (10, 20, "Chai masala", False)
    assert told(metro) == (1000, 2000, "Metro Dental", False)
    page = client.get(reverse("numbers_conversions"), {"site": str(metro.pk)}).content.decode()
    assert "of posts of Metro Dental" in page
    with tenancy.operator():
        made(**of, client=cast.metro, name="Metro too", public_key="metro-2")
    assert told(metro) == (None, None, "", True)
    asked = {"site": str(metro.pk), "csv": "funnel"}
    file = client.get(reverse("numbers_conversions"), asked).content.decode("utf-8-sig")
    assert [line.split(",")[1] for line in file.splitlines()[1:]] == ["", "", "0", "0"]
    assert "cannot be told apart" in file


def test_of_many_posts_that_sold_the_page_shows_the_first_and_all_of_them_when_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold(cast)
    monkeypatch.setattr(views, "SHOWN", 1)
    client = Client()
    client.force_login(cast.asha.user)

    def earners(query: str) -> tuple[int, bool]:
        page = client.get(f"{reverse('numbers_conversions')}{query}")
        return len(page.context["lines"]), "Show all" in page.content.decode()

    assert earners("?by=post") == (1, True)
    assert earners("?by=post&all=1") == (2, False)
    file = client.get(f"{reverse('numbers_conversions')}?csv=by-post").content.decode()
    assert len({line.split(",")[1] for line in file.splitlines()[1:]}) == 2


def test_the_page_asks_no_more_questions_for_more_sales(cast: Cast, django_assert_max_num_queries: Any) -> None:
    _post, _site = sold(cast)
    client, counted = Client(), []
    client.force_login(cast.asha.user)
    for more in (0, 30):
        with tenancy.of_organization(cast.kesar.pk):
            site = ConversionSite.objects.get()
            at = timezone.now() - DAY
            for number in range(more):
                entry = commands.Entry(external_id=f"more-{number}", type="email_signup", at=at)
                commands.enter(site, entry, by=cast.asha, now=timezone.now())
        client.get(reverse("numbers_conversions"))
        with django_assert_max_num_queries(60) as asked:
            client.get(reverse("numbers_conversions"))
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_programs_read_and_make_the_same(cast: Cast) -> None:
    post, site = sold(cast)
    client = Client()
    client.force_login(cast.asha.user)

    def ask(method: str, path: str, **said: Any) -> Any:
        sent = {"data": json.dumps(said), "content_type": "application/json"} if method != "get" else {}
        return getattr(client, method)(f"/api/v1/{path}", **sent)

    funnel = ask("get", "conversions/funnel").json()
    assert (funnel["views"], funnel["clicks"], funnel["visits"], funnel["conversions"]) == (None, 1, 1, 3)
    told = ask("get", "conversions/attribution?by=post&model=linear").json()
    assert told[0]["key"] == str(post.pk)
    assert told[0]["values"]["linear"] == {"INR": "499.00", "USD": "10.00"}
    assert ask("get", "conversions/attribution?by=all").status_code == 422
    assert len(ask("get", f"conversions?post={post.pk}").json()["results"]) == 3
    assert len(ask("get", "touches").json()["results"]) == 1
    made = ask("post", "short-links", url="https://shop.example/", post=str(post.pk)).json()
    assert made["utm"]["source"] == "practice"
    assert ask("patch", f"short-links/{made['id']}", is_active=False).json()["is_active"] is False
    assert ask("post", "short-links", url="javascript:alert(1)").status_code == 422
    new = ask("post", "conversion-sites", name="Other", domains=["other.example"]).json()
    assert new["secret"].startswith("whsec_")
    assert "secret" not in ask("get", f"conversion-sites/{new['site']['id']}").json()
    assert ask("post", "conversion-sites", name="Wrong", domains=["a b"]).status_code == 422
    entry = {"site": str(site.pk), "external_id": "fair", "type": "purchase", "at": "2026-11-20T10:00:00Z"}
    row = ask("post", "conversions", **entry, value="5.00").json()
    assert row["currency"] == "INR"
    assert ask("post", f"conversions/{row['id']}/refund").json()["refunded"] == "5.00"
    assert ask("delete", f"conversions/{row['id']}").status_code == 204


@pytest.mark.parametrize("by", queries.GROUPS)
def test_the_first_who_earned_are_those_of_all(cast: Cast, by: str) -> None:
    sold(cast)
    wish = queries.Wish(span.of_days(28, today=timezone.localdate() + 2 * DAY), zoneinfo.ZoneInfo(cast.kesar.timezone))
    with tenancy.of_member(cast.asha):
        for model in MODELS:
            everyone = queries.earned(cast.asha, wish, by=by, model=model)
            assert everyone
            for most in range(1, len(everyone) + 1):
                assert queries.earned(cast.asha, wish, by=by, model=model, most=most) == everyone[:most]
