# ruff: noqa: ARG002 (a person does all of it; the arguments are the protocol's)
"""Accounts a person posts to by hand: platforms without an API, and any whose app nobody set up here.

Nothing is ever sent: at its hour the post waits for its person (publishing.delivery.assisting), who finds all of it on
one page and says where it stands.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.platforms.base import (
    CannotLook,
    Capability,
    Connected,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    Step,
    Token,
)
from publishing.platforms.signing_in import Entry
from trenddrop.core.platforms import rules

BY_HAND: Final = "by_hand"
LONGEST_HANDLE = 100


class ByHand:
    """Any platform, posted to by a person. Token.extra: handle, url."""

    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.MANUAL})
    safe_resend = timedelta(0)
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {}
    entries: ClassVar[Sequence[Entry]] = (
        Entry("handle", gettext_lazy("Account"), placeholder="@name"),
        Entry(
            "url",
            gettext_lazy("Address of its page"),
            gettext_lazy("Opened when it is time to post."),
            required=False,
            placeholder="https://…",
        ),
    )

    def __init__(self, key: str, **_given: Any) -> None:
        self.key = key

    def enter(self, typed: Mapping[str, str]) -> Connected:
        """Note whose account it is; nobody is asked."""
        handle = typed.get("handle", "").strip().lstrip("@")
        if not handle or len(handle) > LONGEST_HANDLE or any(letter.isspace() for letter in handle):
            raise Rejected(_("Give the account's name as it stands there, without blanks."), code="handle")
        url = _address(typed.get("url", ""))
        token = Token("", extra={"handle": f"@{handle}", "url": url})
        return Connected(token, self.profile(token), kind=BY_HAND)

    def profile(self, token: Token) -> Profile:
        """The account as it was typed."""
        handle = token.extra.get("handle", "")
        name = handle.removeprefix("@")
        return Profile(f"{BY_HAND}:{name.casefold()}", handle, name, token.extra.get("url", ""))

    def refresh(self, token: Token) -> Token:
        """The same: there is nothing to renew."""
        return token

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Never: a person does it."""
        raise Rejected(
            _("%(name)s has no door for us: a person posts it there.") % {"name": rules(self.key).name}, code="by_hand"
        )

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """Nobody can look but the person who posted."""
        raise CannotLook(_("Nobody but you can see whether it is there."))

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """None: the platform tells us nothing."""
        return {}

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Never: a person does it."""
        raise Rejected(_("Delete it there yourself; we have no door to it."), code="by_hand")


def _address(typed: str) -> str:
    url = typed.strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or "." not in host or parts.username is not None or len(url) > 290:
        raise Rejected(_("That is no address of a page. Leave it empty, or copy it from the browser."), code="url")
    return parts.geturl()


class Spill(ByHand):
    """Spill, which has no API."""

    def __init__(self, **given: Any) -> None:
        super().__init__("spill", **given)


class FanBase(ByHand):
    """FanBase, which has no API."""

    def __init__(self, **given: Any) -> None:
        super().__init__("fanbase", **given)
