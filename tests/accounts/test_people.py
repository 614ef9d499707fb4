"""My account: what I may change, where I am signed in; and operators who shut somebody out."""

import datetime as dt
import io
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import devices, tenancy
from accounts.models import ApiKey, AuditEntry, Membership, User
from accounts.services import people
from tests.accounts.opening import FIREFOX, SAFARI, is_in, sign_in
from tests.cast import Cast
from trenddrop.core import rates

PROFILE = {"full_name": "Asha M.", "country": "PT", "timezone": "Europe/Lisbon", "language": "hi"}


def photo(*, size: tuple[int, int] = (900, 600), kind: str = "JPEG") -> SimpleUploadedFile:
    """A picture that tells where it was taken."""
    picture = Image.new("RGB", size, "orange")
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    written = io.BytesIO()
    picture.save(written, kind, exif=exif)
    return SimpleUploadedFile("me.jpg", written.getvalue(), content_type="image/jpeg")


def words(answer: Any) -> bytes:
    """Return everything a file's answer holds."""
    return bytes(answer.content)


# Profile and picture


def test_the_profile_is_saved_and_a_language_takes_effect(cast: Cast) -> None:
    client = sign_in("asha@kesar.example")
    assert client.post("/settings/", PROFILE).status_code == 302
    assert 'lang="hi"' in client.get("/settings/").content.decode()


@pytest.mark.parametrize("wrong", [{"country": "XX"}, {"timezone": "Mars/Olympus"}, {"language": "tlh"}])
def test_what_does_not_exist_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    assert sign_in("asha@kesar.example").post("/settings/", PROFILE | wrong).status_code == 422


def test_saving_the_profile_does_not_undo_a_suspension(cast: Cast) -> None:
    stale = User.objects.get(pk=cast.ben.user_id)
    people.suspend(cast.ben.user, reason="spam", by=cast.asha.user, now=timezone.now())
    stale.full_name = "Ben"
    stale.save(update_fields=["full_name"])
    assert User.objects.get(pk=stale.pk).status == "suspended"


def test_a_picture_is_cut_square_and_loses_what_it_carried(cast: Cast) -> None:
    client = sign_in("asha@kesar.example")
    assert client.post("/settings/picture/", {"picture": photo()}).status_code == 302
    asha = User.objects.get(pk=cast.asha.user_id)
    with asha.avatar.open() as file:
        kept = file.read()
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (512, 512), {})
    assert b"SecretCam" not in kept
    shown = client.get(reverse("picture", args=[asha.pk]))
    assert (shown["Content-Type"], words(shown)) == ("image/webp", kept)


def test_a_new_picture_takes_the_place_of_the_old_one(cast: Cast) -> None:
    client = sign_in("asha@kesar.example")
    client.post("/settings/picture/", {"picture": photo()})
    first = User.objects.get(pk=cast.asha.user_id).avatar
    client.post("/settings/picture/", {"picture": photo(size=(40, 40))})
    second = User.objects.get(pk=cast.asha.user_id).avatar
    assert not first.storage.exists(str(first.name))
    client.post("/settings/picture/", {"remove": "1"})
    assert not second.storage.exists(str(second.name))
    assert not User.objects.get(pk=cast.asha.user_id).avatar


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='x' onload='alert(1)'/>", b"GIF89a-but-no-more", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(cast: Cast, content: bytes) -> None:
    answer = sign_in("asha@kesar.example").post(
        "/settings/picture/", {"picture": SimpleUploadedFile("a.png", content, content_type="image/png")}
    )
    assert answer.status_code == 422
    assert not User.objects.get(pk=cast.asha.user_id).avatar


def test_colleagues_see_a_picture_and_strangers_do_not(cast: Cast) -> None:
    sign_in("asha@kesar.example").post("/settings/picture/", {"picture": photo()})
    place = reverse("picture", args=[cast.asha.user_id])
    assert words(sign_in("ben@kesar.example").get(place))
    assert sign_in("esha@chaipoint.example").get(place).status_code == 404
    assert sign_in("dev@lisbon.example").get(place).status_code == 404


# Sessions


def test_the_page_shows_where_one_is_signed_in_and_ends_one_of_them(cast: Cast) -> None:
    here, there = sign_in("asha@kesar.example"), sign_in("asha@kesar.example", agent=SAFARI)
    found = here.get("/settings/security/").context["devices"]
    assert [(one.name, one.is_this) for one in found] == [("Firefox on Windows", True), ("Safari on iPhone", False)]
    here.post("/settings/sessions/end/", {"session": found[1].pk})
    assert (is_in(here), is_in(there)) == (True, False)


def test_all_other_sessions_end_at_once(cast: Cast) -> None:
    here = sign_in("asha@kesar.example")
    others = [sign_in("asha@kesar.example", agent=SAFARI) for _ in range(3)]
    here.post("/settings/sessions/end/", {"all": "1"})
    assert is_in(here)
    assert not any(map(is_in, others))
    assert len(here.get("/settings/security/").context["devices"]) == 1


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30])
def test_nobody_ends_a_session_of_somebody_else(cast: Cast, number: str) -> None:
    ben = sign_in("ben@kesar.example")
    asha = sign_in("asha@kesar.example")
    foreign = UserSession.objects.get(user=cast.ben.user).pk
    for told in (number, str(foreign)):
        assert asha.post("/settings/sessions/end/", {"session": told}).status_code == 302
    assert is_in(ben)


def test_a_session_says_when_it_was_last_seen_and_from_where(cast: Cast) -> None:
    client = sign_in("asha@kesar.example")
    long_ago = timezone.now() - dt.timedelta(days=2)
    UserSession.objects.update(last_seen_at=long_ago)
    rates.forget("session-seen", str(client.session.session_key))
    client.get("/settings/", headers={"User-Agent": SAFARI})
    seen = UserSession.objects.get()
    assert seen.last_seen_at > long_ago
    assert devices.name(seen.user_agent) == "Safari on iPhone"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on macOS"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert devices.name(agent) == name


def test_the_pages_ask_little_however_many_sessions_there_are(
    cast: Cast, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    client = sign_in("asha@kesar.example")
    client.get("/settings/security/")
    with django_assert_max_num_queries(12) as few:
        client.get("/settings/security/")
        asked = len(few)
    for _ in range(6):
        sign_in("asha@kesar.example", agent=SAFARI)
    with django_assert_num_queries(asked):
        client.get("/settings/security/")
    with django_assert_max_num_queries(11):
        client.get("/settings/")


# Suspension


def make_key(cast: Cast) -> ApiKey:
    with tenancy.operator():
        return ApiKey.objects.create(organization=cast.kesar, membership=cast.ben, name="k", prefix="p", hash="h")


@pytest.fixture
def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    return sign_in("dev@lisbon.example")


def test_suspension_asks_why_and_ends_sessions_and_keys_at_once(cast: Cast, operator: Client) -> None:
    ben, key = sign_in("ben@kesar.example"), make_key(cast)
    action = {"action": "suspend", "_selected_action": [str(cast.ben.user_id)]}
    place = reverse("admin:accounts_user_changelist")
    assert b"Reason" in operator.post(place, action).content
    assert is_in(ben)
    operator.post(place, action | {"reason": "sold likes"})
    assert not is_in(ben)
    assert not UserSession.objects.filter(user=cast.ben.user).exists()
    with tenancy.operator():
        key.refresh_from_db()
        assert key.revoked_at is not None
        entry = AuditEntry.objects.get(action="member.suspended")
    assert (entry.organization_id, entry.actor, entry.metadata["reason"]) == (
        cast.kesar.pk, cast.dev.user, "sold likes",
    )  # fmt: skip


def test_a_reinstated_person_signs_in_anew(cast: Cast, operator: Client) -> None:
    ben, key = sign_in("ben@kesar.example"), make_key(cast)
    people.suspend(cast.ben.user, reason="spam", by=cast.dev.user, now=timezone.now())
    action = {"action": "reinstate", "_selected_action": [str(cast.ben.user_id)]}
    operator.post(reverse("admin:accounts_user_changelist"), action)
    assert not is_in(ben)
    assert is_in(sign_in("ben@kesar.example"))
    with tenancy.operator():
        key.refresh_from_db()
    assert key.revoked_at is not None


def test_nobody_suspends_themselves_or_twice(cast: Cast) -> None:
    now = timezone.now()
    with pytest.raises(people.NotSuspendable):
        people.suspend(cast.asha.user, reason="x", by=cast.asha.user, now=now)
    people.suspend(cast.ben.user, reason="x", by=cast.asha.user, now=now)
    with pytest.raises(people.NotSuspendable):
        people.suspend(cast.ben.user, reason="y", by=cast.asha.user, now=now)
    assert User.objects.get(pk=cast.ben.user_id).suspension_reason == "x"


def test_an_operator_does_not_suspend_a_superuser(cast: Cast) -> None:
    User.objects.filter(pk=cast.dev.user_id).update(is_superuser=True)
    with pytest.raises(people.NotSuspendable):
        people.suspend(User.objects.get(pk=cast.dev.user_id), reason="x", by=cast.asha.user, now=timezone.now())


def test_somebody_in_no_organisation_still_has_an_account(cast: Cast) -> None:
    with tenancy.operator():
        Membership.objects.filter(user=cast.chitra.user).delete()
    client = sign_in("chitra@kesar.example")
    for place in ("/settings/", "/settings/security/", "/settings/phone/"):
        assert client.get(place).status_code == 200, place
