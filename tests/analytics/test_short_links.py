"""Counted links: they lead where they say, count exactly, and keep nothing of whoever follows them."""

import concurrent.futures
import datetime as dt
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import AuditEntry
from analytics import clicks
from analytics.collection import clicks as folding
from analytics.models import Hit, LinkDay, ShortLink
from analytics.services import links
from tests.analytics.converting import DESKTOP, IP, PHONE, link_of, post_of, site_of, tell, visitor, work
from tests.cast import Cast, gather


def days(cast: Cast) -> list[LinkDay]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(LinkDay.objects.order_by("-clicks", "device"))


def test_a_link_leads_on_with_its_marks_and_keeps_query_and_fragment(cast: Cast) -> None:
    post = post_of(cast)
    link = link_of(cast, post, "https://shop.example/offer?size=l&utm_medium=own#look")
    answer = visitor().get(f"/l/{link.code}?gclid=1&size=xl")
    assert answer.status_code == 302
    assert answer["Location"] == (
        "https://shop.example/offer?size=l&utm_medium=own&utm_source=practice&utm_campaign=monsoon-skin"
        f"&td_link={link.code}&gclid=1#look"
    )
    assert answer.cookies == {}
    assert answer["Cache-Control"] == "no-store, private"
    assert visitor().get(f"/l/{link.code.upper()}").status_code == 302


def test_what_counts_is_kept_by_day_country_host_and_device(cast: Cast, settings: Any) -> None:
    settings.COUNTRY_HEADER = "CF-IPCountry"
    link = link_of(cast)
    for _time in range(2):
        visitor(Referer="https://www.instagram.com/p/abc?who=me", CF_IPCountry="in").get(f"/l/{link.code}")
    Client(headers={"User-Agent": DESKTOP}).get(f"/l/{link.code}")
    work()
    phone, desktop = days(cast)
    assert (phone.clicks, phone.country, phone.referrer, phone.device) == (2, "IN", "instagram.com", "phone")
    assert (desktop.clicks, desktop.country, desktop.referrer, desktop.device) == (1, "", "", "desktop")
    with tenancy.of_organization(cast.kesar.pk):
        link.refresh_from_db()
        assert link.clicks == 3
        assert link.last_clicked_at is not None
        assert not Hit.objects.exists()


@pytest.mark.parametrize(
    "agent",
    [
        "", "facebookexternalhit/1.1", "Twitterbot/1.0", "WhatsApp/2.23.20.0", "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "LinkedInBot/1.0", "Mozilla/5.0 (compatible; Discordbot/2.0)", "curl/8.5.0", "python-requests/2.32",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/142.0",
    ],
)  # fmt: skip
def test_previews_and_crawlers_are_led_on_and_counted_apart(cast: Cast, agent: str) -> None:
    link = link_of(cast)
    assert Client(headers={"User-Agent": agent}).get(f"/l/{link.code}").status_code == 302
    work()
    assert [(day.clicks, day.bots) for day in days(cast)] == [(0, 1)]


@pytest.mark.parametrize(
    "agent",
    [
        PHONE, DESKTOP, "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148 Instagram 356.0.0.41",
        "Mozilla/5.0 (iPhone) Mobile/15E148 [FBAN/FBIOS;FBAV/488.0]",
    ],
)  # fmt: skip
def test_people_are_people_also_inside_apps(agent: str) -> None:
    assert not clicks.is_bot({"User-Agent": agent})


def test_looking_ahead_is_no_click() -> None:
    assert clicks.is_bot({"User-Agent": PHONE, "Sec-Purpose": "prefetch;prerender"})
    assert clicks.is_bot({"User-Agent": PHONE}, method="HEAD")


@pytest.mark.parametrize("end", ["paused", "over", "unknown"])
def test_a_link_that_leads_nowhere_says_what_to_do_and_sets_no_cookie(cast: Cast, end: str) -> None:
    link, code = link_of(cast), "nothing"
    if end != "unknown":
        code = link.code
        values: dict[str, Any] = {"is_active": False} if end == "paused" else {"expires_at": timezone.now()}
        with tenancy.of_organization(cast.kesar.pk):
            ShortLink.objects.filter(pk=link.pk).update(**values)
    answer = visitor().get(f"/l/{code}")
    assert answer.status_code == 404
    assert ("Ask where you found it" if end != "unknown" else "Copy the whole link") in answer.content.decode()
    assert answer.cookies == {}
    work()
    assert days(cast) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://shop.example/", "//shop.example/", "https://", "https://a:b@shop.example/",
        "https://shop.example/\r\nSet-Cookie: a=b", "https://shop.example\\@evil.example/", "data:text/html,hi",
        "https://shop.example:999999/", "http://[::1/", "http://127.0.0.1:8000/l/abc",
    ],
)  # fmt: skip
def test_a_link_leads_nowhere_that_is_no_website(cast: Cast, url: str, settings: Any) -> None:
    settings.SITE_URL = "http://127.0.0.1:8000"
    with pytest.raises(links.CannotLink):
        link_of(cast, url=url)


@given(st.text(max_size=60))
def test_no_query_changes_the_site_a_link_leads_to(query: str) -> None:
    there = clicks.marked("https://shop.example/offer#look", {"source": query}, code="abc", passed_on=query)
    assert there.startswith("https://shop.example/offer?")
    assert there.endswith("#look")
    assert clicks.is_target(there)


def test_an_ending_is_ones_own_choice_and_nobody_elses(cast: Cast) -> None:
    assert link_of(cast, code="Monsoon-24").code == "monsoon-24"
    with tenancy.of_organization(cast.lisbon.pk), pytest.raises(links.CannotLink, match="taken"):
        links.make("https://lisbon.example/", by=cast.dev, code="monsoon-24")
    for code in ("a", "-ab", "a b c", "ü-ber"):
        with pytest.raises(links.CannotLink):
            link_of(cast, code=code)


def test_each_post_of_a_piece_has_a_link_of_its_own(cast: Cast) -> None:
    here, there = post_of(cast), post_of(cast, "bluesky")
    first, second = link_of(cast, here), link_of(cast, there)
    assert first.code != second.code
    assert (first.utm["source"], second.utm["source"]) == ("practice", "bluesky")
    assert first.utm["medium"] == "social"


def test_a_click_asks_the_database_for_one_row_and_writes_one(cast: Cast, django_assert_num_queries: Any) -> None:
    link = link_of(cast)
    with django_assert_num_queries(6) as asked:  # a savepoint, the scope, one read, one insert, and their end
        visitor().get(f"/l/{link.code}")
    told = [each["sql"] for each in asked.captured_queries]
    assert sum('FROM "analytics_shortlink"' in each for each in told) == 1
    assert sum(each.startswith("INSERT") for each in told) == 1


def test_folding_twice_counts_once_and_a_day_is_of_the_organisations_zone(cast: Cast) -> None:
    link = link_of(cast)
    late = dt.datetime(2026, 11, 20, 20, 0, tzinfo=dt.UTC)  # 01:30 of the 21st in Kolkata
    with tenancy.of_organization(cast.kesar.pk):
        for minutes in range(7):
            at = late + dt.timedelta(minutes=minutes)
            Hit.objects.create(organization=cast.kesar, link=link, kind="click", at=at, device="phone")
    assert folding.fold(now=timezone.now(), batch=3) == 7
    assert folding.fold(now=timezone.now()) == 0
    assert cast.kesar.timezone == "Asia/Kolkata"
    assert [(each.date.day, each.clicks) for each in days(cast)] == [(21, 7)]


def test_nobody_who_followed_a_link_stands_in_a_table_or_a_log(
    cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    link, (site, _secret) = link_of(cast), site_of(cast)
    caplog.set_level("DEBUG")
    visitor().get(f"/l/{link.code}?secret=who")
    visitor().get("/l/nothing")
    tell(site, {"kind": "visit", "source": "x", "visitor": "f" * 32})
    tell(site, {"kind": "convert", "type": "purchase", "id": "1", "visitor": "f" * 32})
    work()
    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records) + "".join(capfd.readouterr())
    assert "request_finished" in said
    assert IP not in said
    assert "secret=who" not in said
    assert in_any_table(IP) == []
    assert in_any_table("f" * 32) == []  # nor what the site calls them


def in_any_table(text: str) -> list[str]:
    """Every table that holds a text anywhere."""
    found = []
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


@pytest.mark.django_db(transaction=True)
def test_of_many_who_follow_at_once_while_it_is_counted_none_is_lost_or_doubled(
    transactional_db: None, settings: Any
) -> None:
    cast = gather()
    link = link_of(cast)
    many, each = 8, 25

    def follow(_who: int) -> None:
        try:
            for _time in range(each):
                assert visitor().get(f"/l/{link.code}").status_code == 302
        finally:
            connections.close_all()

    def fold(_who: int) -> None:
        try:
            for _time in range(20):
                folding.fold(now=timezone.now(), batch=7)
        finally:
            connections.close_all()

    with concurrent.futures.ThreadPoolExecutor(many + 2) as pool:
        list(pool.map(lambda work_: work_[0](work_[1]), [(follow, n) for n in range(many)] + [(fold, 0), (fold, 1)]))
    folding.fold(now=timezone.now())
    assert sum(day.clicks for day in days(cast)) == many * each
    with tenancy.of_organization(cast.kesar.pk):
        assert ShortLink.objects.get().clicks == many * each


def test_a_worker_that_dies_while_it_counts_has_counted_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    link = link_of(cast)
    visitor().get(f"/l/{link.code}")
    monkeypatch.setattr(folding, "FOLD", f"{folding.FOLD} HAVING 1 / (count(*) - 1) > 0")  # fails at its end
    with pytest.raises(Exception, match="division by zero"):
        folding.fold(now=timezone.now())
    monkeypatch.undo()
    assert days(cast) == []
    work()
    assert [day.clicks for day in days(cast)] == [1]


# Pages


def signed_in(member: Any, **headers: str) -> Client:
    client = Client(headers=headers)
    client.force_login(member.user)
    return client


def test_a_link_is_made_listed_changed_and_paused_on_pages(cast: Cast) -> None:
    client = signed_in(cast.asha)
    made = client.post(reverse("numbers_link_new"), {"url": "shop.example/offer", "title": "Offer", "code": "offer"})
    with tenancy.of_organization(cast.kesar.pk):
        link = ShortLink.objects.get()
        assert AuditEntry.objects.filter(action="short_link.made").exists()
    assert made["Location"] == reverse("numbers_link", args=[link.pk])
    assert link.url == "https://shop.example/offer"
    assert "Offer" in client.get(reverse("numbers_links")).content.decode()
    page = client.get(reverse("numbers_link", args=[link.pk])).content.decode()
    assert "/l/offer" in page
    assert client.get(reverse("short_link_picture", args=[link.pk])).content.startswith(b"<?xml")
    change = reverse("short_link_change", args=[link.pk])
    client.post(change, {"url": "https://shop.example/new", "title": "New", "ends_on": "2030-01-31"})
    client.post(change, {"rest": "1"})
    with tenancy.of_organization(cast.kesar.pk):
        link.refresh_from_db()
    assert (link.url, link.title, link.is_active) == ("https://shop.example/new", "New", False)
    assert link.expires_at is not None
    wrong = client.post(reverse("numbers_link_new"), {"url": "https://shop.example/", "code": "offer"})
    assert wrong.status_code == 422
    assert "This ending is taken" in wrong.content.decode()


def test_tables_of_a_link_come_as_csv(cast: Cast) -> None:
    link = link_of(cast)
    visitor().get(f"/l/{link.code}")
    work()
    client = signed_in(cast.asha)
    lines = client.get(f"{reverse('numbers_link', args=[link.pk])}?csv=clicks").content.decode().splitlines()
    assert lines[-1].endswith(",1,0")
    assert client.get(f"{reverse('numbers_links')}?csv=links").content.decode().count(link.code) == 1


def test_a_link_is_made_on_the_page_of_a_post(cast: Cast) -> None:
    post, client = post_of(cast), signed_in(cast.asha, **{"HX-Request": "true"})
    made = client.post(reverse("post_link_make", args=[post.pk]), {"url": "https://shop.example/", "campaign": "rain"})
    assert made.status_code == 200
    with tenancy.of_organization(cast.kesar.pk):
        link = ShortLink.objects.get()
    assert (link.post_id, link.utm) == (post.pk, {"source": "practice", "medium": "social", "campaign": "rain"})
    assert f"/l/{link.code}" in made.content.decode()
    assert f"/l/{link.code}" in client.get(reverse("piece_links", args=[post.piece_id])).content.decode()


def test_the_list_of_links_asks_no_more_questions_for_more_links(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client, counted, post = signed_in(cast.asha), [], post_of(cast)
    for many in (1, 20):
        for _time in range(many):
            link_of(cast, post if many == 1 else None)
        client.get(reverse("numbers_links"))
        with django_assert_max_num_queries(60) as asked:
            client.get(reverse("numbers_links"))
        counted.append(len(asked))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30"])
def test_a_last_day_that_has_no_day_after_it_is_refused_in_words(day: str, cast: Cast) -> None:
    told = {"url": "shop.example/offer", "ends_on": day}
    answer = signed_in(cast.asha).post(reverse("numbers_link_new"), told)
    assert answer.status_code == 422
    assert "Choose an earlier day" in answer.content.decode()
