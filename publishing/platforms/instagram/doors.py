"""The two ways in: with Facebook (through a Page, bytes can be uploaded), or with Instagram alone."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Connected, Profile, Rejected, Token
from publishing.platforms.meta.graph import Fields
from publishing.platforms.meta.login import FacebookLogin
from publishing.platforms.meta.own_login import OwnLogin
from publishing.platforms.meta.words import number
from publishing.platforms.signing_in import Door, Scope, Way

FACEBOOK: Final = "facebook"
INSTAGRAM: Final = "instagram"
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
                "grant": person.id,
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


def doors(facebook: FacebookLogin, instagram: OwnLogin) -> Sequence[Door]:
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
