"""The overview, platforms, clips and streams, and a client's numbers, for programs."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import key_of
from accounts.rest import MemberViewSet
from analytics import lift
from analytics.documents import DOCUMENTS
from analytics.lift import Lift
from analytics.models import AccountDay
from analytics.queries import client_report, music, narrowing, overview, platform
from analytics.queries.client_report import ClientReport
from analytics.queries.music import ClipLift, Music
from analytics.queries.narrowing import Account, NotThere, Wish
from analytics.queries.overview import Overview
from analytics.queries.platform import PlatformNumbers
from analytics.screens import music as music_screen
from analytics.screens import overview as overview_screen
from analytics.screens import platform as platform_screen
from analytics.screens.music import Said
from analytics.serializers import overview as shapes
from analytics.span import Span
from trenddrop.core.rest.problems import reject

DAYS = [
    OpenApiParameter("days", int, enum=[7, 28, 90, 365], description="The last so many days that are over; 28."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day, with `to`."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last day, with `from`."),
]
NARROWED = [
    OpenApiParameter("account", uuid.UUID, description="Only this account (tracked or connected)."),
    OpenApiParameter(
        "numbers", str, enum=["real", "practice"], description="Only such; real ones where there are any when left out."
    ),
]
OTHERS = [
    OpenApiParameter("platform", str, description="Only this platform."),
    OpenApiParameter("client", uuid.UUID, description="Only this client."),
    OpenApiParameter("brand", uuid.UUID, description="Only this brand."),
]
WINDOW = OpenApiParameter("window", int, description=f"Days from a clip on, 1 to {lift.LONGEST_WINDOW}; 7.")
WORDS = {
    "platform": "There is no such platform.",
    "account": "There is no such account.",
    "client": "There is no such client.",
    "brand": "There is no such brand.",
}


class NumbersViewSet(MemberViewSet):
    """Numbers that are read from roll-ups."""

    queryset: QuerySet[Any] = AccountDay.objects.none()
    serializer_class: Any = shapes.OverviewSerializer
    pagination_class = None
    action_permissions: ClassVar = {"retrieve": "analytics.view"}

    def wish(self, accounts: list[Account]) -> Wish:
        """Return what is asked for; raise ValidationError where it names nothing of the member's."""
        try:
            return narrowing.asked(self.request.query_params, self.member, accounts, now=timezone.now())
        except NotThere as error:
            raise reject(error.field, WORDS[error.field]) from error


@extend_schema(tags=["numbers"])
class OverviewViewSet(NumbersViewSet):
    """The overview."""

    @extend_schema(operation_id="numbers_overview", parameters=[*DAYS, *NARROWED, *OTHERS])
    def retrieve(self, request: Request) -> Response:
        """Show what the days brought, against as many days before."""
        accounts = narrowing.accounts_of(self.member)
        return self.shown(overview_of(overview.of_member(self.member, self.wish(accounts), accounts)))


@extend_schema(tags=["numbers"])
class PlatformViewSet(NumbersViewSet):
    """A platform's own figures."""

    serializer_class = shapes.PlatformNumbersSerializer

    @extend_schema(
        operation_id="numbers_platform",
        parameters=[*DAYS, *NARROWED, OpenApiParameter("metric", str, description="Which figure day by day.")],
    )
    def retrieve(self, request: Request, key: str) -> Response:
        """Show everything one platform tells, with why the rest is null."""
        if key not in DOCUMENTS:
            raise Http404(_("No account’s days are counted there."))
        accounts = narrowing.accounts_of(self.member)
        metric = request.query_params.get("metric", "")
        return self.shown(platform_of(platform.of(key, self.wish(accounts), accounts, metric=metric)))


@extend_schema(tags=["numbers"])
class LiftViewSet(NumbersViewSet):
    """Clips and streams."""

    serializer_class = shapes.MusicLiftSerializer

    @extend_schema(
        operation_id="numbers_lift",
        parameters=[
            *DAYS,
            WINDOW,
            OpenApiParameter(
                "artist", uuid.UUID, description="The tracked account of a music platform; the one most is counted of."
            ),
            OpenApiParameter("clips", uuid.UUID, many=True, description="Whose posts are clips; all accounts'."),
        ],
    )
    def retrieve(self, request: Request) -> Response:
        """Show whether clips lifted an artist's streams."""
        accounts = narrowing.accounts_of(self.member)
        wish, params = self.wish(accounts), request.query_params
        artist = _artist(music.followed(accounts), params.get("artist", ""), wish.span)
        posting = [each for each in accounts if each.connection_id and not each.is_music]
        wanted = {key_of(text) for text in params.getlist("clips")}
        chosen = [each for each in posting if each.pk in wanted] if wanted else posting
        if wanted and len(chosen) < len(wanted):
            raise reject("clips", WORDS["account"])
        found = music.of_member(self.member, wish, artist, chosen, window=_window(params.get("window", "")))
        if found is None:
            raise Http404(_("Nothing was counted of this artist."))
        return self.shown(lift_of(found))


def _artist(followed: Sequence[Account], asked: str, span: Span) -> Account:
    """Return who is asked for, else of whom most is counted."""
    if not asked and not followed:
        raise Http404(_("No artist is counted yet."))
    named = next((each for each in followed if each.pk == key_of(asked)), None)
    artist = named if asked else music.most_told(followed, span)
    if artist is None:
        raise reject("artist", _("There is no such artist."))
    return artist


def _window(text: str) -> int:
    if not text:
        return lift.WINDOW
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text[:4]) <= lift.LONGEST_WINDOW:
        raise reject("window", _("Name 1 to %(n)s days.") % {"n": lift.LONGEST_WINDOW})
    return int(text)


@extend_schema(tags=["numbers"])
class ClientNumbersViewSet(NumbersViewSet):
    """One client's numbers."""

    serializer_class = shapes.ClientNumbersSerializer

    @extend_schema(operation_id="numbers_client", parameters=[*DAYS, *NARROWED, OTHERS[0], OTHERS[2]])
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """Show one client's numbers, as its page does."""
        try:
            client = narrowing.client_of(str(pk), self.member)
        except NotThere as error:
            raise Http404(_("There is no such client.")) from error
        if client is None:
            raise Http404(_("There is no such client."))
        accounts = narrowing.accounts_of(self.member)
        return self.shown(client_of(client_report.of_client(client, self.member, self.wish(accounts), accounts)))


# Answers out of what pages show

Answer = Mapping[str, Any]


def overview_of(found: Overview) -> Answer:
    """The overview as the API has it."""
    names = ("views", "reach", "engagement", "clicks", "posts")
    return {
        "span": found.span,
        "is_practice": found.is_practice,
        "has_both": found.has_both,
        "as_of": found.as_of,
        "days_counted": found.days_counted,
        "headlines": overview_screen.headlines(found),
        "days": [
            {"date": date, **{name: found.daily[date][name] for name in names}}
            for date in found.span.dates
            if date in found.daily
        ],
        "platforms": found.platforms,
        "accounts": found.accounts,
        "clients": found.clients,
        "brands": found.brands,
        "best": found.best,
    }


def platform_of(found: PlatformNumbers) -> Answer:
    """A platform as the API has it."""
    line = found.line
    return {
        "platform": found.platform,
        "wish": found.wish,
        "is_practice": found.is_practice,
        "accounts": found.accounts,
        "figures": [platform_screen.figure(each, is_practice=found.is_practice) for each in found.fields],
        "metric": line.field.key if line else None,
        "days": [{"date": date, "value": value} for date, value in sorted(line.now.items())] if line else [],
        "lists": [
            {"field": key, "account": account.pk, "items": items}
            for key, told in found.lists.items()
            for account, items in told
        ],
    }


def lift_of(found: Music) -> Answer:
    """Clips and streams as the API has them."""
    told = zip(music_screen.said(found), reversed(found.lifts), strict=True)
    days = []
    for date in found.span.dates:
        expected, low, high = found.band.get(date) or (None, None, None)
        value = found.days.get(date)
        days.append({"date": date, "value": value, "expected": expected, "low": low, "high": high})
    return {
        "account": found.account.pk,
        "field": found.field.key,
        "is_growth": found.is_growth,
        "window": found.window,
        "clips": [_clip(said, each) for said, each in told],
        "days": days,
        "limits": music_screen.limits(found),
    }


def _clip(said: Said, each: ClipLift) -> Answer:
    names = ("seen", "expected", "excess", "low", "high", "days")
    result = each.found
    return {
        "post": said.clip.post_id,
        "title": said.clip.title,
        "platform": said.clip.platform,
        "published_at": said.clip.published_at,
        "verdict": said.verdict,
        **{name: getattr(result, name) if isinstance(result, Lift) else None for name in names},
        "words": f"{said.headline} {said.range}".strip(),
        "notes": said.notes,
    }


def client_of(found: ClientReport) -> Answer:
    """A client's numbers as the API has them."""
    audiences = [
        {"account": each.account, "kind": each.kind, "of": each.of, "date": each.date, "counted": each.counted,
         "shares": dict(each.shares)}
        for each in found.audiences
    ]  # fmt: skip
    return {
        "client": found.client.pk,
        "name": found.client.name,
        "overview": overview_of(found.overview),
        "published": found.published,
        "published_in_all": found.published_in_all,
        "audiences": audiences,
    }
