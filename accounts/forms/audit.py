"""What the reader of the audit log asks for."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.audit_pages import Filter

SLOT = re.compile(r"\{\w+\}")
DAY = {"type": "date", "min": "2000-01-01", "max": "2100-01-01"}


def _actions() -> list[tuple[str, Any]]:
    """Return areas and their actions, for a select with groups."""
    groups: list[tuple[str, Any]] = [
        (
            str(area.label),
            [
                (f"area:{number}", _("Everything here")),
                *((name, SLOT.sub("…", str(words))) for name, words in area.sentences.items()),
            ],
        )
        for number, area in enumerate(actions.AREAS)
    ]
    return [("", _("Any action")), *groups]


class AuditFilterForm(forms.Form):
    """Words, person, action, kind of thing, days."""

    q = forms.CharField(
        label=_("Find in the log"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "placeholder": _("A person, a thing, an IP address")}),
    )
    person = forms.TypedChoiceField(label=_("Who"), required=False, coerce=uuid.UUID, empty_value=None)
    action = forms.ChoiceField(label=_("Did"), required=False, choices=_actions)
    kind = forms.RegexField(r"^[a-z]+\.[a-z]+$", required=False, max_length=60, widget=forms.HiddenInput)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Anybody")), *people]  # type: ignore[attr-defined]

    def asked(self) -> Filter:
        """Return what is asked for; what cannot be read is not asked."""
        self.is_valid()
        found = self.cleaned_data
        action: str = found.get("action") or ""
        area: tuple[str, ...] = ()
        if action.startswith("area:"):
            action, area = "", tuple(actions.AREAS[int(action.partition(":")[2])].sentences)
        return Filter(
            text=(found.get("q") or "").strip(),
            person=found.get("person"),
            action=action,
            area=area,
            kind=found.get("kind") or "",
            since=found.get("since"),
            until=found.get("until"),
        )
