"""Templates, own and shared, and brands' looks, for programs."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from content.api.sharing import Kept, Shared
from content.looks import shelf
from content.models import BrandTemplate, PublishedItem, Template, TemplateKind
from content.serializers.libraries import OfferItemSerializer, StarsSerializer
from content.serializers.templates import (
    ClipSerializer,
    LogoSerializer,
    LookSerializer,
    SharedTemplateSerializer,
    TemplateSerializer,
)
from content.services import published, template_sharing
from content.services import templates as commands
from trenddrop.core import pictures
from trenddrop.core.rest.filters import Filters, key, one_of, words
from trenddrop.core.rest.views import Listed, Read, apply


class TemplateFilter(Filters):
    """Of templates."""

    kind = one_of(TemplateKind.choices, "Only this kind.")
    client = key("client_id", "Only for this client.")
    q = words("Only those whose name says these words.", field_name="name", lookup_expr="icontains")

    class Meta:
        model = Template
        fields: list[str] = []


class SharedTemplateFilter(TemplateFilter):
    """Of shared templates."""

    client = None
    access = one_of(PublishedItem.Access.choices, "Only what is open to these.")

    class Meta:
        model = PublishedItem
        fields: list[str] = []


class TemplateViewSet(Kept):
    """One's own templates."""

    model: ClassVar = Template
    commands: ClassVar = commands
    queryset = Template.objects.none()
    serializer_class = TemplateSerializer
    filterset_class = TemplateFilter
    bodies: ClassVar = {"clip": ClipSerializer, "offer": OfferItemSerializer}
    shapes: ClassVar = {"offer": SharedTemplateSerializer}
    statuses: ClassVar = {"offer": 201, "clip": 202}
    orderings = ("-created_at", "created_at", "name", "-name", "-usage_count")
    unscoped = frozenset({"clip", "offer"})
    doors: ClassVar = {"offer": "template_offer", "clip": "template_clip"}
    refusals: ClassVar = {
        commands.TooManyTemplates: 409,
        commands.NotAClip: 422,
        published.CannotOffer: 409,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(("create", "partial_update", "destroy", "clip", "no_clip"), "content.edit"),
        "offer": "brand.edit",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the member may use."""
        return shelf.templates_of(self.member)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the templates, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one template."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Keep a further template."""
        return self.keep()

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a template; a changed design begins with no result."""
        return self.change()

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a template; pieces made with it stay as they are."""
        return self.drop()

    @action(detail=True, methods=["put"], parser_classes=[MultiPartParser])
    def clip(self, request: Request, pk: Any) -> Response:
        """Give an intro or outro a clip of its own, at most 15 seconds long; `clip_state` says when it is ready."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        given = self.given()
        return self.shown(commands.bring_clip(row, given["clip"], by=self.member), status=202)

    @clip.mapping.delete
    def no_clip(self, request: Request, pk: Any) -> Response:
        """Take the clip away: words are drawn again."""
        commands.drop_clip(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: Any) -> Response:
        """Offer a copy to everybody; an operator looks at it first."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        return self.offered(template_sharing.offer(row, by=self.member, **self.given()))


class SharedTemplateViewSet(Shared):
    """Shared templates: what is approved, and one's own offers."""

    shelf: ClassVar = shelf
    queryset = PublishedItem.objects.none()
    serializer_class = SharedTemplateSerializer
    filterset_class = SharedTemplateFilter
    bodies: ClassVar = {"stars": StarsSerializer}
    shapes: ClassVar = {"take": TemplateSerializer}
    statuses: ClassVar = {"take": 201}
    orderings = ("-created_at", "created_at", "-usage_count", "name", "-name")
    refusals: ClassVar = {commands.TooManyTemplates: 409, published.NotOpen: 403, published.CannotRate: 409}
    doors: ClassVar = {"take": "shared_template_take"}
    unscoped = frozenset({"take"})

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the shared templates, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one shared template."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: Any) -> Response:
        """Copy it into one's own templates. A gated one asks the chain what your wallets hold."""
        with tenancy.of_member(self.member):
            row = get_object_or_404(shelf.shared_with(self.member), pk=pk)
        return self.shown(template_sharing.take(row, by=self.member), status=201)


class LookFilter(Filters):
    """Of looks."""

    brand = key("brand_id", "Only of this brand.")

    class Meta:
        model = BrandTemplate
        fields: list[str] = []


class BrandLookViewSet(Listed, Read, MemberViewSet):
    """How brands' pieces look."""

    queryset = BrandTemplate.objects.all()
    serializer_class = LookSerializer
    filterset_class = LookFilter
    bodies: ClassVar = {"logo": LogoSerializer}
    orderings = ("-created_at", "created_at")
    refusals: ClassVar = {commands.NotForThisBrand: 409, commands.HasLook: 409, pictures.Unreadable: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "brand.view"),
        **dict.fromkeys(("create", "partial_update", "logo", "no_logo"), "brand.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the brands' looks, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one brand's look."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Give a brand a look of its own; each has one."""
        given = self.given()
        return self.shown(commands.begin_look(BrandTemplate(**given), fields=list(given), by=self.member), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a brand's look; what is made already stays."""
        row = self.get_object()
        if changes := apply(row, self.given(row, partial=True)):
            commands.change_look(row, fields=list(changes), by=self.member)
        return self.shown(row)

    @action(detail=True, methods=["put"], parser_classes=[MultiPartParser])
    def logo(self, request: Request, pk: Any) -> Response:
        """Give the brand a logo."""
        row = self.get_object()
        row.logo = pictures.clean(self.given()["logo"], side=commands.LOGO_SIDE, name="logo")
        return self.shown(commands.change_look(row, fields=["logo"], by=self.member))

    @logo.mapping.delete
    def no_logo(self, request: Request, pk: Any) -> Response:
        """Take the logo away."""
        row = self.get_object()
        row.logo = ""
        commands.change_look(row, fields=["logo"], by=self.member)
        return Response(status=204)
