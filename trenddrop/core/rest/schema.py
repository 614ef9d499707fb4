"""The OpenAPI description: what each operation needs, and every way it can end."""

from http import HTTPStatus
from typing import Any

from django.utils.text import capfirst
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from trenddrop.core.rest.problems import MEDIA_TYPE, ProblemSerializer, problem

BODY = {"POST", "PUT", "PATCH"}
WORDS = {
    400: ("malformed", "The body is not JSON that can be read, or the query names what is not known here."),
    401: ("not_authenticated", "Sign in, or send a key as `Authorization: Bearer td_…`."),
    402: ("limit_reached", "The plan does not allow more of this."),
    403: ("permission_denied", "The member's role, or the key's scopes, do not include this."),
    404: ("not_found", "There is nothing here, or not for you."),
    406: ("not_acceptable", "Answers are JSON; ask for `application/json`."),
    409: ("conflict", "It is not in a state for this, or exists already. Nothing was changed."),
    413: ("too_large", "The request is larger than this server takes. Nothing was kept."),
    415: ("unsupported_media_type", "The body has a type that is not taken here."),
    422: ("invalid", "Some fields cannot be taken as they are. Nothing was changed."),
    429: ("throttled", "Too many calls; wait as long as `Retry-After` says."),
}
RATE = [
    OpenApiParameter(
        "RateLimit", OpenApiTypes.STR, OpenApiParameter.HEADER, response=True,
        description='What is left and in how many seconds all of it is back: `"minute";r=119;t=1`.',
    ),
    OpenApiParameter(
        "RateLimit-Policy", OpenApiTypes.STR, OpenApiParameter.HEADER, response=True,
        description='How much may be asked: `"minute";q=120;w=60`.',
    ),
]  # fmt: skip
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Sent again with the same key and body within a day, the first answer comes back"
    " (`Idempotency-Replayed: true`) and nothing is done twice.",
)


class Schema(AutoSchema):
    """What drf-spectacular finds, with permissions, problems, rates and idempotency."""

    def get_override_parameters(self) -> list[Any]:
        """Add the headers that every operation has."""
        idempotency = [IDEMPOTENCY] if self.method == "POST" and self._permission() else []
        return [*super().get_override_parameters(), *RATE, *idempotency]

    def get_request_serializer(self) -> Any:
        """Take a body only where the view names one, or where the view's own serializer is what is sent."""
        bodies = getattr(self.view, "bodies", {})
        if self.method in BODY and self._action() not in {*bodies, "create", "update", "partial_update"}:
            return None
        return super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        """Answer in the shape that the view names."""
        if self.method == "DELETE":
            return {204: None}
        shape = getattr(self.view, "shapes", {}).get(self._action()) or getattr(self.view, "serializer_class", None)
        status = 201 if self._action() == "create" else 200
        found = getattr(self.view, "statuses", {}).get(self._action(), status)
        codes = found if isinstance(found, tuple) else (found,)
        return {code: None if code == 204 else shape for code in codes}

    def _action(self) -> str:
        return str(getattr(self.view, "action", ""))

    def get_description(self) -> str:  # type: ignore[override]
        """Say what a caller needs."""
        words = super().get_description()
        permission = self._permission()
        return f"{words}\n\nNeeds `{permission}`." if permission else words

    def get_summary(self) -> str | None:
        """Take the first sentence of what the operation is described by."""
        first = str(super().get_description()).strip().splitlines()
        return super().get_summary() or (capfirst(first[0].rstrip(".")) if first else None)

    def get_extensions(self) -> dict[str, Any]:
        """Name the permission for machines."""
        permission = self._permission()
        return super().get_extensions() | ({"x-permission": permission} if permission else {})

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Promise in an answer only what always holds: an address may be empty there, and so may a list."""
        found: Any = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response":
            for field in found.get("properties", {}).values():
                field.pop("minItems", None)
                if field.get("format") == "time":  # of a wall clock; the format's own has an offset
                    field.pop("format")
                if field.get("format") in {"uri", "email"}:
                    del field["format"]
        return found

    def _permission(self) -> str:
        return str(getattr(self.view, "action_permissions", {}).get(self._action(), ""))

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        for status, answer in found.items():
            answer["description"] = answer["description"] or HTTPStatus(int(status)).phrase
        for failure in sorted(self._ways_to_fail()):
            found.setdefault(str(failure), self._problem(failure, direction))
        return found

    def _ways_to_fail(self) -> set[int]:
        found = {406, 429} | ({400} if self.method != "DELETE" else set())
        refusals = set(getattr(self.view, "refusals", {}).values())
        if self._permission():
            found |= {401, 403}
        if "{" in self.path:
            found |= {404}
        if self.method in BODY:
            found |= {413, 415, 422}
        if self.method == "POST":
            found |= {402}
        if self.method != "GET":
            found |= refusals | {409}  # a session's organisation may have been closed to the person meanwhile
        return found | {422}

    def _problem(self, status: int, direction: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._get_response_for_code(  # type: ignore[no-untyped-call]
            ProblemSerializer, str(status), [MEDIA_TYPE], direction
        )
        code, words = WORDS.get(status, ("refused", HTTPStatus(status).phrase))
        answer["description"] = words
        example = problem(status, code=code, detail=words.replace("`", ""), instance="/api/v1/…")
        answer["content"][MEDIA_TYPE]["example"] = example
        if status == 429:
            seconds = {"schema": {"type": "integer"}, "description": "For how many seconds to wait."}
            answer["headers"] = answer.get("headers", {}) | {"Retry-After": seconds}
        return answer
