"""Sessions under a crowd: whoever is shut out stays out, however many doors are pushed at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import User
from accounts.services import people
from tests.accounts.opening import is_in, sign_in
from tests.cast import Cast

SEATS = 20
CROWD = 200
PAGES = 40  # of the crowd, how many look at a page; the others only show their session


def all_at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do every act, as many side by side as there are seats, all beginning in one moment."""
    connection.close()
    seats = min(SEATS, len(acts))
    start = threading.Barrier(seats)

    def work(mine: Sequence[Callable[[], Any]]) -> list[Any]:
        try:
            start.wait()
            return [act() for act in mine]
        finally:
            connection.close()

    with ThreadPoolExecutor(seats) as pool:
        return [answer for some in pool.map(work, [acts[n::seats] for n in range(seats)]) for answer in some]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lives(client: Client) -> bool:
    """Say whether the browser's session still belongs to somebody, without making a page."""
    request = HttpRequest()
    request.session = client.session
    return get_user(request).is_authenticated


@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_sessions_none_is_left_when_a_person_is_suspended_meanwhile(cast: Cast) -> None:
    clients = [signed_in(cast.ben.user) for _place in range(CROWD)]
    with tenancy.operator():
        operator = User.objects.get(pk=cast.dev.user_id)

    def suspend() -> str:
        people.suspend(cast.ben.user, reason="spam", by=operator, now=timezone.now())
        return "suspended"

    visits: list[Callable[[], Any]] = [partial(is_in, client) for client in clients[:PAGES]]
    visits += [partial(lives, client) for client in clients[PAGES:]]
    answers = all_at_once([*visits[:100], suspend, *visits[100:]])
    assert answers.count("suspended") == 1
    assert not any(map(lives, clients))
    assert not is_in(clients[0])
    people.reinstate(cast.ben.user, by=operator)
    assert not any(map(lives, clients))
    assert is_in(sign_in("ben@kesar.example"))


@pytest.mark.django_db(transaction=True)
def test_who_signs_in_while_everybody_is_signed_out_is_either_out_or_came_after(cast: Cast) -> None:
    ways: list[Client] = []

    def come() -> None:
        ways.append(signed_in(User.objects.get(pk=cast.ben.user_id)))

    def end_all() -> None:
        with tenancy.operator():
            people.sign_out_everywhere(cast.ben.user)

    all_at_once([come] * 30 + [end_all] + [come] * 30)
    with tenancy.operator():
        epoch = User.objects.get(pk=cast.ben.user_id).session_epoch
    assert (len(ways), epoch) == (60, 1)
    end_all()
    assert not any(map(lives, ways))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_each_end_all_other_sessions_one_at_most_stays(cast: Cast) -> None:
    clients = [sign_in("asha@kesar.example") for _place in range(5)]
    ends = [
        lambda client=client: client.post("/settings/sessions/end/", {"all": "1"}).status_code for client in clients
    ]
    assert set(all_at_once(ends)) == {302}
    still = [client for client in clients if is_in(client)]
    assert len(still) <= 1
    keys = {str(client.session.session_key) for client in still}
    assert (
        set(UserSession.objects.filter(user=cast.asha.user, session_key__in=keys).values_list("session_key", flat=True))
        == keys
    )
