"""Second factors: an app's code or a recovery code after the password; what asks for one; secrets at rest."""

import base64
import os
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from accounts.models import Organization, User
from tests.accounts.opening import app_code, browser, confirmed, forget_used_codes, has_app, is_in, set_up_app, sign_in
from tests.cast import PASSWORD, Cast
from trenddrop.core.crypto import SecretUnreadable


def with_app(cast: Cast) -> tuple[Client, str]:
    """Asha, with an authenticator app; her browser and its secret."""
    client = sign_in("asha@kesar.example")
    secret = set_up_app(client)
    forget_used_codes()
    return client, secret


def enter(code: str) -> Client:
    """Sign in with Asha's password, then with a code."""
    client = sign_in("asha@kesar.example")
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    return client


def test_with_an_app_the_password_alone_does_not_open(cast: Cast) -> None:
    _client, secret = with_app(cast)
    assert not is_in(enter("000000"))
    assert is_in(enter(app_code(secret)))


def test_a_code_of_the_app_counts_once(cast: Cast) -> None:
    _client, secret = with_app(cast)
    code = app_code(secret)
    assert is_in(enter(code))
    assert not is_in(enter(code))


def test_guessing_codes_is_stopped(cast: Cast) -> None:
    _client, secret = with_app(cast)
    client = sign_in("asha@kesar.example")
    for _ in range(12):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
    assert not is_in(client)


def test_a_recovery_code_opens_once_and_the_page_counts_what_is_left(cast: Cast) -> None:
    client, _secret = with_app(cast)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] in client.get("/accounts/2fa/recovery-codes/download/").content.decode()
    inside = enter(codes[0])
    assert is_in(inside)
    assert b"9 left." in inside.get("/settings/security/").content
    assert not is_in(enter(codes[0]))


def test_a_mailed_code_does_not_get_around_the_second_factor(cast: Cast, mailoutbox: list[Any]) -> None:
    confirmed(cast.asha.user)
    with_app(cast)
    client = browser()
    client.post("/accounts/login/code/", {"email": "asha@kesar.example"})
    code = next(line for line in mailoutbox[-1].body.splitlines() if line.strip().replace("-", "").isupper())
    answer = client.post("/accounts/login/code/confirm/", {"code": code.strip()})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_switching_the_app_on_and_off_asks_who_is_there_and_is_told_by_mail(
    transactional_db: None, cast: Cast, mailoutbox: list[Any]
) -> None:
    confirmed(cast.asha.user)
    client = sign_in("asha@kesar.example")
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    set_up_app(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert not has_app(cast.asha.user)
    told = [mail.subject for mail in mailoutbox]
    assert "An authenticator app was switched on" in told
    assert "The authenticator app was switched off" in told


def test_whoever_did_not_confirm_the_address_cannot_lock_its_owner_out(cast: Cast, settings: Any) -> None:
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False
    confirmed(cast.asha.user).emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
    client = sign_in("asha@kesar.example")
    answer = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert b"until you have verified" in answer.content


# Secrets


def test_secrets_are_locked_at_rest_and_open_only_with_the_right_key(cast: Cast, settings: Any) -> None:
    _client, secret = with_app(cast)
    row = Authenticator.objects.get(type="totp")
    codes = Authenticator.objects.get(type="recovery_codes")
    assert secret not in str(row.data)
    assert row.data["secret"].startswith("k1:")
    assert codes.data["seed"].startswith("k1:")
    settings.TOKEN_KEYS = [f"k1:{base64.b64encode(os.urandom(32)).decode()}"]
    with pytest.raises(SecretUnreadable):
        row.wrap().validate_code(app_code(secret))


def test_rotating_keys_locks_second_factors_anew(cast: Cast, settings: Any) -> None:
    _client, secret = with_app(cast)
    settings.TOKEN_KEYS = [f"k2:{base64.b64encode(os.urandom(32)).decode()}", *settings.TOKEN_KEYS]
    call_command("rotate_secrets", stdout=StringIO())
    for row in Authenticator.objects.all():
        kept = row.data.get("secret") or row.data["seed"]
        assert kept.startswith("k2:")
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    assert is_in(enter(app_code(secret)))


# What asks for one


@pytest.fixture
def strict(cast: Cast) -> Cast:
    """Kesar asks its members for a second factor."""
    with tenancy.operator():
        Organization.objects.filter(pk=cast.kesar.pk).update(requires_second_factor=True)
    return cast


def test_an_organisation_that_asks_leads_members_to_set_one_up(strict: Cast) -> None:
    client = sign_in("asha@kesar.example")
    for place in ("/today/", "/library/", "/organisation/members/"):
        assert client.get(place)["Location"] == "/settings/security/", place
    page = client.get("/settings/security/").content.decode()
    assert "Kesar Naturals opens only with a second factor" in page
    set_up_app(client)
    assert client.get("/today/").status_code == 200


def test_a_partial_page_is_told_to_load_the_whole_way(strict: Cast) -> None:
    answer = sign_in("asha@kesar.example").get("/notifications/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (403, "/settings/security/")


def test_nothing_is_changed_by_whoever_lacks_the_factor(strict: Cast) -> None:
    answer = sign_in("asha@kesar.example").post("/brand/choose/", {"brand": str(strict.brand.pk)})
    assert answer["Location"] == "/settings/security/"


def test_other_organisations_stay_open(strict: Cast) -> None:
    assert sign_in("dev@lisbon.example").get("/today/").status_code == 200


def test_the_operators_desk_can_ask_for_one(cast: Cast, settings: Any) -> None:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = sign_in("dev@lisbon.example")
    assert client.get(reverse("admin:index")).status_code == 200
    settings.ADMIN_REQUIRES_SECOND_FACTOR = True
    assert client.get(reverse("admin:index"))["Location"] == "/settings/security/"
    assert client.get(reverse("admin:accounts_user_changelist"))["Location"] == "/settings/security/"
    set_up_app(client)
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_operators_desk_has_no_second_door(cast: Cast) -> None:
    answer = browser().post(reverse("admin:login"), {"username": "dev@lisbon.example", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/login/")
