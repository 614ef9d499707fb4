"""What tells a person from others in text: addresses and numbers anywhere, the name where they worked."""

import json
import re
import uuid
from dataclasses import dataclass

import regex
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from accounts.models import AuditEntry, Invitation, Membership, Notification, User, Wallet

SHORTEST = 3


@dataclass(frozen=True)
class Markers:
    """A person's texts, as regular expressions of PostgreSQL."""

    emails: tuple[str, ...]
    others: tuple[str, ...]
    names: tuple[str, ...]
    organizations: tuple[uuid.UUID, ...]

    @property
    def everywhere(self) -> str:
        """What is theirs alone: addresses, phone, wallets."""
        return "|".join(_escaped(text) for text in (*self.emails, *self.others))

    @property
    def in_organizations(self) -> str:
        r"""Their name, as whole words; "" where there is none to look for."""
        return "|".join(rf"(?<!\w){_escaped(text)}(?!\w)" for text in self.names)

    @property
    def both(self) -> str:
        """Everything."""
        return "|".join(filter(None, (self.everywhere, self.in_organizations)))

    def for_python(self, organization_id: uuid.UUID) -> str:
        """Return the same for `regex`, which knows vowel signs as letters, with the name where they worked."""
        names = self.names if organization_id in self.organizations else ()
        parts = [regex.escape(text) for text in (*self.emails, *self.others)]
        return "|".join([*parts, *(rf"(?<!\w){regex.escape(text)}(?!\w)" for text in names)])


def _escaped(text: str) -> str:
    return re.escape(json.dumps(text, ensure_ascii=False)[1:-1])


def of(person: User) -> Markers:
    """Collect what names a person; call in the operator's scope, before anything is erased."""
    confirmed = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    emails = {person.email, person.bounced_address, *confirmed}
    accounts = SocialAccount.objects.filter(user=person)
    emails |= {str(account.extra_data.get("email") or "") for account in accounts}
    others = {person.phone, *Wallet.objects.filter(user=person).values_list("address", flat=True)}
    others.add(str(person.avatar.name or "").rpartition("/")[2])
    names = {person.full_name, *(str(account.extra_data.get("name") or "") for account in accounts)}
    return Markers(
        emails=_kept(emails), others=_kept(others), names=_kept(names), organizations=_organizations_of(person, emails)
    )


def _kept(texts: set[str]) -> tuple[str, ...]:
    return tuple(sorted(text.strip() for text in texts if text and len(text.strip()) >= SHORTEST))


def _organizations_of(person: User, emails: set[str]) -> tuple[uuid.UUID, ...]:
    """Return where the person works or worked, was invited or told something."""
    asked = (
        Membership.objects.filter(user=person),
        AuditEntry.objects.filter(actor=person),
        AuditEntry.objects.filter(resource_type=person._meta.label_lower, resource_id=str(person.pk)),
        Notification.objects.filter(user=person),
        Invitation.objects.filter(email__in=emails - {""}),
    )
    keys = (rows.order_by().values_list("organization_id", flat=True).distinct() for rows in asked)
    return tuple({key for found in keys for key in found})
