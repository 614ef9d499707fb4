"""Notifications in the app and by mail, and a person's own pages."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts import mailing, notifications, tenancy
from accounts.models import AuditEntry, BrandProfile, Notification, User
from tests.cast import PASSWORD, Cast


def tell(cast: Cast, kind: Notification.Kind, title: str = "A post failed") -> None:
    with tenancy.of_organization(cast.kesar.pk):
        people = notifications.people_who_may("posts.schedule", organization_id=cast.kesar.pk)
        notifications.notify(
            people, kind, organization_id=cast.kesar.pk, title=title, message="The text is kept.", link="/posts/"
        )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_only_people_who_may_act_are_told(cast: Cast) -> None:
    tell(cast, Notification.Kind.PUBLISH_FAILED)
    with tenancy.operator():
        told = set(Notification.objects.values_list("user__email", flat=True))
    assert told == {"asha@kesar.example", "ben@kesar.example"}


def test_what_needs_a_person_is_mailed_once_with_its_way_out(cast: Cast, mailoutbox: list[Any]) -> None:
    tell(cast, Notification.Kind.PUBLISH_FAILED)
    tell(cast, Notification.Kind.CONTENT_READY, "Ready")
    assert mailing.send_waiting() == 2
    assert mailing.send_waiting() == 0
    assert {mail.to[0] for mail in mailoutbox} == {"asha@kesar.example", "ben@kesar.example"}
    assert "A post failed" in mailoutbox[0].subject
    assert "/posts/" in mailoutbox[0].body
    assert "The text is kept." in mailoutbox[0].alternatives[0][0]


def test_a_suspended_person_gets_no_mail(cast: Cast, mailoutbox: list[Any]) -> None:
    tell(cast, Notification.Kind.PUBLISH_FAILED)
    User.objects.filter(pk=cast.ben.user_id).update(status=User.Status.SUSPENDED)
    mailing.send_waiting()
    assert [mail.to[0] for mail in mailoutbox] == ["asha@kesar.example"]


def test_the_bell_shows_what_is_new_until_it_is_marked_read(cast: Cast) -> None:
    tell(cast, Notification.Kind.PUBLISH_FAILED)
    client = signed_in(cast.asha.user)
    client.get("/settings/")
    assert b"Notifications, 1 new" in client.get("/settings/").content
    client.post("/notifications/read/")
    assert b"Notifications, 1 new" not in client.get("/settings/").content


def test_my_notifications_are_mine_alone(cast: Cast) -> None:
    tell(cast, Notification.Kind.PUBLISH_FAILED, "Only for Asha and Ben")
    assert b"Only for Asha and Ben" in signed_in(cast.ben.user).get("/notifications/").content
    assert b"Only for Asha and Ben" not in signed_in(cast.chitra.user).get("/notifications/").content


def test_times_follow_the_zone_a_person_sets(cast: Cast) -> None:
    client = signed_in(cast.asha.user)
    answer = client.post(
        "/settings/", {"full_name": "Asha", "country": "PT", "timezone": "Europe/Lisbon", "language": "en"}
    )
    assert answer.status_code == 302
    assert User.objects.get(pk=cast.asha.user_id).timezone == "Europe/Lisbon"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(cast: Cast, zone: str) -> None:
    answer = signed_in(cast.asha.user).post(
        "/settings/", {"full_name": "Asha", "country": "PT", "timezone": zone, "language": "en"}
    )
    assert answer.status_code == 422
    assert User.objects.get(pk=cast.asha.user_id).timezone == "Asia/Kolkata"


BRAND = {"name": "Kesar", "tone": "hinglish", "country": "IN", "language": "en", "keywords": "aqi, skin barrier\naqi"}


def test_a_brand_is_saved_with_its_words_and_the_change_is_in_the_audit_log(cast: Cast) -> None:
    client = signed_in(cast.asha.user)
    assert client.post("/brand/", BRAND).status_code == 302
    with tenancy.of_member(cast.asha):
        brand = BrandProfile.objects.get(pk=cast.brand.pk)
        assert (brand.keywords, brand.tone) == (["aqi", "skin barrier"], "hinglish")
        assert AuditEntry.objects.filter(action="brand.changed", actor=cast.asha.user).exists()
    assert b"brand.changed" in client.get("/organisation/audit/").content or b"Kesar" in client.get("/brand/").content


def test_who_may_only_look_at_a_brand_cannot_save_it(cast: Cast) -> None:
    assert signed_in(cast.ben.user).get("/brand/").status_code == 200
    assert signed_in(cast.ben.user).post("/brand/", BRAND).status_code == 403


def test_a_brand_of_another_organisation_cannot_be_chosen(cast: Cast) -> None:
    client = signed_in(cast.asha.user)
    assert client.post("/brand/choose/", {"brand": str(cast.lisbon_brand.pk)}).status_code == 404


def test_signing_in_does_not_tell_whether_an_address_has_an_account(client: Client, cast: Cast) -> None:
    wrong = client.post("/accounts/login/", {"login": "asha@kesar.example", "password": "wrong-password"})
    nobody = client.post("/accounts/login/", {"login": "nobody@kesar.example", "password": "wrong-password"})
    told = [str(form.errors) for form in (wrong.context["form"], nobody.context["form"])]
    assert told[0] == told[1]


def test_the_right_password_opens_today(client: Client, cast: Cast) -> None:
    answer = client.post("/accounts/login/", {"login": "ASHA@kesar.example", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/today/"
    assert [message.level_tag for message in get_messages(answer.wsgi_request)] in ([], ["success"])
