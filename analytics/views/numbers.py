"""A post's numbers, as a part of its page or on a page of their own."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from analytics.models import MeasuredPost
from analytics.queries import posts
from trenddrop.core.catalogue import badge
from trenddrop.core.charts import LineChart, Series

NAMES = {
    "views": gettext_lazy("Views"),
    "likes": gettext_lazy("Likes"),
    "comments": gettext_lazy("Comments"),
    "shares": gettext_lazy("Shares"),
    "saves": gettext_lazy("Saves"),
}
ACTIONS = ("likes", "comments", "shares")
TICKS = 6


@dataclass(frozen=True)
class Stat:
    """One number of a post: None is what the platform does not give; `ratio` is to the account's median."""

    name: str
    value: int | None
    note: str = ""
    ratio: float | None = None


@require_safe
@requires("posts.view")
def post_numbers(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show what the platform counted, against the account's own past."""
    rows = MeasuredPost.objects.visible_to(request.membership).select_related("post__connection")
    row = get_object_or_404(rows, post_id=key)
    snapshots = posts.curve(row.post_id, request.membership)
    context = {
        "post": row.post,
        "measured": row,
        "stats": _stats(row) if row.last_at else [],
        "curve": _chart(row, snapshots),
        "metric_note": _note(row),
        "is_simulated": row.is_simulated,
        "measured_at": row.last_at,
        "refresh": row.last_at is None and row.next_at is not None,
    }
    template = "publishing/partials/numbers.html" if request.headers.get("HX-Request") else "analytics/numbers.html"
    return render(request, template, context)


def _stats(row: MeasuredPost) -> list[Stat]:
    standing = posts.standings([row], now=timezone.now())[0]
    stats = [Stat(str(NAMES[name]), getattr(row, name)) for name in NAMES]
    if standing.metric == "views":
        return [Stat(stats[0].name, stats[0].value, _against(standing), standing.ratio), *stats[1:]]
    return [Stat(_("Reactions"), standing.value, _against(standing), standing.ratio), *stats]


def _against(standing: posts.Standing) -> str:
    if standing.ratio is not None:
        words = ngettext(
            "the median of this account’s last %(n)s post at the same age",
            "the median of this account’s last %(n)s posts at the same age",
            standing.n,
        )
        return words % {"n": standing.n}
    if not standing.n:
        return _("the first post of this account here: nothing to compare with yet")
    return _("too few earlier posts to compare with")


def _note(row: MeasuredPost) -> str:
    """What must be known to read the numbers."""
    notes = []
    if row.last_at and row.views is None:
        words = _("%(name)s tells nobody how often a post was seen; reactions are likes, comments and shares.")
        notes.append(words % {"name": badge(row.platform).name})
    if row.error:
        notes.append(row.error)
    return " ".join(notes)


def _chart(row: MeasuredPost, snapshots: list[posts.CurvePoint]) -> LineChart | None:
    """Return the curve of the main number from the moment of publishing; None before the second count."""
    if row.last_at is None or len(snapshots) < 1:
        return None
    metric = posts.main_metric(row)
    points = [(point.hour, _number(point, metric)) for point in snapshots]
    until = (row.last_at - row.published_at).total_seconds() / 3600
    if until > points[-1][0]:
        points.append((until, points[-1][1]))
    if len(points) < 2:
        return None
    title = str(NAMES["views"]) if metric == "views" else _("Reactions")
    return LineChart(
        title=title,
        summary=_("%(title)s rose to %(value)s in %(span)s after publishing.")
        % {"title": title, "value": round(points[-1][1]), "span": _age(until)},
        x=[hour for hour, _value in points],
        labels=[_age(hour) for hour, _value in points],
        series=[Series(title, [value for _hour, value in points])],
        ticks=_ticks(points[0][0], until),
        x_name=_("After"),
    )


def _number(point: posts.CurvePoint, metric: str) -> float:
    names = ("views",) if metric == "views" else ACTIONS
    return float(sum(point.counts[name] or 0 for name in names))


def _ticks(first: float, last: float) -> list[tuple[float, str]]:
    step = (last - first) / TICKS
    return [(first + step * number, _age(first + step * number)) for number in range(TICKS + 1)]


def _age(hours: float) -> str:
    """Return "12 min", "3 h" or "4 d"."""
    if hours < 1:
        return _("%(n)s min") % {"n": round(hours * 60)}
    if hours < 48:
        return _("%(n)s h") % {"n": round(hours)}
    return _("%(n)s d") % {"n": round(hours / 24)}
