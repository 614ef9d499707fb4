"""Forms of reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Flag


class FlagForm(forms.ModelForm[Flag]):
    """What is wrong."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=Flag.Reason.choices, widget=forms.RadioSelect)

    class Meta:
        model = Flag
        fields = ["reason", "note"]
        labels = {"note": _("In your words")}
        widgets = {"note": forms.Textarea({"rows": 4})}


class DecisionForm(forms.ModelForm[Flag]):
    """An operator's decision."""

    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[("", "---------"), ("uphold", _("Uphold: take it out of sight")), ("dismiss", _("Dismiss: it stays"))],
        required=False,
    )

    class Meta:
        model = Flag
        fields = ["decision_note"]
