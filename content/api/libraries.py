"""Libraries, own and shared, for programs."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from content.api.sharing import Kept, Shared
from content.libraries import filling, shelf
from content.libraries.rules import LANGUAGES, PLATFORMS
from content.models import LibraryItem, LibraryKind, PublishedItem
from content.serializers.libraries import (
    FilledSerializer,
    LibraryItemSerializer,
    OfferItemSerializer,
    SharedItemSerializer,
    StarsSerializer,
    UsedSerializer,
    UseSerializer,
)
from content.services import libraries as commands
from content.services import published
from trenddrop.core.narrowing import holding
from trenddrop.core.rest.filters import Filters, key, one_of, words

REFUSED: dict[type[Exception], int] = {commands.TooManyItems: 409, commands.HaveIt: 409}


class ItemFilter(Filters):
    """Of items."""

    kind = one_of(LibraryKind.choices, "Only this kind.")
    platform = one_of(PLATFORMS, "Only for this platform.")
    language = one_of(LANGUAGES, "Only in this language.")
    client = key("client_id", "Only for this client.")
    q = words("Only those that say these words.", method="say")

    class Meta:
        model = LibraryItem
        fields: list[str] = []

    def say(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Search names and words."""
        return rows.filter(holding(value, "name", "body"))


class SharedFilter(ItemFilter):
    """Of shared items."""

    client = None
    access = one_of(PublishedItem.Access.choices, "Only what is open to these.")

    class Meta:
        model = PublishedItem
        fields: list[str] = []


class LibraryItemViewSet(Kept):
    """One's own library."""

    model: ClassVar = LibraryItem
    commands: ClassVar = commands
    queryset = LibraryItem.objects.none()
    serializer_class = LibraryItemSerializer
    filterset_class = ItemFilter
    bodies: ClassVar = {"use": UseSerializer, "fill": UseSerializer, "offer": OfferItemSerializer}
    shapes: ClassVar = {"use": UsedSerializer, "fill": FilledSerializer, "offer": SharedItemSerializer}
    statuses: ClassVar = {"offer": 201}
    orderings = ("-created_at", "created_at", "name", "-name", "-usage_count")
    refusals: ClassVar = {
        **REFUSED,
        commands.Unfilled: 422,
        filling.BadTemplate: 422,
        published.CannotOffer: 409,
    }
    doors: ClassVar = {"offer": "library_item_offer"}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "fill"), "content.view"),
        **dict.fromkeys(("create", "partial_update", "destroy", "use"), "content.edit"),
        "offer": "brand.edit",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the member may use."""
        return shelf.items_of(self.member)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the items, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one item."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Keep a further item."""
        return self.keep()

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change an item; changed words begin with no result."""
        return self.change()

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove an item; pieces keep what it put in."""
        return self.drop()

    @action(detail=True, methods=["post"])
    def use(self, request: Request, pk: Any) -> Response:
        """Put the item into a piece, as a new version of it."""
        row, given = self.get_object(), self.given()
        used = commands.use(row, given["piece"], by=self.member, now=timezone.now(), values=given.get("values"))
        return self.shown({"piece": used.edited.piece, "left_out": used.left_out})

    @action(detail=True, methods=["post"])
    def fill(self, request: Request, pk: Any) -> Response:
        """Show how the item would read in a piece; nothing is changed."""
        row, given = self.get_object(), self.given()
        if row.kind == LibraryKind.HASHTAGS:
            return self.shown({"text": shelf.words_of(row), "missing": []})
        known = shelf.values_for(given["piece"], filling.names(row.body), now=timezone.now())
        found = filling.fill(row.body, known | given.get("values", {}))
        return self.shown({"text": found.text, "missing": found.missing})

    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: Any) -> Response:
        """Offer a copy to everybody; an operator looks at it first."""
        return self.offered(published.offer(self.get_object(), by=self.member, **self.given()))


class SharedItemViewSet(Shared):
    """The shared library: what is approved, and one's own offers."""

    shelf: ClassVar = shelf
    queryset = PublishedItem.objects.none()
    serializer_class = SharedItemSerializer
    filterset_class = SharedFilter
    bodies: ClassVar = {"stars": StarsSerializer}
    shapes: ClassVar = {"take": LibraryItemSerializer}
    statuses: ClassVar = {"take": 201}
    orderings = ("-created_at", "created_at", "-usage_count", "name", "-name")
    refusals: ClassVar = {**REFUSED, published.NotOpen: 403, published.CannotRate: 409}
    doors: ClassVar = {"take": "library_take"}
    unscoped = frozenset({"take"})

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the shared items, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one shared item."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: Any) -> Response:
        """Copy it into one's own library. A gated one asks the chain what your wallets hold."""
        with tenancy.of_member(self.member):
            row = get_object_or_404(shelf.shared_with(self.member), pk=pk)
        taken = published.take(row, by=self.member)
        return self.shown(taken, status=201)
