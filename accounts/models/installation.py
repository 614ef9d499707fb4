"""What operators set and watch over."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel, TenantModel, TenantQuerySet


class SystemSetting(BaseModel):
    """A setting of the whole installation, changed in the admin without a restart."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    value = models.JSONField(_("value"))
    description = models.TextField(_("description"), blank=True)
    is_public = models.BooleanField(_("public"), default=False, help_text=_("Anybody may read it through the API."))

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Flag(TenantModel):
    """Somebody thinks an operator should look at this."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam or misleading")
        ABUSE = "abuse", _("Hateful or abusive")
        RIGHTS = "rights", _("Somebody else's work")
        UNSAFE = "unsafe", _("Dangerous or illegal")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Dismissed")

    resource_type = models.CharField(max_length=60)
    resource_id = models.CharField(max_length=60)
    resource_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    note = models.CharField(_("what is wrong"), max_length=1000, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=1000, blank=True)

    objects = TenantQuerySet["Flag"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource_type", "resource_id", "reported_by"],
                name="one_open_flag_per_person",
                condition=models.Q(status="open"),
                violation_error_message=_("You have reported this already; an operator will look at it."),
            )
        ]
        indexes = [models.Index(fields=["status", "-created_at"], name="flags_to_decide")]

    def __str__(self) -> str:
        return self.resource_name or self.resource_id
