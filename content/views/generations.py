"""What writing with models cost: a page of the organisation."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from content.models import Generation
from content.screens import spending
from trenddrop.core import llm


@require_safe
@requires("content.view")
def generations(request: MemberRequest) -> HttpResponse:
    """The last 30 days by purpose and model, and every asking, the latest first."""
    rows = spending.generations_of(request.membership)
    purpose = request.GET.get("purpose", "")
    shown = rows.filter(purpose=purpose) if purpose in Generation.Purpose.values else rows
    page = Paginator(shown, spending.PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    assets = spending.links(found)
    context: dict[str, Any] = {
        "spent": spending.spent(rows, now=timezone.now()),
        "page": page,
        "rows": [{"row": row, "asset": assets.get(str(row.of))} for row in found],
        "purposes": Generation.Purpose.choices,
        "purpose": purpose,
        "models": [one.name for one in llm.providers()],
    }
    return render(request, "content/generations.html", context)
