"""Reporting something to the operators, for programs."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import flagging
from accounts.models import Flag
from accounts.permissions import allows
from accounts.rest import MemberViewSet
from accounts.serializers.flags import FlagSerializer, NewFlagSerializer
from accounts.services import flags
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read


class FlagViewSet(Listed, Read, MemberViewSet):
    """One's own reports."""

    queryset = Flag.objects.none()
    serializer_class = FlagSerializer
    bodies: ClassVar = {"create": NewFlagSerializer}
    refusals: ClassVar = {flags.AlreadyReported: 409}
    doors: ClassVar = {"create": "flag_topic"}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create"), "account.own")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the person who asks reported here."""
        return Flag.objects.filter(organization_id=self.member.organization_id, reported_by=self.member.user_id)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's own reports, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one report, and what became of it."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Report something one sees."""
        given = self.given()
        kind = flagging.kind(given["kind"])
        self._require(kind.permission)
        row = kind.find(given["id"], by=self.member)
        if row is None:
            raise reject("id", _("There is nothing of this kind here, or not for you."))
        return self.shown(flags.raise_flag(row, reason=given["reason"], note=given["note"], by=self.member), status=201)

    def _require(self, permission: str) -> None:
        """Only what one may see can be reported."""
        may = allows(self.member.role, self.member.permission_overrides, permission)
        if not may or (self.key and permission not in self.key.scopes):
            raise PermissionDenied(_("You may not see things of this kind, so you can't report them."))
