"""The API's door: who is asking, with a key or a session, in which organisation, and may they?

    class AssetViewSet(MemberViewSet):
        queryset = ContentAsset.objects.all()
        action_permissions = {"list": "content.view", "create": "content.edit"}

Each action runs in one transaction that has entered the member's scope, as pages do; those named in `unscoped`
speak to the network and enter `tenancy.of_member(self.member)` around their own queries.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, audit, doors, idempotency, queries, tenancy
from accounts.models import ApiKey, BrandProfile, IdempotentRequest, Membership, User
from accounts.permissions import PERMISSIONS, allows
from accounts.services import keys
from trenddrop.core import limits
from trenddrop.core.rest.problems import Refused, reject
from trenddrop.core.rest.views import RestViewSet

Handler = Callable[..., Any]
CHALLENGE = 'Bearer realm="TrendDrop"'
KEPT_HEADERS = ("Location", "Link")


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer td_…`: the key's member."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Return whose key it is; raise AuthenticationFailed."""
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = keys.use(text.strip(), ip=audit.origin.get().ip, now=timezone.now())
        if key is None:
            raise exceptions.AuthenticationFailed(_("This key is not known, was revoked, or has expired."))
        return key.membership.user, key

    def authenticate_header(self, request: Request) -> str:
        """Say how to sign in."""
        return CHALLENGE


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The key in the API's description."""

    target_class = "accounts.rest.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        words = "A key from Organisation → API keys (`Authorization: Bearer td_…`): its member, within its scopes."
        return {"type": "http", "scheme": "bearer", "bearerFormat": "td_…", "description": words}


class MemberViewSet(RestViewSet):
    """A view of members: `action_permissions` names what each action needs; rows come through `visible_to`."""

    authentication_classes: Any = (ApiKeyAuthentication, SessionAuthentication)
    permission_classes: Any = (IsAuthenticated,)
    action_permissions: ClassVar[Mapping[str, str]] = {}
    unscoped: ClassVar[frozenset[str]] = frozenset()
    open_to_every_key: ClassVar[frozenset[str]] = frozenset()
    doors: ClassVar[Mapping[str, str]] = {}  # actions that are counted with a page of this name

    @classmethod
    def as_view(cls, actions: Any = None, **initkwargs: Any) -> Any:
        """Tell tests and documentation what each method of the address needs."""
        view: Any = super().as_view(actions, **initkwargs)
        view.permissions = {method: cls.action_permissions[action] for method, action in actions.items()}
        view.permission = view.permissions.get("get") or next(iter(view.permissions.values()))
        return view

    @property
    def member(self) -> Membership:
        """Who asks."""
        return cast(Membership, self.request.membership)  # type: ignore[attr-defined]

    @property
    def key(self) -> ApiKey | None:
        """The key they ask with; None in a browser."""
        return self.request.auth if isinstance(self.request.auth, ApiKey) else None

    def get_queryset(self) -> QuerySet[Any]:
        """Return the member's rows."""
        return cast(QuerySet[Any], super().get_queryset().visible_to(self.member))  # type: ignore[attr-defined]

    def caller(self, request: Request) -> str:
        """Count by key, else by person."""
        return f"key {request.auth.pk}" if isinstance(request.auth, ApiKey) else super().caller(request)

    def origin(self, request: Request) -> str:
        """Return the address as the audit log has it."""
        return str(audit.origin.get().ip)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Put the member's scope around the action."""
        super().initial(request, *args, **kwargs)
        method = str(request.method).lower()
        if method in self.action_map:
            setattr(self, method, self._guarded(getattr(self, method)))

    def _guarded(self, handler: Handler) -> Handler:
        def run(request: Request, *args: Any, **kwargs: Any) -> Any:
            scoped = self.action not in self.unscoped
            is_kept = request.method == "POST" and "Idempotency-Key" in request.headers
            with tenancy.enter(self._first_scope()):
                self._admit()
                if door := self.doors.get(self.action):
                    self.require_door(door)
                if scoped and not is_kept:
                    return handler(request, *args, **kwargs)
            if is_kept:
                return _once(self, handler, scoped, *args, **kwargs)
            return handler(request, *args, **kwargs)

        return run

    def _first_scope(self) -> tenancy.Scope:
        key = self.key
        return tenancy.scope_of(key.membership) if key else access.first_scope(self.request)

    def _admit(self) -> None:
        """Find the member, in the scope they may see; raise PermissionDenied, or Refused where they moved."""
        permission, key = self.action_permissions[self.action], self.key
        if key is None:
            access.admit(self.request, permission)
            if access.has_moved(self.request):
                raise Refused(409, "organization_closed", access.moved_words(self.member))
            return
        self.request.membership = member = key.membership  # type: ignore[attr-defined]
        if permission not in key.scopes and self.action not in self.open_to_every_key:
            words = _("This key's scopes do not include: %(permission)s. Make a key that has it.")
            raise PermissionDenied(words % {"permission": permission})
        if not allows(member.role, member.permission_overrides, permission):
            words = _("The role of the key's member does not include: %(permission)s.")
            raise PermissionDenied(words % {"permission": PERMISSIONS[permission]})
        limits.require(member.organization_id, "api_calls")

    def asked_brand(self) -> BrandProfile | None:
        """Return the brand that `?brand=` names; raise ValidationError where the member has none such."""
        asked = self.request.query_params.get("brand", "")
        if not asked:
            return None
        key = queries.key_of(asked)
        brand = queries.brands_of(self.member).filter(pk=key).first() if key else None
        if brand is None:
            raise reject("brand", _("There is no such brand."))
        return brand

    def require_door(self, name: str) -> None:
        """Count this action together with the page's; raise Throttled."""
        door, member = doors.door_of("", name), self.member
        keys_by = {"user": f"user:{member.user_id}", "organization": f"organization:{member.organization_id}"}
        for place, limit in enumerate(door.limits if isinstance(door, doors.Door) else ()):
            doors.require(f"door:{name}:{place}", keys_by.get(limit.by, self.origin(self.request)), limit)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer what a door refused as any other refusal of too much."""
        if isinstance(exc, doors.TooOften):
            exc = exceptions.Throttled(exc.rate.retry_after, str(exc))
        return super().handle_exception(exc)

    def remembered(self, data: Any) -> Any:
        """Return what of an answer may be kept for a repeat; a secret may not."""
        return data


# Idempotency


def _once(view: MemberViewSet, handler: Handler, scoped: bool, *args: Any, **kwargs: Any) -> Any:
    """Do what is asked under its key once; a repeat gets the first answer."""
    request, member = view.request, view.member
    row = idempotency.claim(
        _key_of(request), _fingerprint(request), actor=view.caller(request), by=member, now=timezone.now()
    )
    if row.status_code is not None:
        return _replay(row)
    try:
        if scoped:
            with tenancy.of_member(member):
                answer = handler(request, *args, **kwargs)
                _keep(view, row, answer)
        else:
            answer = handler(request, *args, **kwargs)
            with tenancy.of_member(member):
                _keep(view, row, answer)
    finally:
        idempotency.release(row, by=member)
    return answer


def _key_of(request: Request) -> str:
    key = request.headers["Idempotency-Key"]
    if not (1 <= len(key) <= 200 and key.isascii() and key.isprintable() and " " not in key):
        raise reject("Idempotency-Key", _("Send 1 to 200 printable characters without spaces."))
    return key


def _fingerprint(request: Request) -> str:
    """Return a hash of everything that is asked: address and body, files with their bytes."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    data: Any = request.data
    if hasattr(data, "lists"):
        for name, values in sorted(data.lists()):
            for value in values:
                digest.update(f"{name}=".encode())
                _add(digest, value)
    else:
        digest.update(json.dumps(data, sort_keys=True).encode())
    return digest.hexdigest()


def _add(digest: Any, value: Any) -> None:
    if not isinstance(value, UploadedFile):
        digest.update(json.dumps(value).encode())
        return
    digest.update(json.dumps([value.name, value.size]).encode())
    for piece in value.chunks():
        digest.update(piece)
    value.seek(0)


def _keep(view: MemberViewSet, row: IdempotentRequest, answer: Response) -> None:
    content = b"" if answer.data is None else JSONRenderer().render(view.remembered(answer.data))
    headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
    idempotency.keep(row, status=answer.status_code, content=content, headers=headers)


def _replay(row: IdempotentRequest) -> HttpResponse:
    answer = HttpResponse(bytes(row.content or b""), status=row.status_code, content_type="application/json")
    for name, value in row.headers.items():
        answer[name] = value
    answer["Idempotency-Replayed"] = "true"
    return answer
