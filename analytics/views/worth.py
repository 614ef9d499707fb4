"""What originals cost and brought."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from analytics import tables
from analytics.forms.worth import COMMON, CostForm
from analytics.models import AssetCost, RoiCalculation
from analytics.queries import worth
from analytics.screens import worth as screens
from analytics.services import worth as commands
from content.models import ContentAsset


@require_safe
@requires("costs.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every original with its return, by any column; real ones, or those of the practice network."""
    member = request.membership
    real, made_up = worth.of_member(member), worth.of_member(member, made_up=True)
    has_made_up = made_up.exists()
    is_made_up = has_made_up and (request.GET.get("numbers") == "practice" or not real.exists())
    rows, order = worth.in_order(made_up if is_made_up else real, request.GET.get("sort", ""))
    if "csv" in request.GET:
        file = tables.asked(request, [screens.table(rows[: worth.MOST_LINES])])
        if file:
            return file
    context = {
        "page": Paginator(rows, worth.PAGE).get_page(request.GET.get("page")),
        "totals": worth.totals(rows),
        "columns": screens.COLUMNS,
        "order": order,
        "is_made_up": is_made_up,
        "has_both": has_made_up and real.exists(),
    }
    return render(request, "analytics/worth/index.html", context)


@require_safe
@requires("costs.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One original: what went in, what came out, and how each figure was made."""
    return _page(request, _asset(request, key), None)


@require_POST
@requires("costs.edit")
def enter_cost(request: MemberRequest, key: UUID) -> HttpResponse:
    """Note what an original cost."""
    asset, form = _asset(request, key), CostForm(request.POST)
    if form.is_valid():
        try:
            commands.enter_cost(asset, by=request.membership, now=timezone.now(), **form.cleaned_data)
        except commands.CannotCost as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The cost is noted, and the return was reckoned anew."))
            return redirect("numbers_worth_of", key)
    return _page(request, asset, form)


def _page(request: MemberRequest, asset: ContentAsset, form: CostForm | None) -> HttpResponse:
    row = RoiCalculation.objects.visible_to(request.membership).filter(asset=asset).first()
    cost = AssetCost.objects.visible_to(request.membership).filter(asset=asset).select_related("entered_by").first()
    context = {
        "asset": asset,
        "row": row,
        "cost": cost,
        "form": form or CostForm(initial=_initial(cost)),
        "went_in": screens.figures_in(row, cost) if row else [],
        "came_out": screens.figures_out(row) if row else [],
        "score_parts": screens.score_parts(row) if row else [],
        "currencies": COMMON,
    }
    return render(request, "analytics/worth/one.html", context, status=422 if form is not None else 200)


def _initial(cost: AssetCost | None) -> dict[str, object]:
    names = ("hours", "hourly_rate", "money", "currency", "is_estimated", "notes")
    return {name: getattr(cost, name) for name in names} if cost else {}


def _asset(request: MemberRequest, key: UUID) -> ContentAsset:
    return get_object_or_404(ContentAsset.objects.visible_to(request.membership).filter(deleted_at=None), pk=key)


@require_POST
@requires("costs.edit")
def remove_cost(request: MemberRequest, key: UUID) -> HttpResponse:
    """Forget what was entered."""
    commands.remove_cost(_asset(request, key), by=request.membership, now=timezone.now())
    messages.info(request, _("The cost is forgotten. Where enough others are known, it is estimated again."))
    return redirect("numbers_worth_of", key)
