"""API keys."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import KeyFilter
from accounts.models import ApiKey
from accounts.rest import MemberViewSet
from accounts.serializers.keys import KeySerializer, MadeKeySerializer, NewKeySerializer
from accounts.services import keys
from trenddrop.core.rest.views import Listed, Read


class ApiKeyViewSet(Listed, Read, MemberViewSet):
    """Keys: one's own, or everybody's for whoever manages keys."""

    queryset = ApiKey.objects.all()
    serializer_class = KeySerializer
    filterset_class = KeyFilter
    bodies: ClassVar = {"create": NewKeySerializer}
    shapes: ClassVar = {"create": MadeKeySerializer}
    refusals: ClassVar = {keys.CannotMakeKey: 409, keys.NotYours: 403}
    action_permissions: ClassVar = {
        "list": "account.own",
        "retrieve": "account.own",
        "create": "account.own",
        "destroy": "account.own",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return the keys the member may see; a key sees its member's own."""
        return keys.keys_of(self.member, is_key=self.key is not None)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List keys, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one key."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a key. Its text is in this answer and nowhere else. No key makes keys: sign in for that."""
        if self.key:
            raise PermissionDenied(_("No key makes keys. Sign in, and make it on the page."))
        given = self.given()
        key, text = keys.make(
            name=given["name"],
            scopes=given["scopes"],
            expires_at=given.get("expires_at"),
            by=self.member,
            now=timezone.now(),
        )
        key.text = text  # type: ignore[attr-defined]
        return self.shown(key, status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Revoke a key: it opens nothing from now on."""
        keys.revoke(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)

    def remembered(self, data: Any) -> Any:
        """A repeat does not tell the key's text again."""
        return {**data, "text": None} if self.action == "create" else data
