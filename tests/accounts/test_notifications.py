"""Notifications in the app: counted, marked, filtered, paged, opened; told as each person wants it."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import notifications, tenancy
from accounts.models import Membership, Notification, NotificationPreference, User
from accounts.views.inbox import PAGE
from tests.cast import Cast

Kind = Notification.Kind


def told(cast: Cast, member: Membership, count: int = 1, **fields: Any) -> list[Notification]:
    values: dict[str, Any] = {"kind": Kind.CONTENT_READY, "link": "/posts/"} | fields
    with tenancy.operator():
        return [
            Notification.objects.create(
                organization=cast.kesar, user=member.user, **({"title": f"Told {number:03}"} | values)
            )
            for number in range(count)
        ]


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    client.get("/settings/")
    return client


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/notifications/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_new_is_counted_and_one_is_marked(cast: Cast) -> None:
    first, _second = told(cast, cast.asha, 2)
    client = signed_in(cast.asha)
    assert "Notifications, 2 new" in page(client)
    assert client.post(f"/notifications/{first.pk}/read/").status_code == 302
    assert "Notifications, 1 new" in page(client)
    client.post(f"/notifications/{first.pk}/read/", {"new": "1"})
    assert "Notifications, 2 new" in page(client)
    client.post("/notifications/read/")
    assert "Notifications, 1 new" not in page(client)
    assert "2 new" not in page(client)


def test_marking_one_in_its_place_returns_only_its_row(cast: Cast) -> None:
    (row,) = told(cast, cast.asha)
    answer = signed_in(cast.asha).post(f"/notifications/{row.pk}/read/", headers={"HX-Request": "true"})
    assert answer.content.decode().startswith("<li>") or answer.content.decode().startswith("<li ")
    assert "Mark as new" in answer.content.decode()


def test_opening_one_marks_it_and_leads_where_it_points(cast: Cast) -> None:
    (row,) = told(cast, cast.asha)
    answer = signed_in(cast.asha).get(f"/notifications/{row.pk}/")
    assert answer["Location"] == "/posts/"
    with tenancy.operator():
        assert Notification.objects.get(pk=row.pk).read_at is not None


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_a_link_that_leads_elsewhere_is_not_followed(cast: Cast, link: str) -> None:
    (row,) = told(cast, cast.asha, link=link)
    assert signed_in(cast.asha).get(f"/notifications/{row.pk}/")["Location"] == "/notifications/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "2026-11-27T09:30", "today", "."])
def test_marking_leads_back_only_to_our_own_pages(cast: Cast, target: str) -> None:
    (row,) = told(cast, cast.asha)
    answer = signed_in(cast.asha).post(f"/notifications/{row.pk}/read/", {"next": target})
    assert answer["Location"] == "/notifications/"


def test_another_persons_are_neither_seen_opened_nor_marked(cast: Cast) -> None:
    (row,) = told(cast, cast.asha, title="For Asha alone")
    for member in (cast.ben, cast.dev):
        client = signed_in(member)
        assert "For Asha alone" not in page(client)
        assert client.get(f"/notifications/{row.pk}/").status_code == 404
        assert client.post(f"/notifications/{row.pk}/read/").status_code == 404
        client.post("/notifications/read/")
    with tenancy.operator():
        assert Notification.objects.get(pk=row.pk).read_at is None


def test_pages_hold_every_row_once_also_where_new_ones_arrive_meanwhile(cast: Cast) -> None:
    rows = told(cast, cast.asha, 2 * PAGE + 5)
    with tenancy.operator():
        Notification.objects.filter(pk__in=[row.pk for row in rows[:60]]).update(created_at=rows[0].created_at)
    client, query, seen = signed_in(cast.asha), "", []
    for _number in range(3):
        answer = client.get(f"/notifications/{query}")
        seen += [row.title for row in answer.context["notifications"]]
        told(cast, cast.asha, title="Newer")
        query = answer.context["next_url"]
    assert sorted(seen) == sorted(row.title for row in rows)
    assert query == ""


@pytest.mark.parametrize(
    "query",
    ["?before=x", "?before=~", "?before=2026-01-01~x", f"?before=2026-01-01~{uuid.UUID(int=0)}", "?kind=x&new=7"],
)
def test_an_address_made_up_shows_the_newest(cast: Cast, query: str) -> None:
    told(cast, cast.asha, title="Still here")
    assert "Still here" in page(signed_in(cast.asha), query)


def test_they_are_filtered_by_kind_and_by_what_is_new(cast: Cast) -> None:
    told(cast, cast.asha, title="About data", kind=Kind.DATA)
    (read,) = told(cast, cast.asha, title="Read already")
    client = signed_in(cast.asha)
    client.post(f"/notifications/{read.pk}/read/")
    assert "About data" in page(client, "?kind=data")
    assert "Read already" not in page(client, "?kind=data")
    assert "Read already" not in page(client, "?new=1")
    assert "Nothing here." in page(client, "?kind=security")


def test_the_page_asks_as_much_for_thirty_as_for_three(cast: Cast) -> None:
    client, counts = signed_in(cast.asha), []
    for more in (3, 27):
        told(cast, cast.asha, more)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(client)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_what_shall_only_be_mailed_does_not_show_nor_count(cast: Cast) -> None:
    NotificationPreference.objects.create(user=cast.asha.user, kind=Kind.DATA, mail="now", in_app=False)
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify([cast.asha.user], Kind.DATA, organization_id=cast.kesar.pk, title="Export ready")
        row = Notification.objects.get()
    assert (row.mail_wanted, row.in_app) == (True, False)
    assert "Export ready" not in page(signed_in(cast.asha))
    assert "1 new" not in page(signed_in(cast.asha))


def test_whoever_wants_neither_gets_no_row(cast: Cast) -> None:
    NotificationPreference.objects.create(user=cast.asha.user, kind=Kind.DATA, mail="off", in_app=False)
    with tenancy.of_organization(cast.kesar.pk):
        notifications.notify(
            [cast.asha.user, cast.ben.user], Kind.DATA, organization_id=cast.kesar.pk, title="Export ready"
        )
        assert [row.user_id for row in Notification.objects.all()] == [cast.ben.user_id]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_default_and_security_cannot_be_silenced(cast: Cast, kind: Notification.Kind) -> None:
    default = notifications.DEFAULTS[kind]
    NotificationPreference.objects.create(user=cast.asha.user, kind=kind, mail="off", in_app=False)
    reach = notifications.reach_of([cast.asha.user], kind)[cast.asha.user_id]
    assert default.is_fixed == (kind == Kind.SECURITY)
    assert (reach.mail == "now" and reach.in_app) == default.is_fixed


def test_telling_thirty_people_asks_as_much_as_telling_three(cast: Cast) -> None:
    people = [User.objects.create_user(f"p{number}@kesar.example") for number in range(30)]
    counts = []
    with tenancy.of_organization(cast.kesar.pk):
        for some in (people[:3], people):
            with CaptureQueriesContext(connection) as asked:
                notifications.notify(some, Kind.DATA, organization_id=cast.kesar.pk, title="Told")
            counts.append(len([one for one in asked if "SAVEPOINT" not in one["sql"]]))
    assert counts == [2, 2]
