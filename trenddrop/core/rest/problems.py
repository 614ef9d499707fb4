"""Every error of the API, in words for people and machines: application/problem+json (RFC 9457)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.fields import get_error_detail
from rest_framework.response import Response

from trenddrop.core.limits import LimitReached

MEDIA_TYPE = "application/problem+json"
Errors = list[dict[str, str]]


class Refused(exceptions.APIException):
    """A refusal with its own status and word."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        self.status_code = status
        super().__init__(detail, code)


class BodyTooLarge(exceptions.APIException):
    """More bytes than a request may have."""

    status_code = 413
    default_code = "too_large"
    default_detail = gettext_lazy("The request is larger than this server takes. Nothing was kept.")


class UnknownParameters(exceptions.ValidationError):
    """The query names what the address does not know; the detail says each name's words."""

    default_code = "unknown_parameter"


class FieldErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField(help_text="The field or parameter, e.g. `name` or `hashtags.3`; empty is the whole.")
    detail = serializers.CharField(help_text="What is wrong, for people.")
    code = serializers.CharField(help_text="What is wrong, for machines, e.g. `required`.")


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem (RFC 9457)."""

    type = serializers.CharField(help_text="Always `about:blank`: the status says what kind of problem it is.")
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField(help_text="The HTTP status.", min_value=400, max_value=599)
    code = serializers.CharField(help_text="What happened, for machines; stable, e.g. `not_found`, `invalid`.")
    detail = serializers.CharField(help_text="What happened, what was kept and what to do, for people.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    errors = FieldErrorSerializer(  # type: ignore[assignment]  # the member has this name in the RFC
        many=True, required=False, help_text="Every field that is wrong, where fields are."
    )


def problem(status: int, *, code: str, detail: str, instance: str, errors: Errors | None = None) -> dict[str, Any]:
    """Return a problem's members."""
    members = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    members |= {"detail": detail, "instance": instance}
    return members | ({"errors": errors} if errors else {})


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer what a view raised (DRF's EXCEPTION_HANDLER); None lets what nobody expected go on as it is."""
    known = translate(error, getattr(context["view"], "refusals", {}))
    if known is None:
        return None
    detail, errors = _words(known)
    is_of_values = isinstance(known, exceptions.ValidationError) and not isinstance(known, UnknownParameters)
    status = 422 if is_of_values else known.status_code
    body = problem(status, code=_code(known), detail=detail, instance=context["request"].path, errors=errors)
    return Response(body, status=status, headers=_headers(known), content_type=MEDIA_TYPE)


def translate(error: Exception, refusals: Mapping[type[Exception], int]) -> exceptions.APIException | None:
    """Return what an exception of Django, of the database or of a service is to the API; None is a defect of ours."""
    if isinstance(error, exceptions.APIException):
        return error
    for kind, status in refusals.items():
        if isinstance(error, kind):
            return Refused(status, _snake(type(error).__name__), str(error))
    if isinstance(error, ModelInvalid):
        return exceptions.ValidationError(serializers.as_serializer_error(error))
    if _state(error) == "23505":
        return Refused(409, "conflict", _("Something with these values exists already. Nothing was changed."))
    if _state(error) == "23514" or isinstance(error, DataError):
        return Refused(422, "invalid", _("These values do not go together. Nothing was changed."))
    return _of_django(error)


def _of_django(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, Http404):
        return exceptions.NotFound(_("There is nothing here, or not for you."))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, LimitReached):
        return Refused(402, "limit_reached", str(error))
    return BodyTooLarge() if isinstance(error, RequestDataTooBig) else None


def _state(error: Exception) -> str:
    """Return why the database refused: a value is taken (23505), a rule broken (23514)."""
    return str(getattr(error.__cause__, "sqlstate", "")) if isinstance(error, IntegrityError) else ""


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip("_")


def _code(error: exceptions.APIException) -> str:
    if isinstance(error, UnknownParameters):
        return error.default_code
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    codes = error.get_codes()
    return codes if isinstance(codes, str) else str(error.default_code)


def _words(error: exceptions.APIException) -> tuple[str, Errors]:
    if not isinstance(error, exceptions.ValidationError):
        return str(error.detail), []
    errors = list(_flat(error.detail))
    is_whole = isinstance(error, UnknownParameters)
    one = next((each["detail"] for each in errors if is_whole or not each["field"]), "")
    return one or _("Some fields cannot be taken as they are. Nothing was changed."), errors


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Walk DRF's nested errors: every message with the path of its field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(filter(None, [path, step])))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            is_nested = isinstance(inner, Mapping | list)
            yield from _flat(inner, f"{path}.{number}".strip(".") if is_nested else path)
    else:
        yield {"field": path, "detail": str(detail), "code": str(getattr(detail, "code", "invalid"))}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    found = {}
    if challenge := getattr(error, "auth_header", None):
        found["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        found["Retry-After"] = str(int(wait) + 1)
    return found


def reject(field: str, message: str, code: str = "invalid") -> exceptions.ValidationError:
    """Return the refusal of one field or parameter."""
    return exceptions.ValidationError({field: [exceptions.ErrorDetail(message, code)]})


def of_model(error: ModelInvalid) -> exceptions.ValidationError:
    """Return what a model's validation found."""
    return exceptions.ValidationError(get_error_detail(error))


def plain(request: HttpRequest, status: int, *, code: str, detail: str) -> JsonResponse:
    """Answer outside any view: an address that is not there, a failure nobody foresaw."""
    body = problem(status, code=code, detail=detail, instance=request.path)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
