"""Who signs in with more than a password, and what asks for it."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Membership, User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class SecondFactorNeeded(PermissionDenied):
    """The organisation, or the admin, opens only to people with a second factor."""

    def __init__(self, asked_by: str) -> None:
        super().__init__(
            _("%(name)s opens only with a second factor or a passkey. Set one up first; it takes a minute.")
            % {"name": asked_by}
        )


def has_one(user: User) -> bool:
    """Say whether a person has an authenticator app, a security key or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def demand(membership: Membership) -> None:
    """Raise SecondFactorNeeded where the organisation asks for a factor that the member does not have."""
    if membership.organization.requires_second_factor and not has_one(membership.user):
        raise SecondFactorNeeded(membership.organization.name)


def demand_of_operator(user: AbstractBaseUser | AnonymousUser) -> None:
    """Raise SecondFactorNeeded where the installation asks operators for a factor, and this one has none."""
    if settings.ADMIN_REQUIRES_SECOND_FACTOR and isinstance(user, User) and user.is_staff and not has_one(user):
        raise SecondFactorNeeded(_("The operator’s desk"))
