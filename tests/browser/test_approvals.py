"""Approvals in Chromium: the pages in each sight, and a piece on its way to yes, by keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, StorageState

from accounts import tenancy
from content.models import ContentAsset
from content.services import pieces
from publishing.models import ApprovalRequest, ApprovalWorkflow
from publishing.services.approvals import asking, commenting, deciding
from tests.browser.pages import ROOT, SIGHTS, chromium, faults, open_page
from tests.browser.test_look import sign_in
from tests.cast import Cast, gather
from tests.publishing.agreeing import ask, make_workflow, stage

pytestmark = pytest.mark.browser

FILM = ROOT / "content" / "examples" / "monsoon-skin.mp4"
TEXT = (
    "Your filter caught some of it. Your face caught the rest.\n\nOn a 400+ AQI day we measured up to 40 % more water"
    " loss in four hours."
)


@pytest.fixture
def people(transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Cast:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    settings.MEDIA_ROOT = tmp_path / "media"
    return gather()


@pytest.fixture
def browser(people: Cast) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


@pytest.fixture
def state(browser: Browser, live_server: Any) -> StorageState:
    return sign_in(browser, live_server.url)


def film_of(cast: Cast) -> ContentAsset:
    """A tall film of Chai Point; call in scope."""
    name = default_storage.save("assets/film.mp4", ContentFile(FILM.read_bytes()))
    facts = {"kind": "video", "width": 1080, "height": 1920, "duration": 20.0, "size": FILM.stat().st_size}
    return ContentAsset.objects.create(
        organization=cast.kesar, client=cast.client, kind="video", title="Monsoon", file=name, mime_type="video/mp4",
        duration=20.0, media_info=facts, status=ContentAsset.Status.READY,
    )  # fmt: skip


@dataclass
class Seen:
    """What there is to look at: a workflow, a film that came back once, and something due."""

    workflow: ApprovalWorkflow
    film: ApprovalRequest
    words: ApprovalRequest


@pytest.fixture
def seen(people: Cast) -> Seen:
    now = timezone.now()
    with tenancy.of_organization(people.kesar.pk):
        stages = [stage("Editor", people.ben), stage("Manager", people.asha, hours=7), stage("Client", "client")]
        workflow = make_workflow(people, *stages[1:], name="House and client", client=people.client)
        quick = make_workflow(people, stages[1], name="Quick look")
        fields = {"platform": "instagram", "text": TEXT, "hashtags": ["AQIskincare", "glowup"]}
        film = ask(people, workflow, title="AQI and your skin barrier", asset=film_of(people), client=people.client, **fields)
        anchor = commenting.Anchor(moment=8.0)
        head = commenting.comment(film, by=people.asha, body="This is not what the sheet says.", anchor=anchor)
        deciding.ask_for_changes(film, by=people.asha, seen=film.seen_as, now=now, words="Use the measured figure.")
        commenting.comment(film, by=people.ben, body="Changed to “a third”, page 2 of the lab sheet.", parent=head)
        new = TEXT.replace("up to 40 % more", "a third more")
        pieces.edit(film.piece, by=people.ben, text=new, hashtags=["AQIskincare", "DelhiAir"])
        film = asking.ask_again(film, by=people.ben, now=now, note="Page 2 of the lab sheet.")
        commenting.comment(film, by=people.ben, body="Ask Ira first?", is_internal=True)
        words = ask(people, quick, title="Batch 27, explained", text=TEXT, platform="linkedin")
    return Seen(workflow, film, words)


def test_the_pages_of_approvals_can_be_read_in_each_sight(
    browser: Browser, live_server: Any, seen: Seen, state: StorageState
) -> None:
    places = {
        "approvals": reverse("approvals"),
        "approval": reverse("approval", args=[seen.film.pk]),
        "approval-words": reverse("approval", args=[seen.words.pk]),
        "workflows": reverse("workflows"),
        "workflow": reverse("workflow", args=[seen.workflow.pk]),
        "absences": reverse("absences"),
    }
    found = []
    for width, theme in SIGHTS:
        for name, place in places.items():
            opened = open_page(browser, live_server.url + place, width=width, theme=theme, state=state, settled=True)
            found += faults(opened, f"{name}-{width}-{theme}")
            opened.page.context.close()
    assert found == []
