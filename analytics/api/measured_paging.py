"""Pages of posts by any metric: whoever has no value stands last, and no page costs more than the first."""

import datetime as dt
import uuid
from typing import Any

from rest_framework.request import Request

from analytics.catalogue import METRICS
from analytics.queries import post_table
from trenddrop.core.rest.paging import KeysetPagination, limit_of

ORDERINGS = (
    "-published_at",
    "published_at",
    *(sign + key for key in METRICS for sign in ("-", "")),
)


class MetricPagination(KeysetPagination):
    """`ordering` takes every metric of the catalogue."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the page that is asked for."""
        self.request = request
        limit = limit_of(request.query_params.get("limit", ""))
        self.ordering, place = self.start(request, view)
        order = post_table.order_of(self.ordering)
        rows = post_table.in_order(queryset, order)
        if place is not None:
            value, key = place
            stands = dt.datetime.fromisoformat(value) if order.key == "published_at" else value
            rows = rows.filter(post_table.behind(order, stands, uuid.UUID(key)))
        found = list(rows[: limit + 1])
        self.last = found[limit - 1] if len(found) > limit else None
        return found[:limit]

    def place_of(self, row: Any) -> Any:
        """Return the value that was sorted by."""
        return row.sorted_by
