"""Taking the organisation's data along, and bringing it, for programs."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.models import DataRequest
from accounts.rest import MemberViewSet
from accounts.rights.format import RightsError
from accounts.serializers.rights import ArchiveSerializer, DataRequestSerializer
from accounts.services import rights
from trenddrop.core.rest.views import Listed, Read


class DataRequestViewSet(Listed, Read, MemberViewSet):
    """Exports and imports of the organisation."""

    queryset = DataRequest.objects.none()
    serializer_class = DataRequestSerializer
    bodies: ClassVar = {"bring": ArchiveSerializer}
    statuses: ClassVar = {"bring": 201}
    refusals: ClassVar = {RightsError: 409}
    unscoped = frozenset({"create", "bring", "file"})
    files = frozenset({"file"})
    doors: ClassVar = {"create": "organization_export", "bring": "organization_import"}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create", "bring", "file"), "data.export")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the organisation's exports and imports; a client's member has none."""
        rows = DataRequest.objects.filter(organization_id=self.member.organization_id, subject="organization")
        rows = rows.exclude(kind=DataRequest.Kind.ERASURE)
        return rows.none() if self.member.client_id else rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List exports and imports, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one, with the way to its archive."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(request=None)
    def create(self, request: Request) -> Response:
        """Ask for an archive of all the organisation has. A session must have signed in lately, as on the page."""
        if not self.key and not did_recently_reauthenticate(cast(HttpRequest, request)):
            raise PermissionDenied(_("Sign in again first, or ask with a key that may export."))
        return self.shown(rights.export_organization(by=self.member), status=201)

    @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def bring(self, request: Request) -> Response:
        """Bring an archive into the organisation, which must be empty. Only its owner may."""
        return self.shown(rights.bring_organization(self.given()["archive"], by=self.member), status=201)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True, pagination_class=None)
    def file(self, request: Request, pk: Any) -> Any:
        """Fetch the archive itself."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        rights.require_key(row, rights.key_of(row))
        name = str(row.file.name).rpartition("/")[2]
        if not row.file.storage.exists(str(row.file.name)):
            raise rights.LinkEnded
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(row.file.size)}
        return StreamingHttpResponse(_pieces(row), content_type="application/zip", headers=headers)


def _pieces(row: DataRequest) -> Iterator[bytes]:
    """Read the archive; it is closed by whoever stops reading, too."""
    with row.file.open("rb") as opened:
        yield from opened.chunks()
