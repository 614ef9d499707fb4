"""What people say of a piece, and the links by which a client without an account says it."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models.approvals import ApprovalRequest


class ReviewLink(TenantModel):
    """A way in to one client's work, or to one piece, for one person; only the hash of its token is kept.

    Of the house's own work it opens one piece at most.
    """

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    request = models.ForeignKey(ApprovalRequest, models.CASCADE, null=True, blank=True, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("for whom"), max_length=120)
    email = models.EmailField(_("e-mail"), help_text=_("Another device opens the link with a code sent there."))
    may_decide = models.BooleanField(_("may approve and ask for changes"), default=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    mail_asked_at = models.DateTimeField(null=True, blank=True, help_text=_("when it was to be mailed last"))
    mailed_at = models.DateTimeField(null=True, blank=True, help_text=_("when that mail was settled"))
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    objects = TenantQuerySet["ReviewLink"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        request_id: uuid.UUID | None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(client__isnull=False) | models.Q(request__isnull=False),
                name="link_opens_something",
                violation_error_message=_("Choose a client, or one piece."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ReviewDevice(TenantModel):
    """A browser in which a link was opened; only the hash of its key is kept."""

    CLIENT_PATH = "link__client_id"

    link = models.ForeignKey(ReviewLink, models.CASCADE, related_name="devices")
    key_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120, help_text=_("as the browser calls itself"))
    last_seen_at = models.DateTimeField()

    objects = TenantQuerySet["ReviewDevice"].as_manager()

    def __str__(self) -> str:
        return self.name


class ReviewComment(TenantModel):
    """A remark: on the whole, on a moment of the video, on a place in the words, or on a spot of a picture.

    `field`, `starts_at`, `ends_at`, `quote`: which words, in characters of that field as of `version`.
    `moment`, `moment_end`: seconds of what is sent. `x`, `y`: 0–1 of the picture; `slide` from 1.
    """

    CLIENT_PATH = "request__client_id"

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    link = models.ForeignKey(ReviewLink, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=150, help_text=_("of who wrote it"))
    is_internal = models.BooleanField(_("only for us"), default=False, help_text=_("The client does not see it."))
    version = models.PositiveIntegerField()
    body = models.TextField(_("comment"), max_length=4000)
    moment = models.FloatField(null=True, blank=True)
    moment_end = models.FloatField(null=True, blank=True)
    field = models.CharField(max_length=20, blank=True)
    starts_at = models.PositiveIntegerField(null=True, blank=True)
    ends_at = models.PositiveIntegerField(null=True, blank=True)
    quote = models.CharField(max_length=300, blank=True)
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    slide = models.PositiveSmallIntegerField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantQuerySet["ReviewComment"].as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.body[:60]
