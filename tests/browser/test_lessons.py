"""What worked, scores and predictions in Chromium: phone and desktop, light and dark, checked by axe."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import methodcaller

import pytest
from django.db import connections
from playwright.sync_api import Browser, StorageState, expect

from accounts import tenancy
from content import understanding
from content.models import ContentAsset, GeneratedContent, Transcript
from content.pipeline import understand
from content.pipeline.foretelling import foretell
from content.pipeline.scoring import rescore
from tests.browser.pages import chromium, look, open_page, signed_in
from tests.cast import Cast, gather
from tests.content import transcripts
from tests.content.test_lessons import ASKS, taught

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Desk:
    """A browser, and what it finds: posts that taught, a recording that was read, a piece of it."""

    browser: Browser
    cast: Cast
    asset: ContentAsset
    piece: GeneratedContent

    def state(self, address: str) -> StorageState:
        return signed_in(self.cast.asha.user, address)


@pytest.fixture
def desk(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Everything is written before the browser's driver opens a loop in this thread."""
    cast = gather()
    taught(cast, 40)
    asset, piece = understood(cast)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with chromium() as opened:
        yield Desk(opened, cast, asset, piece)
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


def understood(cast: Cast) -> tuple[ContentAsset, GeneratedContent]:
    """A recording that was read and scored, and a piece of it that was judged."""
    words = transcripts.spoken(transcripts.SAFFRON_LINES)
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.create(
            organization=cast.kesar, kind="video", title="Is your saffron real?", status="ready",
            created_by=cast.asha.user, brand=cast.brand, duration=words[-1].end,
        )  # fmt: skip
        said = [[word.start, word.end, word.text, None] for word in words]
        Transcript.objects.create(organization=cast.kesar, asset=asset, words=said, text=ASKS, engine="test")
        understand.save(asset, understanding.understand(words))
        rescore(asset, compared=True)
        piece = GeneratedContent.objects.create(
            organization=cast.kesar, asset=asset, platform="x", text=ASKS, made_by="test", language="en"
        )
        foretell(piece)
        piece.save()
    return asset, piece


def test_what_worked_scores_and_predictions_have_no_fault(desk: Desk, live_server: object) -> None:
    browser, asset, piece, address = desk.browser, desk.asset, desk.piece, str(live_server)
    state, found = desk.state(address), []
    places = {
        "lessons": ("/brand/lessons/", "main details"),
        "prediction": (f"/pieces/{piece.pk}/prediction/", "main details"),
        "scores": (f"/studio/{asset.pk}/", "#understood details"),
    }
    for name, (path, details) in places.items():
        opens = methodcaller("evaluate", f"document.querySelectorAll('{details}').forEach(each => (each.open = true))")
        found += look(browser, state, address + path, name, settled=True, first=opens)
    assert found == []


def test_a_post_is_left_out_without_script_and_a_prediction_comes_by_itself_with_it(
    desk: Desk, live_server: object
) -> None:
    browser, asset, piece, address = desk.browser, desk.asset, desk.piece, str(live_server)
    state = desk.state(address)
    plain = open_page(browser, f"{address}/brand/lessons/", state=state, script=False, settled=False).page
    plain.get_by_role("button", name="Leave out").first.click()
    expect(plain.get_by_text("Nothing is learned from it.")).to_be_visible()
    expect(plain.get_by_role("button", name="Learn from it")).to_have_count(1)
    page = open_page(browser, f"{address}/studio/{asset.pk}/?piece={piece.pk}", state=state, settled=True).page
    expect(page.get_by_text("about", exact=False).filter(has_text="× your usual").first).to_be_visible()
