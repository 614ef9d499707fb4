"""What a page of numbers is narrowed to: days, a platform, an account, a client, a brand, real or made-up numbers."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import BrandProfile, ClientAccount, Membership, Organization
from accounts.queries import brands_of, key_of
from analytics import span
from analytics.documents import DOCUMENTS
from analytics.models import TrackedAccount
from analytics.span import Span
from publishing.models import PlatformConnection

Rows = TypeVar("Rows", bound=QuerySet[Any])
OF = {"real": False, "practice": True}


class NotThere(LookupError):
    """An address names something that is not there, or not for this member: `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Account:
    """An account as people know it: its days are counted, or posts go there, or both."""

    pk: uuid.UUID
    name: str
    platform: str
    tracked_id: uuid.UUID | None
    connection_id: uuid.UUID | None
    client_id: uuid.UUID | None
    brand_id: uuid.UUID | None
    is_simulated: bool
    last_at: dt.datetime | None = None
    gone_at: dt.datetime | None = None
    error: str = ""

    @property
    def is_music(self) -> bool:
        """Whether it is counted as an artist, not as somebody who posts."""
        document = DOCUMENTS.get(self.platform)
        return bool(document and document.is_music)


@dataclass(frozen=True)
class Wish:
    """What was asked for. `practice`: only made-up numbers, only real ones, or None: real where there are any.

    `is_own`: nothing that is a client's.
    """

    span: Span
    today: dt.date
    platform: str = ""
    account: Account | None = None
    client: ClientAccount | None = None
    brand: BrandProfile | None = None
    practice: bool | None = None
    is_own: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside the days was asked for."""
        return bool(self.platform or self.account or self.client or self.brand)

    @property
    def query(self) -> str:
        """As an address writes it."""
        named = {"account": self.account, "client": self.client, "brand": self.brand}
        parts = [self.span.query, f"platform={self.platform}" if self.platform else ""]
        parts += [f"{name}={row.pk}" for name, row in named.items() if row]
        parts += [f"numbers={name}" for name, practice in OF.items() if practice is self.practice]
        return "&".join(part for part in parts if part)

    def takes(self, account: Account) -> bool:
        """Whether an account is among what was asked for."""
        return (
            (not self.platform or account.platform == self.platform)
            and (self.account is None or account.pk == self.account.pk)
            and (self.client is None or account.client_id == self.client.pk)
            and (self.brand is None or account.brand_id == self.brand.pk)
            and not (self.is_own and account.client_id)
        )


def today_of(organization: Organization, *, now: dt.datetime) -> dt.date:
    """Return the day it is for an organisation."""
    return now.astimezone(ZoneInfo(organization.timezone)).date()


def asked(params: Mapping[str, str], membership: Membership, accounts: Sequence[Account], *, now: dt.datetime) -> Wish:
    """Return what an address asks for; raise NotThere where it names what is not this member's."""
    today = today_of(membership.organization, now=now)
    platform = params.get("platform", "")
    if platform and platform not in DOCUMENTS and platform not in {each.platform for each in accounts}:
        raise NotThere("platform")
    return Wish(
        span=span.asked(params, today=today),
        today=today,
        platform=platform,
        account=_account(params.get("account", ""), accounts),
        client=client_of(params.get("client", ""), membership),
        brand=_brand(params.get("brand", ""), membership),
        practice=OF.get(params.get("numbers", "")),
    )


def _account(text: str, accounts: Sequence[Account]) -> Account | None:
    if not text:
        return None
    key = key_of(text)
    for each in accounts:
        if key and key in {each.pk, each.tracked_id, each.connection_id}:
            return each
    raise NotThere("account")


def client_of(text: str, membership: Membership) -> ClientAccount | None:
    """Return the client of this key; whoever looks at one client alone finds no other."""
    if not text:
        return None
    key = key_of(text)
    rows = ClientAccount.objects.visible_to(membership)
    if key is None or membership.narrowed_to not in {None, key} or (row := rows.filter(pk=key).first()) is None:
        raise NotThere("client")
    return row


def _brand(text: str, membership: Membership) -> BrandProfile | None:
    if not text:
        return None
    key = key_of(text)
    if key is None or (row := brands_of(membership).filter(pk=key).first()) is None:
        raise NotThere("brand")
    return row


def accounts_of(membership: Membership) -> list[Account]:
    """Return every account a member may see, by platform and name: two statements."""
    tracked = TrackedAccount.objects.visible_to(membership).only(
        "platform", "name", "connection", "client", "brand", "is_simulated", "last_at", "gone_at", "error"
    )
    found = [
        Account(
            row.pk, row.name, row.platform, row.pk, row.connection_id, row.client_id, row.brand_id, row.is_simulated,
            row.last_at, row.gone_at, row.error,
        )
        for row in tracked
    ]  # fmt: skip
    known = {each.connection_id for each in found}
    posting = PlatformConnection.objects.visible_to(membership).values_list("pk", "handle", "platform", "client_id")
    for key, handle, platform, client in posting:
        if key not in known:
            found.append(Account(key, handle, platform, None, key, client, None, platform == "practice"))
    return sorted(found, key=lambda each: (each.platform, each.name.casefold(), str(each.pk)))
