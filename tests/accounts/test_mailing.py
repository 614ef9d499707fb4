"""Mails of notifications against a real server that refuses, hangs and goes away; digests at everybody's own hour."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import digests, mailing, notifications, tenancy
from accounts.models import Digest, Membership, Notification, NotificationPreference, User
from tests.accounts import smtp
from tests.cast import Cast, gather
from trenddrop.core import mail

Kind = Notification.Kind
UTC = dt.UTC
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def post(settings: Any) -> Iterator[smtp.Server]:
    """A mail server, used by the product."""
    with smtp.running() as server:
        settings.EMAIL_BACKEND = "trenddrop.core.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.address
        settings.EMAIL_TIMEOUT = smtp.PATIENCE
        settings.SITE_URL = "https://trenddrop.example"
        yield server


def tell(cast: Cast, *members: Membership, kind: Kind = Kind.PUBLISH_FAILED, title: str = "A post failed") -> None:
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify(
            [member.user for member in members or [cast.asha]],
            kind,
            organization_id=cast.kesar.pk,
            title=title,
            message="The text is kept.",
            link="/posts/",
        )


def rows() -> list[Notification]:
    with tenancy.operator():
        return list(Notification.objects.order_by("created_at"))


def to(post: smtp.Server) -> list[str]:
    return sorted(str(one["To"]) for one in post.mails)


def test_a_mail_carries_its_words_its_way_out_and_a_name_of_its_own(cast: Cast, post: smtp.Server) -> None:
    tell(cast)
    assert mailing.send_waiting() == 1
    (letter,) = post.mails
    assert letter["Subject"] == "A post failed · TrendDrop"
    assert letter["To"] == "asha@kesar.example"
    assert letter["Message-ID"] == f"<{rows()[0].pk.hex}@trenddrop.example>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].strip().startswith("<https://trenddrop.example/unsubscribe/")
    text = letter.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    assert "https://trenddrop.example/posts/" in text
    assert letter["List-Unsubscribe"].strip().strip("<>") in text.replace("\n", "")


def test_what_is_about_security_has_no_way_out(cast: Cast, post: smtp.Server) -> None:
    tell(cast, kind=Kind.SECURITY, title="Somebody signed in")
    assert mailing.send_waiting() == 1
    assert post.mails[0]["List-Unsubscribe"] is None
    assert "unsubscribe" not in post.raw[0].decode()


def test_a_title_with_line_breaks_adds_no_header(cast: Cast, post: smtp.Server) -> None:
    with tenancy.operator():
        Notification.objects.create(
            organization=cast.kesar, user=cast.asha.user, kind="data", title="A\r\nBcc: all@x.example", mail_wanted=True
        )
    assert mailing.send_waiting() == 1
    assert post.mails[0]["Bcc"] is None


@pytest.mark.parametrize(
    "plan",
    [
        {"connect": ["554 not today"]},
        {"connect": ["hang"]},
        {"connect": ["cut"]},
        {"mail": ["451 busy"]},
        {"mail": ["hang"]},
        {"rcpt": ["450 greylisted"]},
        {"rcpt": ["cut"]},
        {"data": ["452 disk full"]},
        {"text": ["451 try again"]},
    ],
    ids=str,
)
def test_what_the_server_has_not_taken_waits_and_is_tried_again_later(
    cast: Cast, post: smtp.Server, plan: dict[str, list[str]]
) -> None:
    tell(cast)
    post.plan = plan
    now = timezone.now()
    assert mailing.send_waiting(now) == 0
    (row,) = rows()
    assert (row.mailed_at, row.mail_began_at, row.mail_tries, row.mail_wanted) == (None, None, 1, True)
    assert row.mail_error
    assert mailing.send_waiting(now + dt.timedelta(seconds=30)) == 0, "not before its time"
    assert mailing.send_waiting(now + dt.timedelta(minutes=2)) == 1
    assert len(post.mails) == 1
    assert mailing.send_waiting(now + dt.timedelta(days=1)) == 0


def test_the_pauses_grow_and_end_after_three_days(cast: Cast, settings: Any) -> None:
    with smtp.running() as gone:
        settings.EMAIL_BACKEND = "trenddrop.core.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = gone.address
    tell(cast)
    now, pauses = timezone.now(), []
    while (row := rows()[0]).mail_wanted:
        due = max(row.mail_after or now, now)
        pauses.append(due - now)
        now = due
        mailing.send_waiting(now)
    assert pauses[1:6] == mailing.WAITS
    assert pauses == sorted(pauses)
    assert dt.timedelta(days=3) < now - row.created_at < dt.timedelta(days=3, hours=4)
    assert "refused" in row.mail_error


@pytest.mark.parametrize("fate", ["hang", "cut"])
def test_a_mail_the_server_may_have_taken_is_not_sent_again(cast: Cast, post: smtp.Server, fate: str) -> None:
    tell(cast)
    post.plan = {"taken": [fate]}
    mailing.send_waiting()
    for hours in range(1, 100):
        mailing.send_waiting(timezone.now() + hours * HOUR)
    assert len(post.mails) == 1
    assert rows()[0].mail_error == mailing.DOUBT


def test_one_who_is_refused_does_not_keep_the_others_waiting(cast: Cast, post: smtp.Server) -> None:
    tell(cast, cast.asha, cast.ben, cast.chitra)
    post.plan = {"rcpt": ["450 greylisted"]}
    assert mailing.send_waiting() == 2


def test_a_server_that_goes_away_leaves_the_rest_untouched(cast: Cast, post: smtp.Server) -> None:
    tell(cast, cast.asha, cast.ben, cast.chitra)
    post.plan = {"mail": ["", "cut"]}
    now = timezone.now()
    assert mailing.send_waiting(now) == 1
    assert sorted(row.mail_tries for row in rows()) == [0, 1, 1]
    assert mailing.send_waiting(now + dt.timedelta(minutes=2)) == 2
    assert to(post) == ["asha@kesar.example", "ben@kesar.example", "chitra@kesar.example"]


def test_an_address_that_sends_mail_back_gets_none_until_it_changes(cast: Cast, post: smtp.Server) -> None:
    tell(cast)
    post.plan = {"rcpt": ["550 no such user"]}
    mailing.send_waiting()
    tell(cast, title="Another")
    assert mailing.send_waiting() == 0
    assert [row.mail_wanted for row in rows()] == [False, False]
    User.objects.filter(pk=cast.asha.user_id).update(email="menon@kesar.example")
    tell(cast, title="A third")
    assert mailing.send_waiting() == 1
    assert to(post) == ["menon@kesar.example"]


def test_a_mail_the_server_never_wants_is_given_up_for_itself_alone(cast: Cast, post: smtp.Server) -> None:
    tell(cast)
    post.plan = {"text": ["554 looks like spam"]}
    assert mailing.send_waiting() == 0
    assert (rows()[0].mail_wanted, rows()[0].mail_error) == (False, "554 looks like spam")
    post.plan = {}
    tell(cast, title="Another")
    assert mailing.send_waiting() == 1


@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.DELETED])
def test_suspended_and_deleted_people_get_none(cast: Cast, post: smtp.Server, status: str) -> None:
    tell(cast)
    tell(cast, kind=Kind.POST_PUBLISHED)
    User.objects.filter(pk=cast.asha.user_id).update(status=status)
    mailing.send_waiting()
    digests.send_due(timezone.now() + dt.timedelta(days=2))
    assert post.mails == []


def test_a_worker_that_died_while_sending_sends_nothing_twice(cast: Cast, post: smtp.Server) -> None:
    tell(cast)
    with tenancy.operator():
        Notification.objects.update(mail_began_at=timezone.now(), lease_until=timezone.now() + HOUR, mail_tries=1)
    assert mailing.send_waiting() == 0
    assert mailing.send_waiting(timezone.now() + 2 * HOUR) == 0
    assert post.mails == []
    assert rows()[0].mail_error == mailing.DOUBT


def test_a_worker_that_died_before_sending_loses_nothing(cast: Cast, post: smtp.Server) -> None:
    tell(cast)
    with tenancy.operator():
        Notification.objects.update(lease_until=timezone.now() + HOUR, mail_tries=1)
    assert mailing.send_waiting() == 0
    assert mailing.send_waiting(timezone.now() + 2 * HOUR) == 1


def at_once(work: Any, count: int) -> None:
    """Run it in so many threads, each with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_six_workers_at_once_send_each_mail_and_each_digest_once(post: smtp.Server) -> None:
    cast = gather()
    for number in range(20):
        tell(cast, cast.asha, cast.ben, title=f"Number {number}")
    tell(cast, cast.asha, cast.ben, kind=Kind.TREND_ALERT, title="Rises")
    at_once(mailing.send_waiting, 6)
    later = (timezone.now() + dt.timedelta(days=2)).replace(hour=12)  # an hour at which everybody's has come
    at_once(lambda: digests.send_due(later), 6)
    names = [one["Message-ID"] for one in post.mails]
    assert len(names) == len(set(names)) == 42


def test_each_person_reads_it_in_their_own_language(cast: Cast, mailoutbox: list[Any]) -> None:
    User.objects.filter(pk=cast.ben.user_id).update(language="hi")
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify(
            User.objects.filter(pk__in=[cast.asha.user_id, cast.ben.user_id]),
            Kind.PUBLISH_FAILED,
            organization_id=cast.kesar.pk,
            title=notifications.words(gettext_lazy("Yes"), post="x"),
        )
    mailing.send_waiting()
    titles = {row.user_id: row.title for row in rows()}
    assert titles == {cast.asha.user_id: "Yes", cast.ben.user_id: "हाँ"}
    assert {mail.to[0]: 'lang="hi"' in mail.alternatives[0][0] for mail in mailoutbox} == {
        "asha@kesar.example": False,
        "ben@kesar.example": True,
    }


def test_the_backend_tells_doubt_from_refusal(post: smtp.Server) -> None:
    server = get_connection()
    mail.connect(server)
    post.plan = {"rcpt": ["550 nobody"]}
    with pytest.raises(mail.Returned):
        mail.hand_over(EmailMessage("a", "b", to=["x@y.example"]), server)
    post.plan = {"text": ["cut"]}
    with pytest.raises(mail.InDoubt):
        mail.hand_over(EmailMessage("a", "b", to=["x@y.example"]), server)
    assert mail.is_gone(server)


# Digests


def note(cast: Cast, member: Membership, at: dt.datetime, **fields: Any) -> Notification:
    """Leave something for the digest at a moment."""
    values: dict[str, Any] = {"kind": Kind.POST_PUBLISHED, "title": "Live", "organization": cast.kesar} | fields
    with tenancy.operator():
        row = Notification.objects.create(user=member.user, in_digest=True, **values)
        Notification.objects.filter(pk=row.pk).update(created_at=at)
    return row


def live_in(member: Membership, zone: str, hour: int = 8) -> None:
    User.objects.filter(pk=member.user_id).update(timezone=zone, digest_hour=hour)


def times_sent(post: smtp.Server, start: dt.datetime, hours: float) -> list[dt.datetime]:
    """Let the task run each half an hour, and return when a mail came."""
    found, now = [], start
    while now < start + dt.timedelta(hours=hours):
        before = len(post.raw)
        digests.send_due(now)
        found += [now] * (len(post.raw) - before)
        now += dt.timedelta(minutes=30)
    return found


def test_a_digest_comes_at_the_hour_of_the_persons_own_zone(cast: Cast, post: smtp.Server) -> None:
    start = dt.datetime(2026, 11, 20, 12, tzinfo=UTC)
    live_in(cast.asha, "Asia/Kolkata")
    live_in(cast.ben, "America/Los_Angeles")
    note(cast, cast.asha, start)
    note(cast, cast.ben, start)
    found = times_sent(post, start, 36)
    assert found == [dt.datetime(2026, 11, 20, 16, tzinfo=UTC), dt.datetime(2026, 11, 21, 2, 30, tzinfo=UTC)]
    assert [str(one["To"]) for one in post.mails] == ["ben@kesar.example", "asha@kesar.example"]


def test_what_happens_after_the_hour_waits_for_the_next_day(cast: Cast, post: smtp.Server) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    note(cast, cast.asha, dt.datetime(2026, 11, 20, 15, tzinfo=zone))
    assert times_sent(post, dt.datetime(2026, 11, 20, 15, tzinfo=zone), 30) == [
        dt.datetime(2026, 11, 21, 8, tzinfo=zone)
    ]


@pytest.mark.parametrize(
    ("zone", "hour", "day"),
    [
        ("Europe/Lisbon", 1, dt.date(2026, 3, 29)),  # 01:00 does not exist
        ("Europe/Lisbon", 1, dt.date(2026, 10, 25)),  # 01:00 comes twice
        ("America/New_York", 2, dt.date(2026, 3, 8)),
        ("America/New_York", 1, dt.date(2026, 11, 1)),
        ("Africa/Cairo", 0, dt.date(2026, 4, 24)),  # midnight does not exist
        ("Australia/Lord_Howe", 2, dt.date(2026, 10, 4)),  # half an hour is missing
        ("Asia/Kathmandu", 8, dt.date(2026, 3, 8)),
    ],
)
def test_one_digest_a_day_where_the_clock_jumps(
    cast: Cast, post: smtp.Server, zone: str, hour: int, day: dt.date
) -> None:
    live_in(cast.asha, zone, hour)
    start = dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC) - 14 * HOUR
    with tenancy.operator():
        Digest.objects.create(user=cast.asha.user, day=day - dt.timedelta(days=1))
    for hours in range(-9, 30, 3):
        note(cast, cast.asha, start + hours * HOUR)
    sent = [at.astimezone(ZoneInfo(zone)) for at in times_sent(post, start, 27)]
    assert [at.date() for at in sent].count(day) == 1
    assert sent[0].hour in {hour, hour + 1}


def test_a_day_without_news_brings_no_mail(cast: Cast, post: smtp.Server) -> None:
    tell(cast, kind=Kind.CONTENT_READY)
    assert digests.send_due(timezone.now() + dt.timedelta(days=2)) == 0
    assert post.raw == []


def test_a_digest_is_grouped_by_organisation_and_kind_and_tells_everything_once(cast: Cast, post: smtp.Server) -> None:
    with tenancy.operator():
        Membership.objects.create(organization=cast.lisbon, user=cast.asha.user, role="admin")
    at = dt.datetime(2026, 11, 20, 4, tzinfo=UTC)
    note(cast, cast.asha, at, title="Rain is live")
    note(cast, cast.asha, at, title="AQI rises", kind=Kind.TREND_ALERT)
    note(cast, cast.asha, at, title="Roof is live", organization=cast.lisbon)
    digests.send_due(at + 24 * HOUR)
    (letter,) = post.mails
    text = letter.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    order = ["== Kesar Naturals ==", "Post published", "Rain is live", "Trend alert", "AQI rises"]
    order += ["== Lisbon Rooftops ==", "Post published", "Roof is live"]
    places = [text.index(words) if words != "Post published" else 0 for words in order]
    assert [place for place in places if place] == sorted(place for place in places if place)
    assert text.count("Post published") == 2
    assert letter["Subject"] == "3 things to know · TrendDrop"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    digests.send_due(at + 48 * HOUR)
    assert len(post.mails) == 1


def test_whoever_left_an_organisation_hears_nothing_of_it(cast: Cast, post: smtp.Server) -> None:
    at = dt.datetime(2026, 11, 20, 4, tzinfo=UTC)
    note(cast, cast.ben, at)
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(status="inactive")
    assert digests.send_due(at + 24 * HOUR) == 0
    assert post.raw == []


def test_a_digest_the_server_refused_comes_later_the_same_day_and_once(cast: Cast, post: smtp.Server) -> None:
    start = dt.datetime(2026, 11, 20, 12, tzinfo=UTC)
    note(cast, cast.asha, start)
    post.plan = {"connect": ["421 busy"], "data": ["451 later"]}
    found = times_sent(post, start, 60)
    assert len(found) == 1
    assert found[0].date() == dt.date(2026, 11, 21)


def test_a_digest_in_doubt_is_not_sent_again(cast: Cast, post: smtp.Server) -> None:
    start = dt.datetime(2026, 11, 20, 12, tzinfo=UTC)
    note(cast, cast.asha, start)
    post.plan = {"taken": ["cut"]}
    assert len(times_sent(post, start, 60)) == 1
    with tenancy.operator():
        assert Digest.objects.get(user=cast.asha.user).error == mailing.DOUBT


def test_who_moves_west_gets_no_second_digest_that_day(cast: Cast, post: smtp.Server) -> None:
    morning = dt.datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    note(cast, cast.asha, morning - 5 * HOUR)
    assert digests.send_due(morning) == 1
    live_in(cast.asha, "Europe/Lisbon")
    note(cast, cast.asha, morning + HOUR)
    assert times_sent(post, morning + HOUR, 20) == []
    assert len(times_sent(post, morning + 21 * HOUR, 12)) == 1


def test_the_digest_is_off_for_those_who_want_none(cast: Cast, post: smtp.Server) -> None:
    NotificationPreference.objects.create(user=cast.asha.user, kind=Kind.TREND_ALERT, mail="off")
    tell(cast, kind=Kind.TREND_ALERT)
    assert [(row.in_digest, row.in_app) for row in rows()] == [(False, True)]
