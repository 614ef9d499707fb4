"""Sessions that are over leave nothing behind: no key, no address, no name of a browser."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import signins, tasks
from accounts.models import User
from tests.accounts.opening import is_in, sign_in
from tests.cast import Cast


def kept(user: User) -> tuple[int, int]:
    """How many sessions there are in all, and of how many of a person's browsers something is known."""
    return Session.objects.count(), UserSession.objects.filter(user=user).count()


@pytest.mark.django_db
def test_what_is_over_is_forgotten_and_what_is_open_stays(cast: Cast) -> None:
    old, new = sign_in("asha@kesar.example"), sign_in("asha@kesar.example")
    ended = timezone.now() - timedelta(days=1)
    Session.objects.filter(session_key=old.session.session_key).update(expire_date=ended)
    UserSession.objects.filter(user=cast.asha.user).update(created_at=ended - timedelta(days=14))
    assert kept(cast.asha.user) == (2, 2)
    tasks.forget_sessions()
    assert kept(cast.asha.user) == (1, 1)
    assert (is_in(old), is_in(new)) == (False, True)


@pytest.mark.django_db
def test_a_browser_whose_session_is_just_being_stored_is_not_forgotten(cast: Cast) -> None:
    sign_in("asha@kesar.example")
    Session.objects.all().delete()
    assert signins.forget_over(now=timezone.now()) == 0
    assert UserSession.objects.filter(user=cast.asha.user).count() == 1
