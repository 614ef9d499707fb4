"""Files: whole ones here, resumable ones by tus."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.forms.uploads import DiskHandler
from content.intake import receiving
from content.intake.receiving import Body
from content.models import Upload
from content.serializers.assets import AssetSerializer, FileSerializer, UploadSerializer
from content.services import uploads
from trenddrop.core.rest.views import Listed, Read
from trenddrop.core.sniff import UnsupportedFile


class UploadViewSet(Listed, Read, MemberViewSet):
    """Files on their way in, and whole files."""

    queryset = Upload.objects.all()
    serializer_class = UploadSerializer
    parser_classes: Any = (MultiPartParser,)
    bodies: ClassVar = {"create": FileSerializer}
    shapes: ClassVar = {"create": AssetSerializer}
    unscoped = frozenset({"create", "destroy"})
    doors: ClassVar = {"create": "uploads"}
    refusals: ClassVar = {
        uploads.EmptyFile: 422,
        uploads.UnknownBrand: 422,
        uploads.TooLarge: 413,
        UnsupportedFile: 415,
        receiving.InUse: 409,
        receiving.PartGone: 404,
        receiving.DiskFull: 507,
    }
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create", "destroy"), "content.edit")

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Send a file's bytes to disk as they come."""
        if request.method == "POST":
            request.upload_handlers = [DiskHandler(request)]
        return super().initialize_request(request, *args, **kwargs)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let go of the file on disk, also where the form around it was cut off."""
        for handler in getattr(request, "upload_handlers", []) if request.method == "POST" else []:
            if file := getattr(handler, "file", None):
                file.close()
        return super().finalize_response(request, response, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        """Return one's own uploads that have not expired."""
        return super().get_queryset().filter(user_id=self.member.user_id, expires_at__gt=timezone.now())

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's own uploads that are under way or were ended lately."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show how far an upload is."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(operation_id="uploads_create")
    def create(self, request: Request) -> Response:
        """Send a whole file and make an asset of it. From a browser, large files go to `/uploads/` by tus 1.0."""
        if request.data is not None and any(getattr(handler, "stopped", False) for handler in request.upload_handlers):
            raise uploads.too_large(settings.UPLOAD_MAX_BYTES + 1)
        given = self.given()
        file, brand = given["file"], str(given.get("brand") or "")
        body = Body(read=file.read, length=file.size)
        return self.shown(uploads.take_file(body, name=file.name, by=self.member, brand=brand), status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Give an upload up; an asset made of it stays."""
        uploads.give_up(pk, by=self.member)
        return Response(status=204)
