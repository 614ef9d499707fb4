"""Folders of the library for programs."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content import queries
from content.models import Collection
from content.serializers.collections import AssetsSerializer, CollectionSerializer, PutSerializer
from content.services import collections
from trenddrop.core.rest.views import Listed, Read


class CollectionViewSet(Listed, Read, MemberViewSet):
    """Folders."""

    queryset = Collection.objects.none()
    serializer_class = CollectionSerializer
    bodies: ClassVar = {"put": AssetsSerializer, "take_out": AssetsSerializer}
    shapes: ClassVar = {"put": PutSerializer, "take_out": PutSerializer}
    orderings = ("name", "-name", "created_at", "-created_at")
    refusals: ClassVar = {collections.NameTaken: 409, collections.TooManyCollections: 409}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(("create", "partial_update", "destroy", "put", "take_out"), "content.edit"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return the member's folders with the number of their assets."""
        return queries.collections_of(self.member).order_by()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the folders by name."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one folder; its assets are listed by `assets?collection=`."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a folder."""
        row = collections.create(self.given()["name"], by=self.member)
        return self.shown(self.get_queryset().get(pk=row.pk), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Give a folder another name."""
        row = self.get_object()
        given = self.given(row, partial=True)
        return self.shown(collections.rename(row, given.get("name", row.name), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a folder; what lay in it stays in the library."""
        collections.remove(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def put(self, request: Request, pk: Any) -> Response:
        """Put assets into a folder. A client's folder takes only that client's assets."""
        return self._moved(collections.put(self.given()["assets"], self.get_object(), by=self.member))

    @action(detail=False, methods=["post"], url_path="take-out")
    def take_out(self, request: Request) -> Response:
        """Take assets out of whatever folder they lie in."""
        return self._moved(collections.put(self.given()["assets"], None, by=self.member))

    def _moved(self, moved: collections.Moved) -> Response:
        return self.shown({"changed": [row.pk for row in moved.assets], "stayed": moved.stayed})
