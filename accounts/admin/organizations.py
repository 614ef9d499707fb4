"""Organisations, who works in them, and their clients, for operators."""

from django.contrib import admin
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import ApiKey, BrandProfile, ClientAccount, Flag, Invitation, Membership, Organization, TokenGate
from trenddrop.core.admin import ReadOnlyAdmin

PARTS: tuple[type[Model], ...] = (Membership, Invitation, ClientAccount, BrandProfile, ApiKey, TokenGate, Flag)


def count_of(model: type[Model]) -> Coalesce:
    """Count an organisation's rows of a kind, as a column."""
    rows = model._default_manager.filter(organization=OuterRef("pk")).order_by().values("organization")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


@admin.register(Organization)
class OrganizationAdmin(ModelAdmin):  # type: ignore[misc]
    """Organisations, with ways to all that is theirs; ten thousand members are a list of their own."""

    list_display = ["name", "type", "owner", "members", "clients", "open_flags", "created_at", "deleted_at"]
    list_filter = ["type", "requires_second_factor"]
    search_fields = ["name", "slug", "owner__email"]
    list_select_related = ["owner"]
    ordering = ["-created_at"]  # where they are searched for, too: page after page
    readonly_fields = ["owner", "theirs", "created_at", "deleted_at", "erase_after"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Bring the counts along."""
        flags = Flag.objects.filter(organization=OuterRef("pk"), status=Flag.Status.OPEN).order_by()
        opened = Subquery(flags.values("organization").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        found: QuerySet[Organization] = super().get_queryset(request)
        return found.annotate(
            n_members=count_of(Membership), n_clients=count_of(ClientAccount), n_flags=Coalesce(opened, 0)
        )

    @admin.display(description=_("Members"), ordering="n_members")
    def members(self, row: Organization) -> int:
        """How many belong to it."""
        return int(row.n_members)  # type: ignore[attr-defined]

    @admin.display(description=_("Clients"), ordering="n_clients")
    def clients(self, row: Organization) -> int:
        """How many clients it has."""
        return int(row.n_clients)  # type: ignore[attr-defined]

    @admin.display(description=_("Open reports"), ordering="n_flags")
    def open_flags(self, row: Organization) -> int:
        """Reports by its members that nobody has decided."""
        return int(row.n_flags)  # type: ignore[attr-defined]

    @admin.display(description=_("What is theirs"))
    def theirs(self, row: Organization) -> SafeString:
        """Ways to the lists of what belongs to it."""
        return format_html_join(
            SafeString(" · "),
            '<a class="underline" href="{}?organization__id__exact={}">{} ({})</a>',
            (
                (
                    reverse(f"admin:accounts_{part._meta.model_name}_changelist"),
                    row.pk,
                    str(part._meta.verbose_name_plural).capitalize(),
                    part._default_manager.filter(organization=row).count(),
                )
                for part in PARTS
            ),
        )

    def has_delete_permission(self, _request: HttpRequest, _obj: Organization | None = None) -> bool:
        """An organisation is deleted by its owner, with grace, and then erased."""
        return False


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):  # type: ignore[misc]
    """Who works where, as what."""

    list_display = ["user", "organization", "role", "client", "status", "joined_at"]
    list_filter = ["role", "status"]
    search_fields = ["user__email", "user__full_name", "organization__name"]
    list_select_related = ["user", "organization", "client"]
    autocomplete_fields = ["user", "organization", "client"]
    readonly_fields = ["invited_by", "invited_at", "joined_at"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """Whose membership it is stays; the owner's role goes by transfer."""
        fixed = [*self.readonly_fields, "user", "organization"] if obj else self.readonly_fields
        return [*fixed, "role", "status"] if obj and obj.role == Membership.Role.OWNER else fixed

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """An organisation keeps its owner."""
        is_owner = obj is not None and obj.role == Membership.Role.OWNER
        return not is_owner and bool(super().has_delete_permission(request, obj))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Remove all but owners."""
        super().delete_queryset(request, queryset.exclude(role=Membership.Role.OWNER))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked in; the link is in their mail only."""

    list_display = ["email", "organization", "role", "client", "invited_by", "last_sent_at", "expires_at", "state"]
    list_filter = ["role"]
    search_fields = ["email", "organization__name"]
    list_select_related = ["organization", "client", "invited_by"]
    exclude = ["token_hash"]

    @admin.display(description=_("State"))
    def state(self, row: Invitation) -> SafeString | str:
        """What became of it."""
        told = ((row.accepted_at, _("accepted")), (row.declined_at, _("declined")), (row.revoked_at, _("revoked")))
        ended = next((words for at, words in told if at), None)
        return format_html("{}", ended or (_("expired") if row.expires_at < timezone.now() else _("open")))


@admin.register(ClientAccount)
class ClientAccountAdmin(ModelAdmin):  # type: ignore[misc]
    """Clients of agencies."""

    list_display = ["name", "organization", "contact_email", "created_at", "deleted_at"]
    search_fields = ["name", "organization__name", "contact_email"]
    list_select_related = ["organization"]
    ordering = ["-created_at"]
    autocomplete_fields = ["organization"]
