"""Topics to look at and to block."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from trenddrop.core.admin import ReadOnlyAdmin
from trends.models import TrendObservation, TrendTopic

STATUS_LOOKS = {"emerging": "success", "trending": "success", "declining": "warning", "expired": "info"}
SHOWN = 48
OBSERVED = (_("hour (UTC)"), _("source"), _("count"), _("traffic"), _("rank"), _("engagement"))


@admin.register(TrendTopic)
class TrendTopicAdmin(ReadOnlyAdmin):
    """Topics: found by their names, blocked when nobody should ride them."""

    list_display = ["title", "kind", "told_status", "score", "growth_24h", "mention_count", "source_count", "platform",
                    "region", "run", "last_seen_at", "is_blocked", "is_example"]  # fmt: skip
    list_filter = ["status", "is_blocked", "kind", "platform", "is_example", "language", "region"]
    search_fields = ["title", "normalized"]
    ordering = ["-score"]
    fields = readonly_fields = [
        "title", "names", "kind", "status", "platform", "run", "language", "region", "url", "tags", "context", "score",
        "explained", "growth_24h", "mention_count", "engagement_score", "source_kinds", "first_detected_at",
        "last_seen_at", "started_at", "peaked_at", "embedder", "is_blocked", "is_example", "observations",
    ]  # fmt: skip
    actions = ["block", "unblock"]

    @display(description=_("status"), ordering="status", label=STATUS_LOOKS)  # type: ignore[untyped-decorator]
    def told_status(self, row: TrendTopic) -> tuple[str, str]:
        """The state as a label."""
        return row.status, str(row.get_status_display())

    @admin.display(description=_("score factors"))
    def explained(self, row: TrendTopic) -> SafeString:
        """What the score is made of."""
        told = ((name, round(value), round(value * weight), words) for name, value, weight, words in row.score_factors)
        return format_html_join("", "<p>{}: {} of 100, {} points {}</p>", told)

    @admin.display(description=_("observations"))
    def observations(self, row: TrendTopic) -> SafeString:
        """The last hours, source by source. (Rows with a compound key have no admin page of their own.)"""
        last = TrendObservation.objects.filter(topic=row).select_related("source").order_by("-hour")[:SHOWN]
        lines = (
            (f"{one.hour:%Y-%m-%d %H:%M}", one.source.name, one.count, one.traffic, one.rank, one.engagement)
            for one in last
        )
        cells = format_html_join("", "<tr>" + "<td>{}</td>" * 6 + "</tr>", lines)
        heads = format_html_join("", "<th>{}</th>", ((word,) for word in OBSERVED))
        return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", heads, cells)

    @admin.action(description=_("Block: shown to nobody, matched with nothing"))
    def block(self, request: HttpRequest, rows: QuerySet[TrendTopic]) -> None:
        """Hide topics, and later runs of them."""
        count = rows.update(is_blocked=True)
        self.message_user(request, _("%(count)s blocked.") % {"count": count})

    @admin.action(description=_("Unblock"))
    def unblock(self, request: HttpRequest, rows: QuerySet[TrendTopic]) -> None:
        """Show topics again."""
        count = rows.update(is_blocked=False)
        self.message_user(request, _("%(count)s unblocked.") % {"count": count})
