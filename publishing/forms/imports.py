"""The form by which a plan is brought as a file."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientAccount
from publishing.forms.posts import ZONES, ZoneSelect, zone_label


class PlanForm(forms.Form):
    """A CSV file, whose clock its rows mean, for which client, and whether they stay drafts."""

    file = forms.FileField(
        label=_("The file"),
        max_length=200,
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text=_("CSV as any spreadsheet saves it: up to 10,000 rows, with commas, semicolons or tabs."),
        error_messages={"empty": _("The file is empty. Its first line names the columns.")},
    )
    timezone = forms.CharField(
        label=_("On the clock of"),
        max_length=64,
        widget=ZoneSelect,
        help_text=_("For rows that name no zone of their own."),
    )
    client = forms.ModelChoiceField(
        ClientAccount.objects.none(), label=_("Client"), required=False, empty_label=_("Whoever owns the account")
    )
    as_drafts = forms.BooleanField(label=_("Only as drafts"), required=False)

    def __init__(self, *args: Any, zones: list[str], clients: QuerySet[ClientAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(dict.fromkeys([*filter(None, zones), *ZONES]))
        self.fields["timezone"].widget.choices = [(zone, zone_label(zone)) for zone in offered]
        self.fields["timezone"].initial = offered[0]
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        if not clients.exists():
            del self.fields["client"]
