"""Reports: what they hold, that they stay as they were told, their files, and how they come by mail."""

import datetime as dt
import re
import smtplib
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership
from analytics.models import (
    AccountDay,
    Anomaly,
    BackTest,
    Goal,
    Insight,
    OptimizationReport,
    ReportSchedule,
    RollupMark,
    Suggestion,
    TrackedAccount,
)
from analytics.reporting import drawing, gathering, leaving, mailing, periods, saying
from analytics.services import reports as commands
from analytics.span import DAY, Span
from publishing.models import BestTime, PlatformConnection
from tests.analytics.advising import numbers_of, strangers
from tests.analytics.counted import rolled_up, signed_in, today, tracked, won
from tests.analytics.posting import connection
from tests.analytics.reported import MONDAY, made, scheduled
from tests.cast import Cast


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        ("week", "2026-11-22", "2026-11-09", "2026-11-15"),
        ("week", "2026-11-23", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-10-01", "2026-10-31"),
        ("month", "2026-03-15", "2026-02-01", "2026-02-28"),
        ("quarter", "2026-11-22", "2026-07-01", "2026-09-30"),
        ("quarter", "2026-01-01", "2025-10-01", "2025-12-31"),
    ],
)
def test_a_report_is_about_days_that_are_over(period: str, day: str, first: str, last: str) -> None:
    found = periods.last_whole(period, today=dt.date.fromisoformat(day))
    assert found == Span(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("period", "zone", "comes"),
    [
        ("week", "Asia/Kolkata", "2026-11-30T03:30:00+00:00"),
        ("month", "Asia/Kolkata", "2026-12-01T03:30:00+00:00"),
        ("quarter", "Asia/Kolkata", "2027-01-01T03:30:00+00:00"),
        ("week", "America/New_York", "2026-11-23T14:00:00+00:00"),
    ],
)
def test_it_comes_the_morning_after_in_the_organisations_zone(period: str, zone: str, comes: str) -> None:
    assert periods.next_at(period, 9, zone, after=MONDAY).isoformat() == comes


def test_a_report_holds_the_numbers_and_every_sentence_of_it_rests_on_them(kesar: Cast) -> None:
    numbers_of(kesar)
    report = made(kesar)
    told = gathering.told(report)
    with tenancy.of_member(kesar.asha):
        rows = AccountDay.objects.filter(date__range=(report.first_day, report.last_day), views__isnull=False)
        views = sum(row.views or 0 for row in rows)
    totals = told.looks["totals"]
    assert totals.cell(0, "now") == views
    calls = [each.stored() for each in told.looks.values()]
    said = " ".join([saying.lead(told), *(f"{each.what} {each.why}" for each in saying.proposals(told))])
    assert strangers(said, calls) == []
    assert {"totals", "views", "platforms", "best", "hashtags", "kinds", "streams"} <= set(told.looks)


def test_a_report_stays_as_it_was_told(kesar: Cast) -> None:
    accounts = numbers_of(kesar)
    client = ClientAccount.objects.get(pk=kesar.client.pk)
    ClientAccount.objects.filter(pk=client.pk).update(brand_colors=["#8a5410", "#d98e2b"])
    client.refresh_from_db()
    AccountDay.objects.all().update(client=client)
    report = made(kesar, client=client)
    page = signed_in(kesar.asha).get(reverse("numbers_report", args=[report.pk])).content.decode()
    before = drawing.drawn(report, language="en")
    AccountDay.objects.filter(connection=accounts["instagram"]).delete()
    won(accounts["instagram"], today(kesar) - DAY, views=999_999)
    ClientAccount.objects.filter(pk=client.pk).update(name="Another name", brand_colors=["#000000"])
    report.refresh_from_db()
    after = signed_in(kesar.asha).get(reverse("numbers_report", args=[report.pk])).content.decode()
    main = re.compile(r"<main.*</main>", re.DOTALL)
    assert main.findall(page) == main.findall(after)
    assert "#8a5410" in after
    assert "999,999" not in after
    assert drawing.drawn(report, language="en") == before


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_pdf_says_what_the_page_says(language: str, kesar: Cast) -> None:
    numbers_of(kesar)
    report = made(kesar)
    reader = PdfReader(BytesIO(drawing.drawn(report, language=language)))
    text = " ".join(page.extract_text() for page in reader.pages)
    views = gathering.told(report).looks["totals"].cell(0, "now")
    assert str(views) in re.sub(r"[,\s]", "", text)
    assert 1 <= len(reader.pages) <= 6


def test_with_nothing_counted_it_says_so(kesar: Cast) -> None:
    report = made(kesar)
    client = signed_in(kesar.asha)
    assert "Nothing was counted" in client.get(reverse("numbers_report", args=[report.pk])).content.decode()
    pdf = client.get(reverse("numbers_report_pdf", args=[report.pk]))
    assert pdf.content.startswith(b"%PDF")


def test_each_table_and_all_of_them_come_as_csv(kesar: Cast) -> None:
    numbers_of(kesar)
    report, client = made(kesar), signed_in(kesar.asha)
    place = reverse("numbers_report", args=[report.pk])
    whole = client.get(place, {"csv": "all"}).content.decode("utf-8-sig")
    assert report.title.split(",")[0] in whole
    assert "Hashtags" in whole
    assert "barrier" in client.get(place, {"csv": "hashtags"}).content.decode("utf-8-sig")
    assert client.get(place, {"csv": "nothing"}).status_code == 404


def test_times_in_the_files_are_of_the_organisations_zone_and_say_so(kesar: Cast) -> None:
    numbers_of(kesar)
    late = dt.datetime(2026, 11, 22, 20, 45, tzinfo=dt.UTC)  # the next day in Kolkata
    with tenancy.operator():
        RollupMark.objects.update(reached=late)
        report = made(kesar)
        OptimizationReport.objects.update(made_at=late)
    report.refresh_from_db()
    pages = PdfReader(BytesIO(drawing.drawn(report, language="en"))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Numbers of posts as of 23 Nov 2026, 02:15 (Asia/Kolkata)." in text
    assert "made by Kesar Naturals on 23 Nov 2026" in text
    place = reverse("numbers_report", args=[report.pk])
    file = signed_in(kesar.asha).get(place, {"csv": "all"}).content.decode("utf-8-sig")
    assert file.splitlines()[1] == "2026-11-23T02:15:00+05:30,Asia/Kolkata"


def test_a_clients_member_reads_its_own_reports_and_no_others(kesar: Cast) -> None:
    numbers_of(kesar)
    own, other, whole = made(kesar, client=kesar.client), made(kesar, client=kesar.metro), made(kesar)
    client = signed_in(kesar.esha)
    assert client.get(reverse("numbers_report", args=[own.pk])).status_code == 200
    assert client.get(reverse("numbers_report_pdf", args=[own.pk])).status_code == 200
    for each in (other, whole):
        assert client.get(reverse("numbers_report", args=[each.pk])).status_code == 404
    listed = client.get(reverse("numbers_reports")).content.decode()
    assert str(own.pk) in listed
    assert str(whole.pk) not in listed
    assert client.post(reverse("numbers_report_make"), {"period": "week"}).status_code == 403


def test_a_clients_report_holds_that_client_alone(kesar: Cast) -> None:
    account = connection(kesar, "instagram", client=kesar.client)
    other = connection(kesar, "youtube", account_id="yt", client=kesar.metro)
    won(account, today(kesar) - DAY, views=1_234)
    won(other, today(kesar) - DAY, views=98_765)
    assert "98765" not in str(made(kesar, client=kesar.client).content).replace(",", "")


def told_of(account: TrackedAccount, posting: PlatformConnection, name: str, **more: Any) -> None:
    """A finding, an odd day, a goal, advice and how it did, each of which says a name."""
    given: dict[str, Any] = {"organization_id": account.organization_id, "client": account.client}
    at, day = timezone.now(), timezone.now().date() - 2 * DAY
    both = given | {"connection": posting}
    finding = Insight.objects.create(
        **both, account=account, kind="content", question="content.hour", key=f"hour:{name}", effect=1.5, p=0.01,
        q=0.01, sample=40, sentence=f"{name} finding", first_found_at=at, found_at=at,
    )  # fmt: skip
    Anomaly.objects.create(
        **both, account=account, series=f"{account.pk}:views", metric="views", kind="spike", date=day, value=9,
        expected=2, low=1, high=3, score=1, sentence=f"{name} odd day", found_at=at,
    )  # fmt: skip
    goal = Goal.objects.create(
        **given, account=account, name=f"{name} goal", metric="views", measure="sum", target=100, starts_on=day,
        deadline=day + 90 * DAY,
    )  # fmt: skip
    Insight.objects.create(
        **given, goal=goal, kind="goal", question="goal.course", key=f"goal:{name}", sentence=f"{name} outlook",
        effect=1.5, p=0.01, q=0.01, sample=40, first_found_at=at, found_at=at,
    )  # fmt: skip
    Suggestion.objects.create(**both, insight=finding, sentence=f"{name} advice", offered_at=at)
    BackTest.objects.create(
        **both, week=day - day.weekday() * DAY, verdict="helped", ratio=1.5, advised=len(name), own=7, made_at=at
    )
    BestTime.objects.create(
        organization_id=account.organization_id, connection=posting, weekday=2, hour=5, timezone="UTC", score=90,
        posts=30, posts_in_all=30,
    )  # fmt: skip


def branded(cast: Cast, name: str, *, client: ClientAccount | None, brand: BrandProfile) -> None:
    """An account of a brand whose name stands in all that is known of it."""
    posting = connection(cast, "instagram", account_id=name, handle=f"@{name}", client=client)
    account = tracked(cast, "instagram", f"@{name}", connection=posting, client=client, brand=brand, external_id=name)
    told_of(account, posting, name)
    won(posting, today(cast) - 2 * DAY, brand=brand, views=700)


@pytest.mark.parametrize("whose", ["house", "chai"])
def test_a_brands_report_holds_no_name_of_another_brand_or_client(whose: str, kesar: Cast) -> None:
    make = BrandProfile.objects.create
    with tenancy.operator():
        brands = {
            "house": kesar.brand,
            "chai": make(organization=kesar.kesar, client=kesar.client, name="Chai masala"),
            "green": make(organization=kesar.kesar, client=kesar.client, name="Green leaf"),
            "metro": make(organization=kesar.kesar, client=kesar.metro, name="Metro smile"),
        }
        for name, brand in brands.items():
            branded(kesar, f"td-{name}", client=brand.client, brand=brand)
        branded(kesar, "td-lent", client=kesar.metro, brand=kesar.brand)  # a client's account under the house brand
        Goal.objects.create(
            organization=kesar.kesar, name="td-everybody goal", metric="views", measure="sum", target=9,
            starts_on=today(kesar), deadline=today(kesar) + 9 * DAY,
        )  # fmt: skip
        rolled_up(kesar)
    report = made(kesar, brand=brands[whose])
    pdf = PdfReader(BytesIO(drawing.drawn(report, language="en")))
    told = str(report.content) + " ".join(page.extract_text() for page in pdf.pages)
    for what in ("finding", "odd day", "goal", "outlook", "advice"):
        assert f"td-{whose} {what}" in told
    assert set(re.findall(r"td-\w+", told)) == {f"td-{whose}"}
    looks = gathering.told(report).looks
    assert [row[-2] for row in looks["back_test"].rows] == [len(f"td-{whose}")]
    assert looks["totals"].cell(0, "now") == 700
    assert looks["best_times"].fact("posts") == 30
    assert {name for look in looks.values() for name in look.of} == {brands[whose].name}


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": None},
        {"first": dt.date(2026, 11, 5), "last": dt.date(2026, 11, 1)},
        {"first": dt.date(2020, 1, 1), "last": dt.date(2026, 1, 1)},
        {"last": dt.date(2999, 1, 1)},
        {"period": "decade"},
    ],
)
def test_days_that_cannot_be_are_refused(wrong: dict[str, Any], kesar: Cast) -> None:
    with pytest.raises(commands.CannotReport):
        made(kesar, **wrong)


# By mail


def test_a_due_report_is_mailed_once_to_each_with_its_pdf_and_a_way_out(kesar: Cast) -> None:
    numbers_of(kesar)
    row = scheduled(kesar)
    assert row.recipients == ["asha@kesar.example", "isha@client.example"]
    assert mailing.send_due(now=MONDAY - dt.timedelta(hours=1)) == 0
    assert mailing.send_due(now=MONDAY) == 2
    assert mailing.send_due(now=MONDAY + dt.timedelta(hours=1)) == 0
    assert [each.to for each in mail.outbox] == [["asha@kesar.example"], ["isha@client.example"]]
    letter = mail.outbox[1]
    name, data, kind = letter.attachments[0]
    assert (name[-4:], kind) == (".pdf", "application/pdf")
    assert bytes(data).startswith(b"%PDF")
    assert "List-Unsubscribe" in letter.extra_headers
    with tenancy.of_member(kesar.asha):
        row.refresh_from_db()
        report = OptimizationReport.objects.get()
    assert (report.first_day, report.last_day) == (dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    assert report.sent_to == row.recipients
    assert row.next_at == dt.datetime(2026, 11, 30, 3, 30, tzinfo=dt.UTC)


def test_a_worker_that_died_between_two_mails_sends_only_the_other(kesar: Cast) -> None:
    row = scheduled(kesar)
    mailing.send_due(now=MONDAY)
    mail.outbox.clear()
    with tenancy.of_member(kesar.asha):
        report = OptimizationReport.objects.get()
        report.sent_to = report.sent_to[:1]
        report.save()
        ReportSchedule.objects.filter(pk=row.pk).update(next_at=MONDAY, lease_until=MONDAY - DAY)
    assert mailing.send_due(now=MONDAY + dt.timedelta(hours=1)) == 1
    assert [each.to for each in mail.outbox] == [["isha@client.example"]]
    with tenancy.of_member(kesar.asha):
        assert OptimizationReport.objects.count() == 1


def test_a_server_that_is_down_is_tried_again(kesar: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = scheduled(kesar)

    def down(*_args: Any) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
        assert mailing.send_due(now=MONDAY) == 0
    with tenancy.of_member(kesar.asha):
        row.refresh_from_db()
    assert (row.failures, row.error) == (1, "gone")
    assert mailing.send_due(now=MONDAY + dt.timedelta(minutes=30)) == 2


def test_where_nobody_may_see_the_numbers_any_more_nothing_is_mailed(kesar: Cast) -> None:
    row = scheduled(kesar)
    with tenancy.operator():
        Membership.objects.filter(organization=kesar.kesar).update(status="inactive")
    assert mailing.send_due(now=MONDAY) == 0
    with tenancy.operator():
        row.refresh_from_db()
    assert not row.is_active
    assert mail.outbox == []


def test_whoever_holds_a_mails_link_ends_it_without_signing_in(kesar: Cast) -> None:
    row = scheduled(kesar)
    place = leaving.address_for(row, "isha@client.example").split("/", 3)[3]
    browser = Client()
    assert "isha@client.example" in browser.get(f"/{place}").content.decode()
    with tenancy.of_member(kesar.asha):
        row.refresh_from_db()
        assert len(row.recipients) == 2
    assert browser.post(f"/{place}").status_code == 200
    with tenancy.of_member(kesar.asha):
        row.refresh_from_db()
    assert row.recipients == ["asha@kesar.example"]
    assert browser.post(f"/{place}").status_code == 200
    assert browser.get("/unsubscribe/report/nonsense/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"recipients": []}, {"recipients": ["nobody"]}, {"recipients": [f"a{n}@b.example" for n in range(30)]},
     {"period": "custom"}, {"hour": 24}, {"name": "  "}],
)  # fmt: skip
def test_mails_that_cannot_be_are_refused(wrong: dict[str, Any], kesar: Cast) -> None:
    with pytest.raises(commands.CannotReport):
        scheduled(kesar, **wrong)


def test_a_schedule_is_set_up_changed_and_ended_on_its_page(kesar: Cast) -> None:
    client = signed_in(kesar.asha)
    given = {"name": "Monthly", "period": "month", "hour": "8", "language": "hi", "members": ["ben@kesar.example"],
             "others": "isha@client.example, x@y.example", "is_active": "on"}  # fmt: skip
    assert client.post(reverse("numbers_report_schedule_new"), given).status_code == 302
    with tenancy.of_member(kesar.asha):
        row = ReportSchedule.objects.get()
    assert row.recipients == ["ben@kesar.example", "isha@client.example", "x@y.example"]
    place = reverse("numbers_report_schedule", args=[row.pk])
    assert "x@y.example" in client.get(place).content.decode()
    assert client.post(place, given | {"others": "nonsense"}).status_code == 422
    assert client.post(reverse("numbers_report_unschedule", args=[row.pk])).status_code == 302
    with tenancy.of_member(kesar.asha):
        assert not ReportSchedule.objects.exists()


def test_programs_make_and_take_reports(kesar: Cast) -> None:
    numbers_of(kesar)
    client = signed_in(kesar.asha)
    answer = client.post("/api/v1/optimization-reports", {"period": "month"}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    key = answer.json()["id"]
    assert "totals" in answer.json()["looks"]
    assert client.get(f"/api/v1/optimization-reports/{key}/pdf").content.startswith(b"%PDF")
    given = {"name": "W", "period": "week", "recipients": ["a@b.example"]}
    assert client.post("/api/v1/report-schedules", given, content_type="application/json").status_code == 201
    assert client.delete(f"/api/v1/optimization-reports/{key}").status_code == 204


def test_a_report_is_listed_without_reading_what_it_holds(kesar: Cast, django_assert_max_num_queries: Any) -> None:
    for _number in range(4):
        made(kesar)
    client = signed_in(kesar.asha)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("numbers_reports")).content.decode()
    assert page.count("PDF</a>") == 4
