"""The advisor and a report in Chromium: a question is asked and read, a report is made, read, and taken along."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from accounts import tenancy
from tests.analytics.advising import numbers_of
from tests.browser.pages import look, signed_in
from tests.browser.test_calendar import opened
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_a_question_is_asked_in_plain_words_and_its_answer_opened(
    browser: Browser, live_server: Any, people: Cast, settings: Any
) -> None:
    settings.LLM_MODEL = ""
    with tenancy.of_organization(people.kesar.pk):
        numbers_of(people)
    start = live_server.url + reverse("numbers_advisor")
    page = opened(browser, start, people).page
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
    assert look(browser, signed_in(people.ben.user, start), start, "advisor") == []
    assert look(browser, signed_in(people.ben.user, talk), talk, "advisor-talk") == []


def test_a_report_is_made_read_and_taken_along(browser: Browser, live_server: Any, people: Cast) -> None:
    with tenancy.of_organization(people.kesar.pk):
        numbers_of(people)
    start = live_server.url + reverse("numbers_reports")
    page = opened(browser, start, people).page
    page.get_by_label("Days").select_option("week")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile("/numbers/reports/[0-9a-f-]+/"))
    expect(page.get_by_role("heading", name="Views over time")).to_be_visible()
    answer = page.request.get(f"{page.url}report.pdf")
    assert answer.body().startswith(b"%PDF")
    report = page.url
    page.context.close()
    assert look(browser, signed_in(people.ben.user, start), start, "reports") == []
    assert look(browser, signed_in(people.ben.user, report), report, "report") == []
