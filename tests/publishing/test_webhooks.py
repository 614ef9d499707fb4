"""What platforms tell: believed only when signed, kept once, applied in the order it happened, by whoever claims it."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Notification
from analytics.collection import days
from analytics.models import TrackedAccount
from publishing.delivery import hearing
from publishing.models import PlatformConnection, PlatformEvent, PublishAttempt, ScheduledPost
from publishing.platforms.base import Connected
from publishing.platforms.facebook import Facebook
from publishing.platforms.instagram import Instagram
from publishing.platforms.signing_in import Way
from publishing.services import connections
from publishing.signals import engagement_received
from publishing.webhooks import MOST_BYTES
from tests.cast import Cast
from tests.peers.fake_facebook import FakeFacebook
from tests.peers.fake_graph import PERSON
from tests.peers.fake_instagram import OWN_PERSON, FakeInstagram
from tests.publishing.conftest import make_connection, make_piece, make_post
from tests.publishing.platforms import at_facebook, at_instagram
from tests.publishing.platforms.meta import sign_in

SECRET = "of-the-app"
Status = ScheduledPost.Status
State = PlatformEvent.Status


@pytest.fixture(autouse=True)
def apps(settings: Any) -> None:
    """The operator's apps at TikTok and Meta."""
    settings.TIKTOK_CLIENT_SECRET = settings.META_APP_SECRET = settings.X_CONSUMER_SECRET = SECRET
    settings.META_VERIFY_TOKEN = "ours"
    settings.CELERY_TASK_ALWAYS_EAGER = False


def signed(body: bytes, at: dt.datetime) -> dict[str, Any]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"content_type": "application/json", "headers": {"TikTok-Signature": f"t={stamp},s={digest}"}}


def tiktok(event: str, *, at: dt.datetime | None = None, who: str = "open-1", **content: str) -> bytes:
    told = {"event": event, "create_time": int((at or timezone.now()).timestamp()), "user_openid": who}
    return json.dumps(told | {"content": json.dumps(content)}).encode()


def tell(body: bytes, *, at: dt.datetime | None = None, path: str = "/webhooks/tiktok/") -> Any:
    return Client().post(path, body, **signed(body, at or timezone.now()))


def apply() -> int:
    return hearing.apply_due(now=timezone.now())


def events() -> list[PlatformEvent]:
    return list(PlatformEvent.objects.order_by("created_at", "pk"))


@pytest.fixture
def post(cast: Cast) -> ScheduledPost:
    """A post of Kesar's that TikTok has taken and not shown yet."""
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar, platform="tiktok", account_id="open-1")
        return make_post(
            make_piece(cast.kesar, platform="tiktok"),
            account,
            at=timezone.now() - dt.timedelta(minutes=2),
            status=Status.PUBLISHED,
            platform_post_id="v_pub~1",
            scheduled_by=cast.ben.user,
        )


def now_of(post: ScheduledPost) -> ScheduledPost:
    with tenancy.of_organization(post.organization_id):
        return ScheduledPost.objects.select_related("connection").get(pk=post.pk)


def change(post: ScheduledPost, **fields: Any) -> None:
    with tenancy.of_organization(post.organization_id):
        ScheduledPost.objects.filter(pk=post.pk).update(**fields)


LIVE = "post.publish.publicly_available"
GONE = "post.publish.no_longer_publicaly_available"


def test_a_post_gets_its_id_and_address_when_the_platform_tells_them(post: ScheduledPost) -> None:
    assert tell(tiktok(LIVE, publish_id="v_pub~1", post_id="71")).status_code == 200
    assert apply() == 1
    found = now_of(post)
    assert (found.platform_post_id, found.url) == ("71", "https://www.tiktok.com/@/video/71")
    assert [event.status for event in events()] == [State.APPLIED]


def test_the_same_delivery_counts_once_however_often_it_comes(post: ScheduledPost) -> None:
    body = tiktok(LIVE, publish_id="v_pub~1", post_id="71")
    assert [tell(body).status_code for _time in range(3)] == [200, 200, 200]
    assert len(events()) == 1
    assert (apply(), apply()) == (1, 0)


@pytest.mark.parametrize("fault", ["no signature", "other secret", "changed body", "too old"])
def test_what_the_platform_did_not_sign_is_neither_kept_nor_answered_kindly(cast: Cast, fault: str) -> None:
    body, at = tiktok(LIVE, publish_id="v_pub~1", post_id="71"), timezone.now()
    request = signed(body, at - dt.timedelta(hours=1) if fault == "too old" else at)
    if fault == "no signature":
        request["headers"] = {}
    if fault == "other secret":
        stamp = str(int(at.timestamp()))
        other = hmac.new(b"another", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        request["headers"] = {"TikTok-Signature": f"t={stamp},s={other}"}
    sent = body.replace(b"71", b"72") if fault == "changed body" else body
    assert Client().post("/webhooks/tiktok/", sent, **request).status_code == 401
    assert events() == []


def test_a_body_larger_than_any_news_is_not_read(cast: Cast) -> None:
    assert tell(b" " * (MOST_BYTES + 1)).status_code == 413
    assert tell(b" " * MOST_BYTES).status_code == 401  # read whole, and found to be no news
    assert events() == []


@pytest.mark.parametrize("path", ["/webhooks/nowhere/", "/webhooks/bluesky/", "/webhooks/practice/"])
def test_platforms_that_tell_nothing_have_no_webhook(cast: Cast, path: str) -> None:
    assert tell(b"{}", path=path).status_code == 404
    assert Client().get(path).status_code == 404


def test_a_subscription_nobody_made_has_no_address(cast: Cast) -> None:
    path = f"/webhooks/tiktok/{cast.kesar.pk}/"
    assert tell(tiktok(LIVE, post_id="71"), path=path).status_code == 404
    assert events() == []


def test_handshakes_are_answered_as_each_platform_asks(cast: Cast) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "ours", "hub.challenge": "158"}
    answer = Client().get("/webhooks/instagram/", asked)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"158", "text/plain; charset=utf-8")
    assert Client().get("/webhooks/instagram/", asked | {"hub.verify_token": "theirs"}).status_code == 404
    token = base64.b64encode(hmac.new(SECRET.encode(), b"abc", hashlib.sha256).digest()).decode()
    answer = Client().get("/webhooks/x/", {"crc_token": "abc"})
    assert answer.json() == {"response_token": f"sha256={token}"}
    assert answer["Content-Type"].startswith("application/json")


def test_an_unconfirmed_post_that_is_told_to_be_live_is_live(post: ScheduledPost) -> None:
    change(post, status=Status.UNCONFIRMED, platform_post_id="", next_try_at=timezone.now())
    with tenancy.of_organization(post.organization_id):
        PublishAttempt.objects.create(
            organization_id=post.organization_id,
            post=post,
            number=1,
            idempotency_key=post.idempotency_key,
            fence=0,
            step="sending",
            step_data={"publish_id": "v_pub~1"},
            sent_at=timezone.now() - dt.timedelta(minutes=2),
        )
    tell(tiktok(LIVE, publish_id="v_pub~1", post_id="71"))
    apply()
    found = now_of(post)
    assert (found.status, found.platform_post_id) == (Status.PUBLISHED, "71")
    assert found.published_at is not None
    assert found.published_at < timezone.now() - dt.timedelta(minutes=1)
    with tenancy.of_organization(post.organization_id):
        assert AuditEntry.objects.filter(action="post.published", resource_id=str(post.pk)).count() == 1


def test_a_post_that_failed_after_it_was_taken_is_told_with_the_reason(post: ScheduledPost) -> None:
    tell(tiktok("post.publish.failed", publish_id="v_pub~1", reason="spam_risk"))
    apply()
    found = now_of(post)
    assert (found.status, found.error) == (Status.FAILED, "TikTok did not make it public: spam_risk")
    with tenancy.of_organization(post.organization_id):
        told = Notification.objects.filter(kind=Notification.Kind.PUBLISH_FAILED)
        assert list(told.values_list("user__full_name", flat=True)) == ["Ben Thomas"]


def test_a_post_that_has_its_address_does_not_fail_any_more(post: ScheduledPost) -> None:
    change(post, url="https://www.tiktok.com/@kesar/video/71", platform_post_id="71")
    tell(tiktok("post.publish.failed", publish_id="v_pub~1", post_id="71"))
    apply()
    assert now_of(post).status == Status.PUBLISHED
    assert [event.status for event in events()] == [State.IGNORED]


def test_a_post_taken_down_stays_known_and_says_so_until_it_is_back(post: ScheduledPost) -> None:
    begun = timezone.now()
    tell(tiktok(LIVE, at=begun, publish_id="v_pub~1", post_id="71"))
    tell(tiktok(GONE, at=begun + dt.timedelta(seconds=10), publish_id="v_pub~1", post_id="71"))
    apply()
    assert now_of(post).shortfalls == ["The platform says that it is no longer public there."]
    tell(tiktok(LIVE, at=begun + dt.timedelta(seconds=20), publish_id="v_pub~1", post_id="71"))
    apply()
    assert (now_of(post).status, now_of(post).shortfalls) == (Status.PUBLISHED, [])


def test_news_that_come_in_the_wrong_order_end_where_the_last_one_left_it(post: ScheduledPost) -> None:
    begun = timezone.now()
    change(post, platform_post_id="71")
    tell(tiktok(GONE, at=begun + dt.timedelta(seconds=10), publish_id="v_pub~1", post_id="71"))
    apply()
    tell(tiktok(LIVE, at=begun, publish_id="v_pub~1", post_id="71"))
    apply()
    assert now_of(post).shortfalls == ["The platform says that it is no longer public there."]
    assert sorted(event.status for event in events()) == [State.APPLIED, State.IGNORED]


def test_news_before_we_wrote_the_post_down_wait_for_it(post: ScheduledPost) -> None:
    change(post, status=Status.PUBLISHING, platform_post_id="")
    tell(tiktok(LIVE, publish_id="v_pub~1", post_id="71"))
    now = timezone.now()
    assert hearing.apply_due(now=now) == 1
    assert hearing.apply_due(now=now) == 0
    change(post, status=Status.PUBLISHED, platform_post_id="v_pub~1")
    assert hearing.apply_due(now=now + hearing.PAUSES[0] + dt.timedelta(seconds=1)) == 1
    assert now_of(post).platform_post_id == "71"


def test_news_of_what_was_posted_elsewhere_are_ignored(post: ScheduledPost) -> None:
    tell(tiktok(LIVE, publish_id="other", post_id="99"))
    tell(tiktok(LIVE, who="open-of-nobody", publish_id="other", post_id="98"))
    apply()
    assert [event.status for event in events()] == [State.IGNORED, State.IGNORED]
    assert now_of(post).url == ""


def test_a_sign_in_that_was_ended_there_is_ended_here_unless_it_was_made_anew(post: ScheduledPost) -> None:
    long_ago = timezone.now() - dt.timedelta(minutes=4)
    with tenancy.of_organization(post.organization_id):
        PlatformConnection.objects.update(last_checked_at=timezone.now())
    tell(tiktok("authorization.removed", at=long_ago))
    apply()
    assert now_of(post).connection.status == PlatformConnection.Status.ACTIVE
    tell(tiktok("authorization.removed", at=timezone.now() + dt.timedelta(seconds=2)))
    apply()
    account = now_of(post).connection
    assert (account.status, account.last_error) == (
        PlatformConnection.Status.NEEDS_RECONNECT,
        "The sign-in was ended on the platform.",
    )


def erase(person: str, *, about: str = "deletion", platform: str = "instagram") -> Any:
    payload = base64.urlsafe_b64encode(json.dumps({"user_id": person, "issued_at": 1}).encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(SECRET.encode(), payload, hashlib.sha256).digest()).rstrip(b"=")
    body = f"signed_request={signature.decode()}.{payload.decode()}"
    path = f"/webhooks/{platform}/?about={about}"
    return Client().post(path, body, content_type="application/x-www-form-urlencoded")


def through(door: str) -> Iterator[Connected]:
    """What signing in through one of Meta's doors opens."""
    way = Way(state="s-1", verifier="v" * 43, redirect_uri="https://trenddrop.example/back", door=door)
    with FakeFacebook() as page, FakeInstagram(own=door == "instagram") as own, httpx.Client(trust_env=False) as client:
        found: Facebook | Instagram = at_facebook.built(page, client, timezone.now, [])
        if door:
            found = at_instagram.built(own, client=client, clock=timezone.now, sleep=print)
        yield from found.exchange(way, code=sign_in(found, way)["code"])


def connect(cast: Cast, platform: str, door: str) -> PlatformConnection:
    [connected] = through(door)
    return connections.keep(platform, connected, by=cast.asha, now=timezone.now())


DOORS = [("facebook", "", PERSON), ("instagram", "facebook", PERSON), ("instagram", "instagram", OWN_PERSON)]


@pytest.mark.parametrize(("platform", "door", "person"), DOORS)
def test_a_person_who_asks_to_be_erased_is_erased_and_can_follow_it(
    cast: Cast, platform: str, door: str, person: str
) -> None:
    account = connect(cast, platform, door)
    handle, account_id = account.handle, account.account_id
    with tenancy.of_organization(cast.kesar.pk):
        piece = make_piece(cast.kesar, platform=platform)
        planned = make_post(piece, account, at=timezone.now() + dt.timedelta(days=1))
        days.follow(account, now=timezone.now())
        TrackedAccount.objects.update(url=f"https://{platform}.example/{handle}", settings={"seen": handle})
    answer = erase(person, platform=platform).json()
    page = Client().get(
        answer["url"].removeprefix("http://localhost:8000") if "://" in answer["url"] else answer["url"]
    )
    assert b"is being erased" in page.content
    apply()
    with tenancy.of_organization(cast.kesar.pk):
        found = PlatformConnection.objects.get(pk=account.pk)
        assert (found.status, found.extra, found.display_name) == (PlatformConnection.Status.REMOVED, {}, "")
        assert handle not in found.handle
        assert account_id not in found.account_id
        assert ScheduledPost.objects.get(pk=planned.pk).status == Status.CANCELLED
        counted = TrackedAccount.objects.get(connection=account)
        assert (counted.url, counted.settings, counted.is_active, counted.next_at) == ("", {}, False, None)
        assert not {handle, account_id, account.display_name} & {counted.name, counted.external_id}
    [event] = events()
    assert (event.account_id, event.data) == ("", {"erased": 1})
    assert b"Your data was erased" in Client().get(reverse("erasing", args=[event.pk])).content
    PlatformEvent.objects.update(status=State.RECEIVED, tries=0)
    assert apply() == 1  # again, as an operator may ask: there is nobody left whom it is about


@pytest.mark.parametrize(("platform", "door", "person"), DOORS)
def test_a_person_who_takes_our_rights_back_is_signed_out(cast: Cast, platform: str, door: str, person: str) -> None:
    account = connect(cast, platform, door)
    with tenancy.of_organization(cast.kesar.pk):
        PlatformConnection.objects.update(last_checked_at=None)
    erase(person, about="", platform=platform)
    apply()
    with tenancy.of_organization(cast.kesar.pk):
        account.refresh_from_db()
    assert account.status == PlatformConnection.Status.NEEDS_RECONNECT


@pytest.mark.parametrize("told_at", ["facebook", "instagram"])
def test_one_address_of_the_app_is_enough_for_all_that_it_opened(cast: Cast, told_at: str) -> None:
    rows = [connect(cast, platform, door) for platform, door, _person in DOORS[:2]]
    erase(PERSON, platform=told_at)
    apply()
    with tenancy.of_organization(cast.kesar.pk):
        for row in rows:
            row.refresh_from_db()
    assert [row.status for row in rows] == [PlatformConnection.Status.REMOVED] * 2


def test_accounts_that_another_person_opened_stay(cast: Cast) -> None:
    account = connect(cast, "facebook", "")
    erase(OWN_PERSON, platform="facebook")
    apply()
    with tenancy.of_organization(cast.kesar.pk):
        account.refresh_from_db()
    assert account.status == PlatformConnection.Status.ACTIVE


def test_a_person_of_whom_nothing_is_here_is_told_so(cast: Cast) -> None:
    erase("person-unknown")
    apply()
    [event] = events()
    assert b"There was nothing of yours here" in Client().get(reverse("erasing", args=[event.pk])).content


def test_other_events_have_no_page(post: ScheduledPost) -> None:
    tell(tiktok(LIVE, publish_id="v_pub~1", post_id="71"))
    [event] = events()
    assert Client().get(reverse("erasing", args=[event.pk])).status_code == 404


def test_who_counts_is_told_of_engagement(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar, platform="x", account_id="7")
        made = make_post(
            make_piece(cast.kesar, platform="x"),
            account,
            at=timezone.now(),
            status=Status.PUBLISHED,
            platform_post_id="5",
        )
    told: list[dict[str, Any]] = []

    def listen(**given: Any) -> None:
        told.append({"post": given["post"].pk, "data": given["data"]})

    engagement_received.connect(listen)
    try:
        event = {"for_user_id": "7", "favorite_events": [{"id": "1", "favorited_status": {"id_str": "5"}, "user": {}}]}
        body = json.dumps(event).encode()
        digest = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        headers = {"x-twitter-webhooks-signature": f"sha256={digest}"}
        answer = Client().post("/webhooks/x/", body, content_type="application/json", headers=headers)
        assert answer.status_code == 200
        apply()
    finally:
        engagement_received.disconnect(listen)
    assert told == [{"post": made.pk, "data": {"kind": "like", "user": ""}}]


def test_an_operator_can_have_events_applied_again(post: ScheduledPost, admin_client: Client) -> None:
    tell(tiktok(LIVE, publish_id="other", post_id="71"))
    apply()
    [event] = events()
    assert event.status == State.IGNORED
    change(post, platform_post_id="other")
    action = {"action": "apply_again", "_selected_action": [str(event.pk)]}
    admin_client.post(reverse("admin:publishing_platformevent_changelist"), action)
    apply()
    assert now_of(post).url.endswith("/71")


def test_what_was_told_is_forgotten_after_a_month(post: ScheduledPost) -> None:
    tell(tiktok(LIVE, publish_id="v_pub~1", post_id="71"))
    apply()
    assert hearing.forget(now=timezone.now() + dt.timedelta(days=29)) == 0
    assert hearing.forget(now=timezone.now() + dt.timedelta(days=31)) == 1
