"""People of an archive: found by their address where an operator brings it, else left to be invited."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Invitation, Membership, User
from accounts.rights.archive import Archive, NotAnArchive
from accounts.rights.mapping import as_key

OWNER, ADMIN, CLIENT = Membership.Role.OWNER, Membership.Role.ADMIN, Membership.Role.CLIENT


class People:
    """Who of the archive is who here."""

    def __init__(self, archive: Archive, *, bringer: Any, is_trusted: bool) -> None:
        self.bringer = User.objects.get(pk=bringer)
        self.is_trusted = is_trusted
        self.addresses = {
            as_key(row["id"], "accounts.user"): str(row.get("email", "")).strip().lower()
            for row in archive.rows("accounts.user")
        }
        self.found = self._find()
        self.members: list[Membership] = []
        self.invited: dict[str, Invitation] = {}

    def _find(self) -> dict[uuid.UUID, uuid.UUID]:
        """Return the people of here by their keys there."""
        wanted = set(self.addresses.values()) if self.is_trusted else {self.bringer.email}
        active = User.objects.filter(email__in=wanted, status=User.Status.ACTIVE)
        here = dict(active.values_list("email", "pk"))
        return {key: here[address] for key, address in self.addresses.items() if address in here}

    def find_members(self, rows: Iterable[dict[str, Any]], organization_id: uuid.UUID) -> None:
        """Make a membership for everybody who was found, and an invitation for everybody else."""
        present = set(Membership.objects.filter(organization_id=organization_id).values_list("user_id", flat=True))
        for row in rows:
            key = as_key(row.get("user"), "accounts.membership")
            role = ADMIN if row.get("role") == OWNER else str(row.get("role"))
            if role not in Membership.Role.values:
                raise NotAnArchive(f"accounts.membership: {role[:20]}")
            if key in self.found and self.found[key] not in present:
                self.members.append(self._member(row, self.found[key], role, organization_id))
            elif key not in self.found and self.addresses.get(key) and row.get("status") != "inactive":
                self._invite(self.addresses[key], row, role, organization_id)

    def _member(self, row: dict[str, Any], user_id: uuid.UUID, role: str, organization_id: uuid.UUID) -> Membership:
        joined = row.get("joined_at")
        return Membership(
            pk=as_key(row["id"], "accounts.membership"),
            organization_id=organization_id,
            user_id=user_id,
            role=role,
            client_id=row.get("client"),
            permission_overrides=row.get("permission_overrides") or {},
            status=row.get("status", Membership.Status.INACTIVE),
            joined_at=dt.datetime.fromisoformat(joined) if joined else None,
        )

    def _invite(self, address: str, row: dict[str, Any], role: str, organization_id: uuid.UUID) -> None:
        """Note an invitation; it is sent when the owner presses “send again”."""
        now = timezone.now()
        self.invited[address] = Invitation(
            organization_id=organization_id,
            email=address,
            role=role,
            client_id=row.get("client"),
            token_hash=secrets.token_hex(32),
            invited_by=self.bringer,
            expires_at=now + settings.INVITATION_LIFETIME,
            last_sent_at=now - dt.timedelta(days=1),
            times_sent=0,
        )

    def bring_members(self, organization_id: uuid.UUID) -> int:
        """Write memberships and invitations, once their clients stand."""
        open_ones = Invitation.objects.filter(
            organization_id=organization_id, accepted_at=None, revoked_at=None, declined_at=None
        )
        present = set(open_ones.values_list("email", flat=True))
        Membership.objects.bulk_create(self.members)
        Invitation.objects.bulk_create([row for address, row in self.invited.items() if address not in present])
        return len(self.members)
