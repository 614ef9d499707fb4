"""Who signs in with more than a password, and what asks for it."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from trenddrop.core.crypto import keyring

SECRETS = "mfa_authenticator"
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
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def demand(membership: Membership) -> None:
    """Raise SecondFactorNeeded where the organisation asks for a factor that the member does not have."""
    if membership.organization.requires_second_factor and not has_one(membership.user):
        raise SecondFactorNeeded(membership.organization.name)


def demand_of_operator(user: AbstractBaseUser | AnonymousUser) -> None:
    """Raise SecondFactorNeeded where the installation asks operators for a factor, and this one has none."""
    if settings.ADMIN_REQUIRES_SECOND_FACTOR and isinstance(user, User) and user.is_staff and not has_one(user):
        raise SecondFactorNeeded(_("The operator’s desk"))


def relock() -> int:
    """Lock every stored secret with the first key of the keyring; return how many were not. Call in a transaction."""
    rows = [row for row in Authenticator.objects.select_for_update() if _relock(row)]
    Authenticator.objects.bulk_update(rows, ["data"])
    return len(rows)


def _relock(row: Authenticator) -> bool:
    old = [
        name
        for name in ("secret", "seed")
        if (stored := row.data.get(name)) and not stored.startswith(f"{keyring().current}:")
    ]
    for name in old:
        row.data[name] = keyring().lock(keyring().open(row.data[name], place=SECRETS), place=SECRETS)
    return bool(old)
