"""How a person wants to be told: kept per kind, followed at once, security always on."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import mailing, notifications, tenancy
from accounts.models import Notification, NotificationPreference, User
from accounts.notifications import DEFAULTS, Kind, Mail
from tests.cast import Cast

PAGE = "/notifications/preferences/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def choice(**changes: Any) -> dict[str, Any]:
    """What the form sends: the defaults, and what was changed."""
    sent: dict[str, Any] = {"digest_hour": "8"}
    for kind, reach in DEFAULTS.items():
        sent |= {f"{kind}_mail": reach.mail.value} | ({f"{kind}_app": "on"} if reach.in_app else {})
    return {name: value for name, value in (sent | changes).items() if value is not None}


def test_without_a_choice_the_defaults_hold_and_show(cast: Cast) -> None:
    form = signed_in(cast.asha.user).get(PAGE).context["form"]
    assert {row["label"]: row["mail"].value() for row in form.rows()} == {
        kind.label: reach.mail for kind, reach in DEFAULTS.items()
    }


def test_a_choice_is_kept_and_holds_from_the_next_notification_on(cast: Cast) -> None:
    client = signed_in(cast.asha.user)
    answer = client.post(PAGE, choice(publish_failed_mail="daily", data_app=None, digest_hour="19"))
    assert answer.status_code == 302
    reaches = notifications.reaches_of(cast.asha.user)
    assert reaches[Kind.PUBLISH_FAILED].mail == Mail.DAILY
    assert reaches[Kind.DATA].in_app is False
    assert User.objects.get(pk=cast.asha.user_id).digest_hour == 19
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify([cast.asha.user], Kind.PUBLISH_FAILED, organization_id=cast.kesar.pk, title="x")
        row = Notification.objects.get()
    assert (row.mail_wanted, row.in_digest) == (False, True)


def test_security_stays_on_whatever_is_sent(cast: Cast) -> None:
    signed_in(cast.asha.user).post(PAGE, choice(security_mail="off", security_app=None))
    reach = notifications.reaches_of(cast.asha.user)[Kind.SECURITY]
    assert (reach.mail, reach.in_app) == (Mail.NOW, True)
    assert not NotificationPreference.objects.filter(kind=Kind.SECURITY).exists()


@pytest.mark.parametrize("change", [{"data_mail": "hourly"}, {"digest_hour": "24"}, {"digest_hour": "x"}])
def test_what_does_not_exist_is_refused_and_nothing_is_kept(cast: Cast, change: dict[str, str]) -> None:
    assert signed_in(cast.asha.user).post(PAGE, choice(trend_alert_mail="off", **change)).status_code == 422
    assert not NotificationPreference.objects.exists()


def test_what_waits_for_a_mail_follows_the_new_wish(cast: Cast, mailoutbox: list[Any]) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify([cast.asha.user], Kind.PUBLISH_FAILED, organization_id=cast.kesar.pk, title="x")
    signed_in(cast.asha.user).post(PAGE, choice(publish_failed_mail="off"))
    assert mailing.send_waiting() == 0
    assert mailoutbox == []


def test_one_person_never_changes_anothers(cast: Cast) -> None:
    signed_in(cast.ben.user).post(PAGE, choice(data_mail="off"))
    assert notifications.reaches_of(cast.asha.user) == dict(DEFAULTS)


def test_an_address_that_came_back_is_told_of_and_can_be_tried_again(cast: Cast, mailoutbox: list[Any]) -> None:
    mailing.bounced(cast.asha.user)
    client = signed_in(cast.asha.user)
    assert "came back" in client.get(PAGE).content.decode()
    assert client.post("/notifications/mail-again/").status_code == 302
    assert "came back" not in client.get(PAGE).content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify([cast.asha.user], Kind.DATA, organization_id=cast.kesar.pk, title="x")
    assert mailing.send_waiting(timezone.now()) == 1
