"""Topics to look at, to block, to merge and to split."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.models import User
from trenddrop.core.admin import PlatformFilter, ReadOnlyAdmin, by_text
from trends.models import TopicAlias, TrendObservation, TrendSource, TrendTopic
from trends.queries import narrowed_to
from trends.queries.alerts import countries
from trends.services import topics as commands

STATUS_LOOKS = {"emerging": "success", "trending": "success", "declining": "warning", "expired": "info"}
SHOWN = 48
OBSERVED = (_("hour (UTC)"), _("source"), _("count"), _("traffic"), _("rank"), _("engagement"))


class SplitForm(forms.Form):
    """Which names are another topic, and whose figures go with them."""

    names = forms.MultipleChoiceField(
        label=_("Names that are another topic"), widget=forms.CheckboxSelectMultiple, required=True
    )
    sources = forms.ModelMultipleChoiceField(
        label=_("Sources whose figures go along"),
        queryset=TrendSource.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What a source said of both names can't be told apart: it goes along whole, or stays."),
    )

    def __init__(self, *args: Any, topic: TrendTopic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names, told = commands.names_to_take_out(topic), commands.sources_of(topic)
        self.fields["names"].choices = [(name, _said(topic, name)) for name in names]  # type: ignore[attr-defined]
        self.fields["sources"].queryset = TrendSource.objects.filter(pk__in=[row.pk for row in told])  # type: ignore[attr-defined]


def _said(topic: TrendTopic, name: str) -> str:
    """Return a name and who calls the topic so."""
    told_by = ", ".join(kind for kind, names in topic.forms.items() if name in names)
    return f"{name} ({told_by})" if told_by else name


class CountryFilter(admin.SimpleListFilter):
    """Topics that are told in a country, whichever others tell them too."""

    title = _("country")
    parameter_name = "region"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        """The countries sources look at."""
        return [(country, country) for country in countries()]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[TrendTopic]) -> QuerySet[TrendTopic]:
        """Ask the index."""
        return queryset.filter(narrowed_to("", {"region": self.value() or ""}))


@admin.register(TrendTopic)
class TrendTopicAdmin(ReadOnlyAdmin):
    """Topics: found by their names, blocked when nobody should ride them, merged when they are one."""

    list_display = ["title", "kind", "told_status", "score", "growth_24h", "mention_count", "source_count", "platform",
                    "told_in", "run", "last_seen_at", "is_blocked", "blocked_by", "is_example"]  # fmt: skip
    list_select_related = ["blocked_by"]
    list_filter = [
        "status",
        "is_blocked",
        "blocked_by__category",
        "is_cleared",
        "kind",
        PlatformFilter,
        "is_example",
        by_text("language"),
        CountryFilter,
    ]
    list_filter_submit = True
    search_fields = ["title", "normalized"]
    ordering = ["-score"]
    fields = readonly_fields = [
        "title", "names", "stands_for", "merged_into", "kind", "status", "platform", "run", "language", "regions",
        "url", "tags", "context", "score", "explained", "growth_24h", "mention_count", "engagement_score",
        "source_kinds", "first_detected_at", "last_seen_at", "started_at", "peaked_at", "embedder", "is_blocked",
        "blocked_by", "is_cleared", "is_example", "observations",
    ]  # fmt: skip
    actions = ["merge", "block", "unblock"]
    actions_detail = ["split"]

    @display(description=_("status"), ordering="status", label=STATUS_LOOKS)  # type: ignore[untyped-decorator]
    def told_status(self, row: TrendTopic) -> tuple[str, str]:
        """The state as a label."""
        return row.status, str(row.get_status_display())

    @admin.display(description=_("countries"))
    def told_in(self, row: TrendTopic) -> str:
        """Every country it is told in."""
        return ", ".join(row.regions) or "–"

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

    @admin.display(description=_("other names that lead here"))
    def stands_for(self, row: TrendTopic) -> str:
        """The names that stand for this one."""
        rows = TopicAlias.objects.filter(canonical=row.normalized).order_by("is_apart", "normalized")
        return ", ".join(f"{'≠ ' if alias.is_apart else ''}{alias.normalized}" for alias in rows) or "–"

    @admin.action(description=_("Block: shown to nobody, matched with nothing"))
    def block(self, request: HttpRequest, rows: QuerySet[TrendTopic]) -> None:
        """Hide topics, and later runs of them."""
        chosen = list(rows)
        count = commands.block([topic.pk for topic in chosen], now=timezone.now())
        self._log(request, chosen, "Blocked.")
        self.message_user(request, _("%(count)s blocked.") % {"count": count})

    @admin.action(description=_("Unblock: let pass, whatever term names them"))
    def unblock(self, request: HttpRequest, rows: QuerySet[TrendTopic]) -> None:
        """Show topics again."""
        chosen = list(rows)
        count = commands.let_pass([topic.pk for topic in chosen], now=timezone.now())
        self._log(request, chosen, "Unblocked.")
        self.message_user(request, _("%(count)s unblocked.") % {"count": count})

    @admin.action(description=_("Merge: these are one topic"))
    def merge(self, request: HttpRequest, rows: QuerySet[TrendTopic]) -> TemplateResponse | None:
        """Show what would move and into which, then do it."""
        chosen = list(rows.order_by("first_detected_at", "pk"))
        if fault := commands.fault_of_merge(chosen):
            self.message_user(request, fault, messages.ERROR)
            return None
        into = next((topic for topic in chosen if str(topic.pk) == request.POST.get("into")), commands.oldest(chosen))
        if "confirmed" in request.POST:
            self._merge(request, chosen, into)
            return None
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Merge topics"), "topics": chosen,
            "into": into, "moving": commands.moving(chosen, into=into),
        }  # fmt: skip
        return TemplateResponse(request, "admin/trends/merge.html", context)

    def _merge(self, request: HttpRequest, chosen: list[TrendTopic], into: TrendTopic) -> None:
        try:
            count = commands.merge(chosen, into=into, by=cast(User, request.user), now=timezone.now())
        except commands.CantMerge as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        others = [topic for topic in chosen if topic.pk != into.pk]
        self._log(request, others, f"Merged into “{into}”.")
        self._log(request, [into], f"Took in {', '.join(f'“{topic}”' for topic in others)}.")
        self.message_user(request, _("%(count)s merged into “%(into)s”.") % {"count": count, "into": into})

    @action(description=_("Split: some names are another topic"), url_path="split", permissions=["split"])  # type: ignore[untyped-decorator]
    def split(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which names and whose figures, then open a topic for them."""
        topic = get_object_or_404(TrendTopic, pk=object_id)
        form = SplitForm(request.POST if request.method == "POST" else None, topic=topic)
        if form.is_valid():
            try:
                return self._split(request, topic, form.cleaned_data)
            except commands.CantSplit as error:
                form.add_error(None, str(error))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "topic": topic, "form": form}
        return render(request, "admin/trends/split.html", context | {"title": _("Split “%s”") % topic})

    def _split(self, request: HttpRequest, topic: TrendTopic, wish: dict[str, Any]) -> HttpResponse:
        by = cast(User, request.user)
        opened = commands.split(topic, wish["names"], sources=wish["sources"], by=by, now=timezone.now())
        self._log(request, [topic], f"Split: {', '.join(wish['names'])} became “{opened}”.")
        self._log(request, [opened], f"Taken out of “{topic}”.")
        self.message_user(request, _("“%(name)s” is a topic of its own now.") % {"name": opened})
        return redirect("admin:trends_trendtopic_change", opened.pk)

    def has_split_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it where there is a name to take out."""
        topic = TrendTopic.objects.filter(pk=object_id).first() if object_id else None
        return bool(topic and self.has_act_permission(request) and commands.names_to_take_out(topic))

    def _log(self, request: HttpRequest, topics: list[TrendTopic], words: str) -> None:
        for topic in topics:
            self.log_change(request, topic, words)
