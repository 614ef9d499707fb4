"""What people say of a report they want."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.queries import brands_of
from analytics.models import ReportSchedule
from analytics.models.reports import ReportPeriod

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
BY_MAIL = [choice for choice in ReportPeriod.choices if choice[0] != ReportPeriod.CUSTOM]


class OfWhom(forms.Form):
    """Whose numbers a report is about."""

    client = forms.ModelChoiceField(
        ClientAccount.objects.none(), label=_("Client"), required=False, empty_label=_("The whole organisation")
    )
    brand = forms.ModelChoiceField(
        BrandProfile.objects.none(), label=_("Brand"), required=False, empty_label=_("All brands")
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = ClientAccount.objects.visible_to(member).filter(deleted_at=None).order_by("name")
        only = member.client_id or member.narrowed_to
        field, brand = self.fields["client"], self.fields["brand"]
        field.queryset = clients.filter(pk=only) if only else clients  # type: ignore[attr-defined]
        brand.queryset = brands_of(member)  # type: ignore[attr-defined]
        if not field.queryset.exists():  # type: ignore[attr-defined]
            del self.fields["client"]
        elif only:
            field.required = True
            field.initial = only

    def whom(self) -> dict[str, Any]:
        """Return the client and the brand."""
        return {"client": self.cleaned_data.get("client"), "brand": self.cleaned_data.get("brand")}


class ReportForm(OfWhom):
    """A report to be made now."""

    period = forms.ChoiceField(label=_("Days"), choices=ReportPeriod.choices, initial=ReportPeriod.MONTH)
    first = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ReportScheduleForm(OfWhom):
    """A report that comes by mail."""

    name = forms.CharField(label=_("Name"), max_length=120)
    period = forms.ChoiceField(label=_("Every"), choices=BY_MAIL, initial=ReportPeriod.WEEK)
    hour = forms.TypedChoiceField(label=_("At"), choices=HOURS, coerce=int, initial=9)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    members = forms.MultipleChoiceField(
        label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    others = forms.CharField(
        label=_("Other addresses"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line. Each mail has a link to stop them."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Mail it"), required=False, initial=True)

    def __init__(self, *args: Any, people: list[tuple[str, str]], row: ReportSchedule | None = None, **kw: Any) -> None:
        if row is not None:
            kw["initial"] = _initial(row, {email for email, _name in people})
        super().__init__(*args, **kw)
        self.fields["members"].choices = people  # type: ignore[attr-defined]

    def recipients(self) -> list[str]:
        """Return everybody's addresses."""
        return [*self.cleaned_data["members"], *self.cleaned_data["others"].replace(",", "\n").split("\n")]

    def told(self) -> dict[str, Any]:
        """Return what the command takes."""
        names = ("name", "period", "hour", "language", "is_active")
        told = {name: self.cleaned_data[name] for name in names}
        return told | self.whom() | {"recipients": self.recipients()}


def _initial(row: ReportSchedule, people: set[str]) -> dict[str, Any]:
    names = ("name", "period", "hour", "language", "is_active", "client", "brand")
    told = {name: getattr(row, name) for name in names}
    others = [each for each in row.recipients if each not in people]
    return told | {"members": [each for each in row.recipients if each in people], "others": "\n".join(others)}
