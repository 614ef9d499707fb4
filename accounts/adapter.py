"""How signing in and up (django-allauth) meets our people."""

import json
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts import addresses, devices, origin
from accounts.installation import setting
from accounts.middleware import TRACKED
from accounts.models import User
from accounts.second_factor import SECRETS
from accounts.services import invitations, organizations
from trenddrop.core.crypto import keyring

INVITED = "invited"
COMING_BACK = "coming_back"
KNOWN_TO = "known_to"
KNOWN_FOR = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Whoever signs up gets a personal organisation in the same transaction."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let strangers in while operators say so, and whoever was invited always."""
        return bool(setting("signups_open") or request.session.get(INVITED))

    def clean_email(self, email: str) -> str:
        """Keep addresses as mail servers write them; refuse look-alikes."""
        return addresses.canonical(email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Count tries by the address that our own proxies saw."""
        return origin.client_ip(request)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the person, then their organisation."""
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit=False)
            saved.email = saved.email.lower()
            saved.full_name = form.cleaned_data.get("full_name", "")
            saved.timezone = form.cleaned_data.get("timezone") or saved.timezone
            saved.country = form.cleaned_data.get("country") or saved.country
            saved.language = spoken()
            if commit:
                saved.save()
                give_a_place(request, saved)
        return saved

    def set_password(self, user: User, password: str) -> None:
        """Write the password alone: a row read a moment ago must not undo a suspension."""
        user.set_password(password)
        user.save(update_fields=["password", "updated_at"])

    def pre_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponse | None:
        """Let whoever deleted the account go on: the second factor is asked before coming back is offered."""
        if user.is_in_grace:
            return None
        refused: HttpResponse | None = super().pre_login(request, user, **told)
        return refused

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and keep track of the session; who is in grace is asked first."""
        if user.is_in_grace:
            request.session[COMING_BACK] = str(user.pk)
            raise ImmediateHttpResponse(redirect("come_back"))
        is_first = user.last_login is None
        super().login(request, user)
        request.session[TRACKED] = True
        request.is_first_sign_in = is_first  # type: ignore[attr-defined]

    def post_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponse:
        """Tell the person of a sign-in from a browser they did not use before."""
        response: HttpResponse = super().post_login(request, user, **told)
        known = browser_knows(request)
        if str(user.pk) not in known:
            if not getattr(request, "is_first_sign_in", True):
                self.send_notification_mail("account/email/new_device", user)
            remember_browser(response, [*known[-4:], str(user.pk)])
        return response


def spoken() -> str:
    """Return the language of the pages on which somebody signs up: theirs goes on in it."""
    language = (translation.get_language() or "").partition("-")[0]
    return language if language in dict(settings.LANGUAGES) else "en"


def give_a_place(request: HttpRequest, user: User) -> None:
    """Give a new person an organisation of their own, unless they came by an invitation into another."""
    if request.session.get("account_verified_email") != user.email:
        request.session.pop("account_verified_email", None)  # the link went to another address than was typed
    token = request.session.pop(INVITED, "")
    if invitations.join_on_sign_up(token, user=user, now=timezone.now()) is None:
        organizations.create_personal(user)


def browser_knows(request: HttpRequest) -> list[str]:
    """Return who signed in with this browser before; the cookie is signed."""
    try:
        found: list[str] = json.loads(request.get_signed_cookie(KNOWN_TO, default="[]", max_age=KNOWN_FOR) or "[]")
    except signing.BadSignature:
        return []
    return found


def remember_browser(response: HttpResponse, people: list[str]) -> None:
    """Let the browser show next time that it was here."""
    response.set_signed_cookie(
        KNOWN_TO,
        json.dumps(people),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class ElsewhereAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in with an account elsewhere: Google."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take over the name."""
        user: User = super().populate_user(request, sociallogin, data)
        names = [data.get("first_name"), data.get("last_name")]
        user.full_name = " ".join(name for name in names if name)[:150]
        user.language = spoken()
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Save the person, then their organisation (a filled-in form did that already)."""
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            if form is None:
                give_a_place(request, user)
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """Fill in what Google told."""
        return {**super().get_signup_form_initial_data(sociallogin), "full_name": sociallogin.user.full_name}

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to where it was asked for."""
        del request, socialaccount
        return reverse("security")

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Say whether Google's word is enough to open the account of this address.

        Only where Google itself runs the mailbox, and only where the address was confirmed here too: otherwise
        somebody could wait in an account under an address that is not theirs.
        """
        return is_run_by_google(email, login.account.extra_data) and is_confirmed(email)


def is_run_by_google(email: str, told: dict[str, Any]) -> bool:
    """Say whether Google hosts the mailbox: its own domains, or the Workspace domain that the token names."""
    domain = email.lower().rpartition("@")[2]
    return domain in {"gmail.com", "googlemail.com"} or domain == str(told.get("hd", "")).lower()


def is_confirmed(email: str) -> bool:
    """Say whether somebody confirmed this address here."""
    return bool(EmailAddress.objects.filter(email=email.lower(), verified=True).exists())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are locked like every other secret."""

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 (allauth's name)
        """Call a new passkey what the browser is called."""
        del user, type
        return devices.name(origin.user_agent(context.request))

    def encrypt(self, text: str) -> str:
        """Lock a secret with the installation's keyring."""
        return keyring().lock(text, place=SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret; a wrong key is an error."""
        return keyring().open(encrypted_text, place=SECRETS)
