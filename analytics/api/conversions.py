"""Counted links, websites, conversions and who earned them, for programs."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import key_of
from accounts.rest import MemberViewSet
from analytics import span
from analytics.attribution import DAY, MODELS
from analytics.models import Conversion, ConversionSite, ShortLink, Touch
from analytics.queries import conversions as queries
from analytics.queries.conversions import GROUPS, Wish
from analytics.serializers import conversions as shapes
from analytics.services import conversions, links, sites
from analytics.shops.files import MOST_BYTES
from trenddrop.core import csvs
from trenddrop.core.rest.filters import Filters, flag, instant, key, one_of, words
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read

SPAN = [
    OpenApiParameter("from", str, description="The first day, YYYY-MM-DD; 28 days with today when left out."),
    OpenApiParameter("to", str, description="The last day."),
    OpenApiParameter("site", str, description="Only of this website."),
    OpenApiParameter("type", str, enum=Conversion.Type.values, description="Only of this type."),
]


class ShortLinkFilter(Filters):
    """Of links."""

    post = key("post_id", "Only of this post.")
    piece = key("piece_id", "Only of this piece.")
    client = key("client_id", "Only for this client.")
    active = flag("Only those that work (true), or rest (false).", field_name="is_active")
    code = words("Only the one with this ending.", field_name="code", lookup_expr="iexact")

    class Meta:
        model = ShortLink
        fields: list[str] = []


class ShortLinkViewSet(Listed, Read, MemberViewSet):
    """Counted links."""

    queryset = ShortLink.objects.all()
    serializer_class = shapes.ShortLinkSerializer
    filterset_class = ShortLinkFilter
    bodies: ClassVar = {
        "create": shapes.NewShortLinkSerializer,
        "partial_update": shapes.ChangedShortLinkSerializer,
    }
    shapes: ClassVar = {"days": shapes.LinkDaySerializer(many=True)}
    doors: ClassVar = {"create": "numbers_link_new"}
    refusals: ClassVar = {links.CannotLink: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "days"), "analytics.view"),
        **dict.fromkeys(("create", "partial_update"), "analytics.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the links."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one link."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a link of a post, a piece, a client, or of the house."""
        given = self.given()
        return self.shown(links.make(given.pop("url"), by=self.member, **given), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Let it lead elsewhere, end at another time, or rest."""
        row, given = self.get_object(), self.given(partial=True)
        names = ("url", "title", "utm", "expires_at", "is_active")
        values = {name: given.get(name, getattr(row, name)) for name in names}
        return self.shown(links.change(row, by=self.member, **values))

    @action(detail=True, pagination_class=None, filterset_class=None)
    def days(self, request: Request, pk: Any) -> Response:
        """List its days of the last two years, by country, host and device."""
        since = timezone.now().date() - span.LONGEST * DAY
        rows = self.get_object().days.filter(date__gte=since).order_by("-date", "-clicks", "pk")
        return self.shown(rows[:10_000])


class ConversionSiteFilter(Filters):
    """Of websites."""

    client = key("client_id", "Only of this client.")

    class Meta:
        model = ConversionSite
        fields: list[str] = []


class ConversionSiteViewSet(Listed, Read, MemberViewSet):
    """Websites that tell of sign-ups and sales."""

    queryset = ConversionSite.objects.all()
    serializer_class = shapes.ConversionSiteSerializer
    filterset_class = ConversionSiteFilter
    bodies: ClassVar = {
        "create": shapes.NewConversionSiteSerializer,
        "partial_update": shapes.ChangedConversionSiteSerializer,
        "webhook": shapes.WebhookSecretSerializer,
        "secret": None,
        "remove": shapes.TypedNameSerializer,
        "bring": shapes.ConversionFileSerializer,
    }
    shapes: ClassVar = {
        **dict.fromkeys(("create", "secret"), shapes.MadeConversionSiteSerializer),
        "bring": shapes.BroughtConversionsSerializer,
    }
    statuses: ClassVar = {"remove": 204, "bring": 202}
    refusals: ClassVar = {sites.CannotSetUp: 422, csvs.CannotRead: 422}
    doors: ClassVar = {"bring": "conversions_import"}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        **dict.fromkeys(("create", "partial_update", "secret", "webhook", "remove"), "conversions.manage"),
        "bring": "analytics.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the websites."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one website."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Set a website up; its secret is told this once."""
        given = self.given()
        site, secret = sites.add(given.pop("name"), by=self.member, **given)
        return self.shown({"site": site, "secret": secret}, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change it; what it reckons by is applied to all that is known."""
        return self.shown(sites.change(self.get_object(), self.given(partial=True), by=self.member))

    @action(detail=True, methods=["post"])
    def secret(self, request: Request, pk: Any) -> Response:
        """Give it another secret; the one before signs nothing any more."""
        site = self.get_object()
        return self.shown({"site": site, "secret": sites.rotate_secret(site, by=self.member)})

    @action(detail=True, methods=["post"])
    def webhook(self, request: Request, pk: Any) -> Response:
        """Keep the secret of Stripe's or Shopify's webhook."""
        site, given = self.get_object(), self.given()
        sites.set_webhook_secret(site, given["shop"], given["secret"], by=self.member)
        return self.shown(site)

    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: Any) -> Response:
        """Remove it with all it counted, when its name is sent along. Nothing brings it back."""
        site = self.get_object()
        if self.given()["name"].strip() != site.name:
            raise reject("name", _("Type the website’s name to remove it. Nothing was changed."))
        sites.remove(site, by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def bring(self, request: Request, pk: Any) -> Response:
        """Take conversions from a CSV file, all of them or none. A worker adds what is not known yet."""
        site, file = self.get_object(), self.given()["file"]
        count = conversions.bring(site, file.read(MOST_BYTES + 1), by=self.member, now=timezone.now())
        return self.shown({"new": count}, status=202)

    def remembered(self, data: Any) -> Any:
        """A repeat does not tell the secret again."""
        return {**data, "secret": None} if isinstance(data, dict) and "secret" in data else data


class ConversionFilter(Filters):
    """Of conversions."""

    site = key("site_id", "Only of this website.")
    post = key("credits__post_id", "Only those that this post has a share of.")
    type = one_of(Conversion.Type.choices, "Only of this type.")
    source = one_of(Conversion.Source.choices, "Only told by this source.")
    since = instant("at", "gte", "Only from this time on.")
    until = instant("at", "lt", "Only before this time.")

    class Meta:
        model = Conversion
        fields: list[str] = []

    @property
    def qs(self) -> Any:
        """Return each once, however many shares a post has of it."""
        return super().qs.distinct() if self.data.get("post") else super().qs


class ConversionViewSet(Listed, Read, MemberViewSet):
    """Sign-ups, subscriptions and sales, and who earned them."""

    queryset = Conversion.objects.prefetch_related("credits")
    serializer_class = shapes.ConversionSerializer
    filterset_class = ConversionFilter
    orderings = ("-at", "at")
    bodies: ClassVar = {"create": shapes.NewConversionSerializer, "refund": shapes.GivenBackSerializer}
    shapes: ClassVar = {
        "funnel": shapes.FunnelSerializer,
        "attribution": shapes.EarnedSerializer(many=True),
    }
    refusals: ClassVar = {conversions.CannotConvert: 409}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "funnel", "attribution"), "analytics.view"),
        **dict.fromkeys(("create", "refund"), "analytics.edit"),
        "destroy": "conversions.manage",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List conversions, the newest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one journey."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Enter one that no machine tells."""
        given = self.given()
        site, entry = given.pop("site"), conversions.Entry(**given)
        return self.shown(conversions.enter(site, entry, by=self.member, now=timezone.now()), status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove one that was told by mistake."""
        conversions.remove(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def refund(self, request: Request, pk: Any) -> Response:
        """Note that all or a part of it was given back."""
        amount = self.given()["amount"]
        return self.shown(conversions.refund(self.get_object(), amount=amount, by=self.member, now=timezone.now()))

    @extend_schema(parameters=SPAN)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def funnel(self, request: Request) -> Response:
        """Show how many came how far."""
        wish = self._wish()
        return self.shown({"span": wish.span, "found": queries.funnel(self.member, wish)})

    @extend_schema(
        parameters=[
            *SPAN,
            OpenApiParameter("by", str, enum=GROUPS, description="By what; `post` when left out."),
            OpenApiParameter("model", str, enum=MODELS, description="In whose order; `last` when left out."),
        ]
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def attribution(self, request: Request) -> Response:
        """List who earned how much, by all four models."""
        by, model = self._one_of("by", GROUPS), self._one_of("model", MODELS, usual="last")
        return self.shown(queries.earned(self.member, self._wish(), by=by, model=model))

    def _wish(self) -> Wish:
        params, zone = self.request.query_params, ZoneInfo(self.member.organization.timezone)
        tomorrow = timezone.now().astimezone(zone).date() + DAY
        asked = span.asked(params, today=tomorrow)
        if (params.get("from") or params.get("to")) and f"{asked.first}" != params.get("from"):
            raise reject("from", "Send from and to as days (YYYY-MM-DD), in order, two years apart at most.")
        site = key_of(params.get("site", ""))
        if params.get("site") and not (site and queries.sites(self.member).filter(pk=site).exists()):
            raise reject("site", "There is no such website.")
        kind = params.get("type", "")
        if kind and kind not in Conversion.Type.values:
            raise reject("type", "There is no such type.")
        return Wish(asked, zone, site, kind)

    def _one_of(self, name: str, known: tuple[str, ...], usual: str = "") -> str:
        asked = self.request.query_params.get(name) or usual or known[0]
        if asked not in known:
            raise reject(name, f"Send one of {', '.join(known)}.")
        return asked


class TouchFilter(Filters):
    """Of touches."""

    site = key("site_id", "Only of this website.")
    post = key("post_id", "Only by this post.")
    link = key("link_id", "Only by this link.")
    since = instant("at", "gte", "Only from this time on.")
    until = instant("at", "lt", "Only before this time.")

    class Meta:
        model = Touch
        fields: list[str] = []


class TouchViewSet(Listed, Read, MemberViewSet):
    """Visits of people who agreed, under pseudonyms."""

    queryset = Touch.objects.all()
    serializer_class = shapes.TouchSerializer
    filterset_class = TouchFilter
    orderings = ("-at", "at")
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve"), "analytics.view")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List touches, the newest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one touch."""
        return super().retrieve(request, *args, **kwargs)
