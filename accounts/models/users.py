"""People."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel


class UserManager(BaseUserManager["User"]):
    """Makes people; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who signs in with this address."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an operator with every right in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin, BaseModel):
    """A person; the e-mail address is the login.

    Active; or suspended by an operator (suspended_at, suspension_reason); or deleted. Deleted has two steps: in grace
    the row is whole, deleted_at says when they asked and erase_after when it ends; afterwards, what the row said of
    the person is gone and erase_after is None again.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        DELETED = "deleted", _("Deleted")

    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    avatar = models.ImageField(_("picture"), upload_to="avatars/", blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    phone_verified = models.BooleanField(default=False)
    country = models.CharField(_("country"), max_length=2, default="IN")
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Kolkata")
    language = models.CharField(_("language"), max_length=8, default="en")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    is_staff = models.BooleanField(_("operator"), default=False)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    suspension_reason = models.CharField(_("why suspended"), max_length=300, blank=True)
    bounced_address = models.EmailField(_("address that mail came back from"), blank=True)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily digest"), default=8)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    erase_after = models.DateTimeField(null=True, blank=True, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_address",
                violation_error_message=_("This address has an account."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Suspended and deleted people cannot sign in."""
        return self.status == self.Status.ACTIVE

    @property
    def is_in_grace(self) -> bool:
        """Deleted by themselves, and not erased yet: signing in offers to come back."""
        return self.status == self.Status.DELETED and self.erase_after is not None

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Every session holds this: it ends with the password, and when the epoch is moved on."""
        signed = f"{self.password}|{self.session_epoch}"
        return salted_hmac("accounts.User.session", signed, secret=secret, algorithm="sha256").hexdigest()

    @property
    def initials(self) -> str:
        """Two letters for the round badge."""
        words = (self.full_name or self.email.partition("@")[0].replace(".", " ")).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
