"""The catalogue of metrics: all of them, one, and one of a post."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from analytics import tables
from analytics.catalogue import GROUPS, METRICS, Metric, in_words
from analytics.models import MeasuredPost
from analytics.screens import explaining
from trenddrop.core.catalogue import badge

USUAL = "engagement"


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Show every metric, or those in which the searched words stand."""
    wanted = request.GET.get("q", "").strip()
    groups = [(name, [each for each in group if _has(each, wanted)]) for _key, name, group in GROUPS]
    file = tables.asked(request, [_table()])
    context = {
        "groups": [
            {"name": name, "metrics": [explaining.metric(each.key) for each in group]}
            for name, group in groups
            if group
        ],
        "q": wanted,
        "total": len(METRICS),
    }
    return file or render(request, "analytics/metrics/index.html", context)


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: str) -> HttpResponse:
    """Show one metric by itself."""
    return _explained(request, explaining.metric(_known(key)), None)


@require_safe
@requires("analytics.view")
def explain(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show one metric of a post: the formula with its values."""
    metric = _known(request.GET.get("metric", USUAL))
    rows = MeasuredPost.objects.visible_to(request.membership).select_related("post")
    row = get_object_or_404(rows, post_id=key)
    return _explained(request, explaining.of_post(row, metric), row)


def _known(key: str) -> str:
    if key not in METRICS:
        raise Http404
    return key


def _explained(request: HttpRequest, found: explaining.Explained, row: MeasuredPost | None) -> HttpResponse:
    part, page = "analytics/partials/explained.html", "analytics/metrics/one.html"
    context = {"explained": found, "measured": row}
    return render(request, part if request.headers.get("HX-Request") else page, context)


def _has(metric: Metric, wanted: str) -> bool:
    text = f"{metric.key} {metric.name} {metric.means} {in_words(metric)}".casefold()
    return all(word in text for word in wanted.casefold().split())


def _table() -> tables.Table:
    header = [_("Key"), _("Name"), _("Meaning"), _("Formula"), _("Unit"), _("Platforms"), _("Source"), _("Better")]
    rows = [
        [
            each.key, str(each.name), str(each.means), in_words(each), each.unit.value,
            ", ".join(str(badge(key).name) for key in sorted(each.platforms - {"practice"})), str(each.source),
            each.better.value,
        ]
        for each in METRICS.values()
    ]  # fmt: skip
    return tables.Table("metrics", _("All metrics"), header, rows)
