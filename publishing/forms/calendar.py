"""Forms of the calendar: where something is dropped, and what is done with several posts."""

from django import forms
from django.utils.translation import gettext_lazy as _

CHANGES = [
    ("move", _("Move them")),
    ("slots", _("To free slots")),
    ("hold", _("Hold them back")),
    ("zone", _("Same clock, another zone")),
    ("cancel", _("Cancel them")),
]


class DropForm(forms.Form):
    """A day, perhaps a time, on a clock; `back` is the end of the address of the page it was dropped on."""

    day = forms.DateField()
    time = forms.TimeField(required=False)
    clock = forms.CharField(max_length=64)
    back = forms.CharField(max_length=500, required=False)


class BulkForm(forms.Form):
    """What to do with the chosen posts."""

    do = forms.ChoiceField(choices=CHANGES)
    days = forms.IntegerField(required=False, min_value=-366, max_value=366)
    hours = forms.IntegerField(required=False, min_value=-168, max_value=168)
    sure = forms.BooleanField(required=False)
    back = forms.CharField(max_length=500, required=False)
