"""Forms about clients."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import naming
from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.services import clients
from trenddrop.core import colours
from trenddrop.core.pictures import PictureField

START = ("#1d4ed8", "#0f172a", "#ffffff")  # what the inputs show before anybody chose


class ColourField(forms.CharField):
    """#rrggbb, with the browser's own chooser."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=7, widget=forms.TextInput({"type": "color"}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Write every colour in one way."""
        return (super().to_python(value) or "").lower()

    def validate(self, value: Any) -> None:
        """Take six hexadecimal digits."""
        super().validate(value)
        if value and not colours.is_colour(value):
            raise ValidationError(_("Write the colour as # and six digits, like #1d4ed8."))


@dataclass(frozen=True)
class Pair:
    """Two colours on each other: how far they are apart, and what that is good for."""

    words: str | Promise
    ink: str
    paper: str
    ratio: float

    @property
    def verdict(self) -> str | Promise:
        """What it is good for, in words."""
        if self.ratio >= colours.READS:
            return _("reads well")
        return _("for large words only") if self.ratio >= colours.LARGE else _("too faint to read")

    @property
    def state(self) -> str:
        """The state whose sign and colour stand beside the words."""
        return "live" if self.ratio >= colours.READS else "unconfirmed" if self.ratio >= colours.LARGE else "failed"


def pairs(chosen: list[str]) -> list[Pair]:
    """Return the pairs that a brand's pictures use, each with its contrast; nothing where colours are not chosen."""
    if len(chosen) != len(START) or not all(map(colours.is_colour, chosen)):
        return []
    main, second, ground = chosen
    named = (
        (_("Main on ground"), main, ground),
        (_("Second on ground"), second, ground),
        (_("Ground on main"), ground, main),
    )
    return [Pair(words, ink, paper, colours.contrast(ink, paper)) for words, ink, paper in named]


class ClientForm(forms.ModelForm[ClientAccount]):
    """A client's profile."""

    slug = forms.SlugField(
        label=_("Short name"), max_length=80, required=False,
        help_text=_("Letters, digits and hyphens; made from the name when left empty."),
    )  # fmt: skip
    logo = PictureField(
        label=_("Logo"), required=False, side=clients.LOGO_SIDE, help_text=_("PNG, JPEG or WebP, at most 8 MB.")
    )
    colour_main = ColourField(label=_("Main colour"))
    colour_second = ColourField(label=_("Second colour"))
    colour_ground = ColourField(label=_("Ground"))

    COLOURS = ("colour_main", "colour_second", "colour_ground")

    class Meta:
        model = ClientAccount
        fields = ["name", "slug", "contact_name", "contact_email", "logo"]

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        chosen = self.instance.brand_colors or list(START)
        for name, value in zip(self.COLOURS, chosen, strict=False):
            self.fields[name].initial = value

    def clean_name(self) -> str:
        """Ask for a name with something to see in it."""
        return naming.seen(self.cleaned_data["name"])

    def clean_slug(self) -> str:
        """Ask for one that no other client of the organisation has."""
        slug = str(self.cleaned_data["slug"])
        others = ClientAccount.objects.visible_to(self.by).exclude(pk=self.instance.pk)
        if slug and others.filter(slug=slug).exists():
            raise ValidationError(_("A client with this short name exists. Choose another one."))
        return slug

    def clean(self) -> dict[str, Any]:
        """Put the colours together, in their order."""
        cleaned = super().clean() or self.cleaned_data
        if all(name in cleaned for name in self.COLOURS):
            self.instance.brand_colors = [cleaned[name] for name in self.COLOURS]
        return cleaned


class GiveBrandForm(forms.Form):
    """One of the organisation's own brands for a client, or the name of a new one."""

    brand = forms.ChoiceField(label=_("A brand of ours"), required=False)
    name = forms.CharField(label=_("Or a new one, called"), max_length=120, required=False)

    def __init__(self, *args: Any, brands: Iterable[BrandProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brands = {str(brand.pk): brand for brand in brands}
        named = [(key, brand.name) for key, brand in self.brands.items()]
        self.fields["brand"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]

    def clean_brand(self) -> BrandProfile | None:
        """Return the brand that was chosen."""
        return self.brands.get(self.cleaned_data["brand"])

    def clean_name(self) -> str:
        """Ask for a name with something to see in it, where there is one."""
        name = str(self.cleaned_data["name"])
        return naming.seen(name) if name else ""

    def clean(self) -> dict[str, Any]:
        """Take one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("brand") and not cleaned.get("name"):
            raise ValidationError(_("Choose a brand, or write the name of a new one."))
        return cleaned
