"""Who asks."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.permissions import granted
from accounts.rest import MemberViewSet
from accounts.serializers.me import MeSerializer, PersonSerializer
from trenddrop.core.rest.views import apply


@extend_schema(tags=["me"])
class MeViewSet(MemberViewSet):
    """The person who asks, the organisation they work in, and what they may."""

    serializer_class = MeSerializer
    bodies: ClassVar = {"partial_update": PersonSerializer}
    pagination_class = None
    action_permissions: ClassVar = {"retrieve": "account.own", "partial_update": "account.own"}
    open_to_every_key = frozenset({"retrieve"})

    @extend_schema(operation_id="me_retrieve")
    def retrieve(self, request: Request) -> Response:
        """Say who asks. Any key may."""
        return self.shown(self._me())

    @extend_schema(operation_id="me_update")
    def partial_update(self, request: Request) -> Response:
        """Change one's name, country, zone or language."""
        person = self.member.user
        changes = apply(person, self.given(person, partial=True))
        if changes:
            person.save(update_fields=[*changes, "updated_at"])
            audit.record(
                "person.changed", person, organization_id=self.member.organization_id, by=self.member, changes=changes
            )
        return self.shown(self._me())

    def _me(self) -> dict[str, Any]:
        member, key = self.member, self.key
        may = granted(member.role, member.permission_overrides)
        return {
            "person": member.user,
            "organization": member.organization,
            "role": member.role,
            "client_id": member.client_id,
            "permissions": sorted(may & set(key.scopes) if key else may),
            "key": key,
        }
