"""Members and invitations."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import InvitationFilter, MemberFilter
from accounts.models import Invitation, Membership
from accounts.rest import MemberViewSet
from accounts.serializers.members import InvitationSerializer, MemberSerializer, OverridesSerializer, RoleSerializer
from accounts.services import invitations, memberships
from accounts.services.memberships import Refused
from trenddrop.core.rest.views import Listed, Read


class MembershipViewSet(Listed, Read, MemberViewSet):
    """Members of the organisation."""

    queryset = Membership.objects.select_related("user", "client")
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    bodies: ClassVar = {"partial_update": RoleSerializer, "overrides": OverridesSerializer}
    orderings = ("created_at", "-created_at")
    refusals: ClassVar = {Refused: 409}
    action_permissions: ClassVar = {
        "list": "members.view",
        "retrieve": "members.view",
        "partial_update": "members.manage",
        "overrides": "members.manage",
        "deactivate": "members.manage",
        "reactivate": "members.manage",
        "destroy": "members.manage",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the members, in the order they came."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one member."""
        return super().retrieve(request, *args, **kwargs)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Give a member another role."""
        row, given = self.get_object(), self.given()
        return self.shown(memberships.change_role(row, role=given["role"], client=given["client"], by=self.member))

    @action(detail=True, methods=["put"])
    def overrides(self, request: Request, pk: Any) -> Response:
        """Allow or refuse a member what their role says otherwise."""
        row, given = self.get_object(), self.given()
        return self.shown(memberships.set_overrides(row, overrides=given["overrides"], by=self.member))

    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: Any) -> Response:
        """Shut a member out, with their keys; nothing of theirs is lost."""
        return self.shown(memberships.deactivate(self.get_object(), by=self.member))

    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: Any) -> Response:
        """Let a member in again."""
        return self.shown(memberships.reactivate(self.get_object(), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a member; what they made stays."""
        memberships.remove(self.get_object(), by=self.member)
        return Response(status=204)


class InvitationViewSet(Listed, Read, MemberViewSet):
    """Invitations."""

    queryset = Invitation.objects.all()
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter
    refusals: ClassVar = {Refused: 409}
    action_permissions: ClassVar = {
        "list": "members.manage",
        "retrieve": "members.manage",
        "create": "members.manage",
        "resend": "members.manage",
        "destroy": "members.manage",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the invitations, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one invitation."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Invite somebody by mail."""
        given = self.given()
        row = invitations.invite_one(
            given["email"],
            role=given["role"],
            client=given["client"],
            message=given.get("message", ""),
            by=self.member,
            now=timezone.now(),
        )
        return self.shown(row, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: Any) -> Response:
        """Send it again with a new link; the link of before is worthless."""
        return self.shown(invitations.resend(self.get_object(), by=self.member, now=timezone.now()))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Take it back: the link is worthless from now on."""
        invitations.revoke(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)
