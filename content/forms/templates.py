"""Forms about templates and brands' looks."""

from collections.abc import Mapping
from dataclasses import Field
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientAccount, Membership
from content.looks import clips, designs, shelf
from content.looks.designs import CLIPS, FONTS, Asked
from content.looks.look import CHOSEN
from content.models import BrandTemplate, PieceFormat, Template, TemplateKind
from content.services.templates import LOGO_SIDE
from trenddrop.core.colours import is_colour
from trenddrop.core.pictures import PictureField

COLOUR_LIST = "brand-colours"
FACES = [("", _("Instrument Sans, ours")), *FONTS[1:]]


def part_field(part: "Field[Any]", asked: Asked) -> forms.Field:
    """Return the form's field for a part of a design."""
    told: dict[str, Any] = {"label": asked.label, "help_text": asked.help, "required": False}
    if asked.is_colour:
        looks = {"list": COLOUR_LIST, "class": "mono", "maxlength": 7, "placeholder": "#rrggbb", "spellcheck": "false"}
        return forms.CharField(**told, max_length=7, widget=forms.TextInput(looks))
    if asked.choices:
        return forms.ChoiceField(**told | {"required": asked.choices[0][0] != ""}, choices=list(asked.choices))
    if isinstance(part.default, bool):
        return forms.BooleanField(**told)
    if asked.high and isinstance(part.default, int):
        return forms.IntegerField(**told | {"required": True}, min_value=int(asked.low), max_value=int(asked.high))
    if asked.high:
        steps = forms.NumberInput({"step": "0.05"})
        return forms.FloatField(**told | {"required": True}, min_value=asked.low, max_value=asked.high, widget=steps)
    widget = forms.Textarea({"rows": 4}) if asked.longest > 120 else forms.TextInput()
    return forms.CharField(**told, max_length=asked.longest, widget=widget)


class TemplateForm(forms.ModelForm[Template]):
    """A template; its kind is settled before the form is shown. What its design asks for are fields of their own."""

    formats = forms.MultipleChoiceField(
        label=_("Only for"),
        choices=PieceFormat.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for every shape."),
    )
    client = forms.ModelChoiceField(
        label=_("For"), queryset=ClientAccount.objects.none(), required=False, empty_label=_("All our brands")
    )

    class Meta:
        model = Template
        fields = ["name", "category", "formats", "client"]

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = ClientAccount.objects.visible_to(by).filter(deleted_at=None).order_by("name")
        if by.client_id or not clients:
            del self.fields["client"]
        else:
            cast(forms.ModelChoiceField[Any], self.fields["client"]).queryset = clients
        if self.instance.kind not in CLIPS:
            del self.fields["formats"]
        self.parts = [part.name for part, _asked in designs.parts(self.instance.kind)]
        stands = designs.read(self.instance.kind, self.instance.design)
        for part, asked in designs.parts(self.instance.kind):
            self.fields[part.name] = part_field(part, asked)
            self.initial[part.name] = getattr(stands, part.name)
        self.order_fields(["name", *self.parts])

    def clean(self) -> dict[str, Any]:
        """Hold the design together."""
        cleaned: dict[str, Any] = super().clean() or {}
        if set(self.parts) & set(self.errors):
            return cleaned
        given = {name: cleaned[name] for name in self.parts}
        return cleaned | {"design": designs.check(self.instance.kind, given)}

    def save(self, commit: bool = True) -> Template:
        """Put the design into the row."""
        self.instance.design = self.cleaned_data["design"]
        return super().save(commit)

    @property
    def changed_names(self) -> list[str]:
        """The row's fields that changed."""
        names = [name for name in self.changed_data if name not in self.parts]
        return [*names, "design"] if set(self.changed_data) & set(self.parts) else names


class ClipForm(forms.Form):
    """A clip for an intro or outro."""

    clip = forms.FileField(
        label=_("Clip"),
        widget=forms.FileInput({"accept": "video/mp4,video/quicktime,video/webm,.mp4,.mov,.webm,.mkv"}),
        help_text=_("A video of at most %(most)s seconds.") % {"most": round(clips.MOST_SECONDS)},
    )


class SketchForm(forms.Form):
    """What a live preview is asked for: a kind, its design's parts as they stand in the form, the brand's colours."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in CHOSEN], required=False)

    def clean_kind(self) -> str:
        """Take captions where none is named."""
        return self.cleaned_data["kind"] or TemplateKind.CAPTION_STYLE

    def design(self) -> dict[str, Any]:
        """Return the parts that are right; the others are as usual."""
        kind = self.cleaned_data["kind"]
        found = {}
        for part, asked in designs.parts(kind):
            field = part_field(part, asked)
            try:
                value = field.clean(field.widget.value_from_datadict(self.data, {}, part.name))
                found[part.name] = asked.right(value, part.default)
            except (ValidationError, ValueError):
                continue
        return found

    def colours(self) -> dict[str, str]:
        """Return the brand's colours and font as they stand in the form, checked."""
        named = {name: str(self.data.get(f"look_{name}", "")).lower() for name in designs.COLOURS}
        found = {name: value for name, value in named.items() if is_colour(value)}
        font = self.data.get("look_font")
        return found | ({"font": font} if font in dict(FACES) else {})


class ColourField(forms.CharField):
    """#rrggbb, with the browser's own chooser; whether it is a colour, the model says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=7, widget=forms.TextInput({"type": "color"}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Write every colour in one way."""
        return (super().to_python(value) or "").lower()


class LookForm(forms.ModelForm[BrandTemplate]):
    """A brand's look. Colours that are as they would be anyway are not kept."""

    colour = ColourField(label=_("Main colour"))
    accent = ColourField(label=_("Second colour"))
    ground = ColourField(label=_("Background"))
    font = forms.ChoiceField(label=_("Font"), choices=FACES, required=False)
    logo = PictureField(
        label=_("Logo"), required=False, side=LOGO_SIDE,
        help_text=_("PNG, JPEG, WebP or GIF, at most 8 MB; best with a transparent background."),
    )  # fmt: skip

    class Meta:
        model = BrandTemplate
        fields = ["colour", "accent", "ground", "font", "logo", "logo_corner", *CHOSEN]

    def __init__(self, *args: Any, by: Membership, inherited: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inherited = inherited
        for name, value in inherited.items():
            self.initial[name] = self.initial.get(name) or value
        rows = shelf.for_client(shelf.templates_of(by), self.instance.brand.client_id).order_by("name", "pk")
        found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in CHOSEN}
        for row in rows:
            found[row.kind].append((str(row.pk), row.name))
        for kind in CHOSEN:
            field = cast(forms.ModelChoiceField[Any], self.fields[kind])
            field.queryset, field.required = rows.filter(kind=kind), False
            field.label = Template(kind=kind).get_kind_display()
            field.widget.choices = [("", _("TrendDrop’s own") if kind not in CLIPS else _("None")), *found[kind]]

    def clean(self) -> dict[str, Any]:
        """Leave colours open that nobody changed."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in self.inherited.items():
            if cleaned.get(name) == value:
                cleaned[name] = ""
        return cleaned
