"""The form of being away: who decides meanwhile, from which day until which."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from publishing.forms.approvals import PersonField

DAY = {"type": "date"}


class AwayForm(forms.Form):
    """Both days are included."""

    deputy = PersonField(label=_("Who decides for you"), queryset=Membership.objects.none())
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Until, and including"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))

    def __init__(self, *args: Any, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Membership.objects.filter(pk__in=[one.pk for one in people]).select_related("user")
        cast("forms.ModelChoiceField[Any]", self.fields["deputy"]).queryset = rows.order_by("user__full_name")
