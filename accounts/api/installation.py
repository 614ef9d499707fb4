"""What anybody may know of the installation."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import installation
from accounts.models import SystemSetting
from accounts.origin import client_ip
from accounts.serializers.installation import SettingSerializer
from trenddrop.core.rest.views import RestViewSet


@extend_schema(tags=["settings"], auth=[])
class SettingsViewSet(RestViewSet):
    """Public settings."""

    queryset = SystemSetting.objects.none()
    serializer_class = SettingSerializer
    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)
    pagination_class = None

    def origin(self, request: Request) -> str:
        """Return the address a call came from."""
        return client_ip(request._request)  # noqa: SLF001 (DRF's name for Django's request)

    @extend_schema(operation_id="settings_list")
    def list(self, request: Request) -> Response:
        """List the public settings. Nobody needs to sign in."""
        found = [
            {"key": key, "value": value, "description": str(installation.KNOWN[key].description)}
            for key, value in installation.public().items()
        ]
        return Response(SettingSerializer(found, many=True).data)
