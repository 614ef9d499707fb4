"""An account that one client gave up and another connects: each has what was posted and counted in its own time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.utils import timezone

from accounts import tenancy
from accounts.models import ClientAccount, Membership
from analytics.collection import asking, belonging, days
from analytics.models import TrackedAccount
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Connected, Profile, Token
from publishing.platforms.counting import DayFigures
from publishing.services import connections
from tests.cast import Cast
from tests.publishing.conftest import make_piece, make_post

OPENED = Connected(Token("access-1"), Profile("UC42", "@saffron", "Saffron", "https://video.example/saffron"))


class Named:
    """It tells by which name it was asked."""

    history = dt.timedelta()
    day_zone = ""

    def day(self, account: str, *, token: Token | None, today: dt.date) -> DayFigures:
        """The name, as a figure."""
        return DayFigures(today, {"name": account})

    def past_days(self, account: str, *, token: Token | None, first: dt.date, last: dt.date) -> Sequence[DayFigures]:
        """None."""
        return ()


def at(member: Membership, client: ClientAccount | None) -> Membership:
    """The agency's member, looking at one client."""
    with tenancy.operator():
        row = Membership.objects.get(pk=member.pk)
    row.narrowed_to = client.pk if client else None
    return row


def connect(by: Membership) -> PlatformConnection:
    return connections.keep("youtube", OPENED, by=by, now=timezone.now())


def remove(row: PlatformConnection, by: Membership) -> None:
    with tenancy.of_organization(row.organization_id):
        PlatformConnection.objects.filter(pk=row.pk).update(status="removed")


def rows(cast: Cast) -> dict[str, tuple[str, str]]:
    with tenancy.of_organization(cast.kesar.pk):
        found = PlatformConnection.objects.filter(platform="youtube").select_related("client")
        return {str(row.pk): (str(row.client.name) if row.client else "", row.status) for row in found}


@pytest.fixture
def given_up(cast: Cast) -> PlatformConnection:
    """Chai Point's account, with a post and a counted day, disconnected."""
    row = connect(at(cast.asha, cast.client))
    with tenancy.of_organization(cast.kesar.pk):
        days.follow(row, now=timezone.now())
        piece = make_piece(cast.kesar, platform="youtube", client=cast.client)
        make_post(
            piece,
            row,
            at=timezone.now() - dt.timedelta(days=1),
            client=cast.client,
            status="published",
            url="https://v",
        )
    remove(row, cast.asha)
    return row


@pytest.mark.parametrize("who", ["the agency for them", "they themselves"])
def test_another_client_connects_it_as_theirs_and_what_was_stays_where_it_was(
    cast: Cast, given_up: PlatformConnection, who: str
) -> None:
    by = at(cast.asha, cast.metro) if who == "the agency for them" else cast.farah
    row = connect(by)
    assert row.pk != given_up.pk
    assert rows(cast) == {
        str(given_up.pk): ("Chai Point", "removed"),
        str(row.pk): ("Metro Dental", "active"),
    }
    with tenancy.of_organization(cast.kesar.pk):
        assert ScheduledPost.objects.get().connection_id == given_up.pk
        new = days.follow(row, now=timezone.now())
    belonging.take_along()
    with tenancy.of_organization(cast.kesar.pk):
        old = TrackedAccount.objects.get(connection=given_up)
        assert (old.client_id, new.client_id) == (cast.client.pk, cast.metro.pk)


def test_who_gave_it_up_gets_it_back_with_everything_once_it_is_free_again(
    cast: Cast, given_up: PlatformConnection
) -> None:
    theirs = connect(cast.farah)
    with tenancy.of_organization(cast.kesar.pk):
        days.follow(theirs, now=timezone.now())
    with pytest.raises(connections.ConnectedElsewhere):
        connect(at(cast.asha, cast.client))
    remove(theirs, cast.asha)
    again = connect(at(cast.asha, cast.client))
    assert (again.pk, again.status, again.client_id) == (given_up.pk, "active", cast.client.pk)
    with tenancy.of_organization(cast.kesar.pk):
        counted = TrackedAccount.objects.get(connection=again)
        assert (counted.client_id, TrackedAccount.objects.count()) == (cast.client.pk, 2)
        day = timezone.now().date()
        figures = asking.Asker(Named(), None, counted).day(day).figures
    assert figures == {"name": "UC42"}
    assert days.discover(now=timezone.now()) == 0


def test_who_looks_at_all_clients_brings_it_back_to_whose_it_was(cast: Cast, given_up: PlatformConnection) -> None:
    again = connect(at(cast.asha, None))
    assert (again.pk, again.client_id) == (given_up.pk, cast.client.pk)


def test_an_account_that_lives_with_one_client_is_not_signed_in_to_for_another(cast: Cast) -> None:
    row = connect(at(cast.asha, cast.client))
    for by in (at(cast.asha, cast.metro), cast.farah):
        with pytest.raises(connections.ConnectedElsewhere, match="@saffron"):
            connect(by)
    assert connect(at(cast.asha, None)).pk == row.pk
    assert rows(cast) == {str(row.pk): ("Chai Point", "active")}


def test_what_all_share_is_renewed_by_the_agency_whoever_it_looks_at_and_by_no_client(cast: Cast) -> None:
    row = connect(at(cast.asha, None))
    assert connect(at(cast.asha, cast.metro)).pk == row.pk
    with pytest.raises(connections.ConnectedElsewhere):
        connect(cast.farah)
    assert rows(cast) == {str(row.pk): ("", "active")}


def test_another_organisation_is_no_concern(cast: Cast, given_up: PlatformConnection) -> None:
    row = connections.keep("youtube", replace(OPENED), by=cast.dev, now=timezone.now())
    assert row.organization_id == cast.lisbon.pk
