"""Organisations one works in."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit, queries
from accounts.models import Organization
from accounts.rest import MemberViewSet
from accounts.serializers.organizations import NewOrganizationSerializer, OrganizationSerializer, SettingsSerializer
from accounts.services import organizations
from accounts.services.memberships import Refused
from trenddrop.core.rest.views import Listed, apply


class OrganizationViewSet(Listed, MemberViewSet):
    """Organisations."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    bodies: ClassVar = {"create": NewOrganizationSerializer, "current_update": SettingsSerializer}
    refusals: ClassVar = {Refused: 409}
    doors: ClassVar = {"create": "organization_new"}
    orderings = ("name", "-name", "created_at", "-created_at")
    action_permissions: ClassVar = {
        "list": "account.own",
        "create": "account.own",
        "current": "account.own",
        "current_update": "organization.manage",
    }
    open_to_every_key = frozenset({"current"})

    def get_queryset(self) -> QuerySet[Any]:
        """Return the organisations of the person; of a key, the one it opens."""
        if self.key:
            return Organization.objects.filter(pk=self.member.organization_id)
        return queries.organizations_of(self.member.user).order_by()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the organisations one works in."""
        return super().list(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Create a further organisation, with oneself as its owner. No key does: a key opens one organisation only."""
        if self.key:
            raise PermissionDenied(_("A key opens one organisation. Sign in to create another."))
        made = organizations.create(**self.given(), owner=self.member.user)
        return self.shown(made.organization, status=201)

    @extend_schema(operation_id="organizations_current_retrieve")
    @action(detail=False, pagination_class=None)
    def current(self, request: Request) -> Response:
        """Show the organisation that the session has chosen, or the key's."""
        return self.shown(self.member.organization)

    @extend_schema(operation_id="organizations_current_update")
    @current.mapping.patch
    def current_update(self, request: Request) -> Response:
        """Change the current organisation's settings."""
        row = Organization.objects.get(pk=self.member.organization_id)
        changes = apply(row, self.given(row, partial=True))
        if changes:
            row.save(update_fields=[*changes, "updated_at"])
            audit.record("organization.changed", row, organization_id=row.pk, by=self.member, changes=changes)
        return self.shown(row)
