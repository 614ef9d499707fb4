"""Invitations into an organisation."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import TenantModel, TenantQuerySet
from accounts.models.organizations import Membership


class Invitation(TenantModel):
    """A single-use, expiring way in; only the hash of its token is kept."""

    IS_WORK = False

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=8, choices=Membership.Role.choices)
    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    message = models.CharField(_("a word to them"), max_length=300, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    last_sent_at = models.DateTimeField()
    times_sent = models.PositiveSmallIntegerField(default=1)
    times_mailed = models.PositiveSmallIntegerField(
        default=0, help_text=_("the sending whose mail is settled: taken, refused or in doubt")
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Invitation"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        invited_by_id: uuid.UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                name="one_open_invitation_per_address",
                condition=models.Q(accepted_at=None, revoked_at=None, declined_at=None),
                violation_error_message=_("This address has an open invitation. Send it again instead."),
            ),
            models.CheckConstraint(
                condition=models.Q(role="client", client__isnull=False)
                | (~models.Q(role="client") & models.Q(client__isnull=True)),
                name="client_invitations_have_a_client",
                violation_error_message=_("A client member needs a client, and only a client member has one."),
            ),
            models.CheckConstraint(condition=~models.Q(role="owner"), name="nobody_is_invited_as_owner"),
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, now: dt.datetime) -> bool:
        """Say whether it can still be accepted."""
        return not (self.accepted_at or self.revoked_at or self.declined_at) and self.expires_at > now
