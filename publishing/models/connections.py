"""Accounts on platforms."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel, TenantModel, TenantQuerySet
from trenddrop.core.fields import EncryptedTextField


class PlatformConnection(TenantModel):
    """An account on a platform, with its tokens locked."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Connected")
        NEEDS_RECONNECT = "needs_reconnect", _("Sign in again")
        PAUSED = "paused", _("Paused")
        REMOVED = "removed", _("Removed")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    platform = models.CharField(max_length=20)
    account_id = models.CharField(max_length=200, help_text=_("the platform's own id of the account"))
    handle = models.CharField(max_length=200)
    display_name = models.CharField(max_length=200, blank=True)
    service_url = models.URLField(max_length=300, help_text=_("the server that holds the account"))
    access_token = EncryptedTextField(blank=True, default="")
    refresh_token = EncryptedTextField(blank=True, default="")
    token_version = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    refreshing_until = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.ACTIVE)
    last_error = models.TextField(blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_checked_at = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True, help_text=_("the platform asked us to wait"))
    kind = models.CharField(
        max_length=20, blank=True, help_text=_("person, page, channel, chat …: as the platform calls it")
    )
    refresh_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when the sign-in is renewed ahead of its end")
    )
    refresh_ends_at = models.DateTimeField(
        null=True, blank=True, help_text=_("until when it can be renewed without the person; empty: no end is known")
    )
    allowance = models.JSONField(
        default=dict, blank=True, help_text=_("what the platform said is left: {name, used, total, resets_at, read_at}")
    )
    canary_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when we last looked by ourselves that it answers")
    )
    canary_error = models.TextField(blank=True)
    connected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = TenantQuerySet["PlatformConnection"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "platform", "account_id"],
                name="one_connection_per_account",
                condition=~models.Q(status="removed"),  # what one client removed stays theirs, with its posts
                violation_error_message=_("This account is connected already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.handle} ({self.platform})"


class MastodonApp(BaseModel):
    """Our registration with one Mastodon server; every connection to that server uses it."""

    instance = models.URLField(max_length=300, unique=True)
    client_key = models.CharField(max_length=200)
    client_secret = EncryptedTextField()
    redirect_uri = models.URLField(max_length=300)

    def __str__(self) -> str:
        return self.instance


class SignInChoice(TenantModel):
    """A sign-in on its way, and the accounts it opened: sealed for minutes, ended by its first use."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    platform = models.CharField(max_length=20)
    state_hash = models.CharField(  # noqa: DJ001 (unique, but for those that wait for no browser)
        max_length=64, null=True, unique=True, help_text=_("of the state the browser brings back; empty once it did")
    )
    way = EncryptedTextField(
        blank=True, default="", help_text=_("JSON of where the browser was sent, with its verifier")
    )
    accounts = EncryptedTextField(
        blank=True, default="", help_text=_("JSON of publishing.platforms.base.Connected, one after the other")
    )
    expires_at = models.DateTimeField()

    objects = TenantQuerySet["SignInChoice"].as_manager()

    def __str__(self) -> str:
        return f"{self.platform}, until {self.expires_at:%H:%M}"
