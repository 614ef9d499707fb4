"""Forms about assets."""

import re
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import BrandProfile, Membership
from content import tags
from content.intake import documents
from content.models import Collection, ContentAsset
from trends.models import TrendOpportunity

LONGEST = 200_000
_LINK = re.compile(r"(https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?)", re.IGNORECASE)


class PasteForm(forms.Form):
    """A link or a text, in one box; `link` is set when it is a link. `key` makes a double click one asset."""

    pasted = forms.CharField(
        label=_("A link, or the text itself"),
        widget=forms.Textarea({"rows": 10, "autofocus": True}),
        error_messages={"required": _("Paste a link or some text.")},
        help_text=_("An article, or a video, audio or image file that opens without signing in."),
    )
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    brand = forms.ModelChoiceField(
        BrandProfile.objects.none(), label=_("Brand"), required=False, empty_label=_("No brand")
    )
    mine = forms.BooleanField(
        label=_("The video behind this link is mine, or I may use it"),
        required=False,
        help_text=_(
            "For pages of YouTube, TikTok, Vimeo and the like: title and description are taken, and you add the words."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    idea = forms.ModelChoiceField(TrendOpportunity.objects.none(), widget=forms.HiddenInput, required=False)

    link = ""

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brand"].queryset = queries.brands_of(membership)  # type: ignore[attr-defined]
        self.fields["idea"].queryset = TrendOpportunity.objects.visible_to(membership)  # type: ignore[attr-defined]

    def clean_pasted(self) -> str:
        """Tell a link from a text, and ask for enough of either."""
        pasted = str(self.cleaned_data["pasted"]).replace("\x00", "").replace("\r\n", "\n").strip()
        if _LINK.fullmatch(pasted):
            self.link = self._full_link(pasted)
        elif len(pasted) > LONGEST:
            raise ValidationError(
                _("This text has %(count)s characters; up to %(limit)s are read. Paste it in parts.")
                % {"count": len(pasted), "limit": LONGEST}
            )
        elif not documents.has_words(pasted):
            raise ValidationError(_("There are only signs and emoji in this. Add the words they belong to."))
        elif documents.is_short(pasted):
            raise ValidationError(_("That is too short to find anything in. Paste a whole text, or a link to one."))
        return pasted

    def _full_link(self, pasted: str) -> str:
        link = pasted if "://" in pasted else f"https://{pasted}"
        if len(link) > 1000:
            raise ValidationError(_("This link is longer than 1000 characters. Paste the short form of it."))
        URLValidator(schemes=["http", "https"])(link)
        return link


class AssetForm(forms.ModelForm[ContentAsset]):
    """What people say about an asset."""

    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Separated by commas."))

    class Meta:
        model = ContentAsset
        fields = ["title", "description", "tags", "brand", "collection"]
        widgets = {"description": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tags"] = ", ".join(self.instance.tags)
        brand = self.fields["brand"]
        brand.label = _("Brand")
        brand.queryset = queries.brands_of(membership)  # type: ignore[attr-defined]
        brand.empty_label = _("No brand")  # type: ignore[attr-defined]
        folder = self.fields["collection"]
        folder.label = _("Folder")
        folder.queryset = Collection.objects.visible_to(membership)  # type: ignore[attr-defined]
        folder.empty_label = _("No folder")  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        """Split at commas, without repeats."""
        return checked(tags.split(self.cleaned_data["tags"]))


def checked(found: list[str]) -> list[str]:
    """Return tags that are few and short enough; raise ValidationError."""
    if len(found) > tags.MOST or any(len(tag) > tags.LONGEST for tag in found):
        raise ValidationError(_("At most 20 tags, each at most 60 characters. Remove some."))
    return found


class TagsForm(forms.Form):
    """Tags that ticked assets get or lose."""

    tags = forms.CharField(max_length=2000)

    def clean_tags(self) -> list[str]:
        """Split at commas."""
        return checked(tags.split(self.cleaned_data["tags"]))


class RenameTagForm(forms.Form):
    """A tag in use, and what it is called from now on."""

    tag = forms.CharField(max_length=tags.LONGEST)
    to = forms.CharField(max_length=tags.LONGEST, required=False)

    def clean_to(self) -> str:
        """Take one tag, or none."""
        return next(iter(tags.distinct([self.cleaned_data["to"]])), "")
