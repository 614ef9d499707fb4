"""Signing in and up: by password, by mailed code; what strangers learn (nothing), and how often they may ask."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.addresses import canonical
from accounts.models import User
from tests.accounts.opening import SAFARI, browser, code_in, confirmed, is_in, prove, sign_in
from tests.cast import PASSWORD, Cast

NEW = {"full_name": "Farah", "email": "farah@kesar.example", "password1": PASSWORD}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|content="[^"]{64}"')


def bare(answer: Any) -> bytes:
    """Return what a page says without what is new on every load."""
    return TOKEN.sub(b"", answer.content)


def test_the_door_shows_every_way_in(client: Client, db: None) -> None:
    page = client.get("/accounts/login/").content.decode()
    for words in ("Continue with a passkey", "Mail me a code instead", "Forgot your password?", "Password"):
        assert words in page
    assert "Google" not in page


def test_a_password_opens_whatever_the_case_of_the_address(cast: Cast) -> None:
    assert is_in(sign_in("ASHA@Kesar.Example"))


# A code by mail


def test_a_mailed_code_opens_once(cast: Cast, mailoutbox: list[Any]) -> None:
    client = browser()
    client.post("/accounts/login/code/", {"email": "asha@kesar.example"})
    code = code_in(mailoutbox[0])
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/today/"
    assert is_in(client)
    other = browser()
    other.post("/accounts/login/code/", {"email": "asha@kesar.example"})
    other.post("/accounts/login/code/confirm/", {"code": code})
    assert not is_in(other)


def test_a_wrong_code_does_not_open_and_too_many_end_it(cast: Cast, mailoutbox: list[Any]) -> None:
    client = browser()
    client.post("/accounts/login/code/", {"email": "asha@kesar.example"})
    for _ in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "AAAAAA"})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox[0])})
    assert not is_in(client)


# Nothing is given away


def test_asking_for_a_code_says_the_same_for_every_address(cast: Cast, mailoutbox: list[Any]) -> None:
    pages = []
    for email in ("asha@kesar.example", "nobody@kesar.example"):
        answer = browser().post("/accounts/login/code/", {"email": email}, follow=True)
        pages.append((answer.redirect_chain, bare(answer).replace(email.encode(), b"")))
    assert pages[0] == pages[1]
    assert "no account with this address" in mailoutbox[1].subject


def test_a_lost_password_says_the_same_for_every_address(cast: Cast, mailoutbox: list[Any]) -> None:
    pages = []
    for email in ("asha@kesar.example", "nobody@kesar.example"):
        answer = browser().post("/accounts/password/reset/", {"email": email}, follow=True)
        pages.append((answer.redirect_chain, bare(answer)))
    assert pages[0] == pages[1]


def test_signing_up_with_a_taken_address_looks_like_signing_up(
    cast: Cast, mailoutbox: list[Any], settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    pages = []
    for email in ("asha@kesar.example", "farah@kesar.example"):
        answer = browser().post("/accounts/signup/", NEW | {"email": email}, follow=True)
        pages.append((answer.redirect_chain, bare(answer).replace(email.encode(), b"")))
    assert pages[0] == pages[1]
    assert "You have an account" in mailoutbox[0].subject
    assert User.objects.get(email="asha@kesar.example").full_name == "Asha Menon"


def test_a_suspended_person_learns_it_only_with_the_right_password(cast: Cast) -> None:
    User.objects.filter(pk=cast.ben.user_id).update(status=User.Status.SUSPENDED)
    told = {"login": "ben@kesar.example", "password": "wrong-password"}
    wrong = browser().post("/accounts/login/", told)
    nobody = browser().post("/accounts/login/", told | {"login": "nobody@kesar.example"})
    assert bare(wrong).replace(b"ben@", b"nobody@") == bare(nobody)
    right = browser().post("/accounts/login/", told | {"password": PASSWORD}, follow=True)
    assert b"switched off" in right.content


# Signing up


def test_whoever_signs_up_confirms_the_address_and_gets_an_organisation(
    db: None, mailoutbox: list[Any], settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    client = browser()
    client.post("/accounts/signup/", NEW | {"email": "Farah@Kesar.Example"})
    assert not is_in(client)
    client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert is_in(client)
    farah = User.objects.get(email="farah@kesar.example")
    assert EmailAddress.objects.get(user=farah).verified
    assert client.get("/today/").status_code == 200


LOOKALIKES = ["\u0430sha@kesar.example", "asha@\u212aesar.example", "a\u017fha@kesar.example"]


@pytest.mark.parametrize("email", LOOKALIKES, ids=ascii)
def test_letters_that_only_look_alike_make_no_second_account(cast: Cast, email: str) -> None:
    before = User.objects.count()
    client = browser()
    client.post("/accounts/signup/", NEW | {"email": email})
    assert (User.objects.count(), is_in(client)) == (before, False)


def test_an_address_is_kept_as_mail_servers_write_it() -> None:
    assert canonical(" Asha@Bücher.example ") == "asha@xn--bcher-kva.example"
    with pytest.raises(ValidationError):
        canonical("аsha@kesar.example")


# How often


def test_guessing_a_password_is_stopped(cast: Cast) -> None:
    for _ in range(5):
        browser().post("/accounts/login/", {"login": "asha@kesar.example", "password": "guess-after-guess"})
    answer = browser().post("/accounts/login/", {"login": "asha@kesar.example", "password": PASSWORD})
    assert b"Too many failed login attempts" in answer.content


def test_a_forged_header_does_not_reset_the_count(cast: Cast) -> None:
    for n in range(10):
        told = {"login": f"a{n}@kesar.example", "password": "guess-after-guess"}
        browser().post("/accounts/login/", told, headers={"X-Forwarded-For": f"203.0.113.{n}"})
    told = {"login": "asha@kesar.example", "password": PASSWORD}
    answer = browser().post("/accounts/login/", told, headers={"X-Forwarded-For": "203.0.113.99"})
    assert b"Too many failed login attempts" in answer.content


def test_whoever_signs_up_too_often_is_told_to_wait(db: None) -> None:
    for _ in range(20):
        assert browser().post("/accounts/signup/", {}).status_code == 200
    answer = browser().post("/accounts/signup/", {})
    assert answer.status_code == 429
    assert b"TrendDrop" in answer.content


# What the owner of the account hears


def test_a_new_browser_is_told_by_mail_and_a_known_one_is_not(cast: Cast, mailoutbox: list[Any]) -> None:
    confirmed(cast.asha.user)
    first = sign_in("asha@kesar.example")
    assert mailoutbox == []
    first.post("/accounts/logout/")
    first.post("/accounts/login/", {"login": "asha@kesar.example", "password": PASSWORD})
    assert mailoutbox == []
    sign_in("asha@kesar.example", agent=SAFARI)
    assert [mail.subject for mail in mailoutbox] == ["A new browser signed in"]
    assert "127.0.0.1" in mailoutbox[0].body
    assert "iPhone" in mailoutbox[0].body


def test_a_changed_password_is_told_by_mail_and_ends_other_sessions(cast: Cast, mailoutbox: list[Any]) -> None:
    confirmed(cast.asha.user)
    here, there = sign_in("asha@kesar.example"), sign_in("asha@kesar.example", agent=SAFARI)
    mailoutbox.clear()
    new = {"oldpassword": PASSWORD, "password1": "another-monsoon-8", "password2": "another-monsoon-8"}
    here.post("/accounts/password/change/", new)
    assert (is_in(here), is_in(there)) == (True, False)
    assert [mail.subject for mail in mailoutbox] == ["Your password was changed"]
    assert len(here.get("/settings/security/").context["devices"]) == 1


def test_changing_the_address_asks_who_is_there(cast: Cast) -> None:
    client = sign_in("asha@kesar.example")
    told = {"action_add": "", "email": "asha@elsewhere.example"}
    assert client.post("/accounts/email/", told)["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="asha@elsewhere.example").exists()
    prove(client)
    client.post("/accounts/email/", told)
    assert not EmailAddress.objects.get(email="asha@elsewhere.example").verified
    cast.asha.user.refresh_from_db()
    assert cast.asha.user.email == "asha@kesar.example"


def test_a_password_is_reset_through_the_link_in_the_mail(cast: Cast, mailoutbox: list[Any]) -> None:
    there = sign_in("asha@kesar.example", agent=SAFARI)
    client = browser()
    client.post("/accounts/password/reset/", {"email": "asha@kesar.example"})
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)
    assert link
    form = client.get(link[0], follow=True)
    told = {"password1": "another-monsoon-8", "password2": "another-monsoon-8"}
    client.post(form.redirect_chain[-1][0], told)
    assert is_in(sign_in("asha@kesar.example", password="another-monsoon-8"))
    assert not is_in(there)
    assert not is_in(sign_in("asha@kesar.example"))
