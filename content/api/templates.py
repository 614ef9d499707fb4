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


class TemplateViewSet(Listed, Read, MemberViewSet):
    """One's own templates."""

    queryset = Template.objects.none()
    serializer_class = TemplateSerializer
    filterset_class = TemplateFilter
    bodies: ClassVar = {"clip": ClipSerializer, "offer": OfferItemSerializer}
    shapes: ClassVar = {"offer": SharedTemplateSerializer}
    statuses: ClassVar = {"offer": 201}
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
        given = self.given()
        row = Template(organization_id=self.member.organization_id, **given)
        if self.member.client_id:
            row.client_id = self.member.client_id
        return self.shown(commands.save(row, fields=list(given), by=self.member), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a template; a changed design begins with no result."""
        row = self.get_object()
        changes = apply(row, self.given(row, partial=True))
        if changes:
            told = {name: [str(before), str(after)] for name, (before, after) in changes.items()}
            commands.save(row, fields=list(changes), changes=told, by=self.member)
        return self.shown(row)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a template; pieces made with it stay as they are."""
        commands.delete(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["put"], parser_classes=[MultiPartParser])
    def clip(self, request: Request, pk: Any) -> Response:
        """Give an intro or outro a clip of its own, at most 15 seconds long. It is written anew."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        given = self.given()
        return self.shown(commands.bring_clip(row, given["clip"], by=self.member))

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
        offered = template_sharing.offer(row, by=self.member, **self.given())
        offered.is_taken, offered.is_own, offered.my_stars = False, True, None  # type: ignore[attr-defined]
        return self.shown(offered, status=201)


class SharedTemplateViewSet(Listed, Read, MemberViewSet):
    """Shared templates: what is approved, and one's own offers."""

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
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(("take", "stars"), "content.edit"),
        "withdraw": "brand.edit",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return what everybody may see, and what one's own organisation offered."""
        return shelf.shared_with(self.member, and_offers=True)

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

    @action(detail=True, methods=["put"])
    def stars(self, request: Request, pk: Any) -> Response:
        """Give stars to what you have a copy of."""
        row, given = self.get_object(), self.given()
        published.rate(row, given["stars"], by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Take one's own offer back; copies that others took stay theirs."""
        published.withdraw(self.get_object(), by=self.member)
        return self.shown(self.get_object())


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
