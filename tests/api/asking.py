"""Asking the API as a program does: with a key."""

from typing import Any

from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from accounts.permissions import granted
from accounts.services import keys

PROBLEM = "application/problem+json"


def key_of(member: Membership, *scopes: str) -> str:
    """Make a key; without scopes, with all the member may give."""
    may = scopes or tuple(granted(member.role, member.permission_overrides) & set(keys.SCOPES))
    with tenancy.of_member(member):
        return keys.make(name="test", scopes=may, expires_at=None, by=member, now=timezone.now())[1]


class Api:
    """A program with a key, or without one."""

    def __init__(self, key: str = "") -> None:
        self.client = Client(headers={"Authorization": f"Bearer {key}"} if key else None)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any) -> Any:
        return self._send("patch", path, body, {})

    def put(self, path: str, body: Any) -> Any:
        return self._send("put", path, body, {})

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}")

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1/{path}", headers=named, **content)


def as_member(member: Membership, *scopes: str) -> Api:
    """Ask with a key of this member."""
    return Api(key_of(member, *scopes))
