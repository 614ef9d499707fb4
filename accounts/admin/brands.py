"""Brands, for operators."""

from typing import cast

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import AudienceProfile, BrandProfile, User
from accounts.services import brands
from trenddrop.core.admin import by_text


class AudienceInline(TabularInline):  # type: ignore[misc]
    """To whom it speaks."""

    model = AudienceProfile
    fields = ["name", "age_from", "age_to", "genders", "locations", "interests"]
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, _request: HttpRequest, _brand: BrandProfile | None = None) -> bool:
        """Audiences are described by the organisation."""
        return False


@admin.register(BrandProfile)
class BrandProfileAdmin(ModelAdmin):  # type: ignore[misc]
    """Brands."""

    list_display = ["name", "organization", "client", "industry", "tone", "language", "samples"]
    list_filter = ["tone", by_text("language")]
    list_filter_submit = True
    search_fields = ["name", "organization__name", "industry"]
    list_select_related = ["organization", "client"]
    ordering = ["-created_at"]
    autocomplete_fields = ["organization", "client"]
    inlines = [AudienceInline]

    def get_readonly_fields(self, _request: HttpRequest, brand: BrandProfile | None = None) -> list[str]:
        """Whose brand it is stays: with it goes all that was made for it, and the organisation moves that."""
        return ["organization", "client"] if brand else []

    def save_model(
        self, request: HttpRequest, brand: BrandProfile, form: forms.ModelForm[BrandProfile], change: bool
    ) -> None:
        """Change it as its organisation does: written down, and told to those who look what fits it."""
        if change:
            brands.change(brand, fields=form.changed_data, by=cast(User, request.user))
        else:
            super().save_model(request, brand, form, change)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BrandProfile]:
        """With the number of voice samples, in the same question."""
        rows: QuerySet[BrandProfile] = super().get_queryset(request)
        return rows.annotate(sample_count=Count("voice_samples"))

    @admin.display(ordering="sample_count")
    def samples(self, brand: BrandProfile) -> int:
        """How many voice samples it has."""
        return int(brand.sample_count)  # type: ignore[attr-defined]
