"""Forms about organisations."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import naming
from accounts.models import Membership, Organization
from accounts.models.organizations import COMPANY_SIZES
from accounts.services import organizations
from trenddrop.core.pictures import PictureField


class NewOrganizationForm(forms.ModelForm[Organization]):
    """What a further organisation needs to begin."""

    class Meta:
        model = Organization
        fields = ["name", "type"]

    def clean_name(self) -> str:
        """Ask for a name one can read."""
        return naming.plain(self.cleaned_data["name"])


class OrganizationForm(forms.ModelForm[Organization]):
    """The organisation's settings."""

    logo = PictureField(
        label=gettext_lazy("Logo"),
        required=False,
        side=organizations.LOGO_SIDE,
        help_text=gettext_lazy("PNG, JPEG, WebP or GIF, at most 8 MB. It is written anew; what hid in it is gone."),
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=lambda: [(z, z) for z in sorted(zoneinfo.available_timezones())]
    )

    class Meta:
        model = Organization
        fields = [
            "name", "slug", "type", "industry", "company_size", "website", "timezone", "logo", "requires_second_factor",
        ]  # fmt: skip
        help_texts = {
            "slug": gettext_lazy("In addresses and file names: small letters, digits and dashes."),
            "requires_second_factor": gettext_lazy(
                "Members without one are led to set it up before they can go on; so are you."
            ),
        }
        widgets = {"website": forms.URLInput({"placeholder": "https://"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sizes = [(size, size) for size in COMPANY_SIZES]
        self.fields["company_size"].choices = [("", _("Not said")), *sizes]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Ask for a name one can read."""
        return naming.plain(self.cleaned_data["name"])

    def clean_slug(self) -> str:
        """Refuse what another organisation has, or what is ours."""
        try:
            return organizations.asked_slug(str(self.cleaned_data["slug"]), organization=self.instance)
        except organizations.SlugTaken as error:
            raise forms.ValidationError(str(error)) from error


class TransferForm(forms.Form):
    """To whom the organisation goes, and the name typed as a second thought."""

    to = forms.ModelChoiceField(Membership.objects.none(), label=gettext_lazy("New owner"))

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Membership.objects.visible_to(by).filter(status=Membership.Status.ACTIVE, client=None)
        people = people.exclude(pk=by.pk).select_related("user").order_by("user__full_name", "pk")
        self.fields["to"].queryset = people[:500] if not self.is_bound else people  # type: ignore[attr-defined]


class NameAgainForm(forms.Form):
    """The organisation's name, typed again: what follows is not done by a slip."""

    name = forms.CharField(max_length=120, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["name"].label = _("Type “%(name)s” to go on") % {"name": organization.name}

    def clean_name(self) -> str:
        """Compare."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if name.casefold() != " ".join(self.organization.name.split()).casefold():
            raise forms.ValidationError(_("That is not its name. Nothing was changed."))
        return name
