"""Signing in where one consent opens several pages: sealed meanwhile, chosen, connected again, given back."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from publishing.delivery import adapters
from publishing.models import Platform, PlatformConnection, ScheduledPost, SignInChoice
from publishing.services import connections
from tests.cast import Cast
from tests.publishing.conftest import make_piece, make_post
from tests.publishing.pages_platform import PagesServer, settings_of
from trenddrop.core.limits import LimitReached

CONNECT, BACK = "/connections/new/facebook/", "/connections/facebook/back/"
Browser = Callable[[Membership], Client]


class TwoAccounts:
    """A plan with two accounts."""

    def require(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        if limit == "connections" and PlatformConnection.objects.filter(organization_id=organization_id).count() > 1:
            raise LimitReached("Your plan has two accounts.")


@pytest.fixture
def server(settings: Any) -> Iterator[PagesServer]:
    with PagesServer() as running:
        for name, value in settings_of(running).items():
            setattr(settings, name, value)
        adapters.close()
        yield running
    adapters.close()


@pytest.fixture
def browser() -> Browser:
    def opened(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    return opened


def leave(client: Client, *, address: str = CONNECT, **typed: str) -> dict[str, str]:
    """Press the button; what the browser carries to the platform."""
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def go(client: Client, server: PagesServer, *, address: str = CONNECT) -> Any:
    """Out, yes, and back."""
    carried = leave(client, address=address)
    return client.get(BACK, {"state": carried["state"], "code": server.consent(carried["code_challenge"])})


def rows(**fields: Any) -> list[PlatformConnection]:
    with tenancy.operator():
        return list(PlatformConnection.objects.filter(platform="facebook", **fields).order_by("account_id"))


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_the_page_explains_each_right_before_one_leaves(cast: Cast, server: PagesServer, browser: Browser) -> None:
    page = browser(cast.asha).get(CONNECT).content.decode()
    assert "to post what you planned" in page
    assert "pages_read" in page
    assert "can be left out" in page
    assert "Go to Facebook" in page
    assert server.requests == []


def test_one_account_is_connected_at_once_with_its_rights_and_when_it_is_renewed(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    now = timezone.now()
    answer = go(browser(cast.asha), server)
    assert answer["Location"] == "/connections/"
    (row,) = rows()
    assert (row.handle, row.kind, row.scopes) == ("@p1", "page", ["pages_post", "pages_read"])
    assert row.refresh_at is not None
    assert dt.timedelta(days=44.9) < row.refresh_at - now < dt.timedelta(days=48.1)


def test_neither_session_nor_tables_hold_what_only_we_may_know(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    client = browser(cast.asha)
    carried = leave(client)
    with tenancy.of_organization(cast.kesar.pk):
        (row,) = SignInChoice.objects.all()
        stored = str(SignInChoice.objects.values())
    assert carried["state"] not in stored + str(dict(client.session))
    assert row.way.open() not in stored
    assert "verifier" not in str(dict(client.session))


def test_of_several_accounts_one_chooses_and_the_others_are_forgotten(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    server.pages = {"p1": "Kesar Naturals", "p2": "Chai Point", "p3": "Metro Dental"}
    client = browser(cast.asha)
    answer = go(client, server)
    assert rows() == []
    place = answer["Location"]
    page = client.get(place).content.decode()
    assert "Chai Point" in page
    assert "page-token" not in page
    assert client.post(place, {}).status_code == 422
    assert client.post(place, {"accounts": ["p1", "p3"]})["Location"] == "/connections/"
    assert [row.account_id for row in rows()] == ["p1", "p3"]
    with tenancy.of_organization(cast.kesar.pk):
        assert SignInChoice.objects.count() == 0
        assert AuditEntry.objects.filter(action="connection.made").count() == 2
    assert client.get(place).status_code == 404


def test_an_account_nobody_was_offered_cannot_be_chosen(cast: Cast, server: PagesServer, browser: Browser) -> None:
    server.pages = {"p1": "Kesar Naturals", "p2": "Chai Point"}
    client = browser(cast.asha)
    place = go(client, server)["Location"]
    assert client.post(place, {"accounts": ["p9"]}).status_code == 422
    assert rows() == []


def test_a_choice_is_the_persons_own_and_ends_after_a_quarter_of_an_hour(
    cast: Cast, server: PagesServer, browser: Browser, monkeypatch: Any
) -> None:
    server.pages = {"p1": "Kesar Naturals", "p2": "Chai Point"}
    client = browser(cast.asha)
    place = go(client, server)["Location"]
    with tenancy.operator():
        manager = Membership.objects.create(organization=cast.kesar, user=cast.dev.user, role="manager")
    other = browser(manager)
    other.post("/organisations/switch/", {"organization": str(cast.kesar.pk)})
    assert other.get(place).status_code == 404
    later = timezone.now() + dt.timedelta(minutes=16)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert client.post(place, {"accounts": ["p1"]}).status_code == 404
    assert rows() == []


def test_two_tabs_for_two_sign_ins_both_arrive(cast: Cast, server: PagesServer, browser: Browser) -> None:
    client = browser(cast.asha)
    first, second = leave(client), leave(client)
    for carried in (second, first):
        code = server.consent(carried["code_challenge"])
        assert "is connected" in said(client.get(BACK, {"state": carried["state"], "code": code}))


def test_connecting_again_keeps_the_account_with_its_posts(cast: Cast, server: PagesServer, browser: Browser) -> None:
    client = browser(cast.asha)
    assert "waited for" not in said(go(client, server))
    (row,) = rows()
    at = timezone.now() + dt.timedelta(days=1)
    with tenancy.of_organization(cast.kesar.pk):
        post = make_post(make_piece(cast.kesar, platform="facebook"), row, at=at)
        PlatformConnection.objects.filter(pk=row.pk).update(status="needs_reconnect", last_error="It was revoked.")
    answer = go(client, server, address=f"{CONNECT}?again={row.pk}")
    assert "is connected. Posts that waited for it go out again." in said(answer)
    (renewed,) = rows()
    assert (renewed.pk, renewed.status, renewed.last_error) == (row.pk, "active", "")
    assert renewed.token_version > row.token_version
    with tenancy.of_organization(cast.kesar.pk):
        kept = ScheduledPost.objects.get(pk=post.pk)
    assert (kept.status, kept.scheduled_for) == ("scheduled", post.scheduled_for)


def test_another_accounts_sign_in_is_refused_in_words_and_changes_nothing(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    client = browser(cast.asha)
    go(client, server)
    (row,) = rows()
    server.pages = {"p7": "Somebody else"}
    words = said(go(client, server, address=f"{CONNECT}?again={row.pk}"))
    assert "You signed in as @p7, but @p1 was to be connected again." in words
    assert [(each.pk, each.token_version) for each in rows()] == [(row.pk, row.token_version)]


def test_of_several_opened_accounts_the_one_to_connect_again_is_taken_without_asking(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    client = browser(cast.asha)
    go(client, server)
    server.pages = {"p0": "First", "p1": "Kesar Naturals"}
    assert "@p1 is connected" in said(go(client, server, address=f"{CONNECT}?again={rows()[0].pk}"))
    assert [row.account_id for row in rows()] == ["p1"]


def test_several_accounts_of_one_platform_stand_beside_each_other_each_with_its_client(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    go(browser(cast.asha), server)
    server.pages = {"p2": "Chai Point"}
    client = browser(cast.asha)
    client.post("/clients/choose/", {"client": str(cast.client.pk)})
    go(client, server)
    assert {row.account_id for row in rows()} == {"p1", "p2"}


def test_a_platform_without_its_settings_says_which_are_missing_and_sends_nobody_out(
    cast: Cast, server: PagesServer, browser: Browser, settings: Any
) -> None:
    settings.PAGES_APP_ID = ""
    page = browser(cast.asha).get(CONNECT).content.decode()
    assert "PAGES_APP_SECRET" in page
    assert "Go to Facebook" not in page
    assert browser(cast.asha).post(CONNECT).status_code == 422
    assert "Not set up here" in browser(cast.asha).get("/connections/").content.decode()


def test_a_door_is_chosen_remembered_and_refused_where_it_is_not_set_up(
    cast: Cast, server: PagesServer, browser: Browser, settings: Any
) -> None:
    settings.PUBLISHING_PLATFORMS = {"facebook": "tests.publishing.pages_platform.TwoDoors"}
    client = browser(cast.asha)
    assert "Posts stand on your own profile." in client.get(CONNECT).content.decode()
    refused = client.post(CONNECT, {"door": "page"})
    assert (refused.status_code, "PAGES_PAGE_ID" in refused.content.decode()) == (422, True)
    carried = leave(client, door="person")
    assert carried["door"] == "person"
    client.get(BACK, {"state": carried["state"], "code": server.consent(carried["code_challenge"])})
    assert rows()[0].extra["door"] == "person"


def test_what_an_operator_switched_off_is_neither_begun_nor_finished(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    client = browser(cast.asha)
    carried = leave(client)
    Platform.objects.update_or_create(key="facebook", defaults={"is_enabled": False, "notice": "Back on Monday."})
    assert "Back on Monday." in client.get(CONNECT).content.decode()
    assert client.post(CONNECT).status_code == 422
    code = server.consent(carried["code_challenge"])
    assert "switched off" in said(client.get(BACK, {"state": carried["state"], "code": code}))
    assert rows() == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "did not allow it"),
        ("user_cancelled_login", "did not allow it"),
        ("invalid_scope<b>", "did not let you sign in (invalid_scopeb)"),
    ],
)
def test_a_no_at_the_platform_is_told_in_words(
    cast: Cast, server: PagesServer, browser: Browser, error: str, words: str
) -> None:
    client = browser(cast.asha)
    assert words in said(client.get(BACK, {"state": leave(client)["state"], "error": error}))


def test_a_sign_in_that_opens_no_account_is_told(cast: Cast, server: PagesServer, browser: Browser) -> None:
    server.pages = {}
    assert "opened no account" in said(go(browser(cast.asha), server))


@pytest.mark.parametrize("key", ["nowhere", "practice", "tiktok"])
def test_a_platform_nobody_can_sign_in_to_has_no_page(
    cast: Cast, server: PagesServer, browser: Browser, key: str
) -> None:
    assert browser(cast.asha).get(f"/connections/{key}/back/").status_code == 404


def test_removing_an_account_gives_its_authorisation_back(cast: Cast, server: PagesServer, browser: Browser) -> None:
    client = browser(cast.asha)
    go(client, server)
    (row,) = rows()
    client.post(f"/connections/{row.pk}/remove/")
    assert server.revoked == ["p1"]
    (gone,) = rows()
    assert (gone.status, bool(gone.access_token), gone.refresh_at) == ("removed", False, None)


def test_what_another_account_hangs_on_is_not_given_back(cast: Cast, server: PagesServer, browser: Browser) -> None:
    server.pages = {"p1": "Kesar Naturals", "p2": "Chai Point"}
    client = browser(cast.asha)
    client.post(go(client, server)["Location"], {"accounts": ["p1", "p2"]})
    first, second = rows()
    client.post(f"/connections/{first.pk}/remove/")
    assert server.revoked == []
    client.post(f"/connections/{second.pk}/remove/")
    assert server.revoked == ["p2"]


def test_a_platform_that_cannot_be_told_does_not_keep_the_account(
    cast: Cast, server: PagesServer, browser: Browser
) -> None:
    client = browser(cast.asha)
    go(client, server)
    server.fault("POST", "^/revoke$", cut_before=True)
    words = said(client.post(f"/connections/{rows()[0].pk}/remove/"))
    assert "is removed" in words
    assert "Take it back there too" in words
    assert rows()[0].status == "removed"


def test_all_of_a_choice_is_connected_or_none(cast: Cast, server: PagesServer, browser: Browser, settings: Any) -> None:
    settings.LIMITS_BACKEND = f"{__name__}.TwoAccounts"
    server.pages = {"p1": "Kesar Naturals", "p2": "Chai Point", "p3": "Metro Dental"}
    client = browser(cast.asha)
    place = go(client, server)["Location"]
    refused = client.post(place, {"accounts": ["p1", "p2", "p3"]})
    assert (refused.status_code, rows()) == (422, [])
    client.post(place, {"accounts": ["p1", "p2"]})
    assert len(rows()) == 2


def test_pausing_and_resuming_is_told_in_the_log_and_only_once(cast: Cast, server: PagesServer) -> None:
    with tenancy.of_member(cast.asha):
        row = PlatformConnection.objects.create(
            organization=cast.kesar, platform="facebook", account_id="p1", handle="@p1"
        )
        for _twice in range(2):
            assert connections.pause(row, by=cast.asha).status == "paused"
        assert connections.resume(row, by=cast.asha).status == "active"
        made = AuditEntry.objects.filter(resource_id=row.pk).order_by("sequence").values_list("action", flat=True)
        assert list(made) == ["connection.paused", "connection.resumed"]


def test_an_account_can_be_noted_that_a_person_posts_to(cast: Cast, server: PagesServer, browser: Browser) -> None:
    client = browser(cast.asha)
    place = "/connections/new/tiktok/by-hand/"
    assert "paste its link here" in client.get(place).content.decode()
    assert client.post(place, {"handle": "two words"}).status_code == 422
    client.post(place, {"handle": "@kesar"})
    with tenancy.of_organization(cast.kesar.pk):
        row = PlatformConnection.objects.get(platform="tiktok")
    assert (row.handle, row.kind, row.refresh_at) == ("@kesar", "by_hand", None)
    assert client.get(f"/connections/{row.pk}/").status_code == 200
    assert "answers" in said(client.post(f"/connections/{row.pk}/check/"))


# For programs


def api(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/connections/{path}", body, content_type="application/json")


def test_a_program_signs_in_chooses_and_reads_the_health(cast: Cast, server: PagesServer) -> None:
    server.pages = {"p1": "Kesar Naturals", "p2": "Chai Point"}
    client = api(cast.asha)
    started = post(client, "start", platform="facebook")
    assert started.status_code == 201, started.content
    challenge = parse_qs(urlsplit(started.json()["url"]).query)["code_challenge"][0]
    body = {"platform": "facebook", "code": server.consent(challenge), "state": started.json()["state"]}
    arrived = post(client, "finish", **body).json()
    assert [one["name"] for one in arrived["accounts"]] == ["Kesar Naturals", "Chai Point"]
    assert arrived["connections"] == []
    assert "page-token" not in str(arrived)
    made = post(client, "choose", choice=arrived["choice"], accounts=["p2"])
    assert made.status_code == 201
    (row,) = made.json()
    health = client.get(f"/api/v1/connections/{row['id']}/health").json()
    assert (health["version"], health["concerns"]) == ("v26.0", [])
    assert post(client, "finish", **body).status_code == 409
    assert post(client, f"{row['id']}/pause").json()["status"] == "paused"
    assert post(client, f"{row['id']}/resume").json()["status"] == "active"
    assert client.delete(f"/api/v1/connections/{row['id']}").status_code == 204


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("start", {"platform": "bluesky"}, 422),
        ("start", {"platform": "nowhere"}, 422),
        ("finish", {"platform": "facebook", "code": "c", "state": "s"}, 409),
        ("choose", {"choice": str(uuid.UUID(int=1)), "accounts": ["p1"]}, 409),
        ("enter", {"platform": "facebook", "entries": {}}, 422),
        ("enter", {"platform": "facebook", "entries": {"handle": " "}, "by_hand": True}, 422),
        ("enter", {"platform": "spill", "entries": {"handle": "a b"}, "by_hand": True}, 422),
    ],
)
def test_what_a_program_cannot_do_is_refused_in_words(
    cast: Cast, server: PagesServer, path: str, body: dict[str, Any], status: int
) -> None:
    answer = post(api(cast.asha), path, **body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert post(api(cast.ben), path, **body).status_code == 403


def test_programs_read_how_accounts_are_connected(cast: Cast, server: PagesServer) -> None:
    found = {one["key"]: one["connects"] for one in api(cast.asha).get("/api/v1/platforms").json()}
    assert (found["facebook"]["how"], found["facebook"]["scopes"][0]["name"]) == ("sign_in", "pages_post")
    assert found["spill"]["how"] == "by_hand"
    assert found["tiktok"]["how"] == "by_hand"
