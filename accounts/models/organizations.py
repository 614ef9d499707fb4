"""Organisations, and who works in them."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel, TenantModel, TenantQuerySet

if TYPE_CHECKING:
    from accounts.models.brands import BrandProfile

COMPANY_SIZES = ["1-10", "11-50", "51-200", "201-500", "500+"]


class Organization(BaseModel):
    """Everybody works inside one; a person who signs up alone gets a personal one."""

    class Type(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        AGENCY = "agency", _("Agency")
        ENTERPRISE = "enterprise", _("Enterprise")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(
        _("short name"), max_length=80, unique=True, error_messages={"unique": _("This short name is taken.")}
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_organizations")
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    website = models.URLField(_("website"), blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    company_size = models.CharField(
        _("company size"), max_length=8, blank=True, choices=[(size, size) for size in COMPANY_SIZES]
    )
    type = models.CharField(_("type"), max_length=12, choices=Type.choices, default=Type.INDIVIDUAL)
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Kolkata")
    settings = models.JSONField(default=dict, blank=True)
    requires_second_factor = models.BooleanField(_("members need a second factor"), default=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    erase_after = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A person in an organisation, with a role."""

    IS_WORK = False
    # The client an agency's member looks at for now: of the session, not stored.
    narrowed_to: uuid.UUID | None = None
    narrowed_name: str = ""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ADMIN = "admin", _("Admin")
        MANAGER = "manager", _("Manager")
        CREATOR = "creator", _("Creator")
        ANALYST = "analyst", _("Analyst")
        CLIENT = "client", _("Client")

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    client = models.ForeignKey(
        "accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    permission_overrides = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Membership"].as_manager()

    if TYPE_CHECKING:
        user_id: uuid.UUID
        client_id: uuid.UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"],
                name="one_membership_per_person",
                violation_error_message=_("This person is a member already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role="client", client__isnull=False)
                | (~models.Q(role="client") & models.Q(client__isnull=True)),
                name="client_members_have_a_client",
                violation_error_message=_("A client member needs a client, and only a client member has one."),
            ),
            models.UniqueConstraint(
                fields=["organization"],
                name="one_owner",
                condition=models.Q(role="owner"),
                violation_error_message=_("An organisation has one owner."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def works_for_id(self) -> uuid.UUID | None:
        """The client whose work this is: the member's own, or the one an agency's member looks at."""
        return self.client_id or self.narrowed_to

    def client_for(self, brand: "BrandProfile | None", *, otherwise: uuid.UUID | None = None) -> uuid.UUID | None:
        """The client whose work something new is: the member's own, the brand's, else that of what it is made of.

        Without any of these it is the one they look at.
        """
        return self.client_id or (brand.client_id if brand else otherwise or self.narrowed_to)


class ClientAccount(TenantModel):
    """A client of an agency; its members see only its work."""

    CLIENT_PATH = "pk"
    IS_WORK = False

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=80)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    brand_colors = models.JSONField(default=list, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantQuerySet["ClientAccount"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "slug"],
                name="client_slug_in_organization",
                violation_error_message=_("A client with this short name exists."),
            )
        ]

    def __str__(self) -> str:
        return self.name
