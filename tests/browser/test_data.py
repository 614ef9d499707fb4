"""Data in Chromium: how the pages look, and an archive taken from one organisation into another."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from accounts.models import DataRequest
from tests.browser.newcomer import Newcomer
from tests.browser.pages import chromium, look, sign_in
from tests.cast import PASSWORD, Cast, gather

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(transactional_db: None) -> Iterator[Browser]:
    """Chromium, with Asha's exports and imports in every state."""
    _requests(gather())
    with chromium() as opened:
        yield opened


def _requests(cast: Cast) -> None:
    now = timezone.now()
    states: list[dict[str, Any]] = [
        {"status": "done", "report": {"bytes": 48_200_000, "missing_files": ["a"]}, "file_expires_at": now},
        {"status": "working", "progress": 62},
        {"status": "failed", "kind": "import", "error": "This archive cannot be used: it is not a whole zip file."},
        {"status": "done", "kind": "import", "report": {"invited": 3}},
    ]
    for state in states:
        for whose in ({"subject": "organization", "organization": cast.kesar}, {"subject": "person"}):
            row = DataRequest(**{"kind": "export", "due_at": now, "user": cast.asha.user} | whose | state)
            if row.file_expires_at:
                row.file.save("a.zip", ContentFile(b"x"), save=False)
            with tenancy.operator():
                row.save()


def test_the_pages_have_no_fault(browser: Browser, live_server: Any) -> None:
    state = sign_in(browser, live_server.url)
    found = []
    for name in ("organization_data", "my_data"):
        found += look(browser, state, live_server.url + reverse(name), name)
    assert found == []


def test_what_was_taken_along_is_brought_elsewhere(newcomer: Callable[[str], Newcomer], tmp_path: Path) -> None:
    hema = newcomer("Hema Pillai")
    page = hema.go("/brand/")
    page.get_by_label("what the brand does").fill("Saffron by post")
    page.get_by_role("button", name="Save").click()
    archive = tmp_path / "archive.zip"
    export(hema.go("/organisation/data/"), archive)
    assert "data/accounts.brandprofile.jsonl" in zipfile.ZipFile(archive).namelist()
    page = hema.go("/organisations/new/")
    page.get_by_label("Name").fill("Second home")
    page.get_by_role("button", name="Make it").click()
    page = hema.go("/organisation/data/")
    page.get_by_label("Archive").set_input_files(archive)
    page.get_by_role("button", name="Bring it").click()
    expect(page.locator("#requests")).to_contain_text("Done", timeout=60_000)
    assert "Saffron by post" in hema.go("/brand/").content()
    assert hema.complaints == []


def export(page: Page, archive: Path) -> None:
    """Ask for an export, give the password again, wait, and fetch it."""
    page.get_by_role("button", name="Make an export").click()
    if page.get_by_label("Password").is_visible():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="It is me").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(archive)
