"""Forms about members: whom to show, which role, what beyond it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ClientAccount, Membership
from accounts.permissions import OF_EVERYBODY, PERMISSIONS, ROLES, allows, granted, is_settled
from accounts.services import memberships
from trenddrop.core.narrowing import holding

Role, Status = Membership.Role, Membership.Status
BY_ROLE, ALLOW, REFUSE = "", "allow", "refuse"
SHOWN = [name for name in PERMISSIONS if name not in OF_EVERYBODY]


def clients_of(member: Membership) -> QuerySet[ClientAccount]:
    """Return the clients a member may choose from."""
    return ClientAccount.objects.visible_to(member).filter(deleted_at=None).order_by("name")


class MemberFilter(forms.Form):
    """Whom to show; what is not understood narrows nothing."""

    q = forms.CharField(
        label=gettext_lazy("Name or address"), required=False, max_length=100, widget=forms.SearchInput()
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("Any role")), *Role.choices]
    )
    client = forms.ModelChoiceField(
        ClientAccount.objects.none(), label=gettext_lazy("Sees"), required=False, empty_label=gettext_lazy("Any client")
    )
    status = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("Any state")),
            (Status.ACTIVE, gettext_lazy("Active")),
            (Status.INACTIVE, gettext_lazy("Shut out")),
        ],
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients_of(by)  # type: ignore[attr-defined]

    def narrow(self, rows: QuerySet[Membership]) -> QuerySet[Membership]:
        """Return the members asked for."""
        self.full_clean()
        told: Mapping[str, Any] = self.cleaned_data
        rows = rows.filter(holding(str(told.get("q") or ""), "user__full_name", "user__email"))
        chosen = {name: told[name] for name in ("role", "client", "status") if told.get(name)}
        return rows.filter(**chosen)


class RoleForm(forms.Form):
    """A role, and the client that belongs to the client's role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    client = forms.ModelChoiceField(
        ClientAccount.objects.none(),
        label=gettext_lazy("Client"),
        required=False,
        empty_label=gettext_lazy("All clients"),
        help_text=gettext_lazy("Only for the role Client: they see this client's work, and nothing else."),
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["client"].queryset = clients_of(by)  # type: ignore[attr-defined]
        self.fields["role"].choices = roles_to_give(by)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse here what the command would refuse, beside the field it is about."""
        told: dict[str, Any] = self.cleaned_data
        if "role" in told and "client" in told:
            try:
                memberships.require_role(told["role"], client=told["client"], by=self.by)
            except memberships.Refused as error:
                self.add_error("client" if told["role"] == Role.CLIENT or told["client"] else "role", str(error))
        return told


def roles_to_give(by: Membership) -> list[tuple[str, str]]:
    """Return the roles a member may give: none above their own, and none with more than they have."""
    mine = granted(by.role, by.permission_overrides)
    order = list(ROLES)
    lower = order[max(1, order.index(by.role)) :]
    return [(role, str(Role(role).label)) for role in lower if ROLES[role] <= mine]


@dataclass(frozen=True)
class Right:
    """A row of a member's matrix."""

    name: str
    label: str
    by_role: bool
    may: bool
    is_settled: bool
    field: forms.BoundField


class OverridesForm(forms.Form):
    """Every permission: as the role says, allowed, or refused."""

    def __init__(self, *args: Any, member: Membership, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        mine = granted(by.role, by.permission_overrides)
        for name in SHOWN:
            self.fields[name] = self._field(name, may_give=name in mine)

    def _field(self, name: str, *, may_give: bool) -> forms.ChoiceField:
        given = self.member.permission_overrides.get(name)
        stands = {None: BY_ROLE, True: ALLOW, False: REFUSE}[given]
        choices = [(BY_ROLE, _("As the role says")), (ALLOW, _("Allowed")), (REFUSE, _("Refused"))]
        if not may_give and stands != ALLOW:
            choices.remove((ALLOW, _("Allowed")))
        widget = forms.Select({"aria-label": PERMISSIONS[name]})
        return forms.ChoiceField(required=False, choices=choices, initial=stands, widget=widget)

    def rows(self) -> list[Right]:
        """Return the matrix."""
        role, overrides = self.member.role, self.member.permission_overrides
        return [
            Right(
                name,
                str(PERMISSIONS[name]),
                name in ROLES[role],
                allows(role, overrides, name),
                is_settled(role, name),
                self[name],
            )
            for name in SHOWN
        ]

    def overrides(self) -> dict[str, bool]:
        """Return what was chosen beyond the role."""
        return {name: value == ALLOW for name, value in self.cleaned_data.items() if value != BY_ROLE}
