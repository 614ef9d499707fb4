"""Forms about folders."""

from typing import Any

from django import forms

from accounts.models import Membership
from content.models import Collection


class CollectionForm(forms.ModelForm[Collection]):
    """A folder's name."""

    class Meta:
        model = Collection
        fields = ["name"]

    def clean_name(self) -> str:
        """Take out line breaks and double spaces."""
        return " ".join(str(self.cleaned_data["name"]).replace("\x00", "").split())

    def validate_constraints(self) -> None:
        """Leave the name's being taken to the command, which sees the whole organisation."""


class PutForm(forms.Form):
    """The folder that ticked assets go to; none takes them out."""

    collection = forms.ModelChoiceField(Collection.objects.none(), required=False)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = Collection.objects.visible_to(membership)  # type: ignore[attr-defined]
