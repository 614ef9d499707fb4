"""The frame of every view of the API."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ListSerializer
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from trenddrop.core.rates import Rate
from trenddrop.core.rest import parameters
from trenddrop.core.rest.parsing import StrictJSONParser
from trenddrop.core.rest.rating import CallsAMinute, headers_of


class RestViewSet(GenericViewSet[Any]):
    """JSON in and out, counted, with problems for errors.

    `bodies` and `shapes` name the serializers of what an action takes and answers where they are not the view's;
    `refusals` gives what services raise their statuses; `statuses` names what an action answers with, if not 200;
    `files` are the actions that answer with a file, whatever kinds of answers the caller says to take.
    """

    renderer_classes: Any = (JSONRenderer,)
    parser_classes: Any = (StrictJSONParser,)
    throttle_classes: Any = (CallsAMinute,)
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    lookup_value_converter = "uuid"
    bodies: ClassVar[Mapping[str, Any]] = {}
    shapes: ClassVar[Mapping[str, Any]] = {}
    statuses: ClassVar[Mapping[str, int | tuple[int, ...]]] = {}
    refusals: ClassVar[Mapping[type[Exception], int]] = {}
    files: ClassVar[frozenset[str]] = frozenset()
    orderings: tuple[str, ...] = ("-created_at", "created_at")
    rate: Rate | None = None
    filterset_class: Any = None  # actions without filters name it even where the view has none

    def get_serializer_class(self) -> Any:
        """Return the serializer of the action's body, else the view's."""
        return self.bodies.get(self.action) or self.serializer_class

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Hold callers to JSON, but where a file is asked for."""
        return super().perform_content_negotiation(request, force=force or self.action in self.files)

    def given(self, row: Model | None = None, *, partial: bool = False) -> dict[str, Any]:
        """Return what the body says, in the action's serializer's types; raise ValidationError."""
        serializer = self.get_serializer(row, data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def shown(self, row: Any, *, status: int = 200, kind: Any = None, **more: Any) -> Response:
        """Answer with a row, as the action shows rows."""
        shape: Any = kind or self.shapes.get(self.action) or self.serializer_class
        if isinstance(shape, ListSerializer):  # as the description of a list names it
            shape, more = type(shape.child), {"many": True, **more}
        context = self.get_serializer_context()
        return Response(shape(row, context=context, **more).data, status=status)

    def caller(self, request: Request) -> str:
        """Return whom a call is counted for; empty is nobody known."""
        return f"person {request.user.pk}" if request.user and request.user.is_authenticated else ""

    def origin(self, request: Request) -> str:
        """Return the address a call came from."""
        return str(request.META.get("REMOTE_ADDR", ""))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Programs read and write times in UTC, whatever zone their person lives in."""
        with timezone.override(dt.UTC):
            return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks; wrong credentials are counted too."""
        try:
            super().perform_authentication(request)
        except exceptions.AuthenticationFailed:
            self.count_stranger(request)
            raise
        self.check_throttles(request)

    def count_stranger(self, request: Request) -> None:
        """Count a call by the address it came from; raise Throttled."""
        throttle: BaseThrottle = CallsAMinute()
        request.user = None  # type: ignore[assignment]
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait() or 0.0)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Settle what is sent back, who asks, how often, whether they may, and with which names: in this order."""
        self.format_kwarg = None
        accepted: tuple[BaseRenderer, str] = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = accepted
        request.version, request.versioning_scheme = None, None
        self.perform_authentication(request)
        self.check_permissions(request)
        parameters.check(self)

    def finalize_response(self, request: Request | HttpRequest, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say on every answer how much may still be asked; nobody else keeps answers."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        if self.rate:
            for name, value in headers_of(self.rate).items():
                answer[name] = value
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class Listed(ListModelMixin):
    """Rows can be listed."""


class Read(RetrieveModelMixin):
    """A row can be read."""


def apply(row: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Write values on a row, unsaved; return those that changed as {name: [before, after]}."""
    changes = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [before, value]
            setattr(row, name, value)
    return changes
