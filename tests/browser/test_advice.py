"""From a finding to a drafted, scheduled piece and its result beside the advice; and whether advice helped."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page, StorageState, expect

from accounts import tenancy
from analytics.collection import advising as passes
from analytics.models import BackTest, Insight, Suggestion
from publishing.models import PlatformConnection
from tests.analytics import advised
from tests.analytics.test_advising import advised_posts, publish
from tests.browser.pages import chromium, look, open_page, signed_in
from tests.cast import Cast, gather

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Desk:
    """A browser, an account that asks better than it tells, one that advice harmed, and a finding."""

    browser: Browser
    cast: Cast
    account: PlatformConnection
    harmed: PlatformConnection
    insight: Insight

    def state(self, address: str) -> StorageState:
        return signed_in(self.cast.asha.user, address)


@pytest.fixture
def desk(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Everything is written before the browser's driver opens a loop in this thread."""
    cast, now = gather(), timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        account, harmed = advised.account(cast), advised.account(cast, platform="bluesky")
        advised.settled(cast, account, 40, effect=advised.questions, last=now - 70 * DAY)
        insight = found(cast, account, now)
    advised_posts(cast, account, 45, gain=2.5, now=now)
    advised_posts(cast, harmed, 45, gain=0.4, now=now)
    passes.advise(cast.kesar.pk, now=now)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with chromium() as opened:
        yield Desk(opened, cast, account, harmed, insight)
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


def found(cast: Cast, account: PlatformConnection, now: dt.datetime) -> Insight:
    """A finding with its evidence."""
    return Insight.objects.create(
        organization=cast.kesar, connection=account, kind="content", question="content.says", key="asks",
        platform="x", metric="views", sentence="Posts that ask do 2 times as well.", basis="40 posts.",
        numbers={"effect": 2.0, "low": 1.5, "high": 2.6, "n_with": 10, "n_without": 30, "certainty": 0.95},
        evidence={"kind": "posts", "dimension": "says", "value": "asks", "with": [], "without": []},
        advice={"dimension": "says", "value": "asks", "hook": "question"}, effect=2.0, p=0.001, q=0.01, sample=40,
        use=0.5, first_found_at=now, found_at=now,
    )  # fmt: skip


def test_from_a_finding_to_a_drafted_piece_and_its_result_beside_the_advice(desk: Desk, live_server: object) -> None:
    address, cast = str(live_server), desk.cast
    page = open_page(desk.browser, f"{address}/numbers/insights/{desk.insight.pk}/", state=desk.state(address)).page
    expect(page.get_by_text("Posts that ask do 2 times as well.").first).to_be_visible()
    page.get_by_role("button", name="Draft a piece").click()
    page.wait_for_load_state()
    with tenancy.of_organization(cast.kesar.pk):
        row = Suggestion.objects.get(insight=desk.insight)
    assert (row.status, row.choices["hook"]) == ("taken", "question")
    page.goto(f"{address}/numbers/advice/{row.pk}/")
    expect(page.get_by_role("heading", name="The draft")).to_be_visible()
    page.get_by_role("link", name="Its place in the calendar").click()
    expect(page.get_by_text("Draft", exact=True).first).to_be_visible()
    later = publish(cast, row, times=2.4)
    passes.advise(cast.kesar.pk, now=later)
    page.goto(f"{address}/numbers/advice/{row.pk}/")
    expect(page.locator("dd b")).to_have_text("2.40×")
    page.goto(f"{address}/numbers/advice/")
    expect(page.get_by_role("row").filter(has_text="Posts that ask").get_by_text("2.40×")).to_be_visible()


def test_the_page_says_when_advice_helped_and_when_it_did_not_in_every_sight(desk: Desk, live_server: object) -> None:
    address = str(live_server)
    state, wrong = desk.state(address), []
    with tenancy.of_organization(desk.cast.kesar.pk):
        last = {row.connection_id: row.verdict for row in BackTest.objects.order_by("week")}
        offer = Suggestion.objects.filter(status="offered").first()
    assert (last[desk.account.pk], last[desk.harmed.pk]) == ("helped", "hurt")
    assert offer is not None
    places = {
        "advice": ("/numbers/advice/", "What to post next"),
        "helped": (f"/numbers/advice/?account={desk.account.pk}", "It helped"),
        "hurt": (f"/numbers/advice/?account={desk.harmed.pk}", "It did not help"),
        "offer": (f"/numbers/advice/{offer.pk}/", "Expected and done"),
    }
    for name, (path, words) in places.items():

        def says(page: Page, words: str = words) -> None:
            expect(page.get_by_text(words).first).to_be_visible()

        wrong += look(desk.browser, state, address + path, f"advice-{name}", settled=True, first=says)
    assert wrong == []
