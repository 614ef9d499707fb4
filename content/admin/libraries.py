"""Libraries, for operators: what members keep, what they used, and the review of what is offered to everybody."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts import audited
from content.admin import looking
from content.admin.looked import LookedAt, operator_of
from content.forms.reviews import ReviewForm
from content.models import ItemRating, LibraryItem, LibraryUse, PublishedItem
from content.services import published
from trenddrop.core.admin import PlatformFilter, by_text


class UseInline(TabularInline):  # type: ignore[misc]
    """Where an item was used."""

    model = LibraryUse
    extra = 0
    can_delete = False
    fields = ["piece", "words", "created_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Uses are written by the product."""
        return False


@admin.register(LibraryItem)
class LibraryItemAdmin(LookedAt):
    """What organisations keep."""

    list_display = ["name", "kind", "organization", "client", "platform", "language", "usage_count", "performance",
                    "measured_posts", "last_used_at"]  # fmt: skip
    list_filter = ["kind", PlatformFilter, by_text("language"), ("taken_from", admin.EmptyFieldListFilter)]
    list_filter_submit = True
    search_fields = ["name", "body", "organization__name"]
    list_select_related = ["organization", "client"]
    ordering = ["-created_at"]
    inlines = [UseInline]


@admin.register(ItemRating)
class ItemRatingAdmin(LookedAt):
    """Who gave how many stars; one that was bought can be removed."""

    list_display = ["item", "stars", "user", "organization", "created_at"]
    list_filter = [by_text("stars")]
    list_filter_submit = True
    search_fields = ["item__name", "user__email", "organization__name"]
    list_select_related = ["item", "user", "organization"]
    ordering = ["-created_at"]

    def delete_model(self, request: HttpRequest, obj: ItemRating) -> None:
        """Remove, and add the others up."""
        super().delete_model(request, obj)
        published.count_stars(obj.item)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ItemRating]) -> None:
        """Remove, and add the others up."""
        items = list(PublishedItem.objects.filter(ratings__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        for item in items:
            published.count_stars(item)


@admin.register(PublishedItem)
class PublishedItemAdmin(ModelAdmin):  # type: ignore[misc]
    """The review: what waits stands first. Operators may also add items of the product's own."""

    form = ReviewForm
    list_display = ["name", "kind", "status", "access", "offered_by", "platform", "language", "usage_count",
                    "average_stars", "success_rate", "created_at"]  # fmt: skip
    list_filter = ["status", "kind", "access", "language", "platform", ("offered_by", admin.EmptyFieldListFilter)]
    search_fields = ["name", "body", "offered_by__name"]
    list_select_related = ["offered_by"]
    actions = ["approve", "approve_as_premium", "reject", "take_down"]
    told = ["picture", "clip", "status", "offered_by", "of_item", "reviewed_by", "reviewed_at", "usage_count",
            "rating_sum", "rating_count", "measured_posts", "average_engagement", "success_rate",
            "created_at"]  # fmt: skip
    readonly_fields = told
    says = ["kind", "name", "body", "hashtags", "design", "call_kind", "platform", "category", "language"]
    gate = ["access", "gate_chain", "gate_standard", "gate_contract", "gate_token_id", "gate_minimum"]
    fieldsets = [
        (None, {"fields": ["decision", "review_note"]}),
        (_("What it says"), {"fields": says}),
        (_("Who may take it"), {"fields": gate}),
        (_("About it"), {"fields": told}),
    ]

    @admin.display(description=_("picture"))
    def picture(self, row: PublishedItem) -> str:
        """What a template makes."""
        return looking.picture(row, self.opts)

    @admin.display(description=_("clip"))
    def clip(self, row: PublishedItem) -> str:
        """An intro's or outro's clip."""
        return looking.clip(row, self.opts)

    def get_urls(self) -> list[Any]:
        """Add the addresses of picture and clip."""
        return [*looking.addresses(self), *super().get_urls()]

    def get_ordering(self, _request: HttpRequest) -> list[str]:
        """Undecided ones stand first: PostgreSQL puts what is empty on top when it sorts downwards."""
        return ["-reviewed_at", "created_at"]

    def get_readonly_fields(self, _request: HttpRequest, obj: PublishedItem | None = None) -> list[str]:
        """What members wrote, operators do not rewrite."""
        return [*self.told, *self.says] if obj and obj.offered_by_id else self.told

    def save_model(self, request: HttpRequest, obj: PublishedItem, form: Any, change: bool) -> None:
        """Keep who may take it, then decide; an operator's own item needs no review."""
        if not change:
            obj.status, obj.reviewed_at = PublishedItem.Status.APPROVED, timezone.now()
            obj.reviewed_by = operator_of(request)
        super().save_model(request, obj, form, change)
        if change and form.changed_data and obj.offered_by_id:
            audited.record("operator.changed", obj, request, organizations=[obj.offered_by_id])
        decision = form.cleaned_data.get("decision")
        if change and decision:
            self._decide(request, [obj], decision, note=obj.review_note)

    @admin.action(description=_("Approve: everybody sees it"))
    def approve(self, request: HttpRequest, rows: QuerySet[PublishedItem]) -> None:
        """Let items in."""
        self._decide(request, rows, "approve")

    @admin.action(description=_("Approve for premium plans"))
    def approve_as_premium(self, request: HttpRequest, rows: QuerySet[PublishedItem]) -> None:
        """Let items in for those who pay."""
        self._decide(request, rows, "premium")

    @admin.action(description=_("Reject: only its owner keeps it"))
    def reject(self, request: HttpRequest, rows: QuerySet[PublishedItem]) -> None:
        """Keep items out."""
        self._decide(request, rows, "reject")

    @admin.action(description=_("Take down: nobody new can take it"))
    def take_down(self, request: HttpRequest, rows: QuerySet[PublishedItem]) -> None:
        """Take what was let in out again."""
        by, now = operator_of(request), timezone.now()
        done = sum(published.take_down(row, by=by, now=now) for row in rows) if by else 0
        self.message_user(request, _("%(n)s taken down.") % {"n": done}, messages.SUCCESS)

    def _decide(self, request: HttpRequest, rows: Any, decision: str, *, note: str = "") -> None:
        by, now, done = operator_of(request), timezone.now(), 0
        if by is None:
            return
        for row in rows:
            if decision == "reject":
                done += published.reject(row, by=by, now=now, note=note)
            else:
                access = PublishedItem.Access.PREMIUM if decision == "premium" else ""
                done += published.approve(row, by=by, now=now, access=access, note=note)
        self.message_user(request, _("%(n)s decided.") % {"n": done}, messages.SUCCESS)
