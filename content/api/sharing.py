"""What items of libraries and templates have in common for programs: kept by an organisation, shared with all."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.services import published
from trenddrop.core.rest.views import Listed, Read, apply


class Kept(Listed, Read, MemberViewSet):
    """One's own: `model` and the `commands` that save and delete its rows."""

    model: ClassVar[Any]
    commands: ClassVar[Any]

    def keep(self) -> Response:
        """Answer with a further row, of the member's client where they work for one."""
        given = self.given()
        row = self.model(organization_id=self.member.organization_id, **given)
        if self.member.client_id:
            row.client_id = self.member.client_id
        return self.shown(self.commands.save(row, fields=list(given), by=self.member), status=201)

    def change(self) -> Response:
        """Answer with the row as it is after what was given."""
        row = self.get_object()
        changes = apply(row, self.given(row, partial=True))
        if changes:
            told = {name: [str(before), str(after)] for name, (before, after) in changes.items()}
            self.commands.save(row, fields=list(changes), changes=told, by=self.member)
        return self.shown(row)

    def drop(self) -> Response:
        """Remove the row."""
        self.commands.delete(self.get_object(), by=self.member)
        return Response(status=204)

    def offered(self, row: Any) -> Response:
        """Answer with an offer that was just made."""
        row.is_taken, row.is_own, row.my_stars = False, True, None
        return self.shown(row, status=201)


class Shared(Listed, Read, MemberViewSet):
    """Everybody's: what is approved, and one's own offers; `shelf` finds them."""

    shelf: ClassVar[Any]
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(("take", "stars"), "content.edit"),
        "withdraw": "brand.edit",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return what everybody may see, and what one's own organisation offered."""
        found: QuerySet[Any] = self.shelf.shared_with(self.member, and_offers=True)
        return found

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
