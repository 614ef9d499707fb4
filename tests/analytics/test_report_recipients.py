"""Whom a report by mail goes to no more: who left, who was shut out, clients that are archived; and who hears of it."""

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from accounts import tenancy
from accounts.models import BrandProfile, Membership, Notification
from accounts.services import brands, clients, memberships
from analytics.models import ReportSchedule
from analytics.reporting import mailing
from analytics.span import DAY
from tests.analytics.counted import signed_in
from tests.analytics.reported import MONDAY, scheduled
from tests.cast import Cast


def of(row: ReportSchedule) -> ReportSchedule:
    """A schedule as it stands now."""
    with tenancy.operator():
        return ReportSchedule.objects.get(pk=row.pk)


def to_ben(cast: Cast, **more: Any) -> ReportSchedule:
    """A report that Ben and somebody outside get."""
    return scheduled(cast, **({"recipients": ["ben@kesar.example", "isha@client.example"]} | more))


@pytest.mark.parametrize("how", ["removed", "left"])
def test_who_is_a_member_no_more_gets_no_more_reports(how: str, kesar: Cast) -> None:
    row = to_ben(kesar)
    with tenancy.of_member(kesar.ben if how == "left" else kesar.asha):
        if how == "left":
            memberships.leave(kesar.ben)
        else:
            memberships.remove(kesar.ben, by=kesar.asha)
    assert mailing.send_due(now=MONDAY) == 1
    assert [each.to for each in mail.outbox] == [["isha@client.example"]]
    assert of(row).recipients == ["isha@client.example"]


def test_a_clients_member_who_leaves_is_taken_off_reports_they_never_saw(kesar: Cast) -> None:
    row = to_ben(kesar, recipients=["esha@chaipoint.example", "isha@client.example"])
    with tenancy.of_member(kesar.esha):
        memberships.leave(kesar.esha)
    assert of(row).recipients == ["isha@client.example"]


def test_who_is_shut_out_gets_nothing_and_is_named_until_they_are_back(kesar: Cast) -> None:
    row = to_ben(kesar)
    with tenancy.of_member(kesar.asha):
        memberships.deactivate(kesar.ben, by=kesar.asha)
    place = reverse("numbers_report_schedule", args=[row.pk])
    assert "Nothing is mailed to Ben Thomas" in signed_in(kesar.asha).get(place).content.decode()
    assert mailing.send_due(now=MONDAY) == 1
    assert [each.to for each in mail.outbox] == [["isha@client.example"]]
    with tenancy.of_member(kesar.asha):
        memberships.reactivate(Membership.objects.get(pk=kesar.ben.pk), by=kesar.asha)
    assert "Nothing is mailed to" not in signed_in(kesar.asha).get(place).content.decode()
    assert mailing.send_due(now=MONDAY + 7 * DAY) == 2


def test_who_may_see_no_numbers_any_more_gets_nothing(kesar: Cast) -> None:
    to_ben(kesar)
    with tenancy.operator():
        Membership.objects.filter(pk=kesar.ben.pk).update(permission_overrides={"analytics.view": False})
    assert mailing.send_due(now=MONDAY) == 1
    assert [each.to for each in mail.outbox] == [["isha@client.example"]]


def test_when_the_last_address_was_of_somebody_who_left_it_ends_and_its_maker_hears(kesar: Cast) -> None:
    row = to_ben(kesar, recipients=["ben@kesar.example"])
    with tenancy.of_member(kesar.asha):
        memberships.remove(kesar.ben, by=kesar.asha)
    assert not of(row).is_active
    assert told_to(kesar.asha) == ["A report is mailed no more: Weekly"]


def told_to(member: Membership) -> list[str]:
    """What somebody was told of reports."""
    with tenancy.operator():
        return list(Notification.objects.filter(user=member.user, kind="report").values_list("title", flat=True))


def test_reports_of_an_archived_client_rest_until_it_is_back(kesar: Cast) -> None:
    row = to_ben(kesar, client=kesar.client)
    with tenancy.of_member(kesar.asha):
        clients.archive(kesar.client, by=kesar.asha, now=MONDAY - DAY)
    assert mailing.send_due(now=MONDAY) == 0
    assert mail.outbox == []
    browser, place = signed_in(kesar.asha), reverse("numbers_report_schedule", args=[row.pk])
    assert "Chai Point is archived" in browser.get(place).content.decode()
    assert "the client is archived" in browser.get(reverse("numbers_reports")).content.decode()
    given = {"name": "Weekly", "period": "week", "hour": "9", "language": "en", "others": "x@y.example"}
    assert browser.post(place, given).status_code == 422
    assert of(row).client_id == kesar.client.pk
    with tenancy.of_member(kesar.asha):
        clients.restore(kesar.client, by=kesar.asha, now=MONDAY)
    assert mailing.send_due(now=MONDAY + dt.timedelta(hours=1)) == 2


def test_when_the_server_takes_nothing_twelve_times_its_maker_hears(
    kesar: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = to_ben(kesar)
    with tenancy.operator():
        ReportSchedule.objects.filter(pk=row.pk).update(failures=11)

    def down(*_args: Any) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
    assert mailing.send_due(now=MONDAY) == 0
    assert (of(row).is_active, of(row).failures) == (False, 12)
    assert told_to(kesar.asha) == ["A report is mailed no more: Weekly"]


def test_when_nobody_may_read_it_any_more_those_who_may_change_it_hear(kesar: Cast) -> None:
    to_ben(kesar, client=kesar.client)
    with tenancy.operator():
        ReportSchedule.objects.all().update(made_by=kesar.ben.user)
        Membership.objects.filter(pk=kesar.ben.pk).update(status="inactive")
        Membership.objects.filter(pk=kesar.asha.pk).update(role="admin")
    assert mailing.send_due(now=MONDAY) == 0
    assert told_to(kesar.asha) == ["A report is mailed no more: Weekly"]
    assert told_to(kesar.ben) == []


def test_reports_of_a_brand_that_is_removed_end_and_never_become_those_of_everything(kesar: Cast) -> None:
    with tenancy.of_member(kesar.asha):
        brand = BrandProfile.objects.create(organization=kesar.kesar, name="Kesar Baby")
    row = to_ben(kesar, brand=brand)
    with tenancy.of_member(kesar.asha):
        brands.delete(brand, by=kesar.asha)
    assert mailing.send_due(now=MONDAY) == 0
    assert not of(row).is_active
    assert told_to(kesar.asha) == ["A report is mailed no more: Weekly"]
