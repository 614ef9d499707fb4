"""The forms by which operators put an organisation on a plan by agreement, change what was agreed, and end it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Organization
from billing import words
from billing.models import Interval, PlanVersion, Subscription
from billing.services.agreements import Terms


class DayInput(UnfoldAdminTextInputWidget):  # type: ignore[misc]
    """A day, by the browser's own calendar."""

    input_type = "date"


class VersionField(forms.ModelChoiceField[PlanVersion]):
    """A plan as it was sold from a day on."""

    def label_from_instance(self, obj: Any) -> str:
        """Name the plan, its version, and why there is one."""
        sold = _("%(version)s, sold from %(day)s") % {"version": obj, "day": words.day(obj.sold_from)}
        return f"{sold}: {obj.note}" if obj.note else sold


class EndForm(forms.Form):
    """Why an agreement is over."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=UnfoldAdminTextInputWidget(),
        help_text=_("stands in the organisation’s audit log"),
    )  # fmt: skip


class TermsForm(forms.Form):
    """What was agreed, and why it is written down."""

    version = VersionField(
        label=_("Plan"), queryset=PlanVersion.objects.none(), widget=UnfoldAdminSelectWidget(),
        help_text=_("For limits of one’s own, first sell a new version of a plan that is by agreement."),
    )  # fmt: skip
    interval = forms.ChoiceField(label=_("Billed"), choices=Interval.choices, widget=UnfoldAdminSelectWidget())
    until = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput(),
        help_text=_("empty: until somebody ends it. The organisation and operators hear two weeks before."),
    )  # fmt: skip
    agreement = forms.CharField(
        label=_("Contract"), max_length=200, widget=UnfoldAdminTextInputWidget(),
        help_text=_("its number or day; the organisation reads it on its plan page"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=UnfoldAdminTextInputWidget(),
        help_text=_("stands in the organisation’s audit log"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, row: Subscription | None = None) -> None:
        sold = PlanVersion.objects.filter(sold_from__lte=timezone.now()).select_related("plan")
        usual = sold.filter(plan__is_by_agreement=True).order_by("-sold_from", "-number").first()
        super().__init__(data, initial=_initial(row, usual))
        self.fields["version"].queryset = sold.order_by("plan__sort_order", "-number")  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        """Return what was filled in."""
        given = self.cleaned_data
        return Terms(given["version"], given["interval"], given["until"], given["agreement"])


class NewTermsForm(TermsForm):
    """The same for an organisation that is chosen here."""

    organization = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organization.objects.filter(deleted_at=None),
        widget=AutocompleteSelect(Subscription._meta.get_field("organization"), admin.site),
    )
    field_order = ("organization",)


def _initial(row: Subscription | None, usual: PlanVersion | None) -> dict[str, Any]:
    if row is None or not (row.is_living and row.is_by_agreement):
        return {"version": usual, "interval": Interval.YEAR}
    until = row.agreed_until.isoformat() if row.agreed_until else ""
    return {"version": row.version, "interval": row.interval, "until": until, "agreement": row.agreement}
