"""The advisor and a report in Chromium: a question is asked and read, a report is made, read, and taken along."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from accounts import tenancy
from tests.analytics.advising import numbers_of
from tests.browser.pages import SIGHTS, faults
from tests.browser.test_calendar import cast, chrome, opened
from tests.cast import Cast

__all__ = ["cast", "chrome"]
pytestmark = pytest.mark.browser


def seen_well(chrome: Browser, address: str, people: Cast, name: str) -> list[str]:
    """What is wrong with a page at both widths and in both themes."""
    found = []
    for width, theme in SIGHTS:
        shown = opened(chrome, address, people, width=width, theme=theme)
        found += faults(shown, f"{name}-{width}-{theme}")
        shown.page.context.close()
    return found


def test_a_question_is_asked_in_plain_words_and_its_answer_opened(
    chrome: Browser, live_server: Any, cast: Cast, settings: Any
) -> None:
    settings.LLM_MODEL = ""
    with tenancy.of_organization(cast.kesar.pk):
        numbers_of(cast)
    start = live_server.url + reverse("numbers_advisor")
    page = opened(chrome, start, cast).page
    page.get_by_label("Ask about your numbers").fill("Which platform is best?")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url(re.compile("/numbers/advisor/[0-9a-f-]+/"))
    expect(page.locator(".answer .say2")).to_contain_text("Instagram")
    page.locator(".answer details.more summary").last.click()
    expect(page.locator(".answer details.more table").last).to_contain_text("YouTube")
    page.get_by_role("button", name="Which topics work best?").or_(page.locator(".next .chip")).first.click()
    expect(page.locator(".asked")).to_have_count(2)
    talk = page.url.partition("#")[0]
    page.context.close()
    assert seen_well(chrome, start, cast, "advisor") == []
    assert seen_well(chrome, talk, cast, "advisor-talk") == []


def test_a_report_is_made_read_and_taken_along(chrome: Browser, live_server: Any, cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        numbers_of(cast)
    start = live_server.url + reverse("numbers_reports")
    page = opened(chrome, start, cast).page
    page.get_by_label("Days").select_option("week")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile("/numbers/reports/[0-9a-f-]+/"))
    expect(page.get_by_role("heading", name="Views over time")).to_be_visible()
    answer = page.request.get(f"{page.url}report.pdf")
    assert answer.body().startswith(b"%PDF")
    report = page.url
    page.context.close()
    assert seen_well(chrome, start, cast, "reports") == []
    assert seen_well(chrome, report, cast, "report") == []
