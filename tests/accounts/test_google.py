"""Sign-in with Google, against a local server that speaks its protocol: who joins which account, and who does not."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.test import Client

from accounts import queries, tenancy
from accounts.models import User
from tests.accounts.opening import app_code, browser, confirmed, forget_used_codes, is_in, prove, set_up_app, sign_in
from tests.cast import Cast, person
from tests.peers.wire import Request, Response, Server

GOOGLE = {"iss": "https://accounts.google.com", "sub": "1180", "given_name": "Gita", "family_name": "Rao"}


class FakeGoogle(Server):
    """Gives out codes for `claims`, and tokens for codes, checking what a real one checks."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, dict[str, str]] = {}
        super().__init__(self.answer)

    def consent(self, location: str) -> str:
        """The person says yes at the address they were sent to; the address they are sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        code = secrets.token_urlsafe(8)
        self.asked[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}"

    def answer(self, request: Request) -> Response:
        told = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        asked = self.asked.pop(told.get("code", ""), None)
        if asked is None or (told["client_id"], told["client_secret"]) != ("client-1", "secret-1"):
            return Response(400, {"error": "invalid_grant"})
        challenge = base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"].encode()).digest()).rstrip(b"=")
        if challenge.decode() != asked["code_challenge"] or told["redirect_uri"] != asked["redirect_uri"]:
            return Response(400, {"error": "invalid_grant"})
        claims = {"aud": "client-1", "exp": int(time.time()) + 600, "iat": int(time.time())} | GOOGLE | self.claims
        token = jwt.encode(claims, "a key of its own, long enough to be taken", algorithm="HS256")
        return Response(200, {"access_token": "at", "token_type": "Bearer", "expires_in": 3600, "id_token": token})


@pytest.fixture
def google(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[FakeGoogle]:
    app = {"client_id": "client-1", "secret": "secret-1", "key": ""}
    settings.SOCIALACCOUNT_PROVIDERS = {"google": settings.SOCIALACCOUNT_PROVIDERS["google"] | {"APPS": [app]}}
    with FakeGoogle() as server:
        monkeypatch.setattr(GoogleOAuth2Adapter, "access_token_url", f"{server.url}/token")
        monkeypatch.setattr(GoogleOAuth2Adapter, "authorize_url", f"{server.url}/authorize")
        yield server


def come_from(
    google: FakeGoogle, email: str, *, client: Client | None = None, process: str = "", **more: Any
) -> Client:
    """Go to Google, say yes there, and come back."""
    client = client or browser()
    google.claims = {"email": email, "email_verified": True} | more
    there = client.post(f"/accounts/google/login/{process and f'?process={process}'}")
    assert there.status_code == 302, there.content
    client.get(google.consent(there["Location"]))
    return client


def test_google_is_offered_only_where_it_is_set_up(google: FakeGoogle, settings: Any, client: Client) -> None:
    assert b"Continue with Google" in client.get("/accounts/login/").content
    assert b"Continue with Google" in client.get("/accounts/signup/").content
    settings.SOCIALACCOUNT_PROVIDERS = {"google": settings.SOCIALACCOUNT_PROVIDERS["google"] | {"APPS": []}}
    assert b"Google" not in client.get("/accounts/login/").content


def test_a_new_person_gets_an_account_and_an_organisation(google: FakeGoogle) -> None:
    client = come_from(google, "gita@gmail.com")
    assert is_in(client)
    assert client.get("/today/").status_code == 200
    gita = User.objects.get(email="gita@gmail.com")
    assert gita.full_name == "Gita Rao"
    assert not gita.has_usable_password()
    assert EmailAddress.objects.get(user=gita).verified
    assert not SocialToken.objects.exists()
    with tenancy.of_user(gita.pk):
        assert queries.working_memberships().filter(user=gita).count() == 1
    assert is_in(come_from(google, "gita@gmail.com"))
    assert User.objects.filter(email="gita@gmail.com").count() == 1


@pytest.mark.parametrize(("email", "more"), [("gita@gmail.com", {}), ("gita@studio.example", {"hd": "studio.example"})])
def test_a_confirmed_address_that_google_runs_joins_its_account(
    google: FakeGoogle, email: str, more: dict[str, Any], mailoutbox: list[Any]
) -> None:
    gita = confirmed(person("Gita", email))
    assert is_in(come_from(google, email, **more))
    assert SocialAccount.objects.get().user == gita
    gita.refresh_from_db()
    assert gita.has_usable_password()
    assert "An account elsewhere was connected" in [mail.subject for mail in mailoutbox]


@pytest.mark.parametrize(
    ("email", "more"),
    [
        ("gita@studio.example", {}),  # Google only once sent a mail there
        ("gita@studio.example", {"hd": "other.example"}),
        ("gita@gmail.com", {"email_verified": False}),
    ],
)
def test_an_address_that_google_cannot_vouch_for_joins_nothing(
    google: FakeGoogle, email: str, more: dict[str, Any]
) -> None:
    confirmed(person("Gita", email))
    assert not is_in(come_from(google, email, **more))
    assert not SocialAccount.objects.exists()


def test_nobody_waits_for_its_owner_under_an_address_that_was_never_confirmed(google: FakeGoogle) -> None:
    squatter = person("Squatter", "gita@gmail.com")
    EmailAddress.objects.create(user=squatter, email="gita@gmail.com", verified=False, primary=True)
    assert not is_in(come_from(google, "gita@gmail.com"))
    assert not SocialAccount.objects.exists()


def test_google_does_not_get_around_the_second_factor(google: FakeGoogle, cast: Cast) -> None:
    gita = confirmed(person("Gita", "gita@gmail.com"))
    with tenancy.operator():
        cast.kesar.memberships.create(user=gita, role="creator")
    secret = set_up_app(sign_in("gita@gmail.com"))
    forget_used_codes()
    client = come_from(google, "gita@gmail.com")
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
    assert is_in(client)


def test_google_is_connected_and_disconnected_by_hand(google: FakeGoogle, cast: Cast) -> None:
    confirmed(cast.asha.user)
    client = sign_in("asha@kesar.example")
    prove(client)
    come_from(google, "asha.private@gmail.com", client=client, process="connect")
    assert b"asha.private@gmail.com" in client.get("/settings/security/").content
    assert is_in(come_from(google, "asha.private@gmail.com"))
    client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()


def test_an_account_of_somebody_else_is_not_taken_over_by_connecting(google: FakeGoogle, cast: Cast) -> None:
    come_from(google, "gita@gmail.com")
    client = sign_in("asha@kesar.example")
    prove(client)
    come_from(google, "gita@gmail.com", client=client, process="connect")
    assert SocialAccount.objects.get().user.email == "gita@gmail.com"


def test_a_suspended_person_does_not_come_in_by_google(google: FakeGoogle) -> None:
    come_from(google, "gita@gmail.com")
    User.objects.filter(email="gita@gmail.com").update(status=User.Status.SUSPENDED)
    assert not is_in(come_from(google, "gita@gmail.com"))


def test_an_answer_meant_for_another_browser_is_refused(google: FakeGoogle) -> None:
    google.claims = {"email": "gita@gmail.com", "email_verified": True}
    back = google.consent(browser().post("/accounts/google/login/")["Location"])
    victim = browser()
    answer = victim.get(back)
    assert answer.status_code == 401
    assert b"not for this browser" in answer.content
    assert not is_in(victim)


@pytest.mark.parametrize("forged", [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}])
def test_a_token_for_somebody_else_is_refused(google: FakeGoogle, forged: dict[str, Any]) -> None:
    assert not is_in(come_from(google, "gita@gmail.com", **forged))
    assert not User.objects.filter(email="gita@gmail.com").exists()


def test_going_to_google_takes_a_press_of_the_button(google: FakeGoogle, client: Client) -> None:
    page = client.get("/accounts/google/login/")
    assert page.status_code == 200
    assert b"Go to Google" in page.content
