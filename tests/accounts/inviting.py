"""Inviting somebody in a test, and the link they get."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitation_mail, tenancy
from accounts.models import Invitation, Membership, User
from accounts.services import invitations
from tests.cast import Cast

NOW = timezone.now()


def invite(cast: Cast, email: str = "gita@kesar.example", role: str = "creator", **told: Any) -> Invitation:
    told = {"by": cast.asha, "now": NOW, **told}
    with tenancy.of_organization(cast.kesar.pk):
        return invitations.invite_one(email, role=role, **told)


def token(row: Invitation) -> str:
    with tenancy.operator():
        return invitation_mail.token_of(Invitation.objects.get(pk=row.pk))


def place(row: Invitation) -> str:
    return reverse("invitation", args=[token(row)])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def members(cast: Cast, email: str) -> list[Membership]:
    with tenancy.operator():
        return list(Membership.objects.filter(organization=cast.kesar, user__email=email).select_related("client"))
