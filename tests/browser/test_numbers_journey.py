"""From a connected account to a sale: its days are filled in, a post is measured, a link followed, a buyer credited."""

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from analytics import tasks
from analytics.models import ConversionSite, MeasuredPost, ShortLink, TrackedAccount
from analytics.services import sites
from content.models import ContentAsset
from publishing.delivery import adapters
from publishing.models import PlatformConnection
from tests.analytics.converting import DESKTOP, send
from tests.browser.pages import SIGHTS, faults, open_page, sign_in
from tests.cast import Cast
from trenddrop import demo_history
from trenddrop.demo_history import Past

pytestmark = pytest.mark.browser
SUBJECTS = [(words, words, 1.0) for words in ("rain", "cream", "towels", "sleep", "salt")]
PAST = Past(SUBJECTS, ["All about {0}.", "Once more: {0}."], "kesar", every=4, since=38, until=1)
SHOP = "https://shop.example/offer"


@pytest.fixture
def here(live_server: Any, settings: Any) -> Any:
    """The product at an address that its workers reach: the practice network is spoken to over HTTP."""
    settings.SITE_URL, settings.PRACTICE_URL = live_server.url, f"{live_server.url}/practice/api"
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1", "localhost"]
    adapters.close()
    yield live_server.url
    adapters.close()


def test_from_a_connected_account_to_a_sale_and_its_file(browser: Browser, here: str, people: Cast) -> None:
    state = sign_in(browser, here)
    page = open_page(browser, f"{here}/connections/new/practice/", state=state).page
    page.get_by_label("Name").fill("Kesar alone")
    page.locator("main form").get_by_role("button").click()
    page.wait_for_url(re.compile("/connections/"))
    post = counted(people)
    page.goto(here + reverse("numbers"))
    expect(page.locator("dl.stats").first).to_contain_text("practice")
    expect(page.get_by_role("row", name=re.compile("Practice network")).first).to_be_visible()
    page.goto(f"{here}/posts/{post.post_id}/")
    expect(page.get_by_role("paragraph").filter(has_text="what was to be expected")).to_be_visible()
    site, secret = bought_through(page, post, people)
    page.goto(here + reverse("numbers_conversions"))
    steps = page.locator(".funnel > li")
    expect(steps.nth(1)).to_contain_text("1")
    expect(page.get_by_role("link", name="A-1")).to_be_visible()
    assert send(site, secret, {"type": "purchase", "id": "A-1", "value": "499", "currency": "INR"}).json()["new"] == 0
    assert file_of(page) == shown(page)
    assert looked_at(browser, here, state, people, post) == []


def counted(people: Cast) -> MeasuredPost:
    """Give the account five weeks behind it, and let the worker's own tasks ask for them."""
    now = timezone.now()
    with tenancy.of_organization(people.kesar.pk):
        account = PlatformConnection.objects.get(platform="practice", display_name="Kesar alone")
        asset = ContentAsset.objects.create(
            organization=people.kesar, kind=ContentAsset.Kind.BLOG, title="Rain", created_by=people.asha.user,
            status=ContentAsset.Status.READY,
        )  # fmt: skip
        rows = demo_history.write(asset, account, demo_history.posted(PAST, now=now), now=now)
        MeasuredPost.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=now)
    tasks.count_days()
    tasks.measure_due()
    tasks.roll_up_posts()
    with tenancy.of_organization(people.kesar.pk):
        tracked = TrackedAccount.objects.get(connection=account)
        assert tracked.backfilled_from
        assert tracked.is_simulated
        assert tracked.days.count() >= 35
        old = MeasuredPost.objects.filter(connection=account, published_at__lt=now - dt.timedelta(days=2))
        return old.order_by("-published_at")[0]


def bought_through(page: Page, post: MeasuredPost, people: Cast) -> tuple[ConversionSite, str]:
    """Make a link on the post's page, follow it, and let the shop's server tell of a sale."""
    with tenancy.of_organization(people.kesar.pk):
        site, secret = sites.add("Kesar shop", domains=["shop.example"], by=people.asha)
    part = page.locator("#counted")
    part.get_by_text("Make a counted link").click()
    part.get_by_label("Leads to").fill(SHOP)
    part.get_by_role("button", name="Make it").click()
    address = part.locator("a.mono")
    expect(address).to_be_visible()
    followed = page.request.get(address.inner_text(), max_redirects=0, headers={"User-Agent": DESKTOP})
    assert (followed.status, followed.headers["location"].partition("?")[0]) == (302, SHOP)
    with tenancy.of_organization(people.kesar.pk):
        code = ShortLink.objects.get(post=post.post_id).code
    said = {"type": "purchase", "id": "A-1", "value": "499", "currency": "INR", "link": code}
    assert send(site, secret, said).json() == {"received": 1, "new": 1}
    tasks.count_clicks()
    tasks.apply_conversions()
    return site, secret


def file_of(page: Page) -> list[tuple[str, str]]:
    """The funnel as its file tells it: the step, and how many."""
    with page.expect_download() as download:
        page.get_by_role("region", name="From a view to a conversion").get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    return [(row["Step"], row["Count"]) for row in csv.DictReader(io.StringIO(text))]


def shown(page: Page) -> list[tuple[str, str]]:
    """The funnel as the page tells it."""
    steps = page.locator(".funnel > li").all()
    return [
        (each.locator("b").nth(0).inner_text(), re.sub(r"\D", "", each.locator("b").nth(1).inner_text()))
        for each in steps
    ]


def looked_at(browser: Browser, here: str, state: Any, people: Cast, post: MeasuredPost) -> list[str]:
    """What is wrong with the pages of the way: all of them wide, the funnel on a phone, too."""
    addresses = {
        "numbers": reverse("numbers"),
        "post": f"/posts/{post.post_id}/",
        "conversions": reverse("numbers_conversions"),
    }
    with tenancy.of_organization(people.kesar.pk):
        tracked = TrackedAccount.objects.get(platform="practice")
    addresses["account"] = reverse("numbers_account", args=[tracked.pk])
    found = []
    for name, address in addresses.items():
        for width, theme in SIGHTS if name == "conversions" else SIGHTS[1:]:
            opened = open_page(browser, here + address, width=width, theme=theme, state=state)
            found += faults(opened, f"journey-{name}-{width}-{theme}")
            opened.page.context.close()
    return found
