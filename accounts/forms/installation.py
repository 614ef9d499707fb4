"""Form of a setting of the installation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.installation import KNOWN
from accounts.models import SystemSetting


class SystemSettingForm(forms.ModelForm[SystemSetting]):
    """A known key, and a value of its kind."""

    class Meta:
        model = SystemSetting
        fields = ["key", "value"]
        help_texts = {"value": _("JSON: true, 1.5 or a text in quotes.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "key" in self.fields:
            taken = set(SystemSetting.objects.values_list("key", flat=True))
            choices = [(key, f"{key}: {known.description}") for key, known in KNOWN.items() if key not in taken]
            self.fields["key"] = forms.ChoiceField(label=_("key"), choices=choices)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a value of another kind."""
        given = super().clean()
        key = self.instance.key or (given or {}).get("key", "")
        if given is not None and "value" in given and key in KNOWN:
            try:
                given["value"] = KNOWN[key].read(given["value"])
            except ValidationError as error:
                self.add_error("value", error)
        return given
