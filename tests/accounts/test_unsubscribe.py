"""Links in mails: they stop what they name, for whom they name, after a press; nobody can make or bend one."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts import mailing, notifications, tenancy, unsubscribe
from accounts.models import NotificationPreference, User
from accounts.notifications import DEFAULTS, Kind, Mail, reaches_of
from tests.cast import Cast

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address(person: User, what: str) -> str:
    return reverse("unsubscribe", args=[unsubscribe.token_for(person, what)])


def off(person: User) -> set[str]:
    return {kind.value for kind, reach in reaches_of(person).items() if reach.mail == Mail.OFF}


USUALLY_OFF = {kind.value for kind, reach in DEFAULTS.items() if reach.mail == Mail.OFF}


def test_a_look_changes_nothing_and_a_press_does(cast: Cast) -> None:
    stranger = Client()
    for _number in range(3):
        assert stranger.get(address(cast.asha.user, "data")).status_code == 200
        stranger.head(address(cast.asha.user, "data"))
    assert off(cast.asha.user) == USUALLY_OFF
    assert stranger.post(address(cast.asha.user, "data")).status_code == 200
    assert off(cast.asha.user) == USUALLY_OFF | {"data"}


def test_a_mail_programs_one_click_needs_no_cookie_and_no_token_of_ours(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(cast.asha.user, "data"), ONE_CLICK).status_code == 200
    assert "data" in off(cast.asha.user)
    assert strict.post(address(cast.asha.user, "data"), ONE_CLICK).status_code == 200, "twice is no fault"


def test_the_header_of_a_mail_is_such_a_link(cast: Cast, mailoutbox: list[Any]) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify([cast.asha.user], Kind.DATA, organization_id=cast.kesar.pk, title="Export ready")
    mailing.send_waiting()
    link = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    Client().post("/" + link.split("/", 3)[3], ONE_CLICK)
    assert off(cast.asha.user) == USUALLY_OFF | {"data"}


def test_all_stops_everything_but_security(cast: Cast) -> None:
    Client().post(address(cast.asha.user, unsubscribe.ALL))
    assert off(cast.asha.user) == {kind.value for kind in Kind} - {"security"}
    assert all(reach.in_app for reach in reaches_of(cast.asha.user).values())


def test_the_digests_link_stops_what_the_digest_holds(cast: Cast) -> None:
    Client().post(address(cast.asha.user, unsubscribe.DIGEST))
    daily = {kind.value for kind, reach in DEFAULTS.items() if reach.mail == Mail.DAILY}
    assert off(cast.asha.user) == USUALLY_OFF | daily


def test_undo_brings_back_exactly_what_was(cast: Cast) -> None:
    NotificationPreference.objects.create(user=cast.asha.user, kind="data", mail="daily")
    before = reaches_of(cast.asha.user)
    stopped = Client().post(address(cast.asha.user, unsubscribe.ALL))
    answer = Client().post(address(cast.asha.user, unsubscribe.ALL), {"undo": stopped.context["undo"]})
    assert answer.status_code == 200
    assert reaches_of(cast.asha.user) == before


def test_another_persons_undo_is_none(cast: Cast) -> None:
    stopped = Client().post(address(cast.asha.user, unsubscribe.ALL))
    Client().post(address(cast.ben.user, unsubscribe.ALL))
    assert Client().post(address(cast.ben.user, "data"), {"undo": stopped.context["undo"]}).status_code == 404
    assert "data" in off(cast.ben.user)


def test_only_the_person_named_is_meant(cast: Cast) -> None:
    Client().post(address(cast.asha.user, unsubscribe.ALL))
    assert off(cast.ben.user) == USUALLY_OFF


def other_purpose(person: User) -> str:
    return signing.dumps([person.pk.hex, "all"], salt="something.else")


def other_key(person: User) -> str:
    return signing.dumps([person.pk.hex, "all"], salt=unsubscribe.SALT, key="guessed")


def bent(person: User) -> str:
    token = unsubscribe.token_for(person, "data")
    return ("A" if token[0] != "A" else "B") + token[1:]


def of_a_kind_that_is_none(person: User) -> str:
    return signing.dumps([person.pk.hex, "everything"], salt=unsubscribe.SALT)


def of_nobody(_person: User) -> str:
    return signing.dumps(["0" * 32, "all"], salt=unsubscribe.SALT)


def of_another_shape(_person: User) -> str:
    return signing.dumps({"a": 1}, salt=unsubscribe.SALT)


@pytest.mark.parametrize(
    "forge",
    [other_purpose, other_key, bent, of_a_kind_that_is_none, of_nobody, of_another_shape, lambda _person: "x"],
)
def test_a_link_that_is_not_ours_changes_nothing(cast: Cast, forge: Callable[[User], str]) -> None:
    path = reverse("unsubscribe", args=[forge(cast.asha.user)])
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404
    assert off(cast.asha.user) == USUALLY_OFF


def test_a_link_holds_for_a_year_and_more_but_not_for_ever(cast: Cast) -> None:
    link = address(cast.asha.user, "data")
    later = dt.datetime.now(dt.UTC).timestamp()
    with mock.patch("django.core.signing.time.time", return_value=later + 500 * 86400):
        assert Client().get(link).status_code == 200
    with mock.patch("django.core.signing.time.time", return_value=later + 800 * 86400):
        assert Client().get(link).status_code == 404


def test_the_page_tells_enough_of_the_address_and_no_more(cast: Cast) -> None:
    page = Client().get(address(cast.asha.user, "data"))
    assert "a•••@kesar.example" in page.content.decode()
    assert "asha@kesar.example" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_it_speaks_the_persons_language(cast: Cast) -> None:
    User.objects.filter(pk=cast.asha.user_id).update(language="hi")
    assert 'lang="hi"' in Client().get(address(cast.asha.user, "data")).content.decode()


def test_whoever_is_gone_has_no_links(cast: Cast) -> None:
    link = address(cast.asha.user, "data")
    User.objects.filter(pk=cast.asha.user_id).update(deleted_at=dt.datetime.now(dt.UTC))
    assert Client().post(link).status_code == 404
