"""How sites and pieces are found in search: sign-in, days, files, matching, and what the pages say."""

import base64
import datetime as dt
from typing import Any

import httpx
import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from analytics.collection import search
from analytics.models import SearchDay, SearchProperty, SeoMetrics
from analytics.queries import search as queries
from analytics.services import search as commands
from analytics.services import search_sign_in
from analytics.services.search import CannotSearch
from analytics.sources.search_console import Found
from analytics.span import Span
from publishing.models import ScheduledPost, SignInChoice
from tests.analytics.google_search import Google
from tests.analytics.posting import NOW, connection, published
from tests.analytics.test_search_files import DAYS, PAGES, QUERIES, packed
from tests.api.asking import as_member
from tests.cast import Cast

SITE = "sc-domain:kesar.example"
PAGE = "https://www.kesar.example/blog/hing/"
DAY = dt.timedelta(days=1)


def rows(*, days: int = 60, page: str = PAGE) -> list[dict[str, Any]]:
    """A page found by two keywords on each of the last days that are final, better placed lately."""
    last = NOW.date() - 3 * DAY
    return [
        {"date": f"{last - number * DAY}", "page": page, "query": query, "clicks": 2, "impressions": 20,
         "position": 4.0 if number < 28 else 9.0}
        for number in range(days)
        for query in ("hing", "kesar oil")
    ]  # fmt: skip


@pytest.fixture
def google() -> Google:
    return Google(rows())


def connected(cast: Cast, google: Google) -> SearchProperty:
    """Go to Google and back as Asha."""
    found = google.console(NOW)
    code, state = google.consent(search_sign_in.begin(by=cast.asha, now=NOW, found=found))
    row = search_sign_in.finish(code=code, state=state, by=cast.asha, now=NOW, found=found)
    with tenancy.of_member(cast.asha):
        (site,) = search_sign_in.choose(row.pk, [SITE], by=cast.asha, now=NOW)
    return site


def article(cast: Cast, url: str = PAGE) -> ScheduledPost:
    with tenancy.of_organization(cast.kesar.pk):
        account = connection(cast, "wordpress", account_id="blog")
        row = published(cast, account, NOW - 10 * DAY)
        ScheduledPost.objects.filter(pk=row.post_id).update(url=url)
        return ScheduledPost.objects.select_related("piece__asset").get(pk=row.post_id)


# Signing in


def test_a_sign_in_opens_the_sites_that_are_verified_and_its_token_is_kept_locked(cast: Cast, google: Google) -> None:
    site = connected(cast, google)
    with tenancy.of_organization(cast.kesar.pk):
        kept = SearchProperty.objects.get(pk=site.pk)
        assert (kept.url, kept.next_at) == (SITE, NOW)
        assert search.opened(kept.credentials.open()).refresh == "refresh-1"
        with database.cursor() as cursor:
            cursor.execute("SELECT credentials FROM analytics_searchproperty WHERE id = %s", [site.pk])
            assert "refresh-1" not in cursor.fetchone()[0]
        assert not SignInChoice.objects.exists()
        assert AuditEntry.objects.filter(action="search.connected").count() == 1


def test_a_state_that_was_not_given_out_or_was_used_opens_nothing(cast: Cast, google: Google) -> None:
    found = google.console(NOW)
    code, state = google.consent(search_sign_in.begin(by=cast.asha, now=NOW, found=found))
    for wrong in ("", "other"):
        with pytest.raises(search_sign_in.SignInLost):
            search_sign_in.finish(code=code, state=wrong, by=cast.asha, now=NOW, found=found)
    with pytest.raises(search_sign_in.SignInLost):
        search_sign_in.finish(code=code, state=state, by=cast.ben, now=NOW, found=found)
    search_sign_in.finish(code=code, state=state, by=cast.asha, now=NOW, found=found)
    with pytest.raises(search_sign_in.SignInLost):
        search_sign_in.finish(code=code, state=state, by=cast.asha, now=NOW, found=found)


def test_a_no_at_google_and_a_missing_right_are_said(cast: Cast, google: Google) -> None:
    found = google.console(NOW)
    _code, state = google.consent(search_sign_in.begin(by=cast.asha, now=NOW, found=found))
    with pytest.raises(CannotSearch, match="did not allow"):
        search_sign_in.finish(code="", state=state, error="access_denied", by=cast.asha, now=NOW, found=found)
    google.scope = "openid"
    code, state = google.consent(search_sign_in.begin(by=cast.asha, now=NOW, found=found))
    with pytest.raises(CannotSearch, match="was not given"):
        search_sign_in.finish(code=code, state=state, by=cast.asha, now=NOW, found=found)


def test_without_an_app_it_is_said_which_settings_are_missing(cast: Cast, google: Google) -> None:
    with pytest.raises(CannotSearch, match="GOOGLE_SEARCH_CLIENT_ID"):
        search_sign_in.begin(by=cast.asha, now=NOW, found=google.console(NOW, client_id=""))


def test_removing_a_site_gives_its_sign_in_back_unless_another_lives_on_it(cast: Cast, google: Google) -> None:
    google.sites["https://kesar.example/"] = "siteOwner"
    site = connected(cast, google)
    with tenancy.of_member(cast.asha):
        other = commands.add_site("https://kesar.example/", by=cast.asha)
        other.credentials = SearchProperty.objects.get(pk=site.pk).credentials.open()
        other.save()
    search_sign_in.give_back(site, found=google.console(NOW))
    assert google.revoked == []
    with tenancy.of_member(cast.asha):
        commands.remove_site(other, by=cast.asha)
    search_sign_in.give_back(site, found=google.console(NOW))
    assert google.revoked == ["refresh-1"]


# Days


def test_every_level_is_asked_page_by_page_and_kept_once(cast: Cast, google: Google) -> None:
    site = connected(cast, google)
    console = google.console(NOW, rows=50)
    assert search.take(site, found=console, now=NOW)
    assert search.take(site, found=console, now=NOW + DAY)
    with tenancy.of_organization(cast.kesar.pk):
        kept = SearchDay.objects.filter(property=site)
        assert kept.filter(page="", query="").count() == 60
        assert kept.exclude(query="").count() == 120
        assert kept.exclude(page="").count() == 60
        assert kept.get(page="", query="", date=NOW.date() - 3 * DAY).clicks == 4
        assert SearchProperty.objects.get(pk=site.pk).next_at == NOW + DAY + search.DAILY
    assert all(asked["dataState"] == "final" for asked in google.asked)
    assert google.asked[-1]["startDate"] == f"{NOW.date() - 3 * DAY - search.AGAIN_DAYS}"


def test_a_token_that_ran_out_is_renewed_and_kept_before_it_is_used(cast: Cast, google: Google) -> None:
    site, later = connected(cast, google), NOW + dt.timedelta(hours=2)
    google.access = "access-2"
    with tenancy.of_organization(cast.kesar.pk):
        site = SearchProperty.objects.get(pk=site.pk)
    assert search.take(site, found=google.console(later), now=later)
    with tenancy.of_organization(cast.kesar.pk):
        kept = SearchProperty.objects.get(pk=site.pk)
        assert search.opened(kept.credentials.open()).access == "access-2"


def test_a_sign_in_that_was_taken_back_stops_the_asking_and_says_so(cast: Cast, google: Google) -> None:
    site, later = connected(cast, google), NOW + dt.timedelta(hours=2)
    google.refresh = "another"
    assert not search.take(site, found=google.console(later), now=later)
    with tenancy.of_organization(cast.kesar.pk):
        kept = SearchProperty.objects.get(pk=site.pk)
        assert kept.next_at is None
        assert "Connect the site again" in kept.error
        assert AuditEntry.objects.filter(action="search.refused").count() == 1


@pytest.mark.parametrize(
    ("status", "body"), [(200, {}), (400, {"error": "internal_failure"}), (429, {"error": "rate_limit_exceeded"})]
)
def test_passing_trouble_at_the_token_address_ends_no_sign_in(
    cast: Cast, google: Google, status: int, body: dict[str, str]
) -> None:
    site, later = connected(cast, google), NOW + dt.timedelta(hours=2)
    google.sign_in_fault = httpx.Response(status, json=body)
    assert not search.take(site, found=google.console(later), now=later)
    google.sign_in_fault = None
    with tenancy.of_organization(cast.kesar.pk):
        kept = SearchProperty.objects.get(pk=site.pk)
        assert kept.next_at is not None
        assert not AuditEntry.objects.filter(action="search.refused").exists()
    assert search.take(kept, found=google.console(later), now=later)


def test_a_busy_google_is_asked_again_later_and_nothing_is_lost(cast: Cast, google: Google) -> None:
    site = connected(cast, google)
    errors = [{"reason": "quotaExceeded", "message": "Search Analytics load quota exceeded."}]
    for answer in (
        httpx.Response(403, json={"error": {"code": 403, "message": "quota", "errors": errors}}),
        httpx.Response(503, text="<html>busy</html>", headers={"content-type": "text/html"}),
    ):
        google.fault = answer
        assert not search.take(site, found=google.console(NOW), now=NOW)
        with tenancy.of_organization(cast.kesar.pk):
            kept = SearchProperty.objects.get(pk=site.pk)
            assert kept.next_at is not None
            assert kept.next_at > NOW


def test_rows_that_are_not_as_documented_are_left_out(cast: Cast, google: Google) -> None:
    google.fault = httpx.Response(200, json={"rows": [{"keys": ["2026-11-01"]}, {"keys": ["x"], "clicks": 1}, 7, {}]})
    found = google.console(NOW)
    token = search.opened('{"access": "access-1", "refresh": "r", "until": null, "extra": {"scope": ""}}')
    days = list(found.days(SITE, token, first=NOW.date(), last=NOW.date()))
    assert [(each.clicks, each.position) for each in days] == [(0, None)]


# Files


def test_a_file_is_taken_in_twice_without_being_counted_twice(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        site = commands.add_site("kesar.example", by=cast.asha)
        data = packed(Queries=QUERIES, Pages=PAGES, Chart=DAYS)
        for _time in range(2):
            _read, kept = commands.bring(site, data, by=cast.asha, now=NOW)
            assert kept == 5
        assert SearchDay.objects.filter(property=site).count() == 5
        row = SearchDay.objects.get(property=site, query="hing")
        assert (row.date, row.days, row.clicks) == (dt.date(2026, 10, 31), 2, 12)


def test_sums_never_stand_where_single_days_are_known(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        site = commands.add_site("kesar.example", by=cast.asha)
        search.write(site, [Found(dt.date(2026, 10, 31), "", "hing", 3, 30, 4.0)])
        commands.bring(site, packed(Queries=QUERIES, Chart=DAYS), by=cast.asha, now=NOW)
        row = SearchDay.objects.get(property=site, query="hing")
        assert (row.days, row.clicks) == (1, 3)


def test_a_file_without_days_asks_for_them_and_days_to_come_are_refused(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        site = commands.add_site("kesar.example", by=cast.asha)
        with pytest.raises(CannotSearch, match="does not say"):
            commands.bring(site, QUERIES.encode(), by=cast.asha, now=NOW)
        with pytest.raises(CannotSearch, match="make no sense"):
            commands.bring(site, QUERIES.encode(), by=cast.asha, now=NOW, first=NOW.date(), last=NOW.date() + DAY)
        with pytest.raises(CannotSearch, match="still to come"):
            commands.bring(site, DAYS.replace("2026-10-31", "2027-10-31").encode(), by=cast.asha, now=NOW)
        assert not SearchDay.objects.exists()


# Sites and pieces


@pytest.mark.parametrize(
    ("typed", "named"),
    [("Kesar.example", SITE), ("www.kesar.example/", SITE), ("sc-domain:KESAR.example", SITE),
     ("https://Kesar.example/Blog", "https://kesar.example/Blog/")],
)  # fmt: skip
def test_a_site_is_named_as_search_console_names_it(typed: str, named: str) -> None:
    assert commands.site_name(typed) == named


@pytest.mark.parametrize(
    "typed", ["", "kesar", "ftp://kesar.example", "https://", "a b.c", "https://u:p@kesar.example/"]
)
def test_what_is_no_site_is_refused(typed: str) -> None:
    with pytest.raises(CannotSearch):
        commands.site_name(typed)


def test_a_site_covers_its_own_pages_alone() -> None:
    assert search.covers(SITE, "https://blog.kesar.example/a")
    assert not search.covers(SITE, "https://notkesar.example/a")
    assert search.covers("https://kesar.example/blog/", "http://www.kesar.example/blog/a?x=1")
    assert not search.covers("https://kesar.example/blog/", "https://kesar.example/blogs/a")


def test_an_article_finds_its_page_its_visits_and_its_places(cast: Cast, google: Google) -> None:
    post = article(cast)
    site = connected(cast, google)
    with tenancy.of_member(cast.asha):
        row = SeoMetrics.objects.get(piece=post.piece)
        assert (row.page, row.property_id) == (PAGE, site.pk)
        commands.note_piece(post.piece, by=cast.asha, now=NOW, target_keywords=["Hing", "never found"])
    assert search.take(site, found=google.console(NOW), now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        row = SeoMetrics.objects.get(piece=post.piece)
        assert row.organic_traffic == 28 * 4
        assert row.rankings["hing"] == {
            "position": 4.0, "before": 9.0, "at": f"{NOW.date() - 3 * DAY}", "origin": "search",
        }  # fmt: skip
        assert "never found" not in row.rankings


def test_places_by_hand_remember_the_one_before_and_need_their_keyword(cast: Cast) -> None:
    piece = article(cast).piece
    with tenancy.of_member(cast.asha):
        commands.note_piece(piece, by=cast.asha, now=NOW, target_keywords=["hing"], places={"hing": 8}, backlinks=3)
        row = commands.note_piece(piece, by=cast.asha, now=NOW + DAY, places={"hing": 5})
        assert (row.rankings["hing"]["position"], row.rankings["hing"]["before"], row.backlinks) == (5, 8, 3)
        for wrong in ({"salt": 3}, {"hing": 0.5}):
            with pytest.raises(CannotSearch):
                commands.note_piece(piece, by=cast.asha, now=NOW, places=wrong)
        with pytest.raises(CannotSearch):
            commands.note_piece(piece, by=cast.asha, now=NOW, page="javascript:alert(1)")


# What is asked and shown


def test_a_place_is_weighed_by_how_often_it_was_shown_and_unlike_spans_tell_no_change(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        site = commands.add_site("kesar.example", by=cast.asha)
        days = Span(NOW.date() - 9 * DAY, NOW.date())
        search.write(site, [Found(NOW.date(), "", "a", 1, 90, 2.0), Found(NOW.date() - DAY, "", "a", 1, 10, 12.0)])
        level = queries.level(site, days, queries.QUERY)
        assert level.lines[0].now.position == 3.0
        assert level.lines[0].now.rate == 0.02
        assert not level.is_comparable
        assert level.lines[0].clicks_change is None
        assert queries.level(site, days, queries.PAGE).lines == ()


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_the_pages_show_numbers_files_and_forms_and_ask_no_more_for_more_days(cast: Cast, google: Google) -> None:
    post, site = article(cast), connected(cast, google)
    client = browser(cast.asha)
    page = f"{reverse('numbers_search')}?site={site.pk}&from=2026-10-01&to=2026-11-17"
    counts = []
    for now in (NOW - 40 * DAY, NOW):
        search.take(site, found=google.console(now), now=now)
        with CaptureQueriesContext(database) as asked:
            answer = client.get(page)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1
    assert answer.status_code == 200
    assert b"kesar oil" in answer.content
    assert reverse("numbers_search_of", args=[post.piece_id]) in answer.content.decode()
    file = client.get(f"{page}&csv=keywords")
    assert file["Content-Type"].startswith("text/csv")
    assert "hing" in file.content.decode()
    note = {"page": PAGE, "target_keywords": "hing\nkesar oil", "backlinks": "4"}
    assert client.post(reverse("numbers_search_note", args=[post.piece_id]), note).status_code == 302
    assert b"4.0" in client.get(reverse("numbers_search_of", args=[post.piece_id])).content


def test_a_client_sees_nothing_of_another_and_may_enter_nothing(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        site = commands.add_site("kesar.example", by=cast.asha, client=cast.client)
    assert b"kesar.example" in browser(cast.esha).get(reverse("numbers_search")).content
    assert b"kesar.example" not in browser(cast.farah).get(reverse("numbers_search")).content
    assert browser(cast.esha).post(reverse("numbers_search_add"), {"url": "a.example"}).status_code == 403
    assert browser(cast.dev).post(reverse("numbers_search_remove", args=[site.pk])).status_code == 404


def test_a_program_adds_a_site_brings_a_file_and_reads_its_days(cast: Cast) -> None:
    api = as_member(cast.asha)
    made = api.post("search-properties", {"url": "kesar.example"})
    assert (made.status_code, made.json()["url"]) == (201, SITE)
    key = made.json()["id"]
    sent = base64.b64encode(packed(Queries=QUERIES, Chart=DAYS)).decode()
    assert api.post(f"search-properties/{key}/import", {"file": sent}).json() == {"kept": 4, "passed_over": 0}
    assert api.post(f"search-properties/{key}/import", {"file": "!"}).status_code in {400, 422}
    found = api.get(f"search-days?property={key}&page=whole&query=any").json()["results"]
    assert [row["clicks"] for row in found] == [7, 5]
    piece = article(cast).piece
    noted = api.post("seo-metrics", {"piece": str(piece.pk), "target_keywords": ["Hing"], "places": {"hing": 3}})
    assert (noted.status_code, noted.json()["rankings"]["hing"]["position"]) == (201, 3.0)
    assert api.delete(f"search-properties/{key}").status_code == 204
