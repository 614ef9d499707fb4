"""Pages by keyset: each begins behind the last row of the one before, wherever rows were added meanwhile.

A view names its `orderings` (the first is the default): fields of its rows that are never empty. The cursor is
opaque and signed; it holds the ordering and the last row's place in it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from trenddrop.core.rest.problems import reject

SALT = "rest.cursor"
DEFAULT, MOST = 25, 100


class KeysetPagination(BasePagination):
    """`limit`, `ordering` and `cursor`; the next page's address in the body and as a Link header."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the page that is asked for."""
        self.request = request
        limit = limit_of(request.query_params.get("limit", ""))
        self.ordering, place = self.start(request, view)
        rows: QuerySet[Any] = queryset if place is None else queryset.filter(_behind(self.ordering, place))
        sign = "-" if self.ordering.startswith("-") else ""
        found = list(rows.order_by(self.ordering, f"{sign}pk")[: limit + 1])
        self.last = found[limit - 1] if len(found) > limit else None
        return found[:limit]

    def start(self, request: Request, view: Any) -> tuple[str, list[Any] | None]:
        """Return the ordering, and behind which place the page begins."""
        asked = request.query_params.get("ordering", "")
        if asked and asked not in view.orderings:
            raise reject("ordering", _("Choose one of: %(names)s.") % {"names": ", ".join(view.orderings)})
        written = request.query_params.get("cursor", "")
        if not written:
            return asked or view.orderings[0], None
        try:
            ordering, *place = signing.loads(written, salt=SALT)
        except signing.BadSignature as error:
            raise reject("cursor", _("This cursor is not one of ours. Begin at the first page.")) from error
        if ordering not in view.orderings or (asked and asked != ordering):
            raise reject("cursor", _("This cursor belongs to another list or order. Begin at the first page."))
        return ordering, place

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page and where the next one is."""
        following = self._next()
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return Response({"results": data, "next": following}, headers=headers)

    def _next(self) -> str | None:
        if self.last is None:
            return None
        place = self.place_of(self.last)
        written = place.isoformat() if isinstance(place, date) else place
        cursor = signing.dumps([self.ordering, written, str(self.last.pk)], salt=SALT, compress=True)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def place_of(self, row: Any) -> Any:
        """Return where a row stands in the ordering."""
        return getattr(row, self.ordering.removeprefix("-"))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        following = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "The next page; null at the end.",
        }
        results = {**schema, "description": "The rows of this page, in the order that was asked for."}
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": results, "next": following},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the three parameters."""
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
        ordering = {"type": "string", "enum": list(view.orderings), "default": view.orderings[0]}
        return [
            _parameter("limit", limit, "How many rows at most."),
            _parameter("ordering", ordering, "By what, and `-` for the greatest or latest first."),
            _parameter("cursor", {"type": "string"}, "Where to go on, from the page before (`next`)."),
        ]


def _parameter(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


def limit_of(written: str) -> int:
    """Return how many rows are asked for."""
    if not written:
        return DEFAULT
    if not (written.isascii() and written.isdecimal() and len(written) <= 4 and 1 <= int(written) <= MOST):
        raise reject("limit", _("Ask for 1 to %(most)s rows.") % {"most": MOST})
    return int(written)


def _behind(ordering: str, place: Sequence[Any]) -> Q:
    """Return the rows after a place: further on, or level with it and with a later key."""
    field, side = ordering.removeprefix("-"), "lt" if ordering.startswith("-") else "gt"
    value, key = place
    if field in {"pk", "id"}:
        return Q(**{f"pk__{side}": key})
    further = Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"pk__{side}": key})
    return Q(**{f"{field}__{side}e": value}) & further
