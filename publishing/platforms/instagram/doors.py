"""The two ways in: with Facebook (through a Page, bytes can be uploaded), or with Instagram alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Clock, Connected, Profile, Rejected, Token
from publishing.platforms.meta.graph import Fields, Graph
from publishing.platforms.meta.login import FacebookLogin, answer_with_token, names
from publishing.platforms.meta.words import number
from publishing.platforms.signing_in import Door, Scope, Way

FACEBOOK: Final = "facebook"
INSTAGRAM: Final = "instagram"
LASTS = timedelta(days=60)
PROFILE = "id,username,name,profile_picture_url,followers_count,follows_count,media_count"
OWN_PROFILE = f"{PROFILE},user_id"

BY_FACEBOOK = (
    Scope("instagram_basic", _("To see which account it is, and its posts.")),
    Scope("instagram_content_publish", _("To publish your posts.")),
    Scope("pages_show_list", _("To find the account through the Page it belongs to.")),
    Scope("pages_read_engagement", _("Instagram asks for it with the Page.")),
    Scope("instagram_manage_comments", _("To write the first comment."), needed=False),
    Scope("instagram_manage_insights", _("To read how posts do."), needed=False),
)
BY_INSTAGRAM = (
    Scope("instagram_business_basic", _("To see which account it is, and its posts.")),
    Scope("instagram_business_content_publish", _("To publish your posts.")),
    Scope("instagram_business_manage_comments", _("To write the first comment."), needed=False),
    Scope("instagram_business_manage_insights", _("To read how posts do."), needed=False),
)


@dataclass(frozen=True)
class InstagramLogin:
    """Sign-in at Instagram itself: `api` trades the code, `graph` makes the token long."""

    graph: Graph
    api: Graph
    web: str
    app_id: str
    app_secret: str
    clock: Clock

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings an operator must fill in first."""
        told = {"INSTAGRAM_APP_ID": self.app_id, "INSTAGRAM_APP_SECRET": self.app_secret}
        return tuple(name for name, value in told.items() if not value)

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self.app_id,
            "redirect_uri": way.redirect_uri,
            "response_type": "code",
            "scope": names(BY_INSTAGRAM),
            "state": way.state,
        }
        return f"{self.web}/oauth/authorize?{urlencode(query)}"

    def token(self, way: Way, *, code: str) -> tuple[Token, list[str]]:
        """The long-lived token for a code, and what was granted."""
        body = {
            "client_id": self.app_id,
            "client_secret": self.app_secret,
            "grant_type": "authorization_code",
            "redirect_uri": way.redirect_uri,
            "code": code.removesuffix("#_"),
        }
        hide = (self.app_secret, body["code"])
        short = answer_with_token(self.api, "POST", "oauth/access_token", hide=hide, data=body)
        query = {
            "grant_type": "ig_exchange_token",
            "client_secret": self.app_secret,
            "access_token": str(short["access_token"]),
        }
        long = answer_with_token(self.graph, "GET", "access_token", hide=query.values(), params=query)
        return self.kept(long), granted(short)

    def refresh(self, token: Token) -> Token:
        """The token made good for another sixty days."""
        query = {"grant_type": "ig_refresh_token", "access_token": token.access}
        answer = self.graph.plain("GET", "refresh_access_token", hide=(token.access,), params=query)
        return replace(self.kept(answer), extra=token.extra) if answer.get("access_token") else token

    def kept(self, answer: Fields) -> Token:
        """A long-lived token; it renews itself, so it is its own refresh token."""
        access, lasts = str(answer["access_token"]), timedelta(seconds=int(answer.get("expires_in") or 0)) or LASTS
        ends: datetime = self.clock() + lasts
        return Token(access, refresh=access, expires_at=ends, extra={"login": INSTAGRAM})


def granted(answer: Fields) -> list[str]:
    """The scopes in an answer of the sign-in: a list, or words with commas."""
    told = answer.get("permissions") or ""
    return [str(one) for one in told] if isinstance(told, list) else [one for one in str(told).split(",") if one]


def through_pages(login: FacebookLogin, way: Way, *, code: str, web: str) -> list[Connected]:
    """Every Instagram account that belongs to a Page the person opened to us."""
    person = login.person(way, code=code)
    wanted = f"instagram_business_account{{{PROFILE}}}"
    found = []
    for page in login.pages(person, fields=wanted):
        account = page.get("instagram_business_account")
        if isinstance(account, dict):
            extra = {
                "login": FACEBOOK,
                "user_id": str(account["id"]),
                "page_id": str(page["id"]),
                "person": person.id,
            }
            token = Token(str(page["access_token"]), extra=extra)
            found.append(Connected(token, profile_of(account, web=web), person.scopes, "professional"))
    if not found:
        raise Rejected(
            "No Instagram account came with this sign-in. It must be a professional one (Settings → Account type) that "
            "is joined to a Facebook Page you chose in the dialogue.",
            code="no_account",
        )
    return found


def profile_of(account: Fields, *, web: str) -> Profile:
    """Who an account is."""
    handle = str(account.get("username") or "")
    return Profile(
        id=str(account.get("user_id") or account["id"]),
        handle=handle,
        name=str(account.get("name") or handle),
        url=f"{web}/{handle}/",
        avatar=str(account.get("profile_picture_url") or ""),
        followers=number(account, "followers_count"),
        following=number(account, "follows_count"),
        posts=number(account, "media_count"),
    )


def doors(facebook: FacebookLogin, instagram: InstagramLogin) -> Sequence[Door]:
    """Both ways, for people to choose."""
    return (
        Door(
            FACEBOOK,
            _("With Facebook"),
            _("The account is joined to a Facebook Page. Videos are uploaded from here directly."),
            BY_FACEBOOK,
            facebook.missing,
        ),
        Door(
            INSTAGRAM,
            _("With Instagram"),
            _("No Page is needed. Instagram fetches files from this installation's public address."),
            BY_INSTAGRAM,
            instagram.missing,
        ),
    )
