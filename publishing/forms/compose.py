"""Forms of the composer: what to say and where, and what is done with the drafts."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile
from content.models import ContentAsset
from content.screens import words
from publishing.forms.posts import WallClockField, WhenForm
from publishing.models import PlatformConnection, ScheduledPost
from trenddrop.core.catalogue import badge


class AccountsField(forms.ModelMultipleChoiceField[PlatformConnection]):
    """Accounts with their platform's name."""

    def label_from_instance(self, obj: Any) -> str:
        """Write the platform before the handle."""
        return f"{badge(obj.platform).name}: {obj.handle}"


class ComposeForm(WhenForm):
    """One text (and a file, if one goes along) for several accounts at once."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea({"rows": "7", "data-part": "text", "autofocus": True}),
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=300,
        help_text=_("For YouTube, Pinterest, WordPress and others that have one."),
        widget=forms.TextInput({"data-part": "title"}),
    )
    hashtags = words.hashtags_field()
    asset = forms.ModelChoiceField(
        ContentAsset.objects.none(), label=_("Video or picture"), required=False, empty_label=_("Words alone")
    )
    accounts = AccountsField(
        PlatformConnection.objects.none(),
        label=_("Where to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one account.")},
    )
    brand = forms.ModelChoiceField(BrandProfile.objects.none(), required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)
    opportunity = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        accounts: QuerySet[PlatformConnection],
        files: QuerySet[ContentAsset],
        brands: QuerySet[BrandProfile],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("accounts", accounts), ("asset", files), ("brand", brands)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def offer(self, files: Sequence[ContentAsset]) -> None:
        """Offer these files to choose from; any other of the member's is taken too."""
        self.fields["asset"].widget.choices = [("", _("Words alone")), *((one.pk, one.title) for one in files)]


class DraftsForm(forms.Form):
    """What is done with drafts: the ticked ones, each with its time."""

    DO = ("save", "plan", "queue", "ask", "now", "drop")

    do = forms.ChoiceField(choices=[(name, name) for name in DO], required=False)
    note = forms.CharField(label=_("A word to whoever decides"), required=False, max_length=500)
    post = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any = None, *, drafts: Sequence[ScheduledPost]) -> None:
        super().__init__(data)
        self.drafts = drafts
        self.fields["post"].choices = [(str(draft.pk), str(draft)) for draft in drafts]  # type: ignore[attr-defined]
        for draft in drafts:
            self.fields[f"at-{draft.pk}"] = WallClockField(required=False)

    @property
    def ticked(self) -> list[ScheduledPost]:
        """Return the chosen ones. Call once it is valid."""
        keys = set(self.cleaned_data["post"])
        return [draft for draft in self.drafts if str(draft.pk) in keys]

    @property
    def moved(self) -> list[tuple[ScheduledPost, Any]]:
        """Return those whose time was changed, each with the new one. Call once it is valid."""
        asked = [(draft, self.cleaned_data.get(f"at-{draft.pk}")) for draft in self.drafts]
        return [(draft, at) for draft, at in asked if at and f"{at:%Y-%m-%dT%H:%M}" != draft.local_time]
